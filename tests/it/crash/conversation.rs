//! A conversation in an SQLite file, whose bot is killed a hundred times in the middle of it.

use std::time::Duration;

use bale::{App, Dialogue, Goto, Text, dialogue::Step, storage::Sqlite};
use serde::{Deserialize, Serialize};
use tokio::time::{sleep, timeout};

use super::{child, crash};
use crate::storage::Folder;

const TRIES: usize = 100;
/// Nothing here takes a second on a quiet machine; this is for a busy one.
const PATIENCE: Duration = Duration::from_secs(60);

/// A walk, and every step of it.
#[derive(Dialogue, Serialize, Deserialize)]
enum Walk {
    Left { steps: Vec<u32> },
    Right { steps: Vec<u32> },
}

#[bale::on_message("{step}", state = Walk::Left { steps })]
async fn left(step: u32, mut steps: Vec<u32>) -> Step {
    steps.push(step);
    let text = format!("right {steps:?}");
    sleep(Duration::from_millis(2)).await;
    Goto(Walk::Right { steps }).reply(text)
}

#[bale::on_message("{step}", state = Walk::Right { steps })]
async fn right(step: u32, mut steps: Vec<u32>) -> Step {
    steps.push(step);
    let text = format!("left {steps:?}");
    sleep(Duration::from_millis(2)).await;
    Goto(Walk::Left { steps }).reply(text)
}

#[bale::on_message]
async fn first(Text(text): Text) -> bale::Result<Step> {
    let steps = vec![text.parse()?];
    let text = format!("right {steps:?}");
    Ok(Goto(Walk::Right { steps }).reply(text))
}

#[tokio::test]
#[ignore = "the bot of the test below"]
async fn walking_bot() {
    let Some((bot, folder)) = child() else { return };
    let store = Sqlite::open(folder.join("walk.db")).expect("a file");
    let app = App::collect_module(module_path!()).bot(bot).storage(store);
    app.run().await.expect("it is killed before it ends");
}

#[tokio::test]
async fn a_conversation_survives_a_hundred_kills() {
    let folder = Folder::new();
    let mut crash = crash("crash::conversation::walking_bot", folder.path(), 5).await;
    let emulator = crash.emulator.clone();
    let mut random = fastrand::Rng::with_seed(5);
    let mut steps = Vec::new();
    let mut survived = 0;
    crash.start();
    for _ in 0..TRIES {
        for _ in 0..random.u32(1..=2) {
            let next = u32::try_from(steps.len()).expect("a few hundred") + 1;
            emulator.message(1, 1, next.to_string());
            steps.push(next);
        }
        sleep(Duration::from_micros(random.u64(..15_000))).await;
        crash.kill();
        crash.start();
        timeout(PATIENCE, emulator.idle()).await.expect("the updates are handled in time");
        let side = if steps.len() % 2 == 1 { "right" } else { "left" };
        let messages = emulator.messages(1);
        let said = messages.iter().rfind(|message| message["from"]["is_bot"] == true);
        let said = said.and_then(|message| message["text"].as_str()).unwrap_or_default();
        if said == format!("{side} {steps:?}") {
            survived += 1;
        } else {
            println!("{} steps were taken; the bot: {said}", steps.len());
        }
    }
    println!("{survived} of {TRIES}");
    assert_eq!(survived, TRIES);
}
