//! Order inside a chat, independence between chats, and a bound on both.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

/// What keeps updates in order with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum LaneKey {
    /// Everything in one chat.
    Chat(i64),
    /// What one person does outside any chat.
    User(i64),
}

impl LaneKey {
    /// What a journal knows it by.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Chat(id) => format!("chat {id}"),
            Self::User(id) => format!("user {id}"),
        }
    }
}

/// How many overdue jobs may wait in all, beyond the lanes' own bounds. As many as the server itself
/// keeps. Source: docs.bale.ai#getUpdates.
const OVERDUE: usize = 2000;

/// The lanes that have work: each runs one job at a time and queues the rest.
#[derive(Debug)]
pub(crate) struct Lanes<J> {
    /// A lane is here while it runs a job; the queue holds what waits behind it.
    waiting: FxHashMap<LaneKey, VecDeque<J>>,
    /// Jobs running or waiting within the bounds of their lanes.
    within: usize,
    /// Jobs waiting beyond the bounds of their lanes.
    beyond: usize,
    capacity: usize,
    lane_capacity: usize,
}

/// What became of a job.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Admission<J> {
    /// Its lane is free: run it now.
    Run(J),
    /// It waits for its turn.
    Queued,
    /// Its lane is full.
    LaneFull(J),
    /// Everything is full.
    Full(J),
}

impl<J> Lanes<J> {
    /// At most `capacity` jobs running or waiting, `lane_capacity` in one lane.
    pub(crate) fn new(capacity: usize, lane_capacity: usize) -> Self {
        Self { waiting: FxHashMap::default(), within: 0, beyond: 0, capacity, lane_capacity }
    }

    /// Jobs running or waiting.
    pub(crate) fn in_flight(&self) -> usize {
        self.within + self.beyond
    }

    /// How many more jobs there is room for, if their lanes have it too.
    pub(crate) fn room(&self) -> usize {
        self.capacity.saturating_sub(self.within)
    }

    /// How many more jobs a lane has room for, if there is any in all.
    pub(crate) fn room_in(&self, key: LaneKey) -> usize {
        let taken = self.waiting.get(&key).map_or(0, |queue| queue.len() + 1);
        self.lane_capacity.saturating_sub(taken)
    }

    /// Takes a job in. With `key` none it runs beside everything. `overdue` lifts the lane's own bound;
    /// what it lets in does not count against the others, or one stuck lane would fill all the room.
    pub(crate) fn admit(&mut self, key: Option<LaneKey>, job: J, overdue: bool) -> Admission<J> {
        match key.and_then(|key| self.waiting.get_mut(&key)) {
            Some(queue) if queue.len() + 1 >= self.lane_capacity => {
                if !overdue || self.beyond >= OVERDUE {
                    return Admission::LaneFull(job);
                }
                queue.push_back(job);
                self.beyond += 1;
                Admission::Queued
            }
            _ if self.within >= self.capacity => Admission::Full(job),
            Some(queue) => {
                queue.push_back(job);
                self.within += 1;
                Admission::Queued
            }
            None => {
                if let Some(key) = key {
                    self.waiting.insert(key, VecDeque::new());
                }
                self.within += 1;
                Admission::Run(job)
            }
        }
    }

