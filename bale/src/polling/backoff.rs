//! How long to wait after a failed call, and when to say so.

use std::{fmt, time::Duration};

use tokio::time::Instant;
use tracing::{info, warn};

use crate::error::{Error, ErrorKind};

/// Seconds of wait after the first failures of a server that answers, and after each one that follows.
///
/// Any three waits in a row take five seconds, so such a server gets at most three requests in any five. Then a
/// gap of 5/3 s is the least there can be; the long one comes second, because a server that fails fails
/// once, or for longer than a few seconds.
const FAILING: [f64; 3] = [0.95, 3.1, 0.95];
const STILL_FAILING: f64 = 2.05;
/// Waits are longer by up to this part of them: all bots of a server should not come back together.
const JITTER: f64 = 0.05;
/// Wait after a failure to connect. The server received nothing, so it need not be spared, and one that comes
/// back is noticed within this.
const UNREACHABLE: Duration = Duration::from_secs(1);
/// First wait after any other failure, as a conflict, and the longest; it doubles in between.
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(5);
/// First wait after a 429 that names no time. Source: docs.bale.ai; clients use 2-5 s.
const RATE_LIMITED: Duration = Duration::from_secs(3);
/// The server may ask for more patience than this; then we ask again.
const LONGEST_RATE_LIMIT: Duration = Duration::from_secs(300);

/// Jittered waits that depend on what failed how often; they start over after a success.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    /// Failures of calls that the server received.
    failures: usize,
}

impl Backoff {
    pub(crate) fn reset(&mut self) {
        self.failures = 0;
    }

    /// The wait after one more failure.
    pub(crate) fn next(&mut self, error: &Error) -> Duration {
        let trouble = Trouble::of(error);
        if trouble == Trouble::Unreachable && !error.may_have_been_sent() {
            return shorter(UNREACHABLE);
        }
        let failures = self.failures;
        self.failures = self.failures.saturating_add(1);
        if let Some(asked) = error.retry_after() {
            // At least as long as asked; all bots of a host should not come back in the same moment.
            return asked.clamp(FIRST, LONGEST_RATE_LIMIT).mul_f64(1.0 + fastrand::f64() / 10.0);
        }
        match trouble {
            Trouble::RateLimited => shorter(doubled(RATE_LIMITED, failures, LONGEST_RATE_LIMIT)),
            Trouble::Conflict | Trouble::Refused => shorter(doubled(FIRST, failures, LONGEST)),
            Trouble::Unreachable | Trouble::Silent | Trouble::Broken => {
                let seconds = FAILING.get(failures).unwrap_or(&STILL_FAILING);
                Duration::from_secs_f64(seconds * (1.0 + JITTER * fastrand::f64()))
            }
        }
    }
}

fn doubled(first: Duration, failures: usize, longest: Duration) -> Duration {
    (first * (1 << failures.min(8))).min(longest)
}

fn shorter(wait: Duration) -> Duration {
    wait.mul_f64(0.75 + fastrand::f64() / 4.0)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_three_waits_for_a_failing_server_take_five_seconds() {
        let page = Error::new(ErrorKind::Http { status: 502, body: String::new() });
        let mut backoff = Backoff::default();
        let waits: Vec<Duration> = (0..50).map(|_| backoff.next(&page)).collect();
        for three in waits.windows(3) {
            let sum: Duration = three.iter().sum();
            assert!(sum >= Duration::from_secs(5), "{three:?}");
        }
        assert!(waits[0] <= FIRST && waits[2] <= FIRST, "{waits:?}");
        assert!(waits[3..].iter().all(|wait| wait.as_secs_f64() <= 2.2), "{waits:?}");
    }

    #[test]
    fn what_did_not_reach_the_server_does_not_count_against_it() {
        let unreachable = Error::new(ErrorKind::Network { connected: false });
        let broken = Error::new(ErrorKind::Network { connected: true });
        let mut backoff = Backoff::default();
        for _ in 0..50 {
            assert!(backoff.next(&unreachable) <= UNREACHABLE);
        }
        assert!(backoff.next(&broken) <= FIRST, "the first that it received");
    }
}
