//! Long polling: asks for updates, hands them to the dispatcher, and keeps at it whatever the server does.

use std::{
    future::{Future, IntoFuture},
    time::{Duration, SystemTime},
};

use tokio::{
    sync::watch,
    time::{Instant, timeout},
};
use tracing::{debug, warn};

use self::{
    backlog::Backlog,
    backoff::{Backoff, Contact},
    batch::Reader,
};
use crate::{
    client::Bot,
    dispatch::{Delivery, Dispatcher, Progress},
    error::{Error, ErrorKind},
    health::Health,
    methods::{GetUpdates, Updates},
    observe::numbers::{self, Gauge},
    storage::{Clock, Timestamp},
    types::Update,
};

mod backlog;
mod backoff;
mod batch;
mod written;

#[cfg(feature = "webhook")]
pub(crate) use self::batch::log_unknown;

/// Updates per poll; also the server's maximum. Source: docs.bale.ai#getupdates.
const WINDOW: usize = 100;
/// How long a poll may take beyond the time it asks the server to hold it.
const POLL_SLACK: Duration = Duration::from_secs(10);
/// While updates are unfinished the server answers every poll at once, with the same ones; new ones are
/// looked for at this pace, slower and slower.
const FIRST_PACE: Duration = Duration::from_millis(20);
const SLOWEST_PACE: Duration = Duration::from_millis(320);
/// With a full window, nothing new can come before so many are confirmed.
const WORTH_A_POLL: i64 = 50;
/// So much of a full window should be confirmed by the next poll, as long as handlers go on ending: what is not,
/// comes twice. Behind a distant server it should be all, since a poll less is worth more than a moment.
const NEARLY_ALL: i64 = 95;
/// Handlers have stopped ending when nothing changed while all other tasks had so many turns.
const STILL: u32 = 4;
/// The least that a timer can wait.
const TIMER: Duration = Duration::from_millis(1);
/// A server that answers an empty poll sooner than this does not hold polls.
const HELD: Duration = Duration::from_millis(250);
/// For one try of the confirmation at the end, or for a question by the way, and for all tries of the former.
const LAST_CALL: Duration = Duration::from_secs(3);
const LAST_CALLS: Duration = Duration::from_secs(6);
/// The server is not asked to hold a poll for longer; no maximum is documented.
const LONGEST_HOLD: Duration = Duration::from_secs(60 * 60);

/// Receives updates by long polling.
#[derive(Debug)]
pub(crate) struct Poller {
    bot: Bot,
    hold: Duration,
    backoff: Backoff,
    contact: Contact,
    reader: Reader,
    /// Everything below is in the journal.
    written: Option<i64>,
    backlog: Backlog,
    health: Health,
    clock: Clock,
}

impl Poller {
    /// A poller that asks the server to hold an empty poll for `hold`, and tells `health` how that goes.
    pub(crate) fn new(bot: Bot, hold: Duration, health: Health, clock: Clock) -> Self {
        Self {
            bot,
            hold: hold.min(LONGEST_HOLD),
            backoff: Backoff::default(),
            contact: Contact::default(),
            reader: Reader::default(),
            written: None,
            backlog: Backlog::default(),
            health,
            clock,
        }
    }

    /// Learns who the bot is. Waits for a server that is down.
    ///
    /// # Errors
    /// If the token is refused.
    pub(crate) async fn meet(&mut self) -> Result<(), Error> {
        let bot = self.bot.clone();
        // getMe exists on every server: what it does not find or allow is the token.
        self.persist(
            || bot.get_me().no_retry().into_future(),
            |error| error.is_invalid_token() || error.is_not_found() || error.is_forbidden(),
        )
        .await?;
        Ok(())
    }

    /// Learns who the bot is and makes sure that no webhook takes its updates. Waits for a server that
    /// is down.
    ///
    /// # Errors
    /// If the token is refused.
    pub(crate) async fn prepare(&mut self) -> Result<(), Error> {
        self.meet().await?;
        let bot = self.bot.clone();
        // A server that refuses this may still have updates; with a webhook set the polls say so.
        let refused =
            |error: &Error| error.is_bad_request() || error.is_not_found() || error.is_forbidden();
        let deleted = self
            .persist(
                || bot.delete_webhook().no_retry().into_future(),
                |error| error.is_invalid_token() || refused(error),
            )
            .await;
        match deleted {
            Err(error) if refused(&error) => {
                warn!("whether a webhook takes the updates is not known: {error}");
                Ok(())
            }
            deleted => deleted.map(drop),
        }
    }

