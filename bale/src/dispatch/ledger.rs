//! Which updates are fetched and not yet done, and so what may be confirmed to the server.
//!
//! Confirmation is cumulative: `offset = n` forgets everything below `n`. So the offset is the first
//! unfinished update, never the last finished one.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

use super::done::Done;

/// How far below the last known id an unknown one still counts as a repetition. Further down, the
/// server has begun to count anew.
const STALE_SPAN: i64 = 100_000;

/// The fetched updates from the first unfinished one on, in order of their ids.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    entries: VecDeque<Entry>,
    /// The highest id seen.
    last: Option<i64>,
    /// The highest id seen before the batch that is being written down. One batch need not be in order.
    known_to: Option<i64>,
    /// Every id that is done, where updates are pushed: they come in no order, and come again.
    done: Option<Done>,
    running: usize,
    deferred: usize,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    id: i64,
    state: State,
    since: Instant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Seen, but there was no room; the server keeps it and hands it out again.
    Deferred,
    /// Handed to a lane.
    Running,
    /// May be confirmed.
    Done,
}

/// What the ledger knows of an update that a poll brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Never seen: it should be handed to a lane.
    New,
    /// There was no room for it; it has waited since then.
    Deferred(Instant),
    /// In a lane, or done: nothing to do.
    Known,
}

impl Ledger {
    /// A ledger of updates that are pushed. It tells what was done from what never came, also far behind the
    /// last one, and leaves it to the server to remember what there was no room for.
    pub(crate) fn pushed() -> Self {
        Self { done: Some(Done::default()), ..Self::default() }
    }

    /// The offset of the next poll: the first unfinished update, or one past the last. None says that
    /// nothing may be confirmed: also where the first unfinished id is negative, because to the server a
    /// negative offset is no id but a number of updates to keep.
    pub(crate) fn offset(&self) -> Option<i64> {
        match self.entries.front() {
            Some(first_unfinished) => Some(first_unfinished.id).filter(|id| *id >= 0),
            None => self.last.map(|last| last.saturating_add(1).max(0)),
        }
    }

    /// When the first unfinished update was first seen.
    pub(crate) fn oldest(&self) -> Option<Instant> {
        self.entries.front().map(|entry| entry.since)
    }

    /// Number of updates in lanes.
    pub(crate) fn running(&self) -> usize {
        self.running
    }

    /// Number of updates that there was no room for.
    pub(crate) fn deferred(&self) -> usize {
        self.deferred
    }

    /// Begins a batch whose highest id is `highest`.
    pub(crate) fn begin_batch(&mut self, highest: i64) {
        if self.last.is_some_and(|last| last.saturating_sub(highest) >= STALE_SPAN) {
            // The server counts anew: what it has forgotten cannot be confirmed any more.
            *self = if self.done.is_some() { Self::pushed() } else { Self::default() };
        }
        self.known_to = self.last;
        if let Some(done) = &mut self.done {
            done.forget_below(highest.saturating_sub(STALE_SPAN));
        }
    }

    /// What is known of update `id`.
    pub(crate) fn standing(&self, id: i64) -> Standing {
        match self.position(id) {
            Ok(index) => match self.entries[index].state {
                State::Deferred => Standing::Deferred(self.entries[index].since),
                State::Running | State::Done => Standing::Known,
            },
            Err(_) if self.is_stale(id) => Standing::Known,
            Err(_) => Standing::New,
        }
    }

    /// Whether update `id` is in a lane and may not be confirmed yet.
    pub(crate) fn is_running(&self, id: i64) -> bool {
        self.position(id).is_ok_and(|index| self.entries[index].state == State::Running)
    }

    /// Writes down that update `id` was handed to a lane. Its time until the release
    /// counts from `since`.
    pub(crate) fn admit(&mut self, id: i64, since: Instant) {
        self.record(id, State::Running, since);
    }

    /// Writes down that there was no room for update `id`, which has waited since `since`.
    pub(crate) fn defer(&mut self, id: i64, since: Instant) {
        if self.done.is_none() {
            self.record(id, State::Deferred, since);
        }
    }

