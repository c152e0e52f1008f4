//! From fetched updates to running handlers: one owner task, no locks.
//!
//! The owner receives updates from the source and completions from the lanes, and never waits for a
//! lane: so one slow chat cannot hold another.

use std::{sync::Arc, time::Duration};

use rustc_hash::FxHashMap;
use tokio::{
    sync::{mpsc, oneshot, watch},
    task::{AbortHandle, JoinHandle},
    time::Instant,
};
use tracing::{debug, warn};

use self::{
    checkout::Checkouts,
    lanes::{Admission, LaneKey, Lanes},
    ledger::{Ledger, Standing},
};
use crate::{bound, types::Update};

#[cfg(feature = "emulator")]
pub(crate) use self::run::Story;
pub use self::run::{Explanation, Verdict};
pub(crate) use self::run::{Probe, Shared, caught, failed, panic_text};

mod around;
mod checkout;
mod lanes;
mod ledger;
mod run;

/// When an update is confirmed to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Delivery {
    /// When its handler has ended: after a crash it is delivered again.
    #[default]
    AtLeastOnce,
    /// Before its handler starts: after a crash it is lost. What is confirmed cannot wait at the server, so
    /// the bound on one chat's updates does not hold.
    AtMostOnce,
}

/// Bounds of the dispatcher.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Updates running or waiting, in all.
    pub(crate) in_flight: usize,
    /// Updates running or waiting in one chat.
    pub(crate) lane: usize,
    /// After this an unfinished update is confirmed all the same.
    pub(crate) confirm_deadline: Duration,
    /// How long running handlers may go on after the stop.
    pub(crate) drain_deadline: Duration,
    pub(crate) delivery: Delivery,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            in_flight: 256,
            lane: 32,
            confirm_deadline: Duration::from_secs(30),
            drain_deadline: Duration::from_secs(10),
            delivery: Delivery::default(),
        }
    }
}

/// What one poll brought.
#[derive(Debug)]
struct Intake {
    updates: Vec<Update>,
    /// Whether there may be more on the server behind the last of them.
    is_full: bool,
    admitted: oneshot::Sender<usize>,
}

/// How far the dispatcher is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Progress {
    /// Everything below may be confirmed.
    pub(crate) offset: Option<i64>,
    /// Updates in lanes that may not be confirmed yet.
    pub(crate) running: usize,
    /// Updates that the server has to hand out again, for want of room.
    pub(crate) deferred: usize,
    /// How many more there is room for.
    pub(crate) room: usize,
}

/// How the dispatcher ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Drained {
    pub(crate) offset: Option<i64>,
    /// Updates that were cut off at the deadline and come again.
    pub(crate) cut_off: usize,
    /// Updates that were cut off although they had been confirmed.
    pub(crate) lost: usize,
}

/// The sources' end of the dispatcher. Dropping it ends the handlers where they are.
#[derive(Debug)]
pub(crate) struct Dispatcher {
    intake: mpsc::Sender<Intake>,
    progress: watch::Receiver<Progress>,
    delivery: Delivery,
    task: AbortOnDrop<Drained>,
}

#[derive(Debug)]
struct AbortOnDrop<T>(JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Dispatcher {
    pub(crate) fn start(shared: watch::Receiver<Arc<Shared>>, limits: Limits) -> Self {
        let (intake, intake_rx) = mpsc::channel(1);
        let start = Progress { room: limits.in_flight, ..Progress::default() };
        let (progress_tx, progress) = watch::channel(start);
        let owner = Owner::new(shared, limits, progress_tx);
        let task = AbortOnDrop(tokio::spawn(owner.run(intake_rx)));
        Self { intake, progress, delivery: limits.delivery, task }
    }

    /// Hands over what a poll brought, in the server's order; gives the number of updates that went to
    /// lanes. `is_full`: there may be more behind the last one. Nothing comes back once the owner is gone.
    pub(crate) async fn offer(&self, updates: Vec<Update>, is_full: bool) -> Option<usize> {
        let (admitted, answer) = oneshot::channel();
        self.intake.send(Intake { updates, is_full, admitted }).await.ok()?;
        answer.await.ok()
    }

    pub(crate) fn delivery(&self) -> Delivery {
        self.delivery
    }

    pub(crate) fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.clone()
    }

    /// Takes in no more, and waits for the running handlers until the drain deadline.
    pub(crate) async fn drain(self) -> Drained {
        let Self { intake, mut task, .. } = self;
        drop(intake);
        match (&mut task.0).await {
            Ok(drained) => drained,
            // A mistake in the dispatcher itself: better loud than a bot that only seems to run.
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(error) => panic!("the dispatcher was ended from outside: {error}"),
            },
        }
    }
}

