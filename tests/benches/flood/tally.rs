//! Which updates were answered, how often and in which order.

use serde::{Deserialize, Serialize};

/// The chat of the update with this index, of so many chats.
pub fn chat_of(index: usize, chats: usize) -> u64 {
    (index % chats + 1) as u64
}

/// What the server saw.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Report {
    /// From the first `getUpdates` to the reply that completed the set.
    pub seconds: f64,
    /// All replies, doubles included.
    pub replies: u64,
    /// Updates without a reply.
    pub missing: u64,
    /// Replies to an update that already had one.
    pub doubled: u64,
    /// Replies sent after the reply to a later update of the same chat.
    pub inversions: u64,
    /// Replies that fit no update: another text, or the wrong chat.
    pub strange: u64,
}

impl Report {
    pub fn is_right(&self) -> bool {
        let Self { missing, doubled, inversions, strange, .. } = *self;
        [missing, doubled, inversions, strange] == [0; 4]
    }
}

/// Counts replies as they come.
pub struct Tally {
    answered: Vec<bool>,
    /// For each chat one more than the latest index answered; zero if none was.
    latest: Vec<usize>,
    report: Report,
}

impl Tally {
    pub fn new(updates: usize, chats: usize) -> Self {
        let report = Report { missing: updates as u64, ..Report::default() };
        Self { answered: vec![false; updates], latest: vec![0; chats], report }
    }

    /// Counts a reply. Its text is the index of the update that it answers.
    pub fn count(&mut self, chat_id: u64, text: &str) {
        self.report.replies += 1;
        let chats = self.latest.len();
        let index = text.parse().ok().filter(|&index| chat_of(index, chats) == chat_id);
        let Some((index, answered)) =
            index.and_then(|index| Some((index, self.answered.get_mut(index)?)))
        else {
            self.report.strange += 1;
            return;
        };
        if std::mem::replace(answered, true) {
            self.report.doubled += 1;
            return;
        }
        self.report.missing -= 1;
        let latest = &mut self.latest[index % chats];
        if index < *latest {
            self.report.inversions += 1;
        }
        *latest = (*latest).max(index + 1);
    }

    pub fn is_complete(&self) -> bool {
        self.report.missing == 0
    }

    pub fn report(&self) -> Report {
        self.report
    }
}