    /// Writes down that update `id` is done; `true` if the offset moved.
    pub(crate) fn finish(&mut self, id: i64) -> bool {
        let Ok(index) = self.position(id) else { return false };
        self.set(index, State::Done);
        self.trim()
    }

    /// Lets go of every update that has been in a lane since before `deadline` ago, so that one stuck
    /// handler does not hold the bot. Returns their ids and since when each was known.
    pub(crate) fn release(&mut self, now: Instant, deadline: Duration) -> Vec<(i64, Instant)> {
        let mut released = Vec::new();
        for index in 0..self.entries.len() {
            let Entry { id, state, since } = self.entries[index];
            if state == State::Running && now.duration_since(since) >= deadline {
                self.set(index, State::Done);
                released.push((id, since));
            }
        }
        self.trim();
        released
    }

    /// When the next update becomes due for [`release`](Self::release).
    pub(crate) fn next_release(&self, deadline: Duration) -> Option<Instant> {
        self.entries
            .iter()
            .filter(|entry| entry.state == State::Running)
            // No such moment: it is never released.
            .filter_map(|entry| entry.since.checked_add(deadline))
            .min()
    }

    /// Lets go of deferred updates below `end` that the server no longer has (`batch`, sorted, is what
    /// it gave from the offset on). Returns their ids.
    pub(crate) fn forget_missing(&mut self, batch: &[i64], end: i64) -> Vec<i64> {
        let mut gone = Vec::new();
        if self.deferred == 0 {
            return gone;
        }
        for index in 0..self.entries.len() {
            let Entry { id, state, .. } = self.entries[index];
            if state == State::Deferred && id < end && batch.binary_search(&id).is_err() {
                self.set(index, State::Done);
                gone.push(id);
            }
        }
        self.trim();
        gone
    }

    fn record(&mut self, id: i64, state: State, since: Instant) {
        let index = match self.position(id) {
            Ok(index) => index,
            Err(index) => {
                self.entries.insert(index, Entry { id, state: State::Done, since });
                index
            }
        };
        self.entries[index].since = since;
        self.set(index, state);
        self.last = self.last.max(Some(id));
    }

    fn set(&mut self, index: usize, state: State) {
        let Entry { id, state: old, .. } = self.entries[index];
        self.entries[index].state = state;
        if let (State::Done, Some(done)) = (state, &mut self.done) {
            done.insert(id);
        }
        for (state, step) in [(old, -1), (state, 1)] {
            let count = match state {
                State::Running => &mut self.running,
                State::Deferred => &mut self.deferred,
                State::Done => continue,
            };
            *count = count.saturating_add_signed(step);
        }
    }

    /// Entries arrive in order, so the search nearly always ends at once.
    fn position(&self, id: i64) -> Result<usize, usize> {
        match self.entries.back() {
            None => Err(0),
            Some(last) if id > last.id => Err(self.entries.len()),
            Some(_) => self.entries.binary_search_by_key(&id, |entry| entry.id),
        }
    }

    fn is_stale(&self, id: i64) -> bool {
        if let Some(done) = &self.done {
            return done.contains(id);
        }
        self.known_to.is_some_and(|last| id <= last && last.saturating_sub(id) < STALE_SPAN)
    }

