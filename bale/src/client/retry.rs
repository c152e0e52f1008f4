//! Which failed calls are made again, and when.
//!
//! A call is repeated only where that cannot double what it does: the server surely has not carried it out
//! (no connection, or a 429), or doing it twice ends as doing it once.

use std::time::Duration;

use tokio::time::Instant;
use tracing::debug;

use self::effect::Effect;
use crate::error::{Error, ErrorKind};

mod effect;

const PATIENCE: Duration = Duration::from_secs(60);
/// First wait after a failure, and the shortest of all; it doubles from there.
const FIRST: Duration = Duration::from_secs(1);
/// Longest wait after a failure: a server that comes back is noticed within this.
const LONGEST: Duration = Duration::from_secs(10);
/// First wait after a 429 that names no time. Source: docs.bale.ai; clients use 2-5 s.
const RATE_LIMITED: Duration = Duration::from_secs(3);
const LONGEST_RATE_LIMITED: Duration = Duration::from_secs(30);

/// Whether and for how long a failed call is made again.
///
/// Repeated are, with growing waits between:
///
/// - any call that was refused for coming too soon (429), after the time that the server names;
/// - any call for which no connection could be made;
/// - on a timeout, a broken connection or a failure of the server: calls that only read, and those that
///   leave the same behind when they are made twice, as an edit, a deletion, or the answer to a button.
///
/// A message that may have been sent is never sent again: the error says so
/// ([`may_have_been_sent`](Error::may_have_been_sent)), and
/// [`retry_ambiguous`](Self::retry_ambiguous) is for those who would rather have it twice.
///
/// ```
/// use std::time::Duration;
/// use bale::client::{Bot, RetryPolicy};
///
/// let bot = Bot::builder()
///     .token("123456:TEST")
///     .retry(RetryPolicy::new().patience(Duration::from_secs(10)))
///     # .api_url("http://localhost")
///     .build()?;
/// # Ok::<(), bale::error::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct RetryPolicy {
    patience: Duration,
    ambiguous: bool,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::new()
    }
}

impl RetryPolicy {
    /// The default: 60 seconds of patience, and nothing that could double.
    pub const fn new() -> Self {
        Self { patience: PATIENCE, ambiguous: false }
    }

    /// Every call is made once.
    pub const fn off() -> Self {
        Self { patience: Duration::ZERO, ambiguous: false }
    }

    /// A call is not made again later than this after it was first made; where the server asks for a longer
    /// pause, the call fails at once.
    pub const fn patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Also repeats calls that may have been carried out: a message may then appear twice.
    pub const fn retry_ambiguous(self) -> Self {
        Self { ambiguous: true, ..self }
    }
}

/// What a failure says about the call's fate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Surely not carried out, and it may go better next time.
    NotDone,
    /// Perhaps carried out, and it may go better next time.
    InDoubt,
    /// Repeating it would end the same.
    Settled,
}

impl Fate {
    fn after(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::Network { connected: false } | ErrorKind::RateLimited { .. } => {
                Self::NotDone
            }
            ErrorKind::Network { connected: true }
            | ErrorKind::TimedOut { .. }
            | ErrorKind::Stalled { .. } => Self::InDoubt,
            ErrorKind::Http { status: 500.., .. } | ErrorKind::Api { code: Some(500..), .. } => {
                Self::InDoubt
            }
            // The rest are refusals, wrong addresses (a page instead of an answer) and answers that this
            // version cannot read.
            _ => Self::Settled,
        }
    }
}

/// The tries of one call.
#[derive(Debug)]
pub(super) struct Tries {
    method: &'static str,
    policy: RetryPolicy,
    started: Option<Instant>,
    failures: u32,
    /// The first failure after which the call may have been carried out.
    doubt: Option<Error>,
}

impl Tries {
    pub(super) fn new(method: &'static str, policy: RetryPolicy) -> Self {
        Self { method, policy, started: None, failures: 0, doubt: None }
    }

    /// To be called before each try. Patience is counted from the first: a message may wait for its turn
    /// longer than that.
    pub(super) fn start(&mut self) {
        self.started.get_or_insert_with(Instant::now);
    }

    /// Which try the next one is, from 1.
    pub(super) fn number(&self) -> u32 {
        self.failures + 1
    }

    /// How much longer the call may be made again.
    pub(super) fn patience(&self) -> Duration {
        let elapsed = self.started.map(|started| started.elapsed()).unwrap_or_default();
        self.policy.patience.saturating_sub(elapsed)
    }

    /// How long to wait before the next try, whatever patience says.
    pub(super) fn failed(&mut self, error: &Error) -> Duration {
        let wait = wait(self.failures, error);
        self.failures += 1;
        wait
    }

    /// Whether to try again after this wait.
    ///
    /// # Errors
    ///
    /// What the caller is to know if not.
    pub(super) fn again(&mut self, error: Error, wait: Duration) -> Result<(), Error> {
        if !self.is_worth(&error) || wait > self.patience() {
            return Err(self.give_up(error));
        }
        let (method, attempt) = (self.method, self.failures + 1);
        debug!(method, attempt, ?wait, "the call is made again: {error}");
        if self.doubt.is_none() && error.may_have_been_sent() {
            self.doubt = Some(error);
        }
        Ok(())
    }

    fn is_worth(&self, error: &Error) -> bool {
        // Most calls have one try and no failure: nothing is looked up before there is one.
        match (Fate::after(error), Effect::of(self.method)) {
            (Fate::Settled, _) | (_, Effect::Polls) => false,
            (Fate::NotDone, _) => true,
            (Fate::InDoubt, Effect::Reads | Effect::Settles) => true,
            (Fate::InDoubt, Effect::Doubles) => self.policy.ambiguous,
        }
    }

