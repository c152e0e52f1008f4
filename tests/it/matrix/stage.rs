//! The bot of the scenarios, and what it did.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use bale::{
    App, Message, Result, State, Text,
    emulator::{Emulator, Fault, FaultAction},
};
use tokio::{
    sync::Notify,
    time::{Instant, sleep, timeout},
};

use super::{super::rig::Rig, Mode};

/// What has not happened by then, of virtual time, will not.
const PATIENCE: Duration = Duration::from_secs(600);
pub(crate) const FOR_EVER: usize = usize::MAX;

/// What handlers did, in that order.
#[derive(Debug, Default)]
pub(crate) struct Book {
    entries: Mutex<Vec<Entry>>,
    written: Notify,
}

/// One handler's end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) chat: i64,
    pub(crate) number: u32,
    pub(crate) at: Instant,
}

impl Book {
    fn write(&self, chat: i64, number: u32) {
        let entry = Entry { chat, number, at: Instant::now() };
        self.entries.lock().expect("nothing panics while it writes").push(entry);
        self.written.notify_waiters();
    }

    pub(crate) fn entries(&self) -> Vec<Entry> {
        self.entries.lock().expect("nothing panics while it writes").clone()
    }

    /// Waits until so many handlers have ended.
    pub(crate) async fn until(&self, count: usize) -> Vec<Entry> {
        let wait = async {
            loop {
                let written = self.written.notified();
                let entries = self.entries();
                if entries.len() >= count {
                    return entries;
                }
                written.await;
            }
        };
        timeout(PATIENCE, wait).await.unwrap_or_else(|_| self.entries())
    }
}

/// A message reads `<milliseconds of work> <number>`, and may end with how the handler ends. The chat sees when it
/// begins and ends.
async fn work(message: Message, Text(text): Text, book: State<Arc<Book>>) -> Result {
    let mut words = text.split(' ');
    let time = words.next().unwrap_or_default().parse()?;
    let number = words.next().unwrap_or_default().parse()?;
    message.answer(format!("began {number}")).await?;
    sleep(Duration::from_millis(time)).await;
    match words.next() {
        Some("panics") => panic!("as asked"),
        Some(other) => Err(other.into()),
        None => {
            message.answer(format!("did {number}")).await?;
            book.write(message.chat().id, number);
            Ok(())
        }
    }
}

/// The bot of every scenario.
pub(crate) fn app(book: &Arc<Book>, mode: Mode, folder: &Path) -> App {
    (mode.set)(App::new().on_message(work).state(Arc::clone(book)), folder)
}

/// A server, its people, and a running bot.
pub(crate) struct Stage {
    pub(crate) rig: Rig,
    pub(crate) book: Arc<Book>,
    _folder: Folder,
}

impl Stage {
    pub(crate) fn start(mode: Mode) -> Self {
        Self::against(Emulator::new("123456:TEST"), mode)
    }

    /// Starts the bot against a server with a past.
    pub(crate) fn against(emulator: Emulator, mode: Mode) -> Self {
        let (book, folder) = (Arc::default(), Folder::new());
        Self { rig: Rig::against(emulator, app(&book, mode, &folder.0)), book, _folder: folder }
    }

    /// A person writes; `work` is what the handler shall do.
    pub(crate) fn says(&self, chat: i64, work: &str) {
        self.rig.emulator.message(chat, chat, work);
    }

    pub(crate) fn fault(&self, action: FaultAction, method: &str, times: usize) {
        self.rig.emulator.fault(Fault::new(action).on(method).times(times));
    }

    /// Lost, done twice, and out of order, when `expected` numbers from 0 on should have been done.
    pub(crate) async fn account(&self, expected: usize) -> Vec<f64> {
        self.book.until(expected).await;
        // What should not come would come now.
        sleep(Duration::from_secs(60)).await;
        account(&self.book.entries(), expected)
    }
}

fn account(entries: &[Entry], expected: usize) -> Vec<f64> {
    let mut times: BTreeMap<u32, usize> = BTreeMap::new();
    let mut last: BTreeMap<i64, u32> = BTreeMap::new();
    let mut disorder = 0;
    for entry in entries {
        *times.entry(entry.number).or_default() += 1;
        let last = last.entry(entry.chat).or_insert(entry.number);
        disorder += usize::from(entry.number < *last);
        *last = entry.number.max(*last);
    }
    let twice = times.values().filter(|times| **times > 1).count();
    [expected - times.len(), twice, disorder].map(number).to_vec()
}

/// A count as a figure.
pub(crate) fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).expect("no scenario is that long"))
}

/// A place for the files of a bot.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("bale-matrix-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).expect("a folder of this process");
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            eprintln!("{} stays: {error}", self.0.display());
        }
    }
}
