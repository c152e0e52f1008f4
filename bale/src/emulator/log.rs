//! Every call the server received, in order.

use std::collections::VecDeque;

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Value, json};

use super::time::Time;

/// How many calls are remembered; the oldest give way.
const KEPT_CALLS: usize = 10_000;

/// A call of the Bot API that the emulator received.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ReceivedCall {
    /// The method's name as the documentation writes it, or as it came when the emulator does not know it.
    pub method: String,
    /// The parameters as they came: text from a form, any JSON from a JSON body, a file as its name and size.
    pub params: Value,
    /// HTTP status of the answer; `None` while it waits, and when no answer was sent.
    pub status: Option<u16>,
    /// Body of the answer; as a JSON string when it is not JSON.
    pub reply: Option<Value>,
    /// Whether a [`Fault`](super::Fault) decided how it ended.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub faulted: bool,
    /// What it said that Bale does not know, as `Bale has no sendMessage.parse_mode: ..`. Bale ignores that;
    /// [`Emulator::strict`](super::Emulator::strict) refuses it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<String>,
}

/// Names one call for as long as it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CallId(u64);

#[derive(Debug)]
struct Entry {
    method: String,
    params: Value,
    answer: Option<(u16, Bytes)>,
    began: Time,
    /// `None` while it runs.
    ended: Option<Time>,
    faulted: bool,
    hints: Vec<String>,
    /// The update whose handler made it, if that is known.
    cause: Option<i64>,
}

impl Entry {
    fn show(&self) -> ReceivedCall {
        let reply = self.answer.as_ref().map(|(_, body)| {
            serde_json::from_slice(body)
                .unwrap_or_else(|_| String::from_utf8_lossy(body).into_owned().into())
        });
        ReceivedCall {
            method: self.method.clone(),
            params: self.params.clone(),
            status: self.answer.as_ref().map(|(status, _)| *status),
            reply,
            faulted: self.faulted,
            hints: self.hints.clone(),
        }
    }

    fn is_action(&self) -> bool {
        self.ended.is_some() && self.method != "getUpdates"
    }
}

/// The log. Ids go on counting when it is cleared.
#[derive(Debug, Default)]
pub(crate) struct CallLog {
    first: u64,
    entries: VecDeque<Entry>,
    /// Finished calls other than `getUpdates` since the log was cleared, forgotten ones included.
    actions: usize,
}

impl CallLog {
    /// Writes down a call that just came in.
    pub(crate) fn open(
        &mut self,
        now: Time,
        method: &str,
        params: Value,
        cause: Option<i64>,
    ) -> CallId {
        if self.entries.len() == KEPT_CALLS {
            self.entries.pop_front();
            self.first += 1;
        }
        let id = CallId(self.next_number());
        let method = method.to_owned();
        self.entries.push_back(Entry {
            method,
            params,
            answer: None,
            began: now,
            ended: None,
            faulted: false,
            hints: Vec::new(),
            cause,
        });
        id
    }

    /// Writes down what it said that Bale does not know.
    pub(crate) fn hint(&mut self, id: CallId, hints: Vec<String>) {
        if let Some(entry) = self.entry_mut(id) {
            entry.hints = hints;
        }
    }

    /// Writes down that a fault decides how it ends.
    pub(crate) fn mark_faulted(&mut self, id: CallId) {
        if let Some(entry) = self.entry_mut(id) {
            entry.faulted = true;
        }
    }

    /// Writes down how it ended: its answer, or that there was none.
    pub(crate) fn close(&mut self, now: Time, id: CallId, answer: Option<(u16, Bytes)>) {
        // A call that was cleared away while it ran is nobody's business any more.
        let Some(entry) = self.entry_mut(id) else { return };
        entry.answer = answer;
        entry.ended = Some(now);
        self.actions += usize::from(entry.is_action());
    }

    fn entry_mut(&mut self, id: CallId) -> Option<&mut Entry> {
        let place = usize::try_from(id.0.checked_sub(self.first)?).ok()?;
        self.entries.get_mut(place)
    }

    /// The calls with these numbers and above, but for `getUpdates`: number, whether it ended, and the call.
    pub(crate) fn since(&self, number: u64) -> Vec<(u64, bool, ReceivedCall)> {
        (self.first..)
            .zip(&self.entries)
            .skip(usize::try_from(number.saturating_sub(self.first)).unwrap_or(usize::MAX))
            .filter(|(_, entry)| entry.method != "getUpdates")
            .map(|(number, entry)| (number, entry.ended.is_some(), entry.show()))
            .collect()
    }

