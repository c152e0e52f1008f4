//! From fetched updates to running handlers: one owner task, no locks.
//!
//! The owner receives updates from the source and completions from the lanes, and never waits for a
//! lane: so one slow chat cannot hold another.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use rustc_hash::FxHashMap;
use tokio::{
    sync::{mpsc, oneshot, watch},
    task::{AbortHandle, JoinHandle, yield_now},
    time::Instant,
};
use tracing::{debug, warn};

use self::{
    backlog::Backlog,
    checkout::Checkouts,
    lanes::{Admission, LaneKey, Lanes},
    ledger::{Ledger, Standing},
    receipts::Receipts,
};
use crate::{
    bound,
    client::hears_of_waits,
    journal::{Clerk, Entry, Journal, Received},
    observe::{About, Heard, meters::FlowMeter},
    storage::{StorageError, inbox::Stock},
    types::Update,
};

#[cfg(feature = "webhook")]
pub(crate) use self::receipts::Receipt;
#[cfg(feature = "emulator")]
pub(crate) use self::run::Story;
pub use self::run::{Explanation, Verdict};
pub(crate) use self::run::{Probe, Shared, caught, failed, panic_text};

mod around;
mod backlog;
mod checkout;
mod done;
mod lanes;
mod ledger;
mod receipts;
mod run;
mod written;

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
    /// When it is written in the journal, a file of this machine: after a crash it is handled from there. See
    /// [`App::journal`](crate::App::journal).
    #[cfg(feature = "sqlite")]
    Journal,
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
    /// Whether updates are pushed, one by one, instead of polled.
    pub(crate) is_pushed: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            in_flight: 256,
            lane: 32,
            confirm_deadline: Duration::from_secs(30),
            drain_deadline: Duration::from_secs(10),
            delivery: Delivery::default(),
            is_pushed: false,
        }
    }
}

/// How many handlers are started before other tasks have their turn. All of a batch at once would want as many
/// connections at once; so the first answers come before the last handlers start, and these find connections and memory
/// that are there already.
const AT_ONCE: usize = 6;

#[derive(Debug)]
enum Intake {
    /// What one poll brought.
    Batch {
        updates: Vec<Update>,
        /// Whether there may be more on the server behind the last of them.
        is_full: bool,
        admitted: oneshot::Sender<usize>,
    },
    /// What was written in the journal.
    Written(Vec<Entry>),
    /// What the server brought by itself.
    #[cfg_attr(not(feature = "webhook"), expect(dead_code, reason = "only a webhook pushes"))]
    Push { update: Update, answer: oneshot::Sender<receipts::Receipt> },
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
    /// Updates running or waiting in lanes, confirmed ones included.
    pub(crate) in_flight: usize,
    /// When the oldest unfinished update was first seen.
    pub(crate) oldest: Option<Instant>,
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
    journal: Option<Journal>,
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
    /// With a journal, begins with what is in it.
    pub(crate) fn start(
        shared: watch::Receiver<Arc<Shared>>,
        limits: Limits,
        journal: Option<(Journal, Stock)>,
    ) -> Self {
        let (intake, intake_rx) = mpsc::channel(1);
        let start = Progress { room: limits.in_flight, ..Progress::default() };
        let (progress_tx, progress) = watch::channel(start);
        let books = match &journal {
            None if limits.is_pushed => Books::Server(Ledger::pushed()),
            None => Books::Server(Ledger::default()),
            Some((journal, stock)) => {
                Books::Journal(Backlog::new(*stock), Clerk::start(journal.clone()))
            }
        };
        let owner = Owner::new(shared, limits, books, progress_tx);
        let task = AbortOnDrop(tokio::spawn(owner.run(intake_rx)));
        let journal = journal.map(|(journal, _)| journal);
        Self { intake, progress, delivery: limits.delivery, journal, task }
    }

