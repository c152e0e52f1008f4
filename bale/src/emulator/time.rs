//! Time as the emulator's core sees it: handed in from outside, never read from a clock.

use std::{
    ops::Add,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tokio::time::Instant;

/// A moment, counted from the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Time(Duration);

impl Time {
    /// Where Unix time begins.
    #[cfg(test)]
    pub(crate) const EPOCH: Self = Self(Duration::ZERO);

    /// The moment this long after the Unix epoch.
    pub(crate) fn since_epoch(duration: Duration) -> Self {
        Self(duration)
    }

    /// Whole Unix seconds, as the Bot API writes dates.
    pub(crate) fn unix(self) -> u64 {
        self.0.as_secs()
    }

    /// Milliseconds since the Unix epoch.
    pub(crate) fn millis(self) -> u64 {
        u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX)
    }

    /// How long ago `earlier` was; zero when it is still to come.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<Duration> for Time {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration))
    }
}

/// What tells the core the time: it goes on with tokio's clock, unless it is paused.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    /// Where tokio's clock stood at `epoch`.
    origin: Instant,
    epoch: Time,
    paused: Option<Time>,
}

impl Clock {
    pub(crate) fn starting_at(epoch: Time) -> Self {
        Self { origin: Instant::now(), epoch, paused: None }
    }

    pub(crate) fn now(&self) -> Time {
        self.paused.unwrap_or_else(|| self.epoch + self.origin.elapsed())
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        match &mut self.paused {
            Some(paused) => *paused = *paused + by,
            None => self.epoch = self.epoch + by,
        }
    }

    pub(crate) fn pause(&mut self, paused: bool) {
        if paused != self.paused.is_some() {
            let now = self.now();
            *self = Self { paused: paused.then_some(now), ..Self::starting_at(now) };
        }
    }

    pub(crate) fn paused_at(&self) -> Option<Time> {
        self.paused
    }

    /// By how many whole seconds it is ahead of the system's clock, when it goes on.
    pub(crate) fn ahead_of_system(&self) -> i64 {
        let system = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let ahead = i128::from(self.now().millis()) - i128::from(Time(system).millis());
        i64::try_from((ahead + 500).div_euclid(1000)).unwrap_or(i64::MAX)
    }
}