    /// What the caller is to know when there is no further try.
    ///
    /// "No such message" after a deletion in doubt may mean that the deletion worked: a later refusal does
    /// not take the doubt away.
    pub(super) fn give_up(&mut self, error: Error) -> Error {
        match self.doubt.take() {
            Some(doubt)
                if !error.may_have_been_sent() && Effect::of(self.method) != Effect::Reads =>
            {
                doubt
            }
            _ => error,
        }
    }
}

fn wait(failures: u32, error: &Error) -> Duration {
    if let Some(asked) = error.retry_after() {
        return asked.max(FIRST);
    }
    let (first, longest) = if error.is_rate_limited() {
        (RATE_LIMITED, LONGEST_RATE_LIMITED)
    } else {
        (FIRST, LONGEST)
    };
    // Calls that failed together should not come back together.
    let jitter = 0.75 + fastrand::f64() / 2.0;
    (first * (1 << failures.min(8))).min(longest).mul_f64(jitter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limited(retry_after: Option<u64>) -> Error {
        let retry_after = retry_after.map(Duration::from_secs);
        Error::new(ErrorKind::RateLimited {
            code: Some(429),
            description: "Too Many Requests".to_owned(),
            retry_after,
        })
    }

    fn unreachable() -> Error {
        Error::new(ErrorKind::Network { connected: false })
    }

    fn broken() -> Error {
        Error::new(ErrorKind::Network { connected: true })
    }

    fn refused() -> Error {
        Error::new(ErrorKind::NotFound { code: Some(404), description: "not found".to_owned() })
    }

    fn assert_between(low: f64, wait: Duration, high: f64) {
        assert!((low..=high).contains(&wait.as_secs_f64()), "{wait:?} is not {low} to {high} s");
    }

    #[test]
    fn waits_grow_to_a_limit() {
        for (failures, seconds) in [1.0, 2.0, 4.0, 8.0, 10.0, 10.0].into_iter().enumerate() {
            let failures = u32::try_from(failures).unwrap();
            assert_between(0.75 * seconds, wait(failures, &unreachable()), 1.25 * seconds);
        }
        for (failures, seconds) in [3.0, 6.0, 12.0, 24.0, 30.0, 30.0].into_iter().enumerate() {
            let failures = u32::try_from(failures).unwrap();
            assert_between(0.75 * seconds, wait(failures, &limited(None)), 1.25 * seconds);
        }
        assert_between(7.5, wait(u32::MAX, &unreachable()), 12.5);
    }

    #[test]
    fn the_server_says_how_long() {
        assert_eq!(wait(0, &limited(Some(17))), Duration::from_secs(17));
        assert_eq!(wait(9, &limited(Some(17))), Duration::from_secs(17));
        assert_eq!(wait(0, &limited(Some(0))), FIRST, "no tight loop");
    }

    #[tokio::test(start_paused = true)]
    async fn patience_is_counted_from_the_first_try() {
        let policy = RetryPolicy::new().patience(Duration::from_secs(10));
        let mut tries = Tries::new("getMe", policy);
        tokio::time::sleep(Duration::from_secs(99)).await;
        tries.start();
        assert_eq!(tries.failed(&limited(Some(10))), Duration::from_secs(10));
        tries.again(limited(Some(10)), Duration::from_secs(10)).unwrap();
        tokio::time::sleep(Duration::from_secs(4)).await;
        let error = tries.again(limited(Some(7)), Duration::from_secs(7)).unwrap_err();
        assert_eq!(error.kind(), limited(Some(7)).kind());
        tries.again(limited(Some(6)), Duration::from_secs(6)).unwrap();
        Tries::new("getMe", RetryPolicy::off()).again(unreachable(), FIRST).unwrap_err();
    }

    #[tokio::test(start_paused = true)]
    async fn doubt_stays() {
        let ends_as = |method, last: Error| {
            let mut tries = Tries::new(method, RetryPolicy::new());
            tries.again(broken(), FIRST).unwrap();
            tries.again(unreachable(), FIRST).unwrap();
            tries.again(last, Duration::MAX).unwrap_err().kind().clone()
        };
        assert_eq!(ends_as("deleteMessage", refused()), broken().kind().clone());
        assert_eq!(ends_as("deleteMessage", limited(None)), broken().kind().clone());
        assert_eq!(ends_as("getChat", refused()), refused().kind().clone());
        let late = Error::new(ErrorKind::TimedOut { after: FIRST }).kind().clone();
        assert_eq!(ends_as("deleteMessage", Error::new(late.clone())), late);
    }

    #[test]
    fn fates() {
        let http = |status| Error::new(ErrorKind::Http { status, body: String::new() });
        let api = |code| Error::new(ErrorKind::Api { code, description: String::new() });
        let decode = Error::new(ErrorKind::Decode { status: 200, body: String::new() });
        let late = Error::new(ErrorKind::TimedOut { after: FIRST });
        for (error, fate) in [
            (unreachable(), Fate::NotDone),
            (limited(None), Fate::NotDone),
            (broken(), Fate::InDoubt),
            (late, Fate::InDoubt),
            (http(502), Fate::InDoubt),
            (api(Some(500)), Fate::InDoubt),
            (http(404), Fate::Settled),
            (http(302), Fate::Settled),
            (api(Some(413)), Fate::Settled),
            (api(None), Fate::Settled),
            (decode, Fate::Settled),
            (refused(), Fate::Settled),
        ] {
            assert_eq!(Fate::after(&error), fate, "{error}");
            // What is taken as not done must never be something that may have been done.
            assert!(fate != Fate::NotDone || !error.may_have_been_sent(), "{error}");
        }
    }
}