    /// Hands over what a poll brought, in the server's order; gives the number of updates that went to
    /// lanes. `is_full`: there may be more behind the last one. Nothing comes back once the owner is gone.
    pub(crate) async fn offer(&self, updates: Vec<Update>, is_full: bool) -> Option<usize> {
        let (admitted, answer) = oneshot::channel();
        self.intake.send(Intake::Batch { updates, is_full, admitted }).await.ok()?;
        answer.await.ok()
    }

    /// The journal, if updates go through one: then sources hand them over by [`write`](Self::write).
    pub(crate) fn journal(&self) -> Option<&Journal> {
        self.journal.as_ref()
    }

    /// Writes updates in the journal and hands over those that are new; gives their number. Once it has answered
    /// all are safe: whatever happens, they are handled from there. Nothing comes back once the owner is gone.
    ///
    /// # Errors
    /// If they could not be written, so the server must keep them.
    pub(crate) async fn write(
        &self,
        journal: &Journal,
        updates: Vec<(Update, String)>,
    ) -> Result<Option<usize>, StorageError> {
        let new = keep(journal, updates).await?;
        let count = new.len();
        if count > 0 && self.intake.send(Intake::Written(new)).await.is_err() {
            return Ok(None);
        }
        Ok(Some(count))
    }

    /// Where updates are pushed in. It holds the dispatcher's end up for no longer than a push takes.
    #[cfg(feature = "webhook")]
    pub(crate) fn door(&self) -> Door {
        Door { intake: self.intake.downgrade(), journal: self.journal.clone() }
    }

