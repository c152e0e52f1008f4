//! `getUpdates` and the webhook.

use std::time::Duration;

use serde_json::Value;

use crate::emulator::{
    core::{Core, Poll, Reply, Served},
    fetch,
    params::Params,
    refusal::Refusal,
    time::Time,
};

/// The most elements one answer holds; also the default. Source: docs.bale.ai#getUpdates, official.
const MOST_UPDATES: i64 = 100;

/// Ports a webhook may have. Source: docs.bale.ai#setWebhook, official.
const WEBHOOK_PORTS: [u16; 2] = [443, 88];

/// `getUpdates`. A `limit` outside 1-100 is moved into it and a negative `timeout` counts as 0: what Bale
/// does with them is not documented. There is no documented longest `timeout`.
pub(super) fn get_updates(core: &mut Core, now: Time, params: &Params) -> Result<Served, Refusal> {
    if core.webhook.is_set() {
        return Err(Refusal::conflict(
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
        ));
    }
    let offset = params.integer("offset")?;
    let limit = params.integer("limit")?.unwrap_or(MOST_UPDATES).clamp(1, MOST_UPDATES);
    let limit = usize::try_from(limit).expect("clamped to 1-100");
    let timeout = u64::try_from(params.integer("timeout")?.unwrap_or(0)).unwrap_or(0);

    core.queue.expire(now);
    if let Some(offset) = offset {
        core.queue.acknowledge(offset);
    }
    let elements = core.queue.first(limit);
    if elements.is_empty() && timeout > 0 {
        return Ok(Served::Wait(Poll { limit, deadline: now + Duration::from_secs(timeout) }));
    }
    Ok(Served::Reply(Reply::raw_list(&elements)))
}

/// What a long poll hears when a newer one, or a webhook, took its place.
pub(crate) fn replaced_poll() -> Refusal {
    Refusal::conflict(
        "terminated by other getUpdates request; make sure that only one bot instance is running",
    )
}

/// `setWebhook`. Beyond what Bale takes, an address on this machine may be plain HTTP on any port, unless
/// [`Quirks::local_webhooks`](crate::emulator::Quirks::local_webhooks) says otherwise.
pub(super) fn set_webhook(core: &mut Core, _: Time, params: &Params) -> Result<Value, Refusal> {
    let url = params.required_text("url")?;
    if !url.is_empty() {
        check_webhook(url, core.world.quirks.local_webhooks)?;
        core.end_poll();
    }
    core.webhook.set(url);
    Ok(true.into())
}

fn check_webhook(url: &str, takes_local: bool) -> Result<(), Refusal> {
    let bad = |detail: &str| Refusal::bad_request(format_args!("bad webhook: {detail}"));
    let url = reqwest::Url::parse(url).map_err(|_| bad("invalid webhook URL specified"))?;
    if takes_local && fetch::is_here(&url) {
        return Ok(());
    }
    if url.scheme() != "https" {
        return Err(bad("an HTTPS URL must be provided for webhook"));
    }
    if !url.port_or_known_default().is_some_and(|port| WEBHOOK_PORTS.contains(&port)) {
        return Err(bad("webhook can be set up only on ports 443 or 88"));
    }
    Ok(())
}

/// `deleteWebhook`.
pub(super) fn delete_webhook(core: &mut Core, _: Time, _: &Params) -> Result<Value, Refusal> {
    core.webhook.set("");
    Ok(true.into())
}

/// `getWebhookInfo`.
pub(super) fn get_webhook_info(core: &mut Core, _: Time, _: &Params) -> Result<Value, Refusal> {
    Ok(core.webhook.info(core.queue.len()))
}
