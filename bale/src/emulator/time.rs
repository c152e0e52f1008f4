//! Time as the emulator's core sees it: handed in from outside, never read from a clock.

use std::{ops::Add, time::Duration};

/// A moment, counted from the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Time(Duration);

impl Time {
    /// The moment this long after the Unix epoch.
    pub(crate) fn since_epoch(duration: Duration) -> Self {
        Self(duration)
    }

    /// Whole Unix seconds, as the Bot API writes dates.
    pub(crate) fn unix(self) -> u64 {
        self.0.as_secs()
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