/// An update whose handler has ended.
#[derive(Debug)]
struct Completion {
    number: u64,
    key: Option<LaneKey>,
    update_id: i64,
}

/// Reports the completion however its task ends.
struct Report {
    completion: Option<Completion>,
    completions: mpsc::UnboundedSender<Completion>,
}

impl Drop for Report {
    fn drop(&mut self) {
        if let Some(completion) = self.completion.take() {
            // Once the owner is gone nobody counts any more.
            let _ = self.completions.send(completion);
        }
    }
}

struct Owner {
    shared: Arc<Shared>,
    /// The same with other handlers, when they change.
    changes: watch::Receiver<Arc<Shared>>,
    limits: Limits,
    ledger: Ledger,
    lanes: Lanes<Update>,
    checkouts: Checkouts,
    running: FxHashMap<u64, AbortHandle>,
    next_number: u64,
    progress: watch::Sender<Progress>,
    // Unbounded, yet never longer than the updates in flight.
    completions: mpsc::UnboundedReceiver<Completion>,
    completions_tx: mpsc::UnboundedSender<Completion>,
    release_at: Option<Instant>,
    drain_until: Option<Instant>,
    is_full: bool,
}

impl Owner {
    fn new(
        mut changes: watch::Receiver<Arc<Shared>>,
        limits: Limits,
        progress: watch::Sender<Progress>,
    ) -> Self {
        let shared = Arc::clone(&changes.borrow_and_update());
        let (completions_tx, completions) = mpsc::unbounded_channel();
        let lane_capacity = match limits.delivery {
            Delivery::AtLeastOnce => limits.lane,
            Delivery::AtMostOnce => usize::MAX,
        };
        Self {
            shared,
            changes,
            limits,
            ledger: Ledger::default(),
            lanes: Lanes::new(limits.in_flight, lane_capacity),
            checkouts: Checkouts::default(),
            running: FxHashMap::default(),
            next_number: 0,
            progress,
            completions,
            completions_tx,
            release_at: None,
            drain_until: None,
            is_full: false,
        }
    }

    async fn run(mut self, mut intake: mpsc::Receiver<Intake>) -> Drained {
        let mut ended = Vec::new();
        while self.drain_until.is_none() || self.lanes.in_flight() > 0 {
            tokio::select! {
                biased;
                _ = self.completions.recv_many(&mut ended, 64) => {
                    for completion in ended.drain(..) {
                        self.complete(&completion);
                    }
                }
                batch = intake.recv(), if self.drain_until.is_none() => match batch {
                    Some(batch) => self.take_in(batch),
                    None => self.drain_until = Some(after(Instant::now(), self.limits.drain_deadline)),
                },
                // At the end the offset holds nobody up: what is not done then comes again.
                () = at(self.release_at), if self.drain_until.is_none() => self.release(),
                () = at(self.drain_until) => break,
            }
            self.publish();
        }
        self.cut_off()
    }

    fn take_in(&mut self, Intake { updates, is_full, admitted }: Intake) {
        if self.changes.has_changed().unwrap_or(false) {
            self.shared = Arc::clone(&self.changes.borrow_and_update());
        }
        let now = Instant::now();
        let mut ids: Vec<i64> = updates.iter().map(|update| update.update_id).collect();
        ids.sort_unstable();
        if let Some(highest) = ids.last() {
            self.ledger.begin_batch(*highest);
        }
        let count =
            updates.into_iter().map(|update| self.admit(update, now)).filter(|new| *new).count();
        if self.limits.delivery == Delivery::AtMostOnce {
            for id in &ids {
                self.ledger.finish(*id);
            }
        }
        let end = if is_full { ids.last().copied().unwrap_or(i64::MIN) } else { i64::MAX };
        for id in self.ledger.forget_missing(&ids, end) {
            warn!(update_id = id, "the server no longer has an update that there was no room for");
        }
        self.release_at = self.ledger.next_release(self.limits.confirm_deadline);
        self.publish();
        // The source may have been cancelled meanwhile; what was admitted runs all the same.
        let _ = admitted.send(count);
    }

