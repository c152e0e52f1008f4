//! Polling for a journal: what was written there is confirmed by the next poll.

use std::{collections::VecDeque, time::Duration};

use tokio::time::{Instant, sleep};

use super::{HELD, POLL_SLACK, Pace, Poller, get_updates};
use crate::{
    dispatch::Dispatcher,
    error::Error,
    journal::{Journal, Trouble},
    methods::{GetRawUpdates, RawUpdates},
    types::{Update, UpdateKind},
};

/// The waits between polls while the journal cannot be written.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// So far below what was confirmed, the server has begun to count anew.
const STALE_SPAN: i64 = 100_000;

impl Poller {
    /// What the journal has, and the server need not keep.
    pub(crate) fn written(&self) -> Option<i64> {
        self.written
    }

    /// As [`run`](Self::run), into a journal.
    pub(super) async fn run_written(
        &mut self,
        dispatcher: &Dispatcher,
        journal: &Journal,
    ) -> Result<(), Error> {
        let mut trouble =
            Trouble::new("updates cannot be written in the journal, so they stay at the server");
        let (mut wait, mut pace) = (FIRST_WAIT, Pace::default());
        loop {
            let asked = Instant::now();
            let updates = match self.poll_texts().await {
                Ok(RawUpdates { updates, texts }) => {
                    self.recovered();
                    self.polled();
                    let texts = updates
                        .iter()
                        .zip(texts)
                        .filter_map(|(update, text)| {
                            let update = update.as_ref().ok().filter(|update| is_known(update))?;
                            Some((update.update_id, String::from(Box::<str>::from(text))))
                        })
                        .collect();
                    let at_once = asked.elapsed() < HELD;
                    let updates = self.reader.updates(updates, self.written, at_once);
                    let limit = self.reader.limit();
                    let is_full = updates.len() >= limit && limit > 1;
                    let lag = self.backlog.see(&updates, is_full, self.clock.now());
                    self.lags(lag);
                    with_texts(updates, texts)
                }
                Err(error) if error.is_invalid_token() => return Err(error),
                Err(error) => match self.reader.unreadable(&error, self.written) {
                    Some(update) => {
                        self.polled();
                        with_texts(vec![update], VecDeque::new())
                    }
                    None => {
                        self.pause(&error, asked).await;
                        continue;
                    }
                },
            };
            let last = updates.iter().map(|(update, _)| update.update_id).max();
            match dispatcher.write(journal, updates).await {
                Ok(Some(0)) if asked.elapsed() < HELD => {
                    // Nothing new and no patience, whatever the reason: do not ask in a tight loop.
                    sleep(pace.next()).await;
                }
                Ok(Some(_)) => pace.reset(),
                Ok(None) => return Ok(()),
                Err(error) => {
                    trouble.failed(&error);
                    sleep(wait).await;
                    wait = (wait * 2).min(LONGEST_WAIT);
                    continue;
                }
            }
            trouble.ended();
            if self.backlog.wants_count() {
                self.count().await;
            }
            wait = FIRST_WAIT;
            self.written = last.map_or(self.written, |last| Some(behind(self.written, last)));
        }
    }

    async fn poll_texts(&self) -> Result<RawUpdates, Error> {
        let hold = self.next_hold();
        let method = GetRawUpdates(get_updates(self.written, self.reader.limit(), hold));
        self.health.asks(hold + POLL_SLACK);
        self.bot.execute(method).timeout(hold + POLL_SLACK).await
    }
}

/// The next offset, when everything up to `last` was written.
fn behind(written: Option<i64>, last: i64) -> i64 {
    let next = last.saturating_add(1).max(0);
    // A late repetition takes nothing back.
    written.filter(|old| old.saturating_sub(next) < STALE_SPAN).map_or(next, |old| old.max(next))
}

fn is_known(update: &Update) -> bool {
    !matches!(update.kind, UpdateKind::Unknown(_))
}

/// Each update with its text. `texts` are those of the known ones, by their ids, since the reader puts updates in
/// order; the others have theirs in them.
fn with_texts(updates: Vec<Update>, mut texts: VecDeque<(i64, String)>) -> Vec<(Update, String)> {
    updates
        .into_iter()
        .map(|update| {
            let text = match &update.kind {
                UpdateKind::Unknown(unknown) => unknown.raw.clone(),
                _ => {
                    let place = texts.iter().position(|(id, _)| *id == update.update_id);
                    let text = place.and_then(|place| texts.remove(place));
                    text.expect("the reader leaves out no known update").1
                }
            };
            (update, text)
        })
        .collect()
}
