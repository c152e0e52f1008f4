//! What `kill -9` does to a bot: it runs in a process of its own, which is killed at random moments.

use std::{
    collections::HashSet,
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bale::{App, Message, dispatch::Delivery, emulator::Emulator};
use serde_json::Value;
use tokio::time::{sleep, timeout};

pub(crate) use self::harness::{Crash, child};
use crate::storage::Folder;

mod conversation;
pub(crate) mod harness;
mod workload;

/// A test of this program in a process of its own. It is `#[ignore]`d, and does nothing unless it finds what its
/// parent puts into its environment.
pub(crate) fn alone(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("a test has a path"));
    command.args(["--exact", test, "--ignored", "--nocapture"]);
    command
}

/// A bot that is the test `name`, as its path in this crate says; its files belong into `folder`.
pub(crate) async fn crash(name: &'static str, folder: &Path, seed: u64) -> Crash {
    Crash::new(move || alone(name), folder, seed).await
}

#[tokio::test]
#[ignore = "the bot of the test below"]
async fn counting_bot() {
    let Some((bot, _)) = child() else { return };
    let app = App::new().bot(bot).on_message(async |message: Message| -> bale::Result {
        message.reply(message.text.clone().unwrap_or_default()).await?;
        Ok(())
    });
    app.run().await.expect("it is killed before it ends");
}

#[tokio::test]
async fn without_a_journal_nothing_is_lost_and_a_crash_may_repeat() {
    const KILLS: usize = 8;
    let folder = Folder::new();
    let crash = crash("crash::counting_bot", folder.path(), 1).await;
    let mut crash = crash.life(Duration::ZERO..Duration::from_millis(40));
    let (emulator, kills) = (crash.emulator.clone(), crash.kills());
    let people = async {
        for number in 0.. {
            let person = 1 + i64::from(number % 4);
            emulator.message(person, person, number.to_string());
            if kills.load(Ordering::Relaxed) == KILLS {
                break;
            }
            sleep(Duration::from_millis(2)).await;
        }
        emulator.idle().await;
    };
    crash.during(KILLS, people).await;

    for person in 1..=4 {
        let (mut asked, mut answered) = (Vec::new(), Vec::new());
        for message in emulator.messages(person) {
            let number =
                message["text"].as_str().expect("a text").parse::<u32>().expect("a number");
            let list = if message["from"]["is_bot"] == Value::Bool(true) {
                &mut answered
            } else {
                &mut asked
            };
            list.push(number);
        }
        answered.dedup();
        // Those after the last one that was confirmed come again, in their order.
        let mut first: Vec<u32> = Vec::new();
        for number in answered {
            if !first.contains(&number) {
                first.push(number);
            }
        }
        assert_eq!(first, asked, "chat {person}");
    }
}

#[tokio::test]
async fn a_bot_that_ends_by_itself_is_noticed() {
    let folder = Folder::new();
    let crash = crash("crash::none", folder.path(), 1).await;
    let mut crash = crash.patience(Duration::from_secs(30));
    let ended = tokio::spawn(async move { crash.during(1, std::future::pending::<()>()).await });
    let result = ended.await;
    let panic = result.expect_err("it must fail").into_panic();
    let text = panic.downcast_ref::<String>().expect("a text");
    assert!(text.starts_with("the bot has ended by itself"), "{text}");
}

#[tokio::test]
#[ignore = "the bot of the test below"]
async fn journal_bot() {
    if let Some((bot, folder)) = child() {
        workload::run(bot, &folder).await;
    }
}

/// `cargo run --release -p bale-tests --example crash` is the same with a thousand kills.
#[tokio::test]
async fn with_a_journal_nothing_is_lost_and_nothing_is_done_twice() {
    for seed in [1, 2] {
        let folder = Folder::new();
        let mut crash = crash("crash::journal_bot", folder.path(), seed).await;
        let count = workload::play(&mut crash, folder.path(), 40).await;
        println!("seed {seed}: {count}");
        assert!(count.is_right() && count.messages > 40, "{count}");
    }
}

#[tokio::test]
#[ignore = "the bot of the tests below"]
async fn talking_bot() {
    let Some((bot, _)) = child() else { return };
    let app = App::new().bot(bot).delivery(Delivery::Journal).on_message(
        async |message: Message| -> bale::Result {
            message.reply(message.text.clone().unwrap_or_default()).await?;
            Ok(())
        },
    );
    app.run().await.expect("it is killed before it ends");
}

