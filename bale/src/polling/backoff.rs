//! How long to wait after a failed call, and when to say so.

use std::{fmt, time::Duration};

use tokio::time::Instant;
use tracing::{info, warn};

use crate::error::{Error, ErrorKind};

/// First wait after a failure; it doubles from there. These are the longest, jitter makes them shorter:
/// so a failing server gets at most three requests in the first five seconds.
const FIRST: Duration = Duration::from_secs(1);
/// Longest wait. A server that comes back is noticed within this.
const LONGEST: Duration = Duration::from_secs(5);
/// First wait after a 429 that names no time. Source: docs.bale.ai; clients use 2-5 s.
const RATE_LIMITED: Duration = Duration::from_secs(3);
/// The server may ask for more patience than this; then we ask again.
const LONGEST_RATE_LIMIT: Duration = Duration::from_secs(300);

/// Growing, capped, jittered waits; starts over after a success.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    failures: u32,
}

impl Backoff {
    pub(crate) fn reset(&mut self) {
        self.failures = 0;
    }

    /// The wait after one more failure.
    pub(crate) fn next(&mut self, error: &Error) -> Duration {
        let doubled = 1 << self.failures.min(8);
        self.failures = self.failures.saturating_add(1);
        if let Some(asked) = error.retry_after() {
            // At least as long as asked; all bots of a host should not come back in the same moment.
            return asked.clamp(FIRST, LONGEST_RATE_LIMIT).mul_f64(1.0 + fastrand::f64() / 10.0);
        }
        let (first, longest) = if error.is_rate_limited() {
            (RATE_LIMITED, LONGEST_RATE_LIMIT)
        } else {
            (FIRST, LONGEST)
        };
        (first * doubled).min(longest).mul_f64(0.75 + fastrand::f64() / 4.0)
    }
}

/// What keeps the bot from receiving updates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Unreachable,
    Silent,
    Broken,
    RateLimited,
    Conflict,
    Refused,
}

impl Trouble {
    fn of(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::RateLimited { .. } => Self::RateLimited,
            ErrorKind::Conflict { .. } => Self::Conflict,
            ErrorKind::TimedOut { .. } => Self::Silent,
            ErrorKind::Network { .. } => Self::Unreachable,
            ErrorKind::Api { .. } | ErrorKind::Http { .. } | ErrorKind::Decode { .. } => {
                Self::Broken
            }
            _ => Self::Refused,
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreachable => "the server cannot be reached",
            Self::Silent => "the server does not answer",
            Self::Broken => "the server answers with errors",
            Self::RateLimited => "the server asks for a pause",
            Self::Conflict => {
                "another program receives this bot's updates (a second copy of it, or one just being replaced)"
            }
            Self::Refused => "the server refuses the call",
        })
    }
}

/// Whether updates can be received; says so once per change, not once per failure.
#[derive(Debug, Default)]
pub(crate) struct Contact {
    trouble: Option<(Trouble, Instant)>,
    failures: u64,
}

impl Contact {
    pub(crate) fn failed(&mut self, error: &Error, wait: Duration) {
        self.failures += 1;
        let trouble = Trouble::of(error);
        let since = match self.trouble {
            Some((old, _)) if old == trouble => return,
            Some((_, since)) => since,
            None => Instant::now(),
        };
        self.trouble = Some((trouble, since));
        warn!(
            "{trouble}; next try in {:.1} s and so on until it works: {error}",
            wait.as_secs_f64()
        );
    }

    /// Whether there is trouble that is over with the first good answer. Of two pollers each gets good
    /// answers, as long as it asks for short ones.
    pub(crate) fn shows_in_any_answer(&self) -> bool {
        self.trouble.is_some_and(|(trouble, _)| trouble != Trouble::Conflict)
    }

    pub(crate) fn succeeded(&mut self) {
        if let Some((_, since)) = self.trouble.take() {
            let failures = std::mem::take(&mut self.failures);
            info!(
                "the server answers again after {:.1} s and {failures} failed calls",
                since.elapsed().as_secs_f64()
            );
        }
    }
}
