//! What a bot was asked to do later: jobs of this process, and where the others are stored.

use std::{
    collections::BTreeMap,
    fmt,
    panic::Location,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::{sync::Notify, time::Instant};

use crate::{
    BoxError, BoxFuture,
    storage::{Clock, Storage},
};

/// A future to run later, and who asked for it.
pub(crate) struct Errand {
    pub(crate) place: &'static Location<'static>,
    pub(crate) work: BoxFuture<'static, Result<(), BoxError>>,
}

/// Where jobs are stored while an `App` runs the bot, and which there are.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) clock: Clock,
    pub(crate) jobs: Arc<[&'static str]>,
}

/// Shared by the clones of a bot and the `App` that runs it.
#[derive(Default)]
pub(crate) struct Agenda {
    book: Mutex<Book>,
    /// Told of everything new.
    pub(crate) changed: Notify,
}

#[derive(Default)]
struct Book {
    errands: BTreeMap<(Instant, u64), Errand>,
    desk: Option<Desk>,
}

impl fmt::Debug for Agenda {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let book = self.book();
        f.debug_struct("Agenda")
            .field("errands", &book.errands.len())
            .field("desk", &book.desk)
            .finish_non_exhaustive()
    }
}

impl Agenda {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps an errand until `at`; gives its number.
    pub(crate) fn add(&self, at: Instant, errand: Errand) -> u64 {
        // At random, so that a number of an earlier process is nobody's.
        let number = fastrand::u64(..);
        self.book().errands.insert((at, number), errand);
        self.changed.notify_one();
        number
    }

    /// Drops an errand; `false` if it has begun or is gone.
    pub(crate) fn cancel(&self, number: u64) -> bool {
        let mut book = self.book();
        let key = book.errands.keys().find(|(_, found)| *found == number).copied();
        // Dropped after the lock: it is the author's.
        let errand = key.and_then(|key| book.errands.remove(&key));
        drop(book);
        errand.is_some()
    }

    /// An errand whose time has come, or the time of the next one.
    pub(crate) fn due(&self, now: Instant) -> Result<Errand, Option<Instant>> {
        let mut book = self.book();
        match book.errands.first_entry() {
            Some(first) if first.key().0 <= now => Ok(first.remove()),
            Some(first) => Err(Some(first.key().0)),
            None => Err(None),
        }
    }

    /// Where jobs are stored; none while no `App` runs the bot.
    pub(crate) fn desk(&self) -> Option<Desk> {
        self.book().desk.clone()
    }

    pub(crate) fn set_desk(&self, desk: Option<Desk>) {
        self.book().desk = desk;
    }

    /// Says which jobs there are now.
    pub(crate) fn set_jobs(&self, jobs: Arc<[&'static str]>) {
        if let Some(desk) = &mut self.book().desk {
            desk.jobs = jobs;
        }
        self.changed.notify_one();
    }
}