    /// The running job of lane `key` has ended; gives the next one to run there.
    pub(crate) fn ended(&mut self, key: Option<LaneKey>) -> Option<J> {
        let queue = key.and_then(|key| self.waiting.get_mut(&key));
        if queue.as_ref().is_some_and(|queue| queue.len() >= self.lane_capacity) {
            self.beyond -= 1;
        } else {
            self.within -= 1;
        }
        let next = queue?.pop_front();
        if next.is_none() {
            self.waiting.remove(&key?);
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CHAT: Option<LaneKey> = Some(LaneKey::Chat(1));

    #[test]
    fn one_job_at_a_time_in_a_lane() {
        let mut lanes = Lanes::new(10, 10);
        assert_eq!(lanes.admit(CHAT, 'a', false), Admission::Run('a'));
        assert_eq!(lanes.admit(CHAT, 'b', false), Admission::Queued);
        assert_eq!(lanes.admit(Some(LaneKey::User(1)), 'c', false), Admission::Run('c'));
        assert_eq!(lanes.admit(None, 'd', false), Admission::Run('d'));
        assert_eq!(lanes.ended(CHAT), Some('b'));
        assert_eq!(lanes.ended(CHAT), None);
        assert_eq!(lanes.in_flight(), 2);
    }

    #[test]
    fn a_lane_and_the_whole_are_bounded() {
        let mut lanes = Lanes::new(3, 2);
        assert_eq!(lanes.admit(CHAT, 1, false), Admission::Run(1));
        assert_eq!(lanes.admit(CHAT, 2, false), Admission::Queued);
        assert_eq!(lanes.admit(CHAT, 3, false), Admission::LaneFull(3));
        assert_eq!(lanes.admit(None, 4, false), Admission::Run(4));
        assert_eq!(lanes.admit(None, 5, true), Admission::Full(5));
    }

    #[test]
    fn what_is_overdue_waits_in_its_full_lane_and_takes_no_room_from_others() {
        let mut lanes = Lanes::new(3, 2);
        for job in 0..2 + OVERDUE {
            lanes.admit(CHAT, job, true);
        }
        assert_eq!((lanes.in_flight(), lanes.room()), (2 + OVERDUE, 1));
        assert_eq!(lanes.admit(CHAT, 0, true), Admission::LaneFull(0));
        assert_eq!(lanes.admit(None, 0, false), Admission::Run(0));
        let order: Vec<usize> = std::iter::from_fn(|| lanes.ended(CHAT)).collect();
        assert_eq!(order, (1..2 + OVERDUE).collect::<Vec<_>>());
        assert_eq!((lanes.in_flight(), lanes.room()), (1, 2));
    }

    #[test]
    fn an_idle_lane_leaves_nothing_behind() {
        let mut lanes = Lanes::new(10, 10);
        for chat in 0..1000 {
            let key = Some(LaneKey::Chat(chat));
            lanes.admit(key, chat, false);
            lanes.ended(key);
        }
        assert!(lanes.waiting.is_empty());
    }

    proptest! {
        /// Whatever the interleaving of arrivals and ends: every job runs once, in order in its lane,
        /// never two of a lane at once, never more than the capacity.
        #[test]
        fn order_holds_under_any_interleaving(
            chats in prop::collection::vec(0i64..5, 1..200),
            ends in prop::collection::vec(any::<prop::sample::Index>(), 400),
        ) {
            let mut lanes = Lanes::new(20, 6);
            let mut arrivals: VecDeque<(i64, usize)> =
                chats.iter().enumerate().map(|(number, chat)| (*chat, number)).collect();
            let mut running: Vec<(i64, usize)> = Vec::new();
            let mut done: Vec<(i64, usize)> = Vec::new();
            let mut ends = ends.iter();
            while done.len() < chats.len() {
                // As many arrivals as fit; a refused one comes again later, as from the server.
                while let Some(&(chat, number)) = arrivals.front() {
                    match lanes.admit(Some(LaneKey::Chat(chat)), (chat, number), false) {
                        Admission::Run(job) => running.push(job),
                        Admission::Queued => {}
                        Admission::LaneFull(_) | Admission::Full(_) => break,
                    }
                    arrivals.pop_front();
                }
                prop_assert!(lanes.in_flight() <= 20);
                let mut lanes_running: Vec<i64> = running.iter().map(|job| job.0).collect();
                lanes_running.sort_unstable();
                lanes_running.dedup();
                prop_assert_eq!(lanes_running.len(), running.len());
                let index = ends.next().map_or(0, |index| index.index(running.len()));
                let job = running.swap_remove(index);
                running.extend(lanes.ended(Some(LaneKey::Chat(job.0))));
                done.push(job);
            }
            for chat in 0..5 {
                let order: Vec<usize> =
                    done.iter().filter(|job| job.0 == chat).map(|job| job.1).collect();
                prop_assert!(order.is_sorted(), "chat {chat}: {order:?}");
            }
        }
    }
}
