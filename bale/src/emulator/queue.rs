//! The updates a bot has not confirmed yet.

use std::{collections::VecDeque, time::Duration};

use bytes::Bytes;
use serde_json::Value;

use super::{time::Time, webhook::Lane};

/// How many updates the server keeps; the oldest give way. Source: docs.bale.ai#getUpdates, official.
pub(crate) const KEPT_UPDATES: usize = 2000;

/// How many updates whoever watches can still ask for.
const REMEMBERED: usize = 10_000;

/// How long the server keeps an update. Source: docs.bale.ai#getUpdates, official.
pub(crate) const KEPT_FOR: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Debug)]
struct Entry {
    update_id: i64,
    since: Time,
    lane: Lane,
    /// The element as it is sent, byte for byte.
    json: Bytes,
    /// Whether a poll was answered with it, or a webhook got it.
    is_handed_out: bool,
}

/// The queue of one bot. `update_id` grows by one with every update.
#[derive(Debug)]
pub(crate) struct UpdateQueue {
    next_id: i64,
    entries: VecDeque<Entry>,
    confirmed: Option<i64>,
    /// What was appended lately, for those who watch.
    history: VecDeque<(i64, Time, Bytes)>,
    appended: u64,
}

impl UpdateQueue {
    /// An empty queue whose first update will have this id.
    pub(crate) fn starting_at(first_id: i64) -> Self {
        Self {
            next_id: first_id,
            entries: VecDeque::new(),
            confirmed: None,
            history: VecDeque::new(),
            appended: 0,
        }
    }

    /// Appends an update written around its id.
    pub(crate) fn push(&mut self, now: Time, write: impl FnOnce(i64) -> Value) -> i64 {
        let update_id = self.next_id;
        let update = write(update_id);
        self.append(now, update_id, Lane::of(update_id, &update), update.to_string().into())
    }

    /// Appends these bytes as they are. They are confirmed by the `update_id` they carry, else by the next
    /// one in order.
    pub(crate) fn push_raw(&mut self, now: Time, json: Bytes) -> i64 {
        let update = serde_json::from_slice::<Value>(&json).unwrap_or_default();
        let carried = update.get("update_id").and_then(Value::as_i64);
        let update_id = carried.unwrap_or(self.next_id);
        self.append(now, update_id, Lane::of(update_id, &update), json)
    }

    fn append(&mut self, now: Time, update_id: i64, lane: Lane, json: Bytes) -> i64 {
        self.next_id = self.next_id.max(update_id.saturating_add(1));
        self.appended += 1;
        self.history.push_back((update_id, now, json.clone()));
        if self.history.len() > REMEMBERED {
            self.history.pop_front();
        }
        self.entries.push_back(Entry { update_id, since: now, lane, json, is_handed_out: false });
        if self.entries.len() > KEPT_UPDATES {
            self.entries.pop_front();
        }
        update_id
    }

    /// Drops what is too old to be kept.
    pub(crate) fn expire(&mut self, now: Time) {
        self.entries.retain(|entry| now.since(entry.since) < KEPT_FOR);
    }

    /// What `offset` does to the queue: an id confirms everything below it; `-n` confirms all but the last
    /// `n`. Source: docs.bale.ai#getUpdates, official.
    pub(crate) fn acknowledge(&mut self, offset: i64) {
        let before = if offset < 0 {
            let keep = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
            self.entries.len().saturating_sub(keep)
        } else {
            0
        };
        let mut position = 0;
        let confirmed = &mut self.confirmed;
        self.entries.retain(|entry| {
            let gone = position < before || (offset >= 0 && entry.update_id < offset);
            position += 1;
            if gone {
                *confirmed = (*confirmed).max(Some(entry.update_id));
            }
            !gone
        });
    }

    /// The first `limit` elements, which go out.
    pub(crate) fn first(&mut self, limit: usize) -> Vec<Bytes> {
        let first = self.entries.iter_mut().take(limit);
        first
            .map(|entry| {
                entry.is_handed_out = true;
                entry.json.clone()
            })
            .collect()
    }

    /// The waiting updates and what they are kept in order with.
    pub(crate) fn lanes(&self) -> impl Iterator<Item = (i64, Lane)> {
        self.entries.iter().map(|entry| (entry.update_id, entry.lane))
    }

    /// One element, which goes out.
    pub(crate) fn hand_out(&mut self, update_id: i64) -> Option<Bytes> {
        let entry = self.entries.iter_mut().find(|entry| entry.update_id == update_id)?;
        entry.is_handed_out = true;
        Some(entry.json.clone())
    }

    /// The webhook has it.
    pub(crate) fn delivered(&mut self, update_id: i64) {
        self.entries.retain(|entry| entry.update_id != update_id);
        self.confirmed = self.confirmed.max(Some(update_id));
    }

