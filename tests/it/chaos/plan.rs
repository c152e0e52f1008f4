//! What a seed decides.

use std::time::Duration;

use bale::{
    dispatch::Delivery,
    emulator::{Fault, FaultAction},
};
use fastrand::Rng;

/// How long things go wrong.
pub(super) const TIME: Duration = Duration::from_secs(60);
/// The chat whose handlers take long in a calm plan.
pub(super) const STUCK: i64 = 100;

/// One minute.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) seed: u64,
    pub(super) delivery: Delivery,
    /// Nothing happens to polls, and the bot is not restarted: then no chat may wait for another.
    pub(super) is_calm: bool,
    /// In all, and in one chat.
    pub(super) room: (usize, usize),
    pub(super) confirm_deadline: Duration,
    pub(super) poll_timeout: Duration,
    /// One of so many batches comes in another order, with updates twice; 0 is none.
    pub(super) shuffles: u8,
    /// In order of time.
    pub(super) events: Vec<(Duration, Event)>,
}

#[derive(Debug)]
pub(super) enum Event {
    /// A message whose handler works so long, and how it ends.
    Says {
        chat: i64,
        work: Duration,
        ending: Ending,
    },
    Fault(Fault),
    /// The bot ends, and is started again after a while.
    Restart {
        end: End,
        pause: Duration,
    },
}

/// How a handler ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Answers,
    Fails,
    Panics,
}

/// How a bot ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Kill,
    Stop,
    /// As `Stop`, while nothing is wrong with the server.
    StopInPeace,
}

impl Plan {
    pub(super) fn of(seed: u64) -> Self {
        let mut random = Rng::with_seed(seed);
        let is_calm = random.u8(..4) == 0;
        let mut plan = Self {
            seed,
            delivery: if random.u8(..4) == 0 {
                Delivery::AtMostOnce
            } else {
                Delivery::AtLeastOnce
            },
            is_calm,
            room: if is_calm || random.bool() {
                (256, 32)
            } else {
                (random.usize(2..20), random.usize(1..6))
            },
            confirm_deadline: if random.bool() { Duration::MAX } else { Duration::from_secs(30) },
            poll_timeout: Duration::from_secs(random.u64(1..=30)),
            shuffles: random.u8(..4),
            events: Vec::new(),
        };
        let chats = random.i64(1..=12);
        for _ in 0..random.usize(20..if is_calm { 80 } else { 160 }) {
            let work = Duration::from_millis(random.u64(0..if is_calm { 400 } else { 1500 }));
            let ending = match random.u8(..10) {
                0 => Ending::Fails,
                1 => Ending::Panics,
                _ => Ending::Answers,
            };
            let chat = random.i64(1..=chats);
            plan.at(&mut random, Event::Says { chat, work, ending });
        }
        if is_calm {
            let work = Duration::from_secs(20);
            for _ in 0..6 {
                plan.at(&mut random, Event::Says { chat: STUCK, work, ending: Ending::Answers });
            }
        }
        for _ in 0..random.usize(..60) {
            let fault = fault(&mut random, is_calm);
            plan.at(&mut random, Event::Fault(fault));
        }
        for _ in 0..if is_calm { 0 } else { random.usize(..5) } {
            let end = [End::Kill, End::Stop, End::StopInPeace][random.usize(..3)];
            let pause = Duration::from_millis(random.u64(..3000));
            plan.at(&mut random, Event::Restart { end, pause });
        }
        plan.events.sort_by_key(|(time, _)| *time);
        plan
    }

    fn at(&mut self, random: &mut Rng, event: Event) {
        let millis = u64::try_from(TIME.as_millis()).expect("a minute");
        self.events.push((Duration::from_millis(random.u64(..millis)), event));
    }

    /// What a reader of a failure wants to know.
    pub(super) fn settings(&self) -> String {
        let Self { delivery, is_calm, room, confirm_deadline, poll_timeout, shuffles, .. } = self;
        format!(
            "{delivery:?}, calm: {is_calm}, room {room:?}, confirm deadline {confirm_deadline:?}, \
             poll time-out {poll_timeout:?}, shuffles {shuffles}"
        )
    }
}

fn fault(random: &mut Rng, is_calm: bool) -> Fault {
    let page = "<html>Bad Gateway</html>";
    let late = Duration::from_millis(random.u64(..if is_calm { 2000 } else { 20_000 }));
    let action = match random.u8(..if is_calm { 9 } else { 10 }) {
        0 => FaultAction::DropBefore,
        1 => FaultAction::DropAfterAcceptance,
        2 => FaultAction::Truncate,
        3 => FaultAction::html(502, page),
        4 => FaultAction::html_after_acceptance(502, page),
        5 => FaultAction::error(500, "internal server error"),
        6 => FaultAction::RateLimit { retry_after: random.bool().then(|| random.u64(..5)) },
        7 | 8 => FaultAction::Delay(late),
        _ => FaultAction::Hang,
    };
    let method =
        if is_calm { "sendMessage" } else { ["getUpdates", "sendMessage"][random.usize(..2)] };
    Fault::new(action).on(method).times(random.usize(1..4))
}
