//! Long polling: asks for updates, hands them to the dispatcher, and keeps at it whatever the server does.

use std::{
    future::{Future, IntoFuture},
    sync::Arc,
    time::Duration,
};

use tokio::{
    sync::watch,
    time::{Instant, timeout},
};
use tracing::{debug, warn};

use self::backoff::{Backoff, Health};
use crate::{
    client::Bot,
    dispatch::{Dispatcher, Progress},
    error::Error,
    methods::{GetUpdates, Updates},
    types::{UnknownUpdate, Update, UpdateKind},
};

mod backoff;

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
/// A server that answers an empty poll sooner than this does not hold polls.
const HELD: Duration = Duration::from_millis(250);
/// For the confirmation at the end.
const LAST_CALL: Duration = Duration::from_secs(3);

/// Receives updates by long polling.
#[derive(Debug)]
pub(crate) struct Poller {
    bot: Bot,
    hold: Duration,
    backoff: Backoff,
    health: Health,
}

impl Poller {
    /// A poller that asks the server to hold an empty poll for `hold`.
    pub(crate) fn new(bot: Bot, hold: Duration) -> Self {
        Self { bot, hold, backoff: Backoff::default(), health: Health::default() }
    }

    /// Learns who the bot is and makes sure that no webhook takes its updates. Waits for a server that
    /// is down.
    ///
    /// # Errors
    /// If the token is refused.
    pub(crate) async fn prepare(&mut self) -> Result<(), Error> {
        let bot = self.bot.clone();
        // getMe exists on every server: what it does not find or allow is the token.
        self.persist(
            || bot.get_me().no_retry().into_future(),
            |error| error.is_invalid_token() || error.is_not_found() || error.is_forbidden(),
        )
        .await?;
        self.persist(|| bot.delete_webhook().no_retry().into_future(), Error::is_invalid_token)
            .await?;
        Ok(())
    }

    /// Calls until it works.
    async fn persist<T, F>(
        &mut self,
        call: impl Fn() -> F,
        is_final: impl Fn(&Error) -> bool,
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        loop {
            match call().await {
                Ok(value) => {
                    self.recovered();
                    return Ok(value);
                }
                Err(error) if is_final(&error) => return Err(error),
                Err(error) => self.pause(&error).await,
            }
        }
    }

    fn recovered(&mut self) {
        self.backoff.reset();
        self.health.succeeded();
    }

    async fn pause(&mut self, error: &Error) {
        let wait = self.backoff.next(error);
        debug!("{error}; next try in {wait:?}");
        self.health.failed(error, wait);
        tokio::time::sleep(wait).await;
    }

    /// Polls for ever; to stop, drop the future. An update that was not handed over is still at the
    /// server.
    ///
    /// # Errors
    /// If the token is refused.
    pub(crate) async fn run(&mut self, dispatcher: &Dispatcher) -> Result<(), Error> {
        let mut progress = dispatcher.progress();
        let mut pace = FIRST_PACE;
        loop {
            let offset = progress.borrow_and_update().offset;
            let asked = Instant::now();
            let updates = match self.poll(offset).await {
                Ok(updates) => updates,
                Err(error) if error.is_invalid_token() => return Err(error),
                Err(error) => {
                    self.pause(&error).await;
                    continue;
                }
            };
            self.recovered();
            let (count, is_full) = (updates.len(), updates.len() >= WINDOW);
            let admitted = dispatcher.offer(updates, is_full).await;
            if admitted > 0 {
                pace = FIRST_PACE;
            } else if count == 0 && asked.elapsed() < HELD {
                // Neither updates nor patience: do not ask in a tight loop.
                tokio::time::sleep(pace).await;
                pace = (pace * 2).min(SLOWEST_PACE);
                continue;
            }
            if count > 0 {
                next_poll(&mut progress, is_full, pace).await;
                pace = (pace * 2).min(SLOWEST_PACE);
            }
        }
    }

    async fn poll(&self, offset: Option<i64>) -> Result<Vec<Update>, Error> {
        let method = get_updates(offset, WINDOW, self.hold);
        let results = self.bot.execute(method).timeout(self.hold + POLL_SLACK).await?;
        Ok(readable(results, offset))
    }

    /// Confirms everything below `offset`, so that the next start does not get it again.
    pub(crate) async fn confirm(&self, offset: i64) {
        let method = get_updates(Some(offset), 1, Duration::ZERO);
        if let Err(error) = self.bot.execute(method).timeout(LAST_CALL).await {
            warn!("the last updates could not be confirmed, so they will come again: {error}");
        }
    }
}

fn get_updates(offset: Option<i64>, limit: usize, hold: Duration) -> GetUpdates {
    let mut method = GetUpdates::new();
    method.offset = offset;
    method.limit = i64::try_from(limit).ok();
    method.poll_timeout = i64::try_from(hold.as_secs()).ok();
    method
}

/// The updates of a batch that was asked for from `offset` on. One that has no id gets the smallest it can
/// have, so that it can be confirmed: ids are counted up, and confirming it cannot pass over another.
fn readable(results: Updates, offset: Option<i64>) -> Vec<Update> {
    let mut next = offset;
    let mut updates = Vec::with_capacity(results.len());
    for result in results {
        let update = match result {
            Ok(update) => update,
            Err(error) => {
                let Some(update_id) = next else {
                    warn!("an update without an id was skipped: {error}");
                    continue;
                };
                let raw = error.raw().to_owned();
                let unknown =
                    UnknownUpdate { kind: String::new(), raw, error: Some(error.to_string()) };
                Update { update_id, kind: UpdateKind::Unknown(Arc::new(unknown)) }
            }
        };
        if let UpdateKind::Unknown(unknown) = &update.kind {
            log_unknown(update.update_id, unknown);
        }
        next = Some(update.update_id + 1);
        updates.push(update);
    }
    updates
}

fn log_unknown(update_id: i64, unknown: &UnknownUpdate) {
    // Its `Debug` shows the start of the raw text.
    if unknown.error.is_some() {
        warn!(update_id, "an update cannot be read, only `on_update` handlers get it: {unknown:?}");
    } else {
        debug!(update_id, "an update of a kind that is not known: {unknown:?}");
    }
}

/// Waits until another poll can bring something: the lanes are empty, enough was confirmed to move a
/// full window, or a while has passed.
async fn next_poll(progress: &mut watch::Receiver<Progress>, is_full: bool, pace: Duration) {
    let from = progress.borrow().offset;
    let moved = |now: &Progress| match (from, now.offset) {
        (Some(from), Some(offset)) => is_full && offset - from >= WORTH_A_POLL,
        _ => false,
    };
    let worth = |now: &Progress| now.running == 0 || moved(now);
    if is_full && progress.borrow().deferred == 0 {
        // Everything the server would give is known. The sender lives as long as the dispatcher.
        let _ = progress.wait_for(worth).await;
    } else {
        // Time being up is one of the reasons to poll.
        let _ = timeout(pace, progress.wait_for(worth)).await;
    }
}
