//! What `kill -9` does to a bot: it runs in a process of its own, which is killed at random moments.

use std::{path::Path, process::Command, sync::atomic::Ordering, time::Duration};

use bale::{App, Message};
use serde_json::Value;
use tokio::time::sleep;

pub(crate) use self::harness::{Crash, child};
use crate::storage::Folder;

pub(crate) mod harness;

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
