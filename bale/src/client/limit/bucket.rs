//! What is known of one chat that is being counted, paused, or waited for. It reads no clock.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use tokio::{sync::Notify, time::Instant};

/// So many messages in so much time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rate {
    pub(super) count: usize,
    pub(super) per: Duration,
}

impl Rate {
    /// How many may be on their way or counted. A quarter is kept free of low priority, so that a reply
    /// need not wait for a minute behind a broadcast.
    fn room(self, low: bool) -> usize {
        if low { self.count - self.count / 4 } else { self.count }
    }
}

/// The order in a chat: whole priority first, then who came first. A call that is made again keeps its
/// place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ticket {
    pub(super) low: bool,
    pub(super) number: u64,
}

#[derive(Debug)]
pub(super) struct Waiter {
    pub(super) since: Instant,
    pub(super) turn: Arc<Notify>,
}

/// When there is room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    Now,
    At(Instant),
    /// When a call that is under way has ended.
    AfterAnother,
}

/// How a call ended, for the counting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Sent,
    /// Surely no message came of it.
    NotSent,
    InDoubt,
}

#[derive(Debug, Default)]
pub(super) struct Bucket {
    /// Whether this is known to be a private chat, which has no rate.
    pub(super) private: bool,
    pub(super) paused_until: Option<Instant>,
    /// After a pause one message goes alone, to see whether the server takes it.
    probing: bool,
    in_flight: usize,
    /// When messages were sent, those that still count.
    sent: VecDeque<Instant>,
    pub(super) queue: BTreeMap<Ticket, Waiter>,
    /// Whether it has an entry among those to look at for expiry.
    pub(super) listed: bool,
    /// Whether it holds up messages even to a private chat.
    pub(super) holds: bool,
}

impl Bucket {
    pub(super) fn room(&mut self, now: Instant, rate: Rate, low: bool, cost: usize) -> Room {
        if let Some(until) = self.paused_until.filter(|until| *until > now) {
            return Room::At(until);
        }
        if self.probing && self.in_flight > 0 {
            return Room::AfterAnother;
        }
        if self.private {
            return Room::Now;
        }
        self.forget(now, rate);
        let room = rate.room(low);
        let used = self.in_flight + self.sent.len();
        // An album larger than all the room goes when the room is empty.
        match (used + cost.min(room)).saturating_sub(room) {
            0 => Room::Now,
            excess => match self.sent.get(excess - 1) {
                Some(sent) => Room::At(*sent + rate.per),
                None => Room::AfterAnother,
            },
        }
    }

    fn forget(&mut self, now: Instant, rate: Rate) {
        while self.sent.front().is_some_and(|sent| *sent + rate.per <= now) {
            self.sent.pop_front();
        }
    }

    pub(super) fn start(&mut self, cost: usize) {
        self.in_flight += cost;
    }

    /// A message counts from the end of its call: whenever the server took it, that was before.
    pub(super) fn end(&mut self, now: Instant, cost: usize, end: End) {
        self.in_flight -= cost;
        if end == End::Sent {
            self.probing = false;
        }
        if end != End::NotSent && !self.private {
            self.sent.extend(std::iter::repeat_n(now, cost));
        }
    }

    pub(super) fn pause(&mut self, until: Instant) {
        self.paused_until = self.paused_until.max(Some(until));
        self.probing = true;
    }

    pub(super) fn learn_private(&mut self) {
        self.private = true;
        self.sent = VecDeque::new();
    }

    pub(super) fn first(&self) -> Option<Ticket> {
        self.queue.first_key_value().map(|(ticket, _)| *ticket)
    }

    /// Takes a ticket, if it is there, out of the queue; whoever is first then looks again.
    pub(super) fn leave(&mut self, ticket: Option<Ticket>) {
        if let Some(ticket) = ticket {
            self.queue.remove(&ticket);
        }
        self.call_first();
    }

    /// Tells the first in the queue to look again.
    pub(super) fn call_first(&self) {
        if let Some((_, waiter)) = self.queue.first_key_value() {
            waiter.turn.notify_one();
        }
    }

    /// Whether nothing would be lost with it.
    pub(super) fn is_idle(&mut self, now: Instant, rate: Rate) -> bool {
        self.forget(now, rate);
        self.queue.is_empty()
            && self.in_flight == 0
            && self.sent.is_empty()
            && self.paused_until.is_none()
    }

