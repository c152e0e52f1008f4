//! The journal: what was written is handled, once, in order, whatever becomes of the process.
//!
//! The clock is the machine's here, since the disk knows no other.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use bale::{
    App, Message, Result, Text, Update, app::RunError, emulator::Emulator, types::UpdateKind,
};
use expect_test::expect;
use tokio::{sync::watch, time::timeout};

use crate::{rig::Rig, storage::Folder};

mod model;
mod once;

const TOKEN: &str = "123456:TEST";

fn file(folder: &Folder) -> PathBuf {
    folder.path().join("bot.journal")
}

/// What handlers did, and a gate that holds some of them.
#[derive(Clone)]
struct Book {
    done: Arc<Mutex<Vec<String>>>,
    changed: watch::Sender<usize>,
    open: watch::Sender<bool>,
}

impl Book {
    fn new() -> Self {
        Self {
            done: Arc::default(),
            changed: watch::Sender::new(0),
            open: watch::Sender::new(true),
        }
    }

    /// Messages that begin with `slow` wait until the gate is open.
    fn app(&self, path: &Path) -> App {
        let book = self.clone();
        App::new().journal(path).state(book).on_message(work).command("now", now)
    }

    fn done(&self) -> Vec<String> {
        self.done.lock().unwrap().clone()
    }

    fn write(&self, text: &str) {
        self.done.lock().unwrap().push(text.to_owned());
        self.changed.send_modify(|count| *count += 1);
    }

    async fn wait(&self, count: usize) -> Vec<String> {
        let mut changed = self.changed.subscribe();
        let waited = timeout(Duration::from_secs(20), changed.wait_for(|now| *now >= count)).await;
        assert!(waited.is_ok(), "{:?}", self.done());
        self.done()
    }
}

async fn work(book: bale::State<Book>, Text(text): Text) {
    if text.starts_with("slow") {
        let mut open = book.open.subscribe();
        let _ = open.wait_for(|open| *open).await;
    }
    book.write(&text);
}

async fn now(book: bale::State<Book>) {
    book.write("now");
}

/// Ends the bot as `kill -9` would, as far as a process can do that to a part of itself.
async fn kill(rig: Rig) -> Emulator {
    let emulator = rig.kill();
    // What was running is gone with its runtime's next turn.
    tokio::time::sleep(Duration::from_millis(5)).await;
    emulator
}

async fn within<T>(future: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(20), future).await.expect("it happens in time")
}

#[tokio::test]
async fn an_update_is_confirmed_when_it_is_written() {
    let (folder, book) = (Folder::new(), Book::new());
    book.open.send_replace(false);
    let rig = Rig::start(book.app(&file(&folder)));
    for number in 0..250 {
        rig.emulator.message(number, number, "slow");
    }
    within(rig.emulator.idle()).await;
    assert_eq!(book.done(), Vec::<String>::new(), "no handler has ended");
    book.open.send_replace(true);
    book.wait(250).await;
    rig.stop().await.unwrap();
}

#[tokio::test]
async fn after_a_crash_what_was_not_done_comes_before_what_is_new() {
    let (folder, book) = (Folder::new(), Book::new());
    book.open.send_replace(false);
    let rig = Rig::start(book.app(&file(&folder)));
    for text in ["quick", "slow 1", "slow 2", "quick 3"] {
        rig.says(text);
    }
    within(rig.emulator.idle()).await;
    assert_eq!(book.wait(1).await, ["quick"]);
    let emulator = kill(rig).await;

    emulator.message(1, 1, "new");
    let book = Book::new();
    let rig = Rig::against(emulator, book.app(&file(&folder)));
    assert_eq!(book.wait(4).await, ["slow 1", "slow 2", "quick 3", "new"]);
    rig.stop().await.unwrap();
}