    /// A call as whoever watches sees it, and whether it ended; nothing if it is forgotten.
    ///
    /// Times are in milliseconds; `update_id` is there when it is known whose handler called.
    pub(crate) fn watched(&self, number: u64) -> Option<(bool, Value)> {
        let place = usize::try_from(number.checked_sub(self.first)?).ok()?;
        let entry = self.entries.get(place)?;
        let call = entry.show();
        let mut shown = json!({
            "kind": "call", "number": number, "method": call.method, "params": call.params,
            "status": call.status, "reply": call.reply, "faulted": call.faulted,
            "at": entry.began.millis(), "update_id": entry.cause, "ended": entry.ended.is_some(),
        });
        if !call.hints.is_empty() {
            shown["hints"] = call.hints.into();
        }
        if let Some(ended) = entry.ended {
            shown["took"] = (ended.millis().saturating_sub(entry.began.millis())).into();
        }
        Some((entry.ended.is_some(), shown))
    }

    /// The number of the oldest call that is remembered.
    pub(crate) fn first_number(&self) -> u64 {
        self.first
    }

    /// Whether it is a poll, which nobody wants to read about unless it fails.
    pub(crate) fn is_quiet(&self, number: u64) -> bool {
        let place = number.checked_sub(self.first).and_then(|place| usize::try_from(place).ok());
        let entry = place.and_then(|place| self.entries.get(place));
        entry.is_some_and(|entry| entry.method == "getUpdates" && !entry.faulted)
    }

    /// The number of the next call.
    pub(crate) fn next_number(&self) -> u64 {
        self.first + self.entries.len() as u64
    }

    /// All calls.
    pub(crate) fn all(&self) -> Vec<ReceivedCall> {
        self.entries.iter().map(Entry::show).collect()
    }

    /// How many calls other than `getUpdates` have ended.
    pub(crate) fn actions(&self) -> usize {
        self.actions
    }

    /// Those calls.
    pub(crate) fn ended_actions(&self) -> Vec<ReceivedCall> {
        self.entries.iter().filter(|entry| entry.is_action()).map(Entry::show).collect()
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.first += self.entries.len() as u64;
        self.entries.clear();
        self.actions = 0;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: Time = Time::EPOCH;

    fn shown(method: &str, status: Option<u16>, reply: Option<Value>) -> ReceivedCall {
        let (method, params, hints) = (method.into(), json!({}), Vec::new());
        ReceivedCall { method, params, status, reply, faulted: false, hints }
    }

    #[test]
    fn calls_are_shown_in_order_with_their_ends() {
        let mut log = CallLog::default();
        let poll = log.open(NOW, "getUpdates", json!({}), None);
        let get_me = log.open(NOW, "getMe", json!({}), None);
        let lost = log.open(NOW, "sendMessage", json!({}), None);
        log.close(NOW, get_me, Some((200, Bytes::from("{}"))));
        log.close(NOW, lost, None);
        let expected = [
            shown("getUpdates", None, None),
            shown("getMe", Some(200), Some(json!({}))),
            shown("sendMessage", None, None),
        ];
        assert_eq!(log.all(), expected);
        assert_eq!(log.ended_actions(), expected[1..]);
        assert_eq!(log.actions(), 2);
        log.close(NOW, poll, Some((502, Bytes::from("<html>"))));
        assert_eq!(log.all()[0], shown("getUpdates", Some(502), Some(json!("<html>"))));
        assert_eq!(log.actions(), 2);
    }

    #[test]
    fn a_call_cleared_away_ends_unseen() {
        let mut log = CallLog::default();
        let old = log.open(NOW, "getMe", json!({}), None);
        log.clear();
        let new = log.open(NOW, "getMe", json!({}), None);
        log.close(NOW, old, Some((200, Bytes::from("1"))));
        assert_eq!(log.all(), [shown("getMe", None, None)]);
        log.close(NOW, new, Some((200, Bytes::from("2"))));
        assert_eq!(
            (log.all(), log.actions()),
            (vec![shown("getMe", Some(200), Some(json!(2)))], 1)
        );
    }
}