    fn trim(&mut self) -> bool {
        let before = self.entries.len();
        if self.done.is_some() {
            // No offset depends on where they stand.
            self.entries.retain(|entry| entry.state != State::Done);
        }
        while self.entries.front().is_some_and(|entry| entry.state == State::Done) {
            self.entries.pop_front();
        }
        self.entries.len() < before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ledger(ids: impl IntoIterator<Item = i64>) -> Ledger {
        let mut ledger = Ledger::default();
        for id in ids {
            ledger.admit(id, Instant::now());
        }
        ledger
    }

    #[tokio::test]
    async fn the_offset_is_the_first_unfinished() {
        let mut ledger = ledger(5..8);
        assert_eq!(ledger.offset(), Some(5));
        assert!(!ledger.finish(6), "5 is not done, so nothing more may be confirmed");
        assert!(!ledger.finish(7));
        assert_eq!(ledger.offset(), Some(5));
        assert!(ledger.finish(5));
        assert_eq!((ledger.offset(), ledger.running()), (Some(8), 0));
    }

    #[tokio::test]
    async fn nothing_seen_means_no_offset() {
        assert_eq!(Ledger::default().offset(), None);
    }

    #[tokio::test]
    async fn an_id_of_zero_is_an_id() {
        let mut ledger = ledger([0]);
        assert_eq!(ledger.offset(), Some(0));
        ledger.finish(0);
        assert_eq!(ledger.offset(), Some(1));
    }

    #[tokio::test]
    async fn what_was_seen_is_known() {
        let mut ledger = ledger(1..4);
        ledger.finish(1);
        ledger.begin_batch(4);
        let standings = [1, 2, 3, 4].map(|id| ledger.standing(id));
        use Standing::{Known, New};
        assert_eq!(standings, [Known, Known, Known, New]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_deferred_update_holds_the_offset_and_is_asked_for_again() {
        let mut ledger = ledger([1]);
        let now = Instant::now();
        ledger.defer(2, now);
        ledger.admit(3, now);
        ledger.finish(1);
        ledger.finish(3);
        assert_eq!(ledger.offset(), Some(2));
        assert_eq!(ledger.standing(2), Standing::Deferred(now));
        ledger.admit(2, now);
        assert_eq!(ledger.standing(2), Standing::Known);
        ledger.finish(2);
        assert_eq!(ledger.offset(), Some(4));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_overdue_is_released() {
        let deadline = Duration::from_secs(30);
        let mut ledger = ledger([1]);
        tokio::time::advance(Duration::from_secs(10)).await;
        ledger.admit(2, Instant::now());
        tokio::time::advance(Duration::from_secs(20)).await;
        let released = ledger.release(Instant::now(), deadline);
        assert_eq!(released, [(1, Instant::now() - deadline)]);
        assert_eq!(ledger.offset(), Some(2));
        assert_eq!(ledger.next_release(deadline), Some(Instant::now() + Duration::from_secs(10)));
        assert!(!ledger.finish(1), "its late end changes nothing");
    }

    #[tokio::test]
    async fn deferred_updates_that_the_server_lost_are_forgotten() {
        let mut ledger = ledger([1]);
        ledger.defer(2, Instant::now());
        ledger.defer(3, Instant::now());
        ledger.finish(1);
        assert_eq!(ledger.forget_missing(&[3], 4), [2]);
        assert_eq!(ledger.offset(), Some(3));
    }

    #[tokio::test]
    async fn a_negative_id_never_becomes_an_offset() {
        let mut ledger = ledger([-5, -4]);
        ledger.finish(-5);
        assert_eq!((ledger.offset(), ledger.running()), (None, 1));
        ledger.finish(-4);
        assert_eq!(ledger.offset(), Some(0));
    }

    #[tokio::test]
    async fn the_highest_id_there_is_is_an_id() {
        let mut ledger = ledger([i64::MAX]);
        ledger.finish(i64::MAX);
        ledger.begin_batch(i64::MAX);
        assert_eq!(ledger.offset(), Some(i64::MAX));
        assert_eq!(ledger.standing(i64::MAX), Standing::Known);
    }

    #[tokio::test]
    async fn a_deadline_that_never_comes() {
        let mut ledger = ledger([1]);
        assert_eq!(ledger.next_release(Duration::MAX), None);
        assert_eq!(ledger.release(Instant::now(), Duration::MAX), []);
    }

    #[tokio::test]
    async fn a_batch_need_not_be_in_order() {
        let mut ledger = ledger([5]);
        ledger.begin_batch(1_000_000);
        for id in [6, 1_000_000, 7] {
            assert_eq!(ledger.standing(id), Standing::New, "{id}");
            ledger.admit(id, Instant::now());
        }
        for id in [1_000_000, 5, 6] {
            ledger.finish(id);
        }
        assert_eq!((ledger.offset(), ledger.running()), (Some(7), 1));
    }

    #[tokio::test]
    async fn a_server_that_counts_anew_is_followed() {
        let mut ledger = ledger([900_000_000]);
        ledger.finish(900_000_000);
        ledger.begin_batch(7);
        assert_eq!(ledger.standing(7), Standing::New);
        ledger.admit(7, Instant::now());
        ledger.finish(7);
        assert_eq!(ledger.offset(), Some(8));
    }
}
