//! Nothing grows with what users send: ARCHITECTURE.md lists what holds many things, with its bound.

use std::{collections::BTreeSet, time::Duration};

use bale::{App, Message};
use tokio::time::sleep;

use crate::{rig::Rig, tidy};

/// Types that can grow.
const GROWING: [&str; 9] = [
    "HashMap<",
    "HashSet<",
    "BTreeMap<",
    "BTreeSet<",
    "VecDeque<",
    "JoinSet<",
    "Mutex<Vec<",
    "unbounded_channel(",
    "= channel(",
];
/// What lives no longer than one call, one update or the build of a table, is no queue of the bot's; nor are the
/// emulator and the test kit, which belong to tests.
const SHORT_LIVED: [&str; 11] = [
    "bound", "emulator", "testing", "types", "extract", "filter", "laws", "methods", "route",
    "schedule", "text",
];

#[test]
fn what_can_grow_is_listed_with_its_bound() {
    let architecture = tidy::text("ARCHITECTURE.md");
    let (_, bounds) = architecture.split_once("## What can grow").expect("a section of bounds");
    let (bounds, _) = bounds.split_once("\n## ").expect("a section behind it");
    let mut growing = BTreeSet::new();
    for file in tidy::sources() {
        let Some(name) = file.strip_prefix("bale/src/").and_then(|name| name.strip_suffix(".rs"))
        else {
            continue;
        };
        let module = name.split('/').next().unwrap_or_default();
        let text = tidy::text(&file);
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let is_one = |line: &&str| {
            GROWING.iter().any(|kind| line.contains(kind)) && !line.trim_start().starts_with("//")
        };
        // A script of replies is a test's.
        if name != "client/script"
            && !name.ends_with("/tests")
            && !SHORT_LIVED.contains(&module)
            && code.lines().any(|line| is_one(&line))
        {
            growing.insert(name.to_owned());
        }
    }
    let listed: BTreeSet<String> = bounds
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
        .map(|(name, _)| name.to_owned())
        .collect();
    assert_eq!(growing, listed, "what can grow (left) and what ARCHITECTURE.md says of it (right)");
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_chats_and_texts_leaves_nothing_behind() {
    let app = App::new().in_flight(20, 4).on_message(async |message: Message| -> bale::Result {
        sleep(Duration::from_millis(500)).await;
        message.chat().send("hello").await?;
        Ok(())
    });
    let health = app.health();
    let rig = Rig::start(app);
    let mut most = 0;
    for round in 0..5 {
        for chat in 0..200 {
            rig.emulator.message(1 + round * 200 + chat, 1, "hi");
        }
        for _ in 0..20 {
            sleep(Duration::from_millis(250)).await;
            most = most.max(health.check().in_flight);
        }
    }
    rig.transcript().await;
    let end = health.check();
    assert_eq!(most, 20, "no more than allowed, and as many");
    assert_eq!((end.in_flight, end.deferred, end.oldest_unfinished), (0, 0, None));
}
