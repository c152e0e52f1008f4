//! What signals do to a bot that is a process.

use std::{
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

use bale::emulator::Emulator;
use tokio::time::{sleep, timeout};

use super::{
    super::crash::harness::{Crash, child},
    Figure, LOST, MODES, Measure, Mode, Promise, Scenario, TWICE,
    stage::{Book, Folder, app, number},
};

/// Gives the command that starts [`bot_of_this_process`] in a process of its own.
pub(crate) type Started = fn() -> Command;

/// Tells the child which mode it is in.
const MODE: &str = "BALE_TEST_MATRIX_MODE";
/// Chats with a handler at work when the signal comes.
const CHATS: u32 = 5;
/// For a busy machine; nothing here takes seconds on a quiet one.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "`kill -9` with 5 handlers at work",
        figures: &[LOST.only_with(Promise::NothingLost), TWICE],
        measure: Measure::Process(|mode, start| Box::pin(kill(mode, start, Behind::Nothing))),
    },
    Scenario {
        name: "`kill -9`, and 20 handlers have ended behind one at work",
        figures: &[LOST.only_with(Promise::NothingLost), TWICE.only_with(Promise::NothingTwice)],
        measure: Measure::Process(|mode, start| Box::pin(kill(mode, start, Behind::Done))),
    },
    Scenario {
        name: "SIGTERM with 5 handlers at work",
        figures: &[LOST, TWICE, Figure::count("exit code", 0), Figure::within("ends", 5.0)],
        measure: Measure::Process(|mode, start| Box::pin(term(mode, start))),
    },
];

/// Runs the bot, in a process that a scenario started; returns at once in any other.
pub(crate) async fn bot_of_this_process() {
    let Some((bot, folder)) = child() else { return };
    let mode = std::env::var(MODE).expect("the parent says the mode");
    let mode = *MODES.iter().find(|known| known.name == mode).expect("a mode that it knows");
    let book: Arc<Book> = Arc::default();
    app(&book, mode, &folder).bot(bot).run().await.expect("nothing is wrong");
}

async fn crash(mode: Mode, start: Started, folder: &Folder) -> Crash {
    let command = move || {
        let mut command = start();
        command.env(MODE, mode.name);
        command
    };
    Crash::new(command, &folder.0, 1).await
}

/// Which handlers have ended when the kill comes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Behind {
    Nothing,
    /// Those of twenty updates after the first one at work.
    Done,
}

async fn kill(mode: Mode, start: Started, behind: Behind) -> Vec<f64> {
    let folder = Folder::new();
    let mut crash = crash(mode, start, &folder).await;
    let emulator = crash.emulator.clone();
    crash.start();
    for chat in 0..CHATS {
        says(&emulator, chat, if behind == Behind::Done && chat > 0 { 0 } else { 2500 }, chat);
    }
    let mut expected = CHATS;
    if behind == Behind::Done {
        for number in CHATS..CHATS + 16 {
            says(&emulator, 1 + number % 4, 0, number);
        }
        expected += 16;
        until(|| texts(&emulator, "did").len() == 20).await;
    }
    until(|| texts(&emulator, "began").len() == usize_of(expected)).await;
    // What the bot confirms too early, it confirms by its next poll.
    sleep(Duration::from_millis(500)).await;
    crash.kill();
    crash.start();
    // Another one is the sign that the second bot works; then what is not there will not come.
    says(&emulator, CHATS, 0, expected);
    until(|| texts(&emulator, "did").contains(&expected)).await;
    // What comes again has begun by now, and works for 2.5 s.
    sleep(Duration::from_millis(3500)).await;
    crash.kill();
    account(&emulator, expected)
}

async fn term(mode: Mode, start: Started) -> Vec<f64> {
    let folder = Folder::new();
    let mut crash = crash(mode, start, &folder).await;
    let emulator = crash.emulator.clone();
    crash.start();
    for chat in 0..CHATS {
        says(&emulator, chat, 1000, chat);
    }
    until(|| texts(&emulator, "began").len() == usize_of(CHATS)).await;
    let asked = Instant::now();
    let status = crash.terminate().await;
    let took = asked.elapsed().as_secs_f64();
    crash.start();
    says(&emulator, CHATS, 0, CHATS);
    until(|| texts(&emulator, "did").contains(&CHATS)).await;
    sleep(Duration::from_millis(1500)).await;
    crash.kill();
    let mut figures = account(&emulator, CHATS);
    figures.extend([status.code().map_or(f64::INFINITY, f64::from), took]);
    figures
}

fn says(emulator: &Emulator, chat: u32, millis: u32, number: u32) {
    let chat = i64::from(chat) + 1;
    emulator.message(chat, chat, format!("{millis} {number}"));
}

/// The numbers that the bot wrote behind this word, in all chats.
fn texts(emulator: &Emulator, word: &str) -> Vec<u32> {
    (0..=i64::from(CHATS))
        .flat_map(|chat| emulator.messages(chat + 1))
        .filter_map(|message| {
            let (first, number) = message["text"].as_str()?.split_once(' ')?;
            (first == word).then(|| number.parse().ok())?
        })
        .collect()
}

/// How many of the numbers below `expected` were not done, and how many were done more than once.
fn account(emulator: &Emulator, expected: u32) -> Vec<f64> {
    let done = texts(emulator, "did");
    let times = |number| done.iter().filter(|done| **done == number).count();
    let lost = (0..expected).filter(|number| times(*number) == 0).count();
    let twice = (0..expected).filter(|number| times(*number) > 1).count();
    vec![number(lost), number(twice)]
}

async fn until(is_so: impl Fn() -> bool) {
    let wait = async {
        while !is_so() {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, wait).await.expect("the bot gets that far");
}

fn usize_of(count: u32) -> usize {
    usize::try_from(count).expect("it is small")
}
