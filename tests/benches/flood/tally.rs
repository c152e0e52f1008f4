//! Which updates were answered, how often and in which order.

use serde::{Deserialize, Serialize};

/// The chat of the update with this index, of so many chats.
pub fn chat_of(index: usize, chats: usize) -> u64 {
    (index % chats + 1) as u64
}

/// What the server saw.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Report {
    /// From the first update handed out to the reply that completed the set.
    pub seconds: f64,
    /// When the first `getUpdates` came, in seconds of the Unix clock.
    pub first_poll: f64,
    /// Replies under way at once, on average: Little's law, from what the server took for each.
    pub in_flight: f64,
    /// What the server took for a reply and for a poll that brought updates, in seconds on average.
    pub reply_took: f64,
    pub poll_took: f64,
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
    /// The most updates that were confirmed and not yet answered: what a crash would have lost.
    pub at_risk: u64,
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
    /// How many updates are confirmed, and how many of those have no reply.
    confirmed: usize,
    unanswered: u64,
    report: Report,
}

impl Tally {
    pub fn new(updates: usize, chats: usize) -> Self {
        let report = Report { missing: updates as u64, ..Report::default() };
        Self {
            answered: vec![false; updates],
            latest: vec![0; chats],
            confirmed: 0,
            unanswered: 0,
            report,
        }
    }

    /// Confirms the updates before this index, and says how many are.
    pub fn confirm(&mut self, below: usize) -> usize {
        let below = below.min(self.answered.len());
        if below > self.confirmed {
            let confirmed = &self.answered[self.confirmed..below];
            self.unanswered += confirmed.iter().filter(|answered| !**answered).count() as u64;
            self.report.at_risk = self.report.at_risk.max(self.unanswered);
            self.confirmed = below;
        }
        self.confirmed
    }

    /// Counts a reply. Its text is the index of the update that it answers.
    pub fn count(&mut self, chat_id: i64, text: &str) {
        self.report.replies += 1;
        let chats = self.latest.len();
        let index =
            text.parse().ok().filter(|&index| u64::try_from(chat_id) == Ok(chat_of(index, chats)));
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
        if index < self.confirmed {
            self.unanswered -= 1;
        }
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
