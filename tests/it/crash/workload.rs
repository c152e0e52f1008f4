//! The workload of the crash test: people write, the bot has effects, and what came of each is counted.
//!
//! Every message has two effects: a row in the bot's own database, and an answer by [`Context::once`], of which one
//! copy at most may arrive. The row says whether the answer was sent, or interrupted.
//!
//! [`Context::once`]: bale::Context::once

use std::{
    cell::Cell,
    collections::BTreeMap,
    fmt,
    path::Path,
    sync::{Mutex, atomic::Ordering},
    time::Duration,
};

use bale::{
    App, Bot, Message, State, Text,
    once::{Effects, OnceError},
};
use rusqlite::{Connection, params};
use tokio::time::sleep;

use super::harness::Crash;

/// How many people write.
const PEOPLE: i64 = 8;
/// How many messages may wait, so that a long test does not grow.
const WAITING: usize = 60;

/// The author's own database.
struct Ledger(Mutex<Connection>);

impl Ledger {
    fn open(folder: &Path) -> rusqlite::Result<Connection> {
        let db = Connection::open(folder.join("ledger.db"))?;
        db.busy_timeout(Duration::from_secs(10))?;
        db.execute_batch(
            "PRAGMA journal_mode = wal; PRAGMA synchronous = normal;
             CREATE TABLE IF NOT EXISTS handled (update_id INTEGER PRIMARY KEY, text TEXT, answer TEXT) STRICT;
             CREATE TABLE IF NOT EXISTS account (person INTEGER PRIMARY KEY, balance INTEGER) STRICT;",
        )?;
        Ok(db)
    }

    /// An effect in the author's own database, with the update's id in the same transaction.
    fn book(&self, update: i64, person: i64, text: &str) -> rusqlite::Result<()> {
        let mut db = self.0.lock().expect("no panic under it");
        let transaction = db.transaction()?;
        let row = "INSERT OR IGNORE INTO handled (update_id, text) VALUES (?, ?)";
        if transaction.execute(row, params![update, text])? == 1 {
            let add =
                "INSERT INTO account VALUES (?, 1) ON CONFLICT DO UPDATE SET balance = balance + 1";
            transaction.execute(add, [person])?;
        }
        transaction.commit()
    }

    fn answered(&self, update: i64, how: &str) -> rusqlite::Result<()> {
        let row = "UPDATE handled SET answer = ? WHERE update_id = ?";
        self.0.lock().expect("no panic under it").execute(row, params![how, update]).map(drop)
    }
}

async fn serve(
    message: Message,
    Text(text): Text,
    update: bale::Update,
    ledger: State<Ledger>,
    effects: Effects,
) -> bale::Result {
    ledger.book(update.update_id, message.chat().id, &text)?;
    let answer = effects.once("answer", message.answer(text)).await;
    ledger.answered(
        update.update_id,
        match answer {
            Ok(_) => "sent",
            Err(OnceError::Interrupted { .. }) => "interrupted",
            Err(error) => return Err(error.into()),
        },
    )?;
    Ok(())
}

/// The child: runs until it is killed.
pub(crate) async fn run(bot: Bot, folder: &Path) {
    let ledger = Ledger::open(folder).expect("the folder is the parent's");
    let app = App::new()
        .bot(bot)
        .journal(folder.join("bot.journal"))
        .in_flight(32, 4)
        .state(Ledger(Mutex::new(ledger)))
        .on_message(serve);
    app.run().await.expect("it is killed before it ends");
}

/// What came of the messages.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) messages: usize,
    /// Messages without a row, and rows that were booked twice.
    pub(crate) lost: usize,
    pub(crate) booked_twice: usize,
    /// Answers that arrived, and copies of them.
    pub(crate) answered: usize,
    pub(crate) answered_twice: usize,
    /// Messages of which the author was told that nobody knows whether the answer was sent; and those of them
    /// that it had arrived for.
    pub(crate) interrupted: usize,
    pub(crate) arrived: usize,
    /// Messages without an answer of which the author was not told.
    pub(crate) unanswered: usize,
    /// Answers that overtook others of their chat.
    pub(crate) out_of_order: usize,
}

impl Count {
    /// Whether nothing was lost, doubled or turned around.
    pub(crate) fn is_right(&self) -> bool {
        let Self { lost, booked_twice, answered_twice, unanswered, out_of_order, .. } = self;
        [lost, booked_twice, answered_twice, unanswered, out_of_order].into_iter().all(|n| *n == 0)
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} messages: {} lost, {} booked twice, {} out of order; {} answers: {} twice, {} neither sent nor \
             known to the author; {} interrupted, of which {} had arrived",
            self.messages,
            self.lost,
            self.booked_twice,
            self.out_of_order,
            self.answered,
            self.answered_twice,
            self.unanswered,
            self.interrupted,
            self.arrived,
        )
    }
}

/// The parent: people write while bots die, `kills` times; then what came of it.
pub(crate) async fn play(crash: &mut Crash, folder: &Path, kills: usize) -> Count {
    let (emulator, killed) = (crash.emulator.clone(), crash.kills());
    let db = Ledger::open(folder).expect("a new file");
    let handled = |db: &Connection| {
        let count = "SELECT count(*) FROM handled WHERE answer IS NOT NULL";
        db.query_row(count, [], |row| row.get::<_, i64>(0)).map(usize::try_from)
    };
    let written = Cell::new(0_usize);
    let people = async {
        let mut done = 0;
        while killed.load(Ordering::Relaxed) < kills || done < written.get() {
            done = handled(&db).expect("it is ours").expect("small");
            if killed.load(Ordering::Relaxed) < kills {
                for _ in 0..WAITING.saturating_sub(written.get() - done).min(20) {
                    let number = written.get();
                    let person = 1 + i64::try_from(number).expect("small") % PEOPLE;
                    emulator.message(person, person, number.to_string());
                    written.set(number + 1);
                }
            }
            sleep(Duration::from_millis(5)).await;
        }
    };
    crash.during(kills, people).await;
    count(crash, &db, written.get()).expect("it is ours")
}

fn count(crash: &Crash, db: &Connection, messages: usize) -> rusqlite::Result<Count> {
    let mut query = db.prepare("SELECT text, answer FROM handled")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let rows: BTreeMap<String, String> = rows.collect::<Result<_, _>>()?;
    let booked: i64 = db.query_row("SELECT sum(balance) FROM account", [], |row| row.get(0))?;
    let mut copies: BTreeMap<String, usize> = BTreeMap::new();
    let mut count = Count { messages, lost: messages - rows.len(), ..Count::default() };
    count.booked_twice = usize::try_from(booked).expect("small") - rows.len();
    for person in 1..=PEOPLE {
        let mut last = None;
        for message in crash.emulator.messages(person) {
            if message["from"]["is_bot"] == true {
                let text = message["text"].as_str().expect("a text");
                let number = text.parse::<usize>().ok();
                count.out_of_order += usize::from(number < last);
                last = number;
                *copies.entry(text.to_owned()).or_default() += 1;
            }
        }
    }
    count.answered = copies.len();
    count.answered_twice = copies.values().map(|copies| copies - 1).sum();
    for (text, answer) in &rows {
        let has_arrived = copies.contains_key(text);
        if answer == "interrupted" {
            count.interrupted += 1;
            count.arrived += usize::from(has_arrived);
        } else {
            count.unanswered += usize::from(!has_arrived);
        }
    }
    Ok(count)
}
