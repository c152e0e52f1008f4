//! Numbers that are told so often that they are looked up once and kept.

use std::{borrow::Cow, sync::OnceLock, time::Duration};

use tokio::time::Instant;

use super::numbers::{self, Counter, Gauge, Histogram};

/// How calls of handlers end.
pub(crate) const OUTCOMES: [&str; 5] = ["done", "replied", "misused", "failed", "panicked"];

/// One handler's numbers.
#[derive(Debug, Default)]
pub(crate) struct HandlerMeter {
    time: OnceLock<Histogram>,
    /// One an outcome.
    calls: [OnceLock<Counter>; OUTCOMES.len()],
}

impl HandlerMeter {
    /// Tells of a call that ended with one of the [`OUTCOMES`].
    pub(crate) fn called(
        &self,
        bot: i64,
        handler: &'static str,
        outcome: &'static str,
        time: Duration,
    ) {
        if !cfg!(feature = "metrics") {
            return;
        }
        let handler = || ("handler", Cow::Borrowed(handler));
        self.time
            .get_or_init(|| Histogram::of(&numbers::HANDLER_TIME, bot, [handler()]))
            .time(time);
        let calls =
            || Counter::of(&numbers::HANDLER_CALLS, bot, [handler(), ("outcome", outcome.into())]);
        match OUTCOMES.iter().position(|known| *known == outcome) {
            Some(index) => self.calls[index].get_or_init(calls).add(1),
            None => calls().add(1),
        }
    }
}

/// The numbers of a bot's calls.
#[derive(Debug)]
pub(crate) struct CallMeter {
    bot: i64,
    /// Time and number of the successful tries, one a known method.
    known: Box<[OnceLock<(Histogram, Counter)>]>,
}

impl CallMeter {
    pub(crate) fn new(bot: i64, methods: usize) -> Self {
        let methods = if cfg!(feature = "metrics") { methods } else { 0 };
        Self { bot, known: (0..methods).map(|_| OnceLock::new()).collect() }
    }

    /// Tells of a try that ended with `code`, none for a success.
    pub(crate) fn tried(
        &self,
        index: Option<usize>,
        method: &'static str,
        code: Option<Cow<'static, str>>,
        time: Duration,
    ) {
        if !cfg!(feature = "metrics") {
            return;
        }
        let method = || ("method", Cow::Borrowed(method));
        let of = |code| {
            let time = Histogram::of(&numbers::CALL_TIME, self.bot, [method()]);
            (time, Counter::of(&numbers::CALLS, self.bot, [method(), ("code", code)]))
        };
        let known = index.and_then(|index| self.known.get(index));
        let tell = |(times, tries): &(Histogram, Counter)| {
            times.time(time);
            tries.add(1);
        };
        match (code, known) {
            (None, Some(known)) => tell(known.get_or_init(|| of("ok".into()))),
            (code, _) => tell(&of(code.unwrap_or("ok".into()))),
        }
    }

    /// Tells of a call that is made again.
    pub(crate) fn again(&self, method: &'static str) {
        if cfg!(feature = "metrics") {
            Counter::of(&numbers::RETRIES, self.bot, [("method", method.into())]).add(1);
        }
    }
}

/// The numbers of what is under way.
#[derive(Debug)]
pub(crate) struct FlowMeter {
    bot: i64,
    /// By the kind of update; as few as there are kinds.
    received: Vec<(&'static str, Counter)>,
    released: Counter,
    in_flight: Gauge,
    deferred: Gauge,
    lanes: Gauge,
    lane_wait: Histogram,
}

impl FlowMeter {
    pub(crate) fn new(bot: i64) -> Self {
        Self {
            bot,
            received: Vec::new(),
            released: Counter::of(&numbers::RELEASED, bot, []),
            in_flight: Gauge::of(&numbers::IN_FLIGHT, bot, []),
            deferred: Gauge::of(&numbers::DEFERRED, bot, []),
            lanes: Gauge::of(&numbers::LANES, bot, []),
            lane_wait: Histogram::of(&numbers::LANE_WAIT, bot, []),
        }
    }

    pub(crate) fn received(&mut self, kind: &'static str) {
        if !cfg!(feature = "metrics") {
            return;
        }
        if let Some((_, known)) = self.received.iter().find(|(known, _)| *known == kind) {
            return known.add(1);
        }
        let counter = Counter::of(&numbers::RECEIVED, self.bot, [("kind", kind.into())]);
        counter.add(1);
        self.received.push((kind, counter));
    }

    pub(crate) fn released(&self, count: usize) {
        self.released.add(u64::try_from(count).unwrap_or(u64::MAX));
    }

    /// Tells of an update that was first seen at `since` and starts now.
    pub(crate) fn waited(&self, since: Instant) {
        if cfg!(feature = "metrics") {
            self.lane_wait.time(since.elapsed());
        }
    }

    pub(crate) fn now(&self, in_flight: usize, deferred: usize, lanes: usize) {
        self.in_flight.count(in_flight);
        self.deferred.count(deferred);
        self.lanes.count(lanes);
    }
}