    /// Calls until it works.
    pub(crate) async fn persist<T, F>(
        &mut self,
        call: impl Fn() -> F,
        is_final: impl Fn(&Error) -> bool,
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        loop {
            let asked = Instant::now();
            self.health.asks(self.bot.timeout());
            match call().await {
                Ok(value) => {
                    self.health.is_heard(self.hold + POLL_SLACK);
                    self.recovered();
                    return Ok(value);
                }
                Err(error) if is_final(&error) => return Err(error),
                Err(error) => self.pause(&error, asked).await,
            }
        }
    }

    fn recovered(&mut self) {
        self.backoff.reset();
        self.contact.succeeded();
    }

    /// Waits before the call that began at `asked` is tried again.
    async fn pause(&mut self, error: &Error, asked: Instant) {
        let mut wait = self.backoff.next(error);
        if !error.is_rate_limited() {
            // A call that hung was a pause itself.
            wait = wait.saturating_sub(asked.elapsed());
        }
        debug!("{error}; next try in {wait:?}");
        self.contact.failed(error, wait);
        self.health.is_refused(wait);
        tokio::time::sleep(wait).await;
    }

    /// Polls until the dispatcher ends; to stop, drop the future. An update that was not handed over is
    /// still at the server.
    ///
    /// # Errors
    /// If the token is refused.
    pub(crate) async fn run(&mut self, dispatcher: &Dispatcher) -> Result<(), Error> {
        if let Some(journal) = dispatcher.journal() {
            return self.run_written(dispatcher, journal).await;
        }
        let mut progress = dispatcher.progress();
        let at_most_once = dispatcher.delivery() == Delivery::AtMostOnce;
        let mut pace = Pace::default();
        loop {
            let Progress { offset, room, .. } = *progress.borrow_and_update();
            let mut limit = self.reader.limit();
            if at_most_once {
                // What is confirmed must not wait at the server.
                limit = limit.min(room);
                if limit == 0 {
                    if progress.wait_for(|now| now.room > 0).await.is_err() {
                        return Ok(());
                    }
                    continue;
                }
            }
            let asked = Instant::now();
            let answer = self.poll(offset, limit).await;
            let took = asked.elapsed();
            let updates = match answer {
                Ok(results) => {
                    self.recovered();
                    self.polled();
                    self.reader.updates(results, offset, took < HELD)
                }
                Err(error) if error.is_invalid_token() => return Err(error),
                Err(error) => match self.reader.unreadable(&error, offset) {
                    Some(update) => {
                        self.polled();
                        vec![update]
                    }
                    None => {
                        self.pause(&error, asked).await;
                        continue;
                    }
                },
            };
            if at_most_once {
                self.forgo(&updates).await?;
            }
            let batch = Batch {
                asked: offset,
                start: updates.iter().map(|update| update.update_id).min(),
                is_full: updates.len() >= limit,
                took,
            };
            // One by one they are not many.
            let is_full = batch.is_full && limit > 1;
            let lag = self.backlog.see(&updates, is_full, self.clock.now());
            self.lags(lag);
            let Some(admitted) = dispatcher.offer(updates, batch.is_full).await else {
                return Ok(());
            };
            if admitted > 0 {
                pace.reset();
            }
            if self.backlog.wants_count() {
                self.count().await;
            }
            if batch.start.is_some() {
                next_poll(&mut progress, &batch, &mut pace).await;
            } else if asked.elapsed() < HELD {
                // Neither updates nor patience: do not ask in a tight loop.
                tokio::time::sleep(pace.next()).await;
            }
        }
    }

    /// Says that the server answered a poll.
    fn polled(&self) {
        self.health.is_polled(self.hold + POLL_SLACK);
        if cfg!(feature = "metrics") {
            let time = Timestamp::from(SystemTime::now()).as_millis();
            let millis = u64::try_from(time).unwrap_or_default();
            let seconds = Duration::from_millis(millis).as_secs_f64();
            Gauge::of(&numbers::LAST_POLL, self.bot.id(), []).seconds(seconds);
        }
    }

    /// Says how old the oldest message of a poll was.
    fn lags(&self, lag: Option<Duration>) {
        self.health.lags(lag);
        if cfg!(feature = "metrics") {
            let seconds = lag.unwrap_or_default().as_secs_f64();
            Gauge::of(&numbers::LAG, self.bot.id(), []).seconds(seconds);
        }
    }

    /// Asks how many updates wait. Not every server says so, and it is not worth a second try.
    async fn count(&mut self) {
        self.health.asks(LAST_CALL);
        let info = self.bot.get_webhook_info().no_retry().timeout(LAST_CALL).await;
        match info {
            Ok(info) => {
                self.health.is_heard(self.hold + POLL_SLACK);
                self.backlog.count(info.pending_update_count);
            }
            Err(_) => self.health.is_refused(Duration::ZERO),
        }
    }