    /// The updates appended after the first `count`, and how many there are now. Of old ones nothing is known.
    pub(crate) fn appended_since(
        &self,
        count: u64,
    ) -> (u64, impl Iterator<Item = &(i64, Time, Bytes)>) {
        let new = usize::try_from(self.appended - count).unwrap_or(usize::MAX);
        (self.appended, self.history.iter().skip(self.history.len().saturating_sub(new)))
    }

    /// The text of an update that was appended lately.
    pub(crate) fn remembered(&self, update_id: i64) -> Option<&Bytes> {
        let mut latest = self.history.iter().rev();
        latest.find(|(id, ..)| *id == update_id).map(|(.., text)| text)
    }

    /// Whether every update went out at least once.
    pub(crate) fn is_handed_out(&self) -> bool {
        self.entries.iter().all(|entry| entry.is_handed_out)
    }

    /// The id of the next update.
    pub(crate) fn next_id(&self) -> i64 {
        self.next_id
    }

    /// How many updates are not confirmed.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The highest id that was confirmed.
    pub(crate) fn confirmed(&self) -> Option<i64> {
        self.confirmed
    }

    /// Forgets the waiting updates; ids go on counting, because a running bot remembers its offset.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.history.clear();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(seconds: u64) -> Time {
        Time::since_epoch(Duration::from_secs(seconds))
    }

    fn queue_of(count: usize) -> UpdateQueue {
        let mut queue = UpdateQueue::starting_at(0);
        for _ in 0..count {
            queue.push(at(0), |id| json!(id));
        }
        queue
    }

    fn ids(queue: &mut UpdateQueue) -> Vec<Bytes> {
        queue.first(usize::MAX)
    }

    #[test]
    fn an_offset_confirms_everything_below_it() {
        let mut queue = queue_of(5);
        assert_eq!(queue.confirmed(), None);
        queue.acknowledge(0);
        assert_eq!((queue.len(), queue.confirmed()), (5, None));
        queue.acknowledge(3);
        assert_eq!(ids(&mut queue), ["3", "4"]);
        assert_eq!(queue.confirmed(), Some(2));
        queue.acknowledge(1);
        assert_eq!((queue.len(), queue.confirmed()), (2, Some(2)));
        queue.acknowledge(i64::MAX);
        assert_eq!((queue.len(), queue.confirmed()), (0, Some(4)));
    }

    #[test]
    fn a_negative_offset_keeps_the_last_ones() {
        let mut queue = queue_of(5);
        queue.acknowledge(-2);
        assert_eq!(ids(&mut queue), ["3", "4"]);
        queue.acknowledge(i64::MIN);
        assert_eq!(ids(&mut queue), ["3", "4"]);
        queue.acknowledge(-1);
        assert_eq!(ids(&mut queue), ["4"]);
        assert_eq!(queue.confirmed(), Some(3));
    }

    #[test]
    fn the_oldest_of_2001_updates_is_lost() {
        let mut queue = queue_of(KEPT_UPDATES + 1);
        assert_eq!((queue.len(), queue.confirmed()), (KEPT_UPDATES, None));
        assert_eq!(queue.first(1), ["1"]);
    }

    #[test]
    fn what_was_handed_out_is_known_until_more_comes() {
        let mut queue = queue_of(2);
        queue.first(1);
        assert!(!queue.is_handed_out());
        queue.first(2);
        assert!(queue.is_handed_out());
        assert_eq!(queue.next_id(), queue.push(at(0), |id| json!(id)));
        assert!(!queue.is_handed_out());
    }

    #[test]
    fn an_update_lives_a_day() {
        let mut queue = UpdateQueue::starting_at(0);
        queue.push(at(0), |id| json!(id));
        queue.push(at(1), |id| json!(id));
        queue.expire(at(86_399));
        assert_eq!(queue.len(), 2);
        queue.expire(at(86_400));
        assert_eq!(ids(&mut queue), ["1"]);
    }

    #[test]
    fn raw_elements_keep_their_bytes_and_their_id() {
        let mut queue = UpdateQueue::starting_at(3);
        let spaced = Bytes::from_static(b"{ \"update_id\" : 10 }");
        let broken = Bytes::from_static(b"{\"update_id\":");
        assert_eq!(queue.push_raw(at(0), spaced.clone()), 10);
        assert_eq!(queue.push_raw(at(0), broken.clone()), 11);
        assert_eq!(queue.push(at(0), |id| json!(id)), 12);
        assert_eq!(ids(&mut queue), [spaced, broken.clone(), Bytes::from("12")]);
        queue.acknowledge(11);
        assert_eq!(queue.first(1), [broken]);
    }
}
