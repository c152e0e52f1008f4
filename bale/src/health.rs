//! Whether a bot is well: for a supervisor, for a page, for the bot itself.
//!
//! [`App::health`](crate::App::health) gives a [`Health`] before the bot runs; inside a handler it is
//! [`State<Health>`](struct@crate::State). With the feature `health` it also answers over HTTP: see
//! [`App::health_listen`](crate::App::health_listen) and `router`.
//!
//! - *Live* means: do not restart it. A bot that waits for a server that is down is live, since a new process could
//!   do no more. It is not once the loop that receives updates is overdue or has ended.
//! - *Ready* means: it has started, and the server has handed out updates to it lately.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::watch, time::Instant};

use crate::dispatch::Progress;

#[cfg(feature = "health")]
pub use self::http::router;
#[cfg(feature = "health")]
pub(crate) use self::http::{ADDRESS, Page, serve};

#[cfg(feature = "health")]
mod http;

/// How much later than it promised the receiving loop may be back: machines are suspended, and busy.
const GRACE: Duration = Duration::from_secs(60);

/// Looks at how a bot is. A cheap clone.
///
/// ```
/// use bale::{App, State, health::Health};
///
/// # let _ =
/// App::new().command("health", async |health: State<Health>| health.check().to_string());
/// ```
#[derive(Clone, Default)]
pub struct Health(Arc<Mutex<Signs>>);

/// The signs of life of one bot.
#[derive(Debug, Default)]
struct Signs {
    stage: Stage,
    /// When the server was asked for updates, while it has not answered.
    asked: Option<Instant>,
    /// The last good answer to a poll.
    polled: Option<Instant>,
    /// The last good answer at all, and for how long it says that all is well.
    good: Option<(Instant, Duration)>,
    /// Whether the last answer was a good one.
    is_good: bool,
    /// When the loop that receives updates is back at the latest; none while that is up to the handlers.
    back_by: Option<Instant>,
    lag: Option<Duration>,
    progress: Option<watch::Receiver<Progress>>,
}

/// How far a bot is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Stage {
    /// It was not run yet.
    #[default]
    New,
    /// It waits for the server, or its `on_start` handlers run.
    Starting,
    /// It receives updates.
    Running,
    /// Its last handlers run.
    Stopping,
    /// It has stopped.
    Ended,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::New => "new",
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Stopping => "stopping",
            Self::Ended => "ended",
        })
    }
}

/// How a bot is, at one moment. Its text is one line.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Checkup {
    /// How far it is.
    pub stage: Stage,
    /// Whether a restart would do no good.
    pub is_live: bool,
    /// Whether it receives updates.
    pub is_ready: bool,
    /// How long ago the server last answered a poll as it should; none before the first time. A quiet bot's polls
    /// are held for [`App::poll_timeout`](crate::App::poll_timeout).
    pub last_poll: Option<Duration>,
    /// Updates running or waiting in lanes.
    pub in_flight: usize,
    /// Updates left at the server, because there was no room for them.
    pub deferred: usize,
    /// How long ago the oldest unfinished update was first seen, those included that were confirmed at the deadline.
    /// With [`Delivery::AtMostOnce`](crate::dispatch::Delivery::AtMostOnce) that is not known.
    pub oldest_unfinished: Option<Duration>,
    /// How old the oldest message of the last poll was. Bale keeps updates for 24 hours.
    pub lag: Option<Duration>,
}

impl fmt::Display for Checkup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { stage, is_live, is_ready, in_flight, deferred, .. } = self;
        let word = |is, name| if is { name } else { "" };
        let (live, ready) = (word(!is_live, ", not live"), word(!is_ready, ", not ready"));
        write!(f, "{stage}{live}{ready}; in flight {in_flight}, at the server {deferred}")?;
        // Clocks do not agree to the second.
        let lag = self.lag.filter(|lag| *lag >= Duration::from_secs(60));
        let times = [
            ("last good poll", self.last_poll),
            ("oldest unfinished", self.oldest_unfinished),
            ("lag", lag),
        ];
        for (name, time) in times {
            if let Some(time) = time {
                write!(f, ", {name} {:.1} s", time.as_secs_f64())?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Health({})", self.check())
    }
}

impl Health {
    /// How the bot is now.
    pub fn check(&self) -> Checkup {
        let now = Instant::now();
        let signs = self.signs();
        let ago = |time: Instant| now.saturating_duration_since(time);
        let progress =
            signs.progress.as_ref().map(|progress| *progress.borrow()).unwrap_or_default();
        Checkup {
            stage: signs.stage,
            is_live: signs.is_live(now),
            is_ready: signs.is_ready(now),
            last_poll: signs.polled.map(ago),
            in_flight: progress.in_flight,
            deferred: progress.deferred,
            oldest_unfinished: progress.oldest.map(ago),
            lag: signs.lag,
        }
    }