    /// Whether only time has to pass for it to become idle.
    pub(super) fn is_at_rest(&self) -> bool {
        self.queue.is_empty() && self.in_flight == 0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RATE: Rate = Rate { count: 4, per: Duration::from_secs(60) };

    fn at(origin: Instant, millis: u64) -> Instant {
        origin + Duration::from_millis(millis)
    }

    #[test]
    fn a_message_counts_from_the_end_of_its_call() {
        let now = Instant::now();
        let mut bucket = Bucket::default();
        bucket.start(3);
        bucket.start(1);
        assert_eq!(bucket.room(now, RATE, false, 1), Room::AfterAnother);
        bucket.end(at(now, 500), 1, End::InDoubt);
        let later = at(now, 60_000);
        assert_eq!(bucket.room(later, RATE, false, 1), Room::At(at(now, 60_500)));
        assert_eq!(bucket.room(later, RATE, false, 2), Room::AfterAnother);
        bucket.end(later, 3, End::NotSent);
        assert_eq!(bucket.room(later, RATE, false, 3), Room::Now);
        assert_eq!(bucket.room(later, RATE, false, 99), Room::At(at(now, 60_500)));
        assert_eq!(bucket.room(at(now, 60_500), RATE, false, 99), Room::Now);
    }

    #[test]
    fn low_priority_leaves_a_quarter() {
        let now = Instant::now();
        let mut bucket = Bucket::default();
        bucket.start(3);
        bucket.end(now, 3, End::Sent);
        assert_eq!(bucket.room(now, RATE, true, 1), Room::At(now + RATE.per));
        assert_eq!(bucket.room(now, RATE, false, 1), Room::Now);
    }

    #[test]
    fn after_a_pause_one_goes_alone() {
        let now = Instant::now();
        let mut bucket = Bucket { private: true, ..Bucket::default() };
        bucket.pause(at(now, 2000));
        bucket.pause(at(now, 1000));
        assert_eq!(bucket.room(now, RATE, false, 1), Room::At(at(now, 2000)));
        let later = at(now, 2000);
        assert_eq!(bucket.room(later, RATE, false, 1), Room::Now);
        bucket.start(1);
        assert_eq!(bucket.room(later, RATE, false, 1), Room::AfterAnother);
        bucket.end(later, 1, End::Sent);
        bucket.start(1);
        assert_eq!(bucket.room(later, RATE, false, 1), Room::Now);
    }

    #[derive(Debug, Clone)]
    struct Arrival {
        after: u64,
        takes: u64,
        cost: usize,
        low: bool,
        end: End,
    }

    fn arrival() -> impl Strategy<Value = Arrival> {
        let end =
            prop_oneof![4 => Just(End::Sent), 1 => Just(End::NotSent), 1 => Just(End::InDoubt)];
        (0_u64..30_000, 0_u64..20_000, 1_usize..4, any::<bool>(), end)
            .prop_map(|(after, takes, cost, low, end)| Arrival { after, takes, cost, low, end })
    }

    proptest! {
        /// Whenever between start and end of a call the server counts its message, no window of the rate
        /// has more than the rate.
        #[test]
        fn no_window_has_more_than_the_rate(
            arrivals in proptest::collection::vec(arrival(), 1..60),
            when in 0.0_f64..=1.0,
        ) {
            let origin = Instant::now();
            let mut bucket = Bucket::default();
            let mut running: Vec<(u64, Arrival)> = Vec::new();
            let mut counted = Vec::new();
            let mut clock = 0;
            let finish = |bucket: &mut Bucket, running: &mut Vec<(u64, Arrival)>, until: u64| {
                running.sort_by_key(|(ends, _)| *ends);
                while running.first().is_some_and(|(ends, _)| *ends <= until) {
                    let (ends, done) = running.remove(0);
                    bucket.end(at(origin, ends), done.cost, done.end);
                }
            };
            for arrival in arrivals {
                clock += arrival.after;
                finish(&mut bucket, &mut running, clock);
                let cost = arrival.cost;
                loop {
                    match bucket.room(at(origin, clock), RATE, arrival.low, cost) {
                        Room::Now => break,
                        Room::At(time) => {
                            let next = u64::try_from((time - origin).as_millis()).unwrap();
                            prop_assert!(next > clock);
                            clock = next;
                        }
                        Room::AfterAnother => {
                            clock = running.iter().map(|(ends, _)| *ends).min().unwrap();
                        }
                    }
                    finish(&mut bucket, &mut running, clock);
                }
                bucket.start(cost);
                if arrival.end != End::NotSent {
                    let share = Duration::from_millis(arrival.takes).mul_f64(when);
                    counted.extend(std::iter::repeat_n(at(origin, clock) + share, cost));
                }
                running.push((clock + arrival.takes, arrival));
            }
            counted.sort();
            for window in counted.windows(RATE.count + 1) {
                prop_assert!(window[RATE.count] - window[0] >= RATE.per);
            }
        }
    }
}