    /// Waits for the owner's end, which nobody asked for.
    #[cfg(feature = "webhook")]
    pub(crate) async fn ended(&self) {
        self.intake.closed().await;
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

/// Writes updates and their texts in the journal; gives those that are new.
async fn keep(
    journal: &Journal,
    updates: Vec<(Update, String)>,
) -> Result<Vec<Entry>, StorageError> {
    let received = updates.into_iter().map(|(update, raw)| {
        let lane = lane_key(&update).map(LaneKey::name);
        Received { update, lane, raw }
    });
    journal.keep(received.collect()).await
}

/// Takes in updates one by one.
#[cfg(feature = "webhook")]
#[derive(Debug, Clone)]
pub(crate) struct Door {
    intake: mpsc::WeakSender<Intake>,
    journal: Option<Journal>,
}

#[cfg(feature = "webhook")]
impl Door {
    /// Hands an update over, whose text is `raw`, and waits until it is safe, or refused. Nothing comes back once the
    /// dispatcher is gone, and if the handler was cut off.
    pub(crate) async fn push(&self, update: Update, raw: &str) -> Option<Receipt> {
        let intake = self.intake.upgrade()?;
        let Some(journal) = &self.journal else {
            let (answer, answered) = oneshot::channel();
            intake.send(Intake::Push { update, answer }).await.ok()?;
            drop(intake);
            return answered.await.ok();
        };
        let update_id = update.update_id;
        match keep(journal, vec![(update, raw.to_owned())]).await {
            Ok(new) if new.is_empty() => Some(Receipt::Safe),
            Ok(new) => intake.send(Intake::Written(new)).await.ok().map(|()| Receipt::Safe),
            Err(error) => {
                warn!(
                    update_id,
                    "the update cannot be written in the journal, so it is refused: {error}"
                );
                Some(Receipt::Refused)
            }
        }
    }
}

/// An update whose handler has ended.
#[derive(Debug)]
struct Completion {
    number: u64,
    key: Option<LaneKey>,
    /// What the books know it by.
    entry: i64,
}

/// An update in a lane.
#[derive(Debug)]
struct Work {
    /// What the books know it by: its id, or its place in the journal.
    entry: i64,
    update: Update,
    /// When it was first seen.
    since: Instant,
}

/// Where it stands which updates are done.
enum Books {
    Server(Ledger),
    Journal(Backlog, Clerk),
}

impl Books {
    fn finish(&mut self, entry: i64) {
        match self {
            Self::Server(ledger) => drop(ledger.finish(entry)),
            Self::Journal(backlog, clerk) => {
                backlog.end(entry);
                clerk.done(entry);
            }
        }
    }

    /// Updates in lanes that come again if the bot ends now.
    fn running(&self) -> usize {
        match self {
            Self::Server(ledger) => ledger.running(),
            Self::Journal(backlog, _) => backlog.held(),
        }
    }

    /// What was loaded from the journal.
    async fn loaded(&mut self) -> Option<Vec<Entry>> {
        match self {
            Self::Server(_) => std::future::pending().await,
            Self::Journal(_, clerk) => clerk.loaded().await,
        }
    }
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
    books: Books,
    lanes: Lanes<Work>,
    checkouts: Checkouts,
    receipts: Receipts,
    running: FxHashMap<u64, AbortHandle>,
    /// Updates whose turn has come, to be started.
    ready: VecDeque<(Option<LaneKey>, Work)>,
    /// Updates that were confirmed at the deadline and are not done, and when they were first seen.
    overdue: VecDeque<(i64, Instant)>,
    meter: FlowMeter,
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
        books: Books,
        progress: watch::Sender<Progress>,
    ) -> Self {
        let shared = Arc::clone(&changes.borrow_and_update());
        let (completions_tx, completions) = mpsc::unbounded_channel();
        let meter = FlowMeter::new(shared.bot.id());
        let lane_capacity = match limits.delivery {
            Delivery::AtMostOnce => usize::MAX,
            _ => limits.lane,
        };
        Self {
            shared,
            changes,
            limits,
            books,
            lanes: Lanes::new(limits.in_flight, lane_capacity),
            checkouts: Checkouts::default(),
            receipts: Receipts::default(),
            running: FxHashMap::default(),
            ready: VecDeque::new(),
            overdue: VecDeque::new(),
            meter,
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
        self.load();
        while self.drain_until.is_none() || self.lanes.in_flight() > 0 {
            tokio::select! {
                biased;
                _ = self.completions.recv_many(&mut ended, 64) => {
                    for completion in ended.drain(..) {
                        self.complete(&completion);
                    }
                }
                Some(id) = self.receipts.asking.recv() => self.let_go(id),
                intake = intake.recv(), if self.drain_until.is_none() => match intake {
                    Some(Intake::Batch { updates, is_full, admitted }) => {
                        let count = self.take_in(updates, is_full);
                        // The source may have been cancelled meanwhile; what was admitted runs all the same.
                        let _ = admitted.send(count);
                    }
                    Some(Intake::Written(entries)) => self.take_written(entries),
                    Some(Intake::Push { update, answer }) => self.take_one(update, answer),
                    None => self.drain_until = Some(after(Instant::now(), self.limits.drain_deadline)),
                },
                Some(entries) = self.books.loaded(), if self.drain_until.is_none() => {
                    self.take_loaded(entries);
                }
                // At the end the offset holds nobody up: what is not done then comes again.
                () = at(self.release_at), if self.drain_until.is_none() => self.release(),
                () = at(self.drain_until) => break,
                () = yield_now(), if !self.ready.is_empty() => {}
            }
            self.start_some();
            self.load();
            self.publish();
        }
        self.cut_off().await
    }

    /// The handlers as they are now.
    fn renew(&mut self) {
        if self.changes.has_changed().unwrap_or(false) {
            self.shared = Arc::clone(&self.changes.borrow_and_update());
        }
    }

    fn take_in(&mut self, updates: Vec<Update>, is_full: bool) -> usize {
        self.renew();
        let now = Instant::now();
        let mut ids: Vec<i64> = updates.iter().map(|update| update.update_id).collect();
        ids.sort_unstable();
        if let (Books::Server(ledger), Some(highest)) = (&mut self.books, ids.last()) {
            ledger.begin_batch(*highest);
        }
        let count =
            updates.into_iter().map(|update| self.admit(update, now)).filter(|new| *new).count();
        let Books::Server(ledger) = &mut self.books else { return count };
        if self.limits.delivery == Delivery::AtMostOnce {
            for id in &ids {
                ledger.finish(*id);
            }
        }
        let end = if is_full { ids.last().copied().unwrap_or(i64::MIN) } else { i64::MAX };
        for id in ledger.forget_missing(&ids, end) {
            warn!(update_id = id, "the server no longer has an update that there was no room for");
        }
        self.release_at = ledger.next_release(self.limits.confirm_deadline);
        self.publish();
        count
    }

    /// Takes in an update that somebody waits to hear about.
    fn take_one(&mut self, update: Update, answer: oneshot::Sender<receipts::Receipt>) {
        self.renew();
        let (id, now, key) = (update.update_id, Instant::now(), self.lane(&update));
        let Books::Server(ledger) = &mut self.books else { return };
        ledger.begin_batch(id);
        let is_known = ledger.standing(id) == Standing::Known;
        if !is_known && (self.receipts.is_early(id, key, now) || !self.admit(update, now)) {
            self.receipts.refuse(id, key, now, answer);
            return;
        }
        self.receipts.wait(id, answer);
        let Books::Server(ledger) = &mut self.books else { return };
        if self.limits.delivery == Delivery::AtMostOnce {
            ledger.finish(id);
        }
        if !ledger.is_running(id) {
            self.receipts.give(id);
        }
        self.release_at = ledger.next_release(self.limits.confirm_deadline);
    }

    /// A handler waits for a person, whose answer the server may only bring when this update is out of the way.
    fn let_go(&mut self, id: i64) {
        let Books::Server(ledger) = &mut self.books else { return };
        ledger.finish(id);
        self.release_at = ledger.next_release(self.limits.confirm_deadline);
        self.receipts.give(id);
    }

    /// Gives an update to its lane; `false` if there is nothing to do or no room.
    fn admit(&mut self, update: Update, now: Instant) -> bool {
        let id = update.update_id;
        let Books::Server(ledger) = &mut self.books else { return false };
        let since = match ledger.standing(id) {
            Standing::Known => return false,
            Standing::New => {
                self.meter.received(update.kind.label());
                self.checkouts.see(&update, &self.shared);
                now
            }
            Standing::Deferred(since) => since,
        };
        let bot = &self.shared.bot;
        if bot.waiting().offer(&update, bot) {
            // Whoever waits holds the lane, so this update cannot wait for its place in it.
            ledger.admit(id, now);
            ledger.finish(id);
            return true;
        }
        // What is pushed and refused may overtake itself when it comes again, so a full lane takes it.
        let is_overdue =
            self.limits.is_pushed || now.duration_since(since) >= self.limits.confirm_deadline;
        let key = self.lane(&update);
        let admission = self.lanes.admit(key, Work { entry: id, update, since }, is_overdue);
        let Books::Server(ledger) = &mut self.books else { return false };
        match admission {
            Admission::Run(_) | Admission::Queued => {
                // Where a chat is stuck, what waits behind must not hold the offset for as long again.
                ledger.admit(id, since);
            }
            Admission::LaneFull(_) => {
                debug!(update_id = id, "the chat's lane is full: the update waits at the server");
                ledger.defer(id, since);
                return false;
            }
            Admission::Full(_) => {
                // The bot is busy, not the chat stuck: its time has not begun.
                ledger.defer(id, now);
                self.note_full();
                return false;
            }
        }
        if let Admission::Run(work) = admission {
            self.ready.push_back((key, work));
        }
        true
    }

    fn note_full(&mut self) {
        if !std::mem::replace(&mut self.is_full, true) {
            let in_flight = self.lanes.in_flight();
            warn!(
                in_flight,
                "as many updates in flight as allowed: no more are taken in until one ends"
            );
        }
    }

    fn lane(&self, update: &Update) -> Option<LaneKey> {
        if self.shared.is_laneless(&update.kind) { None } else { lane_key(update) }
    }

    fn start_some(&mut self) {
        for _ in 0..AT_ONCE {
            let Some((key, work)) = self.ready.pop_front() else { break };
            self.start(key, work);
        }
    }

    fn start(&mut self, key: Option<LaneKey>, Work { entry, update, since }: Work) {
        let number = self.next_number;
        self.next_number += 1;
        let report = Report {
            completion: Some(Completion { number, key, entry }),
            completions: self.completions_tx.clone(),
        };
        let shared = Arc::clone(&self.shared);
        self.meter.waited(since);
        let about = || About {
            update_id: update.update_id,
            kind: update.kind.label(),
            chat: update.chat().map(|chat| chat.id),
            user: update.user().map(|user| user.id),
        };
        let heard = Heard::begin(about, since);
        let asks = self.limits.is_pushed.then(|| self.receipts.asks(update.update_id));
        let update = self
            .checkouts
            .take(update.update_id)
            .unwrap_or_else(|| bound::Update::new(update, shared.bot.clone()));
        let handling = async move {
            let _report = report;
            // Boxed, since a task is copied several times on its way to where it runs.
            let handled = Box::pin(shared.handle(update));
            match heard {
                None => handled.await,
                Some(heard) => heard.of(handled).await,
            }
        };
        let task = match asks {
            None => tokio::spawn(handling),
            Some(asks) => tokio::spawn(hears_of_waits(asks, handling)),
        };
        self.running.insert(number, task.abort_handle());
    }

    fn complete(&mut self, &Completion { number, key, entry }: &Completion) {
        self.running.remove(&number);
        self.books.finish(entry);
        self.receipts.give(entry);
        if !self.overdue.is_empty() {
            self.overdue.retain(|(id, _)| *id != entry);
        }
        if let Some(next) = self.lanes.ended(key) {
            self.start(key, next);
        }
        if std::mem::replace(&mut self.is_full, false) {
            debug!("there is room again");
        }
    }

    fn release(&mut self) {
        let deadline = self.limits.confirm_deadline;
        let Books::Server(ledger) = &mut self.books else { return };
        let released = ledger.release(Instant::now(), deadline);
        self.meter.released(released.len());
        for (id, since) in released {
            self.overdue.push_back((id, since));
            warn!(
                update_id = id,
                after = ?deadline,
                "the handler is not done: the update is confirmed all the same, and lost if the bot is killed now"
            );
            self.receipts.give(id);
        }
        self.release_at = ledger.next_release(deadline);
    }

    fn publish(&self) {
        let (offset, deferred, oldest) = match &self.books {
            Books::Server(ledger) => (ledger.offset(), ledger.deferred(), ledger.oldest()),
            Books::Journal(..) => (None, 0, None),
        };
        let (running, room) = (self.books.running(), self.lanes.room());
        let in_flight = self.lanes.in_flight();
        let oldest = self.overdue.front().map(|(_, since)| *since).or(oldest);
        let progress = Progress { offset, running, deferred, room, in_flight, oldest };
        self.meter.now(in_flight, deferred, self.lanes.len());
        self.progress.send_if_modified(|old| std::mem::replace(old, progress) != progress);
    }

    /// Counts once more and ends the rest. The order matters: an aborted task reports like any other.
    async fn cut_off(mut self) -> Drained {
        let mut in_flight = self.lanes.in_flight();
        while let Ok(completion) = self.completions.try_recv() {
            self.books.finish(completion.entry);
            self.receipts.give(completion.entry);
            in_flight -= 1;
        }
        let cut_off = self.books.running();
        let lost = in_flight.saturating_sub(cut_off);
        for task in self.running.values() {
            task.abort();
        }
        let books = std::mem::replace(&mut self.books, Books::Server(Ledger::default()));
        match books {
            Books::Server(ledger) => Drained { offset: ledger.offset(), cut_off, lost },
            Books::Journal(_, clerk) => {
                clerk.close().await;
                Drained { offset: None, cut_off, lost }
            }
        }
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