    /// Whether a restart would do no good.
    pub fn is_live(&self) -> bool {
        self.signs().is_live(Instant::now())
    }

    /// Whether it has started, and receives updates.
    pub fn is_ready(&self) -> bool {
        self.signs().is_ready(Instant::now())
    }

    pub(crate) fn enter(&self, stage: Stage) {
        let mut signs = self.signs();
        signs.stage = stage;
        if stage == Stage::Ended {
            signs.progress = None;
        }
    }

    /// The bot runs, and this is how far it is.
    pub(crate) fn runs(&self, progress: watch::Receiver<Progress>) {
        let mut signs = self.signs();
        signs.stage = Stage::Running;
        signs.progress = Some(progress);
    }

    /// The server is asked for updates and answers within `patience`.
    pub(crate) fn asks(&self, patience: Duration) {
        let mut signs = self.signs();
        signs.asked = Some(Instant::now());
        signs.back_within(patience);
    }

    /// The server has answered a poll as it should, and does so again within `patience`.
    pub(crate) fn is_polled(&self, patience: Duration) {
        self.is_heard(patience);
        self.signs().polled = Some(Instant::now());
    }

    /// The server has answered any call as it should, and answers the next poll within `patience`.
    pub(crate) fn is_heard(&self, patience: Duration) {
        let mut signs = self.signs();
        (signs.asked, signs.is_good) = (None, true);
        signs.good = Some((Instant::now(), patience));
        // What comes next is up to the handlers.
        signs.back_by = None;
    }

    /// The server failed, and is asked again after `wait`.
    pub(crate) fn is_refused(&self, wait: Duration) {
        let mut signs = self.signs();
        (signs.asked, signs.is_good) = (None, false);
        signs.back_within(wait);
    }

    pub(crate) fn lags(&self, lag: Option<Duration>) {
        self.signs().lag = lag;
    }

    fn signs(&self) -> MutexGuard<'_, Signs> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Signs {
    fn back_within(&mut self, time: Duration) {
        // A time that far away never comes.
        self.back_by = Instant::now().checked_add(time.saturating_add(GRACE));
    }

    fn is_live(&self, now: Instant) -> bool {
        let is_late = self.back_by.is_some_and(|back_by| now > back_by);
        // The dispatcher's end is gone: nothing that comes is handled.
        let is_headless = self.stage == Stage::Running
            && self.progress.as_ref().is_none_or(|progress| progress.has_changed().is_err());
        self.stage != Stage::Ended && !is_headless && !(is_late && self.stage != Stage::Stopping)
    }

    fn is_ready(&self, now: Instant) -> bool {
        let is_fresh = self.good.is_some_and(|(time, patience)| {
            let since = now.saturating_duration_since(time);
            // An old answer is as good as long as nothing was asked since.
            since <= patience || (self.is_good && self.asked.is_none())
        });
        self.stage == Stage::Running && is_fresh && self.is_live(now)
    }
}

/// The bot has stopped, however it ends.
pub(crate) struct EndsWith(pub(crate) Health);

impl Drop for EndsWith {
    fn drop(&mut self) {
        self.0.enter(Stage::Ended);
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep;

    use super::*;

    const POLL: Duration = Duration::from_secs(40);

    fn running() -> (Health, watch::Sender<Progress>) {
        let (sender, progress) = watch::channel(Progress::default());
        let health = Health::default();
        health.is_heard(POLL);
        health.runs(progress);
        (health, sender)
    }

    #[tokio::test(start_paused = true)]
    async fn a_loop_that_does_not_come_back_is_not_live() {
        let (health, _owner) = running();
        health.asks(POLL);
        sleep(POLL).await;
        assert!(health.is_live() && health.is_ready(), "{health:?}");
        sleep(Duration::from_secs(1)).await;
        assert!(health.is_live() && !health.is_ready(), "{health:?}");
        sleep(GRACE).await;
        assert!(!health.is_live(), "{health:?}");
        health.is_polled(POLL);
        assert!(health.is_live() && health.is_ready(), "it was only busy: {health:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn what_waits_for_its_handlers_is_well() {
        let (health, _owner) = running();
        sleep(Duration::from_secs(3600)).await;
        assert!(health.is_live() && health.is_ready(), "{health:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn without_its_dispatcher_it_is_not_live() {
        let (health, owner) = running();
        drop(owner);
        assert!(!health.is_live() && !health.is_ready(), "{health:?}");
    }

    #[test]
    fn times_that_never_come() {
        let health = Health::default();
        health.asks(Duration::MAX);
        assert!(health.is_live());
    }
}