#[tokio::test]
async fn what_comes_again_is_not_handled_again() {
    let folder = Folder::new();
    let update = |id: i64| {
        format!(
            r#"{{"update_id":{id},"message":{{"message_id":1,"date":0,"chat":{{"id":1,"type":"private"}},
            "from":{{"id":1,"is_bot":false,"first_name":"a"}},"text":"{id}"}}}}"#
        )
    };
    let mut done = Vec::new();
    // The server has forgotten that it was told, as one does that was put back from a copy.
    for ids in [vec![5, 6, 6, 7], vec![6, 7, 8], vec![4, 5, 8, 9]] {
        let emulator = Emulator::new(TOKEN).first_update_id(4);
        for id in ids {
            emulator.raw_update(update(id));
        }
        let book = Book::new();
        let rig = Rig::against(emulator.clone(), book.app(&file(&folder)));
        within(emulator.idle()).await;
        rig.says("end");
        while book.done().last().is_none_or(|last| last != "end") {
            book.wait(book.done().len() + 1).await;
        }
        done.push(book.done().join(" "));
        rig.stop().await.unwrap();
    }
    expect![[r#"
        [
            "5 6 7 end",
            "end",
            "4 end",
        ]
    "#]]
    .assert_debug_eq(&done);
}

#[tokio::test]
async fn what_there_is_no_room_for_waits_in_the_file() {
    let (folder, book) = (Folder::new(), Book::new());
    book.open.send_replace(false);
    let app = book.app(&file(&folder)).in_flight(8, 2);
    let rig = Rig::start(app);
    for number in 0..300 {
        rig.emulator.message(1, 1, format!("slow {number}"));
        if number % 3 == 0 {
            rig.emulator.message(2, 2, format!("{number}"));
        }
    }
    within(rig.emulator.idle()).await;
    // One stuck chat does not hold the others, however much of it waits.
    let quick: Vec<String> = (0..300).step_by(3).map(|number| number.to_string()).collect();
    assert_eq!(book.wait(100).await, quick);
    book.open.send_replace(true);
    let done = book.wait(400).await;
    let slow: Vec<String> = (0..300).map(|number| format!("slow {number}")).collect();
    assert_eq!(done[100..], slow);
    rig.stop().await.unwrap();
}

mod overtaking {
    #[bale::command("now", lane = "none")]
    async fn now(book: bale::State<super::Book>) {
        book.write("now");
    }

    /// Runs until everything else is done.
    #[bale::command("last", lane = "none")]
    async fn last(book: bale::State<super::Book>) {
        book.wait(11).await;
        book.write("last");
    }
}

#[tokio::test]
async fn a_command_overtakes_a_chat_that_waits_in_the_file() {
    let (folder, book) = (Folder::new(), Book::new());
    book.open.send_replace(false);
    let app = App::collect_module(concat!(module_path!(), "::overtaking"));
    let app = app.journal(file(&folder)).state(book.clone()).on_message(work);
    let rig = Rig::start(app.in_flight(8, 2));
    for number in 0..10 {
        rig.says(&format!("slow {number}"));
    }
    rig.says("/now");
    rig.says("slow 10");
    assert_eq!(book.wait(1).await, ["now"]);
    book.open.send_replace(true);
    assert_eq!(book.wait(12).await.iter().filter(|text| *text == "now").count(), 1);
    rig.stop().await.unwrap();
}

#[tokio::test]
async fn what_overtook_its_chat_is_not_loaded_with_it() {
    let (folder, book) = (Folder::new(), Book::new());
    book.open.send_replace(false);
    let app = App::collect_module(concat!(module_path!(), "::overtaking"));
    let app = app.journal(file(&folder)).state(book.clone()).on_message(work);
    let rig = Rig::start(app.in_flight(8, 2));
    for number in 0..11 {
        rig.says(&format!("slow {number}"));
        if number == 5 {
            rig.says("/last");
        }
    }
    within(rig.emulator.idle()).await;
    book.open.send_replace(true);
    book.wait(12).await;
    rig.stop().await.unwrap();
    let done = book.done();
    assert_eq!((done.len(), done[11].as_str()), (12, "last"), "{done:?}");
}

async fn ask(message: Message, book: bale::State<Book>) -> Result {
    let answer = message.ask::<String>("name?").await?;
    book.write(&format!("name: {answer}"));
    Ok(())
}

#[tokio::test]
async fn an_answer_reaches_its_question_past_a_full_lane() {
    let (folder, book) = (Folder::new(), Book::new());
    let app = book.app(&file(&folder)).command("ask", ask).in_flight(4, 1);
    let rig = Rig::start(app);
    rig.says("/ask");
    within(rig.emulator.wait_for_calls(3)).await;
    rig.says("Sara");
    rig.says("other");
    assert_eq!(book.wait(2).await, ["name: Sara", "other"]);
    rig.stop().await.unwrap();
}

/// The texts of updates that could not be read.
#[derive(Clone, Default)]
struct Raws(Arc<Mutex<Vec<(i64, String)>>>);

async fn note(raws: bale::State<Raws>, update: Update, book: bale::State<Book>) {
    if let UpdateKind::Unknown(unknown) = &update.kind {
        raws.0.0.lock().unwrap().push((update.update_id, unknown.raw.clone()));
        let mut open = book.open.subscribe();
        let _ = open.wait_for(|open| *open).await;
        book.write("seen");
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_kept_as_it_came() {
    let folder = Folder::new();
    let raws = [
        r#"{"update_id":7,"message":{"message_id":"odd"}}"#,
        r#"{"update_id":8,"story":{"b":1, "a":2}}"#,
        r#"{"no":"id"}"#,
    ];
    let emulator = Emulator::new(TOKEN).first_update_id(7);
    for raw in raws {
        emulator.raw_update(raw);
    }
    let app = |book: &Book, seen: &Raws| {
        App::new().journal(file(&folder)).state(book.clone()).state(seen.clone()).on_update(note)
    };
    let (book, seen) = (Book::new(), Raws::default());
    book.open.send_replace(false);
    let rig = Rig::against(emulator.clone(), app(&book, &seen));
    within(emulator.idle()).await;
    let emulator = kill(rig).await;

    let (book, seen) = (Book::new(), Raws::default());
    let rig = Rig::against(emulator, app(&book, &seen));
    book.wait(3).await;
    let mut seen = seen.0.lock().unwrap().clone();
    seen.sort();
    let expected: Vec<_> = (7..).zip(raws.map(str::to_owned)).collect();
    assert_eq!(seen, expected);
    rig.stop().await.unwrap();
}

#[tokio::test]
async fn what_is_cut_off_at_the_stop_comes_again() {
    let (folder, book) = (Folder::new(), Book::new());
    book.open.send_replace(false);
    let rig = Rig::start(book.app(&file(&folder)).drain_deadline(Duration::from_millis(50)));
    for text in ["quick", "slow", "quick 2"] {
        rig.says(text);
    }
    within(rig.emulator.idle()).await;
    book.wait(1).await;
    let emulator = rig.emulator.clone();
    rig.stop().await.unwrap();
    let book = Book::new();
    let rig = Rig::against(emulator, book.app(&file(&folder)));
    assert_eq!(book.wait(2).await, ["slow", "quick 2"]);
    rig.stop().await.unwrap();
}

#[tokio::test]
async fn nothing_is_left_for_the_next_start_when_everything_is_done() {
    let (folder, book) = (Folder::new(), Book::new());
    let rig = Rig::start(book.app(&file(&folder)));
    for number in 0..150 {
        rig.emulator.message(number % 7, 1, number.to_string());
    }
    book.wait(150).await;
    let emulator = rig.emulator.clone();
    rig.stop().await.unwrap();
    assert_eq!(emulator.pending(), 0, "the last ones are confirmed as well");
    let db = rusqlite::Connection::open(file(&folder)).expect("nobody else has it");
    let count = |table: &str| {
        let query = format!("SELECT count(*) FROM {table}");
        db.query_row(&query, [], |row| row.get::<_, i64>(0)).expect("a number")
    };
    assert_eq!((count("inbox"), count("inbox_seen")), (0, 1));
}

/// Why a bot with this journal does not start.
async fn refused(folder: &Folder, app: App) -> String {
    let result = within(Rig::start(app).stop()).await;
    let Err(error @ RunError::Journal(_)) = result else { panic!("{result:?}") };
    error.to_string().replace(&*folder.path().display().to_string(), "..")
}

#[tokio::test]
async fn a_journal_belongs_to_one_process() {
    let (folder, book) = (Folder::new(), Book::new());
    let rig = Rig::start(book.app(&file(&folder)));
    rig.says("a");
    book.wait(1).await;
    expect!["the bot cannot start without its journal: the SQLite file ../bot.journal: cannot be set up: another bot has the file open, in this process or another one: give each a file of its own, and let bots of one program run beside each other (`App::beside`)"].assert_eq(&refused(&folder, book.app(&file(&folder))).await);
    rig.says("b");
    book.wait(2).await;
    rig.stop().await.unwrap();
}

#[tokio::test]
async fn a_journal_that_cannot_be_read_is_refused() {
    let folder = Folder::new();
    std::fs::write(file(&folder), "not a database, but long enough: ".repeat(99)).expect("a file");
    expect!["the bot cannot start without its journal: the SQLite file ../bot.journal: cannot be read: file is not a database; put back a copy of the file, or move it and those beside it (-wal, -shm) away to begin with an empty one"].assert_eq(&refused(&folder, Book::new().app(&file(&folder))).await);
    let nowhere = folder.path().join("none").join("bot.journal");
    expect!["the bot cannot start without its journal: the SQLite file ../none/bot.journal: not available: unable to open database file: ../none/bot.journal; its folder must exist, and this process must have the right to write to both"].assert_eq(&refused(&folder, Book::new().app(&nowhere)).await);
}

#[tokio::test]
async fn two_bots_of_a_program_share_a_journal() {
    let folder = Folder::new();
    let (one, two) = (Emulator::new(TOKEN), Emulator::new("654321:TEST"));
    let other = bale::Bot::builder().token("654321:TEST").transport(two.transport());
    let (first, second) = (Book::new(), Book::new());
    second.open.send_replace(false);
    let app = |book: &Book| book.app(&file(&folder));
    let apps = app(&first).beside(app(&second).bot(other.build().expect("a token")));
    let rig = Rig::against(one.clone(), apps);
    one.message(1, 1, "one");
    two.message(1, 1, "slow two");
    first.wait(1).await;
    within(two.idle()).await;
    kill(rig).await;

    // Each finds its own, also alone.
    let (first, second) = (Book::new(), Book::new());
    let rig = Rig::against(one.clone(), app(&first));
    one.message(1, 1, "again");
    assert_eq!(first.wait(1).await, ["again"]);
    rig.stop().await.unwrap();
    let other = bale::Bot::builder().token("654321:TEST").transport(two.transport());
    let app = app(&second).bot(other.build().expect("a token"));
    let handle = app.stop_handle();
    let running = tokio::spawn(app.run_until(std::future::pending()));
    assert_eq!(second.wait(1).await, ["slow two"]);
    handle.stop();
    within(running).await.expect("no panic").unwrap();
}
