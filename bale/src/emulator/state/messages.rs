//! The messages of a chat, which know in what order they changed.

use std::{collections::BTreeMap, ops::Deref};

use super::StoredMessage;

/// Messages by id. Whoever watches a chat asks what changed since the last time, and is told of every message
/// once, however often it changed.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Messages {
    by_id: BTreeMap<i64, StoredMessage>,
    /// Ids by the count at which they changed last; those of deleted messages as well.
    changes: BTreeMap<u64, i64>,
    changed_at: BTreeMap<i64, u64>,
    count: u64,
}

impl Messages {
    pub(crate) fn insert(&mut self, message: StoredMessage) {
        self.touch(message.message_id);
        self.by_id.insert(message.message_id, message);
    }

    /// The message, to change it.
    pub(crate) fn get_mut(&mut self, message_id: &i64) -> Option<&mut StoredMessage> {
        if self.by_id.contains_key(message_id) {
            self.touch(*message_id);
        }
        self.by_id.get_mut(message_id)
    }

    pub(crate) fn remove(&mut self, message_id: i64) {
        if self.by_id.remove(&message_id).is_some() {
            self.touch(message_id);
        }
    }

    /// The ids of what changed after `count` changes, each with the count to go on from, the oldest change
    /// first.
    pub(crate) fn changed_since(&self, count: u64) -> impl Iterator<Item = (u64, i64)> {
        self.changes.range(count + 1..).map(|(count, id)| (*count, *id))
    }

    fn touch(&mut self, message_id: i64) {
        self.count += 1;
        if let Some(before) = self.changed_at.insert(message_id, self.count) {
            self.changes.remove(&before);
        }
        self.changes.insert(self.count, message_id);
    }
}

impl Deref for Messages {
    type Target = BTreeMap<i64, StoredMessage>;

    fn deref(&self) -> &Self::Target {
        &self.by_id
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::emulator::{
        state::{Content, Draft},
        time::Time,
    };

    #[test]
    fn every_change_is_told_once() {
        let mut messages = Messages::default();
        for id in 1..=3 {
            let draft = Draft::new(1, Content::Text(id.to_string()));
            let now = Time::since_epoch(Duration::ZERO);
            messages.insert(StoredMessage::new(id, now, draft));
        }
        messages.get_mut(&1);
        messages.get_mut(&1);
        messages.get_mut(&9);
        messages.remove(2);
        messages.remove(9);
        let all: Vec<_> = messages.changed_since(0).collect();
        assert_eq!(all, [(3, 3), (5, 1), (6, 2)]);
        assert_eq!(messages.changed_since(5).collect::<Vec<_>>(), [(6, 2)]);
        assert_eq!(messages.changed_since(6).count(), 0);
    }
}
