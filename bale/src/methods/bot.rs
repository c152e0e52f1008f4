//! The bot itself and its updates.

use std::{ops::Deref, time::Duration};

use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;

use super::{first_of, limits};
use crate::{
    client::Bot,
    types::{self, UndecodableUpdate, Update},
};

/// A long poll answers within its own timeout; this is for the way there and back.
const BEYOND_LONG_POLL: Duration = Duration::from_secs(10);

methods! {
    first first_of(0);

    /// Checks the token and describes the bot.
    ///
    /// The answer is remembered: see [`Bot::me`](crate::client::Bot::me).
    ///
    /// # Errors
    ///
    /// [`is_invalid_token`](crate::error::Error::is_invalid_token) if the server does not know the token.
    ///
    /// Source: docs.bale.ai#getme
    getMe GetMe get_me() {} -> types::User, answered = remember;

    /// Fetches updates that no one has confirmed yet, waiting for them up to `poll_timeout` seconds.
    ///
    /// Each update is read alone, so that one that cannot be read does not cost the others. The call may
    /// take 10 seconds longer than `poll_timeout`, whatever the bot's setting is.
    ///
    /// # Errors
    ///
    /// [`is_conflict`](crate::error::Error::is_conflict) while a webhook is set or another process polls.
    ///
    /// Source: docs.bale.ai#getupdates
    getUpdates GetUpdates get_updates() {
        /// The first `update_id` wanted. All below are confirmed: the server forgets them. A negative value
        /// counts from the end of the queue and forgets everything before.
        offset: i64,
        /// How many updates at most: 1 to 100, 100 if not given.
        limit: i64 where limits::batch,
        /// How many seconds the server waits for an update; 0 if not given. No maximum is documented.
        poll_timeout: i64 as "timeout",
    } -> Updates, timeout = of_long_poll;

    /// Removes the webhook, so that [`get_updates`](crate::client::Bot::get_updates) works again.
    ///
    /// # Errors
    ///
    /// None of its own.
    ///
    /// Source: docs.bale.ai#deletewebhook
    deleteWebhook DeleteWebhook delete_webhook() {} -> bool;

    /// Tells whether a webhook is set: its `url` is empty if not.
    ///
    /// # Errors
    ///
    /// None of its own.
    ///
    /// Source: docs.bale.ai#getwebhookinfo
    getWebhookInfo GetWebhookInfo get_webhook_info() {} -> types::WebhookInfo;
}

fn remember(me: &types::User, bot: &Bot) {
    bot.remember_me(me);
}

fn of_long_poll(method: &GetUpdates, _usual: Duration) -> Duration {
    let wait = method.poll_timeout.and_then(|seconds| u64::try_from(seconds).ok()).unwrap_or(0);
    Duration::from_secs(wait).saturating_add(BEYOND_LONG_POLL)
}

/// What `getUpdates` answers: each update, or why it cannot be read.
#[derive(Debug, Clone, PartialEq)]
pub struct Updates(pub Vec<Result<Update, UndecodableUpdate>>);

impl Deref for Updates {
    type Target = [Result<Update, UndecodableUpdate>];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl IntoIterator for Updates {
    type Item = Result<Update, UndecodableUpdate>;
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// Reads from JSON only, because each update is read from its own text.
impl<'de> Deserialize<'de> for Updates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let result = Box::<RawValue>::deserialize(deserializer)?;
        types::parse_updates(&result).map(Self).map_err(de::Error::custom)
    }
}