/// A bot whose journal is named by its environment, with `limit` blocks of 512 bytes for each of its files.
fn talking_bot_on(file: &Path, limit: &Arc<AtomicUsize>) -> impl Fn() -> Command + use<> {
    let (file, limit) = (file.to_owned(), Arc::clone(limit));
    move || {
        let bot = alone("crash::talking_bot");
        let mut command = Command::new("sh");
        // Without the signal, a file that is too large is an error of the write.
        let script = r#"trap '' XFSZ; ulimit -f "$0"; exec "$@""#;
        let limit = match limit.load(Ordering::Relaxed) {
            0 => "unlimited".to_owned(),
            blocks => blocks.to_string(),
        };
        command.args(["-c", script, &limit]).arg(bot.get_program()).args(bot.get_args());
        command.env("BALE_JOURNAL", &file);
        command
    }
}

#[cfg(unix)]
#[tokio::test]
async fn what_cannot_be_written_is_not_confirmed() {
    let folder = Folder::new();
    let limit = Arc::new(AtomicUsize::new(2048));
    let file = folder.path().join("bot.journal");
    let mut crash = Crash::new(talking_bot_on(&file, &limit), folder.path(), 1).await;
    let emulator = crash.emulator.clone();
    for number in 0..400 {
        emulator.message(1, 1, format!("{number} {}", "x".repeat(4000)));
    }
    crash.start();
    let log = || std::fs::read_to_string(folder.path().join("bots.log")).unwrap_or_default();
    let times = |text: &str| log().matches(text).count();
    let trouble = "updates cannot be written in the journal, so they stay at the server";
    let full = timeout(Duration::from_secs(30), async {
        while times(trouble) == 0 {
            sleep(Duration::from_millis(20)).await;
        }
    });
    full.await.expect("the file is full");
    let (pending, confirmed) = (emulator.pending(), emulator.confirmed());
    assert!((1..400).contains(&pending), "{pending}");
    // It goes on asking, says so once, and confirms nothing.
    let polls = || emulator.calls().iter().filter(|call| call.method == "getUpdates").count();
    let before = polls();
    sleep(Duration::from_millis(2500)).await;
    assert!((1..=4).contains(&(polls() - before)), "{}", polls() - before);
    assert_eq!((emulator.pending(), emulator.confirmed()), (pending, confirmed));
    assert_eq!(times(trouble), 1, "{}", log());

    crash.kill();
    limit.store(0, Ordering::Relaxed);
    crash.during(0, emulator_answers(&emulator, 400)).await;
    assert!(file.exists(), "it is the file that the environment names");
}

/// Until so many messages of chat 1 were answered, each once or more.
async fn emulator_answers(emulator: &Emulator, count: usize) {
    loop {
        let messages = emulator.messages(1);
        let answers = messages.iter().filter(|message| message["from"]["is_bot"] == true);
        let texts: HashSet<_> = answers.map(|message| message["text"].to_string()).collect();
        if texts.len() == count {
            return;
        }
        sleep(Duration::from_millis(20)).await;
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_journal_that_another_process_has_is_refused() {
    let folder = Folder::new();
    let file = folder.path().join("bot.journal");
    let mut crash = Crash::new(talking_bot_on(&file, &Arc::default()), folder.path(), 1).await;
    crash.start();
    timeout(Duration::from_secs(30), crash.emulator.wait_for_calls(2)).await.expect("it starts");
    let bot = crate::rig::bot(&Emulator::new("123456:TEST"));
    let second = App::new().bot(bot).journal(&file).command("start", async || "hi");
    let second = second.run_until(std::future::pending());
    let ended = timeout(Duration::from_secs(30), second).await.expect("it does not wait for ever");
    let error = ended.expect_err("the file is taken").to_string();
    let error = error.replace(&*folder.path().display().to_string(), "..");
    expect_test::expect!["the bot cannot start without its journal: the SQLite file ../bot.journal: cannot be set up: another bot has the file open, in this process or another one: give each a file of its own, and let bots of one program run beside each other (`App::beside`)"].assert_eq(&error);
}
