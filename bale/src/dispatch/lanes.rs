//! Order inside a chat, independence between chats, and a bound on both.

use std::collections::{HashMap, VecDeque};

/// What keeps updates in order with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum LaneKey {
    /// Everything in one chat.
    Chat(i64),
    /// What one person does outside any chat.
    User(i64),
}

/// The lanes that have work: each runs one job at a time and queues the rest.
#[derive(Debug)]
pub(crate) struct Lanes<J> {
    /// A lane is here while it runs a job; the queue holds what waits behind it.
    waiting: HashMap<LaneKey, VecDeque<J>>,
    in_flight: usize,
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
        Self { waiting: HashMap::new(), in_flight: 0, capacity, lane_capacity }
    }

    /// Jobs running or waiting.
    pub(crate) fn in_flight(&self) -> usize {
        self.in_flight
    }

    /// Takes a job in. With `key` none it runs beside everything. `overdue` lifts the lane's own bound.
    pub(crate) fn admit(&mut self, key: Option<LaneKey>, job: J, overdue: bool) -> Admission<J> {
        if self.in_flight >= self.capacity {
            return Admission::Full(job);
        }
        let Some(key) = key else {
            self.in_flight += 1;
            return Admission::Run(job);
        };
        match self.waiting.get_mut(&key) {
            None => {
                self.waiting.insert(key, VecDeque::new());
                self.in_flight += 1;
                Admission::Run(job)
            }
            Some(queue) if overdue || queue.len() + 1 < self.lane_capacity => {
                queue.push_back(job);
                self.in_flight += 1;
                Admission::Queued
            }
            Some(_) => Admission::LaneFull(job),
        }
    }

    /// The running job of lane `key` has ended; gives the next one to run there.
    pub(crate) fn ended(&mut self, key: Option<LaneKey>) -> Option<J> {
        self.in_flight = self.in_flight.saturating_sub(1);
        let key = key?;
        let next = self.waiting.get_mut(&key)?.pop_front();
        if next.is_none() {
            self.waiting.remove(&key);
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
        assert_eq!(lanes.admit(CHAT, 3, true), Admission::Queued);
        assert_eq!(lanes.admit(None, 4, true), Admission::Full(4));
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