    async fn poll(&self, offset: Option<i64>, limit: usize) -> Result<Updates, Error> {
        let hold = self.next_hold();
        let method = get_updates(offset, limit, hold);
        self.health.asks(hold + POLL_SLACK);
        self.bot.execute(method).timeout(hold + POLL_SLACK).await
    }

    fn next_hold(&self) -> Duration {
        // After a failure the first answer is not held, so that the recovery is known at once.
        if self.contact.shows_in_any_answer() { Duration::ZERO } else { self.hold }
    }

    /// Confirms updates that nothing was done about yet, and goes on only when that is certain.
    async fn forgo(&mut self, updates: &[Update]) -> Result<(), Error> {
        let Some(last) = updates.iter().map(|update| update.update_id).max() else { return Ok(()) };
        let method = get_updates(Some(last.saturating_add(1).max(0)), 1, Duration::ZERO);
        let bot = self.bot.clone();
        let confirmed = self
            .persist(|| bot.execute(method.clone()).into_future(), |error| !is_unconfirmed(error))
            .await;
        match confirmed {
            Err(error) if error.is_invalid_token() => Err(error),
            _ => Ok(()),
        }
    }

    /// Confirms everything below `offset`, so that the next start does not get it again.
    pub(crate) async fn confirm(&self, offset: i64) {
        let method = get_updates(Some(offset), 1, Duration::ZERO);
        let until = Instant::now() + LAST_CALLS;
        let mut backoff = Backoff::default();
        loop {
            let left = until - Instant::now();
            let call = self.bot.execute(method.clone()).timeout(left.min(LAST_CALL));
            let error = match call.await {
                Err(error) if !is_unconfirmed(&error) && !error.is_invalid_token() => return,
                Err(error) => error,
                Ok(_) => return,
            };
            let wait = backoff.next(&error);
            if error.is_invalid_token() || Instant::now() + wait >= until {
                warn!("the last updates could not be confirmed, so they will come again: {error}");
                return;
            }
            tokio::time::sleep(wait).await;
        }
    }
}

/// Whether a failed poll left its `offset` unheard; an answer that cannot be read is an answer.
fn is_unconfirmed(error: &Error) -> bool {
    !error.is_invalid_token()
        && !matches!(error.kind(), ErrorKind::Decode { status: 200, body } if body.starts_with('{'))
}

fn get_updates(offset: Option<i64>, limit: usize, hold: Duration) -> GetUpdates {
    let mut method = GetUpdates::new();
    method.offset = offset;
    method.limit = i64::try_from(limit).ok();
    method.poll_timeout = i64::try_from(hold.as_secs()).ok();
    method
}

/// A wait that doubles until it is reset.
#[derive(Debug)]
struct Pace(Duration);

impl Default for Pace {
    fn default() -> Self {
        Self(FIRST_PACE)
    }
}

impl Pace {
    fn next(&mut self) -> Duration {
        let next = (self.0 * 2).min(SLOWEST_PACE);
        std::mem::replace(&mut self.0, next)
    }

    fn reset(&mut self) {
        *self = Self::default();
    }
}

/// What is to be known of a batch after it was handed over.
#[derive(Debug)]
struct Batch {
    /// The offset that it was asked for with.
    asked: Option<i64>,
    /// The lowest id in it.
    start: Option<i64>,
    /// Whether there may be more behind it.
    is_full: bool,
    /// How long the server took to give it.
    took: Duration,
}

