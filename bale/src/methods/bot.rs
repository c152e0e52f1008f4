//! The bot itself and its updates.

use std::{ops::Deref, time::Duration};

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use super::{Method, Violation, first_of, limits};
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
    getMe GetMe get_me() {} -> types::User, answered = remember => {
        /// let me = bot.get_me().await?;
        /// assert_eq!(me.username.as_deref(), Some("emulated_bot"));
        /// assert_eq!(bot.me().map(|me| me.id), Some(bot.id()));
    };

    /// Logs the bot out of the server. The method is undocumented; client libraries have it, and nobody saw
    /// what it does.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::error::Error::is_not_found) if there is no such method.
    ///
    /// Source: client libraries; not on docs.bale.ai.
    logOut LogOut log_out() {} -> bool => {
        /// bot.log_out().await?;
        /// assert_eq!(emulator.calls()[0].method, "logOut");
    };

    /// Closes the bot's instance on the server (`close` on the wire); nothing in this process ends. The method
    /// is undocumented; client libraries have it, and nobody saw what it does.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::error::Error::is_not_found) if there is no such method.
    ///
    /// Source: client libraries; not on docs.bale.ai.
    close Close close_instance() {} -> bool => {
        /// bot.close_instance().await?;
        /// assert_eq!(emulator.calls()[0].method, "close");
    };

    /// Fetches updates that no one has confirmed yet, waiting for them up to `poll_timeout` seconds.
    ///
    /// Each update is read alone, so that one that cannot be read does not cost the others. The call may
    /// take 10 seconds longer than `poll_timeout`, whatever the bot's setting is. The server keeps the last 2000
    /// updates, for 24 hours.
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
    } -> Updates, timeout = of_long_poll => {
        /// let updates = bot.get_updates().poll_timeout(30).await?;
        /// let last = updates.iter().flatten().last().expect("what Sara wrote");
        /// bot.get_updates().offset(last.update_id + 1).await?;
        /// assert_eq!(emulator.pending(), 0);
    };

    /// Has each update posted to an address from now on, instead of waiting for
    /// [`get_updates`](crate::client::Bot::get_updates).
    ///
    /// Bale sends no secret with it, so a long random part of the path must keep the address unguessable. The
    /// server keeps the last 2000 updates, for 24 hours; how often it tries to deliver one is not documented.
    ///
    /// # Errors
    ///
    /// [`is_bad_request`](crate::error::Error::is_bad_request) if the server does not take the address.
    ///
    /// Source: docs.bale.ai#setwebhook
    setWebhook SetWebhook set_webhook(
        /// An HTTPS address on port 443 or 88; an empty one removes the webhook.
        url: String,
    ) {} -> bool => {
        /// bot.set_webhook("https://example.com/a-long-random-part").await?;
        /// assert!(bot.get_updates().await.unwrap_err().is_conflict());
    };

    /// Removes the webhook, so that [`get_updates`](crate::client::Bot::get_updates) works again.
    ///
    /// # Errors
    ///
    /// None of its own.
    ///
    /// Source: docs.bale.ai#deletewebhook
    deleteWebhook DeleteWebhook delete_webhook() {} -> bool => {
        /// bot.set_webhook("https://example.com/a-long-random-part").await?;
        /// bot.delete_webhook().await?;
        /// assert_eq!(bot.get_updates().await?.len(), 3);
    };

    /// Tells whether a webhook is set: its `url` is empty if not.
    ///
    /// # Errors
    ///
    /// None of its own.
    ///
    /// Source: docs.bale.ai#getwebhookinfo
    getWebhookInfo GetWebhookInfo get_webhook_info() {} -> types::WebhookInfo => {
        /// assert_eq!(bot.get_webhook_info().await?.url, "");
        /// bot.set_webhook("https://example.com/a-long-random-part").await?;
        /// assert_eq!(bot.get_webhook_info().await?.url, "https://example.com/a-long-random-part");
    };

    /// Asks a user to rate the bot. Bale only. The server decides whether the form appears, and does not say
    /// so: old clients ignore it, and the user must have the bot's page or mini app open.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::error::Error::is_not_found) if the bot does not know the user.
    ///
    /// Source: docs.bale.ai#askreview
    askReview AskReview ask_review(
        /// Whom to ask.
        user_id: i64,
        /// How many seconds to wait before the form appears.
        delay_seconds: i64,
    ) {} -> bool => {
        /// bot.ask_review(sara, 5).await?;
        /// assert_eq!(emulator.calls()[0].params["delay_seconds"], 5);
    };
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

/// Reads from JSON only, because each update is read from its own text: the client comes here when reading
/// all of them at once has failed.
impl<'de> Deserialize<'de> for Updates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let updates = Vec::<Box<RawValue>>::deserialize(deserializer)?;
        Ok(Self(updates.iter().map(|update| Update::from_raw(update.get())).collect()))
    }
}

/// `getUpdates` for a journal, which keeps the text of each update too.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub(crate) struct GetRawUpdates(pub(crate) GetUpdates);

impl Method for GetRawUpdates {
    const NAME: &'static str = GetUpdates::NAME;
    const INDEX: Option<usize> = GetUpdates::INDEX;
    type Response = RawUpdates;

    fn timeout(&self, usual: Duration) -> Duration {
        self.0.timeout(usual)
    }

    fn check(&self) -> Result<(), Violation> {
        self.0.check()
    }
}

/// Updates and, in the same order, their texts.
#[derive(Debug)]
pub(crate) struct RawUpdates {
    pub(crate) updates: Updates,
    pub(crate) texts: Vec<Box<RawValue>>,
}

impl<'de> Deserialize<'de> for RawUpdates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts = Vec::<Box<RawValue>>::deserialize(deserializer)?;
        let updates = texts.iter().map(|text| Update::from_raw(text.get())).collect();
        Ok(Self { updates: Updates(updates), texts })
    }
}
