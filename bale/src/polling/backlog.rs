//! Whether the bot falls behind: said long before Bale drops updates.
//!
//! Bale keeps 2,000 updates for 24 hours, and does not say how many wait. What can be seen is how old messages are
//! when they arrive, and whether poll after poll is full.

use std::time::Duration;

use tokio::time::Instant;
use tracing::{info, warn};

use crate::{
    storage::Timestamp,
    types::{Update, UpdateKind},
};

/// Messages this old have waited; Bale drops them after 24 hours. Source: docs.bale.ai#getupdates.
const OLD: Duration = Duration::from_secs(60 * 60);
/// Younger than this, the bot has caught up.
const YOUNG: Duration = Duration::from_secs(10 * 60);
/// A date further back is no date: Bale would have dropped the message.
const CREDIBLE: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Full polls for so long are no burst. Longer than the confirm deadline, so that one stuck chat, whose updates come
/// again and again, is not taken for it.
const NO_BURST: Duration = Duration::from_secs(60);
/// With so many updates at the server, half of what Bale keeps is used up.
const HALF: i64 = 1000;

/// What keeps a bot behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Behind {
    /// Messages are old when they come.
    Old,
    /// Every poll is full.
    Full,
}

/// Remembers how the last polls were.
#[derive(Debug, Default)]
pub(super) struct Backlog {
    /// Since when every poll was full.
    full_since: Option<Instant>,
    behind: Option<Behind>,
    /// When the server was last asked how many updates wait.
    counted: Option<Instant>,
    /// The server does not say how many.
    is_mute: bool,
}

impl Backlog {
    /// Looks at a batch; gives the age of its oldest new message.
    pub(super) fn see(
        &mut self,
        updates: &[Update],
        is_full: bool,
        now: Timestamp,
    ) -> Option<Duration> {
        let ages = updates.iter().filter_map(sent_at).map(|sent| sent.until(now));
        let lag = ages.filter(|age| *age < CREDIBLE).max();
        let full_for = self.full_for(is_full);
        if lag.is_some_and(|lag| lag >= OLD) {
            if self.turn(Behind::Old) {
                let hours = lag.unwrap_or_default().as_secs_f64() / 3600.0;
                warn!(
                    "messages are {hours:.1} h old when they arrive, and Bale drops them after 24 h: the bot was \
                     away, or is slower than its users; it says so when it has caught up"
                );
            }
        } else if full_for >= NO_BURST {
            if self.turn(Behind::Full) {
                warn!(
                    "every poll of the last {:.0} s was full: updates come faster than they are handled, and Bale \
                     keeps no more than 2000; make slow handlers faster, or let more of them run \
                     (`App::in_flight`)",
                    full_for.as_secs_f64()
                );
            }
        } else if !is_full && lag.is_none_or(|lag| lag < YOUNG) && self.behind.take().is_some() {
            info!("the bot has caught up with its updates");
        }
        lag
    }

    fn full_for(&mut self, is_full: bool) -> Duration {
        if !is_full {
            self.full_since = None;
        } else if self.full_since.is_none() {
            self.full_since = Some(Instant::now());
        }
        self.full_since.map(|since| since.elapsed()).unwrap_or_default()
    }

    /// Whether this is news.
    fn turn(&mut self, behind: Behind) -> bool {
        self.behind.replace(behind) != Some(behind)
    }

    /// Whether to ask the server how many updates wait: in a burst, at most twice a minute.
    pub(super) fn wants_count(&mut self) -> bool {
        const BURST: Duration = Duration::from_secs(10);
        const AGAIN: Duration = Duration::from_secs(30);
        let is_burst = self.full_since.is_some_and(|since| since.elapsed() >= BURST);
        let is_due = self.counted.is_none_or(|counted| counted.elapsed() >= AGAIN);
        let wants = is_burst && is_due && !self.is_mute;
        if wants {
            self.counted = Some(Instant::now());
        }
        wants
    }

    /// Hears how many updates wait, if the server says so.
    pub(super) fn count(&mut self, pending: Option<i64>) {
        self.is_mute = pending.is_none();
        let Some(pending) = pending.filter(|pending| *pending >= HALF) else { return };
        if self.turn(Behind::Full) {
            warn!(
                pending,
                "so many updates wait at the server, and Bale keeps no more than 2000; make slow handlers faster, \
                 or let more of them run (`App::in_flight`)"
            );
        }
    }
}

/// When the user sent it, for kinds that say so. A button's date is that of its message.
fn sent_at(update: &Update) -> Option<Timestamp> {
    match &update.kind {
        UpdateKind::Message(message) | UpdateKind::ChannelPost(message) => {
            Some(Timestamp::from_millis(message.date.checked_mul(1000)?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    /// The seconds at which the server is asked, while every poll is full for less than a minute.
    async fn asked(mut answer: impl FnMut() -> Option<i64>) -> (Vec<u64>, Backlog) {
        let mut backlog = Backlog::default();
        let mut asked = Vec::new();
        for second in 0..59 {
            backlog.see(&[], true, Timestamp::from_millis(0));
            if backlog.wants_count() {
                asked.push(second);
                backlog.count(answer());
            }
            advance(Duration::from_secs(1)).await;
        }
        (asked, backlog)
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_is_counted_twice_a_minute() {
        let (seconds, backlog) = asked(|| Some(HALF - 1)).await;
        assert_eq!(seconds, [10, 40]);
        assert_eq!(backlog.behind, None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_does_not_count_is_left_alone() {
        let (seconds, backlog) = asked(|| None).await;
        assert_eq!(seconds, [10]);
        assert_eq!(backlog.behind, None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_is_half_full_is_told_of_at_once() {
        let (_, backlog) = asked(|| Some(HALF)).await;
        assert_eq!(backlog.behind, Some(Behind::Full));
    }
}