/// Waits until another poll can bring something: the lanes are empty, enough was confirmed to move a
/// full window, or a while has passed.
///
/// Never ready at once while nothing has changed since the last poll was asked for, whatever the server
/// does: that is what keeps it from becoming a hot loop. The dispatcher's end is seen by the next offer.
async fn next_poll(progress: &mut watch::Receiver<Progress>, batch: &Batch, pace: &mut Pace) {
    let offered = *progress.borrow_and_update();
    let start = batch.asked.or(batch.start);
    let moved = |now: &Progress| match (start, now.offset) {
        (Some(start), Some(offset)) => offset.saturating_sub(start),
        _ => 0,
    };
    if batch.is_full && offered.deferred == 0 {
        // Everything the server would give is known until something is confirmed.
        let _ = progress.wait_for(|now| moved(now) > 0 || now.running == 0).await;
    }
    let is_new = |now: &Progress| now.offset != batch.asked || *now != offered;
    let worth = |now: &Progress| {
        (now.running == 0 && is_new(now)) || (batch.is_full && moved(now) >= WORTH_A_POLL)
    };
    // Time being up is one of the reasons to poll. Answers to handlers take as long as polls: a full window would
    // be polled in vain before they come.
    let round_trips =
        if batch.is_full { (batch.took * 2).min(SLOWEST_PACE) } else { Duration::ZERO };
    let _ = timeout(pace.next().max(round_trips), progress.wait_for(worth)).await;
    // While handlers end one after the other, the same poll is worth more a moment later.
    let mut still = 0;
    // Behind a distant server they end further apart.
    let moment = batch.took.min(SLOWEST_PACE) / 10;
    while still < STILL && batch.is_full {
        let now = *progress.borrow_and_update();
        if now.running == 0 || (moment < TIMER && moved(&now) >= NEARLY_ALL) {
            break;
        }
        if moment < TIMER {
            tokio::task::yield_now().await;
            still = if progress.has_changed().unwrap_or(false) { 0 } else { still + 1 };
        } else if !matches!(timeout(moment, progress.changed()).await, Ok(Ok(()))) {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A full window of which `done` updates are done.
    fn window(done: i64) -> Progress {
        let running = usize::try_from(100 - done).unwrap();
        let (offset, room) = (Some(1 + done), 156 + 100 - running);
        Progress { offset, running, room, ..Progress::default() }
    }

    /// How far a window is when the next poll begins, if its updates end one after the other up to `end`.
    async fn polled_at(end: i64) -> usize {
        polled_after(end, Duration::ZERO).await
    }

    /// The same with a server that takes so long, and answers 10 calls a millisecond then.
    async fn polled_after(end: i64, took: Duration) -> usize {
        let (sender, mut progress) = watch::channel(window(0));
        let batch = Batch { asked: Some(1), start: Some(1), is_full: true, took };
        let mut pace = Pace::default();
        let updates = async {
            for done in 1..=end {
                sender.send_replace(window(done));
                if took > Duration::ZERO && done % 10 == 0 {
                    tokio::time::sleep(TIMER).await;
                } else {
                    tokio::task::yield_now().await;
                }
            }
            std::future::pending::<()>().await;
        };
        tokio::select! {
            biased;
            () = updates => unreachable!(),
            () = next_poll(&mut progress, &batch, &mut pace) => {}
        }
        progress.borrow().running
    }

    #[tokio::test(start_paused = true)]
    async fn a_window_is_polled_again_when_little_would_come_twice() {
        assert_eq!(polled_at(100).await, 5);
    }

    #[tokio::test(start_paused = true)]
    async fn a_window_of_a_distant_server_is_polled_when_its_answers_have_come() {
        let ms = Duration::from_millis;
        assert_eq!(polled_after(100, ms(20)).await, 0);
        assert_eq!(polled_after(70, ms(20)).await, 30);
        // One that held its answer is not distant: nobody waits longer than for the usual pause.
        let started = Instant::now();
        assert_eq!(polled_after(70, ms(30_000)).await, 30);
        assert!(started.elapsed() < SLOWEST_PACE, "{:?}", started.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_window_that_stands_still_is_polled_at_its_half() {
        assert_eq!(polled_at(50).await, 50);
        // What is done earlier is not worth a poll; time is.
        assert_eq!(polled_at(49).await, 51);
    }

    /// How much of a window still runs when the next poll begins, if 10 updates end at once and all after this time.
    async fn polled_while(answers_take: Duration, polls_take: Duration) -> usize {
        let (sender, mut progress) = watch::channel(window(0));
        let batch = Batch { asked: Some(1), start: Some(1), is_full: true, took: polls_take };
        let mut pace = Pace::default();
        let updates = async {
            sender.send_replace(window(10));
            tokio::time::sleep(answers_take).await;
            sender.send_replace(window(100));
            std::future::pending::<()>().await;
        };
        tokio::select! {
            biased;
            () = updates => unreachable!(),
            () = next_poll(&mut progress, &batch, &mut pace) => {}
        }
        progress.borrow().running
    }

    #[tokio::test(start_paused = true)]
    async fn a_window_waits_for_answers_that_take_as_long_as_a_poll() {
        let ms = Duration::from_millis;
        assert_eq!(polled_while(ms(25), ms(20)).await, 0);
        assert_eq!(polled_while(ms(250), ms(240)).await, 0);
        // But for no slow handler.
        assert_eq!(polled_while(ms(5000), ms(20)).await, 90);
        assert_eq!(polled_while(ms(5000), ms(30_000)).await, 90);
    }
}
