//! The journal: updates are written down before they are confirmed to the server, and handled from there.
//!
//! A source writes by [`Journal::keep`]: what that has answered is safe, and the server may be told so. The
//! dispatcher reads and ticks off through a [`Clerk`], a task, so that it never waits for a disk.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::mpsc,
    task::JoinHandle,
    time::{sleep, timeout},
};
use tracing::{info, warn};

use crate::{
    storage::{
        Clock, StorageError,
        inbox::{Inbox, Letter, Row, Wanted},
    },
    types::Update,
};

/// The waits between tries to write what is done.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// At the end what is done is written within this time, or handled again at the next start.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// A bot's place in a journal. A cheap clone.
#[derive(Debug, Clone)]
pub(crate) struct Journal {
    inbox: Arc<dyn Inbox>,
    bot: i64,
    clock: Clock,
}

/// An update and its place in the journal.
pub(crate) type Entry = (i64, Update);

impl Journal {
    #[cfg(feature = "sqlite")]
    pub(crate) fn new(inbox: Arc<dyn Inbox>, bot: i64, clock: Clock) -> Self {
        Self { inbox, bot, clock }
    }

    /// What is in it from before.
    #[cfg(feature = "sqlite")]
    pub(crate) async fn stock(&self) -> Result<crate::storage::inbox::Stock, StorageError> {
        self.inbox.stock(self.bot).await
    }

    /// Writes updates down; gives those that are new, with their places. Then they are safe.
    ///
    /// # Errors
    ///
    /// If they could not be written. None of them is safe then.
    pub(crate) async fn keep(&self, updates: Vec<Received>) -> Result<Vec<Entry>, StorageError> {
        if updates.is_empty() {
            return Ok(Vec::new());
        }
        let mut kept = Vec::with_capacity(updates.len());
        let mut letters = Vec::with_capacity(updates.len());
        for Received { update, lane, raw } in updates {
            letters.push(Letter { update_id: update.update_id, lane, raw });
            kept.push(update);
        }
        let places = self.inbox.keep(self.bot, letters, self.clock.now()).await?;
        Ok(places.into_iter().zip(kept).filter_map(|(row, update)| Some((row?, update))).collect())
    }
}

/// An update as a source has it.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) update: Update,
    /// What it must stay in order with.
    pub(crate) lane: Option<String>,
    /// Its JSON, or what came in its place.
    pub(crate) raw: String,
}

/// Says in the log when trouble begins, changes and ends, and not each time.
#[derive(Debug)]
pub(crate) struct Trouble {
    what: &'static str,
    last: Option<String>,
}

impl Trouble {
    /// `what` cannot be done, and what follows from it.
    pub(crate) fn new(what: &'static str) -> Self {
        Self { what, last: None }
    }

    pub(crate) fn failed(&mut self, error: &StorageError) {
        let text = error.to_string();
        if self.last.as_ref() != Some(&text) {
            warn!("{}: {text}", self.what);
            self.last = Some(text);
        }
    }

    pub(crate) fn ended(&mut self) {
        if self.last.take().is_some() {
            info!("the journal works again");
        }
    }
}

/// What the clerk is told to do.
#[derive(Debug)]
enum Order {
    Done(i64),
    Load(Wanted),
}

/// Reads and ticks off for the dispatcher, one thing after the other, and tries until it works.
#[derive(Debug)]
pub(crate) struct Clerk {
    // Unbounded, yet never longer than the updates in flight, and one order to load.
    orders: mpsc::UnboundedSender<Order>,
    loaded: mpsc::UnboundedReceiver<Vec<Entry>>,
    task: JoinHandle<()>,
}

impl Clerk {
    pub(crate) fn start(journal: Journal) -> Self {
        let (orders, orders_rx) = mpsc::unbounded_channel();
        let (loaded_tx, loaded) = mpsc::unbounded_channel();
        Self { orders, loaded, task: tokio::spawn(work(journal, orders_rx, loaded_tx)) }
    }

    /// The update at this place is done.
    pub(crate) fn done(&self, row: i64) {
        self.order(Order::Done(row));
    }

    /// Asks for updates; [`loaded`](Self::loaded) gives them. What was done before is not among them.
    pub(crate) fn load(&self, wanted: Wanted) {
        self.order(Order::Load(wanted));
    }

    fn order(&self, order: Order) {
        // It ends after the dispatcher, unless the runtime ends both.
        let _ = self.orders.send(order);
    }

    pub(crate) async fn loaded(&mut self) -> Option<Vec<Entry>> {
        self.loaded.recv().await
    }

    /// Writes what is left to write.
    pub(crate) async fn close(self) {
        let Self { orders, mut task, .. } = self;
        drop(orders);
        if timeout(LAST_WORDS, &mut task).await.is_err() {
            task.abort();
            warn!("the journal could not be told what is done last: it will be handled again");
        }
    }
}

async fn work(
    journal: Journal,
    mut orders: mpsc::UnboundedReceiver<Order>,
    loaded: mpsc::UnboundedSender<Vec<Entry>>,
) {
    let mut waiting = Vec::new();
    let mut trouble =
        Trouble::new("the journal cannot be told what is done, so no more is taken from it");
    while orders.recv_many(&mut waiting, 256).await > 0 {
        let mut done = Vec::new();
        let mut wanted = None;
        for order in waiting.drain(..) {
            match order {
                Order::Done(row) => done.push(row),
                Order::Load(next) => wanted = Some(next),
            }
        }
        if !done.is_empty() {
            persist(&mut trouble, || journal.inbox.done(journal.bot, done.clone())).await;
        }
        if let Some(wanted) = wanted {
            let rows =
                persist(&mut trouble, || journal.inbox.rows(journal.bot, wanted.clone())).await;
            // At the end nobody wants them any more.
            let _ = loaded.send(rows.into_iter().map(read).collect());
        }
    }
}

/// Tries until it works.
async fn persist<T, F: Future<Output = Result<T, StorageError>>>(
    trouble: &mut Trouble,
    call: impl Fn() -> F,
) -> T {
    let mut wait = FIRST_WAIT;
    loop {
        match call().await {
            Ok(value) => {
                trouble.ended();
                return value;
            }
            Err(error) => trouble.failed(&error),
        }
        sleep(wait).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

/// What was written becomes what had been received.
fn read(Row { row, update_id, raw }: Row) -> Entry {
    let update = match Update::from_raw(&raw) {
        // It is known by the id that it was kept under, whatever its text says.
        Ok(update) => Update { update_id, ..update },
        Err(error) => Update::unreadable(update_id, raw, error.to_string()),
    };
    (row, update)
}