    /// Gives an update to its lane; `false` if there is nothing to do or no room.
    fn admit(&mut self, update: Update, now: Instant) -> bool {
        let id = update.update_id;
        let since = match self.ledger.standing(id) {
            Standing::Known => return false,
            Standing::New => {
                self.checkouts.see(&update, &self.shared);
                now
            }
            Standing::Deferred(since) => since,
        };
        let bot = &self.shared.bot;
        if bot.waiting().offer(&update, bot) {
            // Whoever waits holds the lane, so this update cannot wait for its place in it.
            self.ledger.admit(id, now);
            self.ledger.finish(id);
            return true;
        }
        let is_overdue = now.duration_since(since) >= self.limits.confirm_deadline;
        let key = self.lane(&update);
        match self.lanes.admit(key, update, is_overdue) {
            Admission::Run(update) => self.start(key, update),
            Admission::Queued => {}
            Admission::LaneFull(_) => {
                debug!(update_id = id, "the chat's lane is full: the update waits at the server");
                self.ledger.defer(id, since);
                return false;
            }
            Admission::Full(_) => {
                if !std::mem::replace(&mut self.is_full, true) {
                    let in_flight = self.lanes.in_flight();
                    warn!(
                        in_flight,
                        "as many updates in flight as allowed: no more are taken in until one ends"
                    );
                }
                // The bot is busy, not the chat stuck: its time has not begun.
                self.ledger.defer(id, now);
                return false;
            }
        }
        // Where a chat is stuck, what waits behind must not hold the offset for as long again.
        self.ledger.admit(id, since);
        true
    }

    fn lane(&self, update: &Update) -> Option<LaneKey> {
        if self.shared.is_laneless(&update.kind) { None } else { lane_key(update) }
    }

    fn start(&mut self, key: Option<LaneKey>, update: Update) {
        let number = self.next_number;
        self.next_number += 1;
        let report = Report {
            completion: Some(Completion { number, key, update_id: update.update_id }),
            completions: self.completions_tx.clone(),
        };
        let shared = Arc::clone(&self.shared);
        let update = self
            .checkouts
            .take(update.update_id)
            .unwrap_or_else(|| bound::Update::new(update, shared.bot.clone()));
        let task = tokio::spawn(async move {
            let _report = report;
            shared.handle(update).await;
        });
        self.running.insert(number, task.abort_handle());
    }

    fn complete(&mut self, &Completion { number, key, update_id }: &Completion) {
        self.running.remove(&number);
        self.ledger.finish(update_id);
        if let Some(next) = self.lanes.ended(key) {
            self.start(key, next);
        }
        if std::mem::replace(&mut self.is_full, false) {
            debug!("there is room again");
        }
    }

    fn release(&mut self) {
        let deadline = self.limits.confirm_deadline;
        for id in self.ledger.release(Instant::now(), deadline) {
            warn!(
                update_id = id,
                after = ?deadline,
                "the handler is not done: the update is confirmed all the same, and lost if the bot is killed now"
            );
        }
        self.release_at = self.ledger.next_release(deadline);
    }

    fn publish(&self) {
        let progress = Progress {
            offset: self.ledger.offset(),
            running: self.ledger.running(),
            deferred: self.ledger.deferred(),
            room: self.lanes.room(),
        };
        self.progress.send_if_modified(|old| std::mem::replace(old, progress) != progress);
    }

    /// Counts once more and ends the rest. The order matters: an aborted task reports like any other.
    fn cut_off(mut self) -> Drained {
        let mut in_flight = self.lanes.in_flight();
        while let Ok(completion) = self.completions.try_recv() {
            self.ledger.finish(completion.update_id);
            in_flight -= 1;
        }
        let cut_off = self.ledger.running();
        let lost = in_flight.saturating_sub(cut_off);
        Drained { offset: self.ledger.offset(), cut_off, lost }
    }
}

/// No handler outlives its bot.
impl Drop for Owner {
    fn drop(&mut self) {
        for task in self.running.values() {
            task.abort();
        }
    }
}

/// `duration` after `now`, or so far away that it never comes.
fn after(now: Instant, duration: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);
    now + duration.min(FAR)
}

/// What an update is kept in order with.
fn lane_key(update: &Update) -> Option<LaneKey> {
    let chat = update.chat().map(|chat| LaneKey::Chat(chat.id));
    chat.or_else(|| update.user().map(|user| LaneKey::User(user.id)))
}

async fn at(instant: Option<Instant>) {
    match instant {
        Some(instant) => tokio::time::sleep_until(instant).await,
        None => std::future::pending().await,
    }
}
