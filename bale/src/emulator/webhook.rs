//! Delivery to a webhook: what goes out next, and what its answer means. As the core, it knows no socket and no
//! clock; [`carry`] and [`post`] do.
//!
//! Bale documents neither order nor retries. This is what Telegram's server does (inferred): one update of a chat at
//! a time, chats beside each other, and one that is not answered with 2xx goes out again and again.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    time::Duration,
};

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Value, json};

pub use self::carry::Carrier;
use super::{
    core::Core,
    fault::{Course, Ending},
    time::Time,
};

mod carry;
mod post;

/// How many updates are under way at a time; Telegram's default (inferred).
const CONNECTIONS: usize = 40;
/// How long an answer may take; Telegram's (inferred).
pub(crate) const ANSWER_TIME: Duration = Duration::from_secs(60);
/// The first wait after a failure, and the longest: they double (inferred).
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// How many deliveries are remembered; the oldest give way.
const KEPT_DELIVERIES: usize = 10_000;

/// One try to bring an update to the webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct WebhookDelivery {
    /// Which update.
    pub update_id: i64,
    /// The HTTP status of the answer; `None` if there was none.
    pub status: Option<u16>,
    /// Why there was no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// What updates are kept in order with: their chat, or nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Lane {
    Chat(i64),
    Update(i64),
}

impl Lane {
    pub(crate) fn of(update_id: i64, update: &Value) -> Self {
        let about = ["message", "edited_message", "channel_post", "edited_channel_post"];
        let chat =
            about.iter().find_map(|kind| update.get(*kind)?.get("chat")?.get("id")?.as_i64());
        let press = || update.pointer("/callback_query/message/chat/id")?.as_i64();
        let person = || update.pointer("/pre_checkout_query/from/id")?.as_i64();
        chat.or_else(press).or_else(person).map_or(Self::Update(update_id), Self::Chat)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// This update is under way.
    Posting(i64),
    /// The first update failed so often, and goes out again then.
    Waiting { failures: u32, until: Time },
}

/// An update that goes out.
#[derive(Debug)]
pub(crate) struct Post {
    pub(crate) update_id: i64,
    pub(crate) url: String,
    pub(crate) body: Bytes,
    /// What a fault makes of it.
    pub(crate) course: Course,
    lane: Lane,
    failures: u32,
}

/// Where updates go, and how that went.
#[derive(Debug, Default)]
pub(crate) struct Webhook {
    /// Empty while there is none.
    url: String,
    lanes: HashMap<Lane, State>,
    last_error: Option<(Time, String)>,
    log: VecDeque<WebhookDelivery>,
}

impl Webhook {
    pub(crate) fn is_set(&self) -> bool {
        !self.url.is_empty()
    }

    /// Empty while there is none.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Goes elsewhere, at once; an empty address is nowhere.
    pub(crate) fn set(&mut self, url: &str) {
        url.clone_into(&mut self.url);
        self.last_error = None;
        self.lanes.retain(|_, state| matches!(state, State::Posting(_)));
    }

    /// Forgets everything. What is under way ends unheard.
    pub(crate) fn reset(&mut self) {
        *self = Self::default();
    }

    pub(crate) fn log(&self) -> Vec<WebhookDelivery> {
        self.log.iter().cloned().collect()
    }

    /// `getWebhookInfo`. Only `url` is documented (official); the count and the last error are seen by libraries
    /// (Balethon, python-bale-bot, bale-mcp), and shown while there is a webhook.
    pub(crate) fn info(&self, pending: usize) -> Value {
        let mut info = json!({"url": self.url});
        if self.is_set() {
            info["pending_update_count"] = pending.into();
        }
        if let Some((at, text)) = &self.last_error {
            info["last_error_date"] = at.unix().into();
            info["last_error_message"] = text.as_str().into();
        }
        info
    }

    fn posting(&self) -> usize {
        self.lanes.values().filter(|state| matches!(state, State::Posting(_))).count()
    }
}

impl Core {
    /// The next update that goes out now, if any does. Ends by [`posted`](Self::posted).
    pub(crate) fn next_post(&mut self, now: Time) -> Option<Post> {
        if !self.webhook.is_set() || self.webhook.posting() >= CONNECTIONS {
            return None;
        }
        self.queue.expire(now);
        if self.queue.len() == 0 {
            self.webhook.lanes.retain(|_, state| matches!(state, State::Posting(_)));
        }
        let mut seen = HashSet::new();
        let lanes = &self.webhook.lanes;
        let (update_id, lane, failures) = self.queue.lanes().find_map(|(update_id, lane)| {
            // Behind the first of its chat an update has to wait.
            if !seen.insert(lane) {
                return None;
            }
            match lanes.get(&lane) {
                Some(State::Posting(_)) => None,
                Some(State::Waiting { until, .. }) if *until > now => None,
                Some(State::Waiting { failures, .. }) => Some((update_id, lane, *failures)),
                None => Some((update_id, lane, 0)),
            }
        })?;
        let body = self.queue.hand_out(update_id)?;
        self.webhook.lanes.insert(lane, State::Posting(update_id));
        let course = self.take_fault("webhook");
        Some(Post { update_id, url: self.webhook.url.clone(), body, course, lane, failures })
    }

    /// When something goes out that does not now.
    pub(crate) fn next_post_at(&self) -> Option<Time> {
        let waiting = self.webhook.lanes.values().filter_map(|state| match state {
            State::Waiting { until, .. } => Some(*until),
            State::Posting(_) => None,
        });
        waiting.min().filter(|_| self.webhook.is_set())
    }

    /// What became of a post: the status of the answer, or why there is none.
    pub(crate) fn posted(&mut self, now: Time, post: &Post, answer: Result<u16, String>) {
        let Post { update_id, lane, failures, .. } = *post;
        if self.webhook.lanes.get(&lane) != Some(&State::Posting(update_id)) {
            return;
        }
        let log = &mut self.webhook.log;
        if log.len() == KEPT_DELIVERIES {
            log.pop_front();
        }
        let (status, error) = (answer.as_ref().ok().copied(), answer.as_ref().err().cloned());
        log.push_back(WebhookDelivery { update_id, status, error });
        match answer {
            Ok(200..=299) => {
                self.queue.delivered(update_id);
                self.webhook.lanes.remove(&lane);
            }
            failed => {
                let wait = (FIRST_WAIT * (1 << failures.min(8))).min(LONGEST_WAIT);
                let failures = failures.saturating_add(1);
                self.webhook.lanes.insert(lane, State::Waiting { failures, until: now + wait });
                let text = failed.map_or_else(
                    |error| error,
                    |status| format!("Wrong response from the webhook: {status}"),
                );
                self.webhook.last_error = Some((now, text));
            }
        }
    }
}

impl Post {
    /// What goes out: half of it, if a fault says so.
    fn sent(&self) -> Bytes {
        match self.course {
            Course::Serve(Ending::Truncated) => self.body.slice(..self.body.len() / 2),
            _ => self.body.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
