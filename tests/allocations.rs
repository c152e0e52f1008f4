//! ```text
//! cargo test -p bale-tests --test allocations -- --nocapture
//! ```
//!
//! How often the framework allocates for an update: between a parsed one and its handler's first line, and on the whole
//! way from the body of a poll to a message that was sent. Allocations after that, until the update is done, are counted
//! with them: they cannot be told apart from outside.
//!
//! A test target of its own: the counting allocator replaces the program's.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use allocation_counter::measure;
use bale::{App, Bot, Message};
use serde_json::value::RawValue;
use tokio::sync::Notify;

use self::{transport::Feed, updates::command_update};

#[path = "benches/feed/transport.rs"]
mod transport;
#[path = "benches/feed/updates.rs"]
mod updates;

const MOST: f64 = 5.0;
/// Of which one is the transport's own.
const MOST_WITH_REPLY: f64 = 24.0;

static HANDLED: AtomicU64 = AtomicU64::new(0);
static EXPECTED: AtomicU64 = AtomicU64::new(0);
static ALONE: Mutex<()> = Mutex::new(());
static ALL_HANDLED: Notify = Notify::const_new();

#[bale::command("count {n}")]
async fn count(message: Message, n: u64) {
    assert_eq!(message.chat.id, n as i64);
    if HANDLED.fetch_add(1, Ordering::Relaxed) + 1 == EXPECTED.load(Ordering::Relaxed) {
        ALL_HANDLED.notify_one();
    }
}

#[bale::command("answer {n}")]
async fn answer(message: Message, n: u64) -> bale::Result {
    message.reply("1").await?;
    count(message, n).await;
    Ok(())
}

#[test]
fn an_update_costs_at_most_five_allocations() {
    // What is made once a process is made now.
    handling("count", 100);
    let handling = an_update(|updates| handling("count", updates));
    let parsing = an_update(parsing);
    let between = handling - parsing;
    println!(
        "allocations an update: {handling:.2}, {parsing:.2} of them in parsing, {between:.2} between"
    );
    assert!(between <= MOST, "{between:.2} allocations an update, at most {MOST} are allowed");
}

#[test]
fn an_answered_update_costs_at_most_twenty_four_allocations() {
    handling("answer", 100);
    let handling = an_update(|updates| handling("answer", updates));
    println!("allocations from a poll's body to a sent message: {handling:.2}");
    assert!(
        handling <= MOST_WITH_REPLY,
        "{handling:.2} allocations an update, at most {MOST_WITH_REPLY} are allowed"
    );
}

/// What one more update adds: what a start, a poll and a stop cost falls out.
fn an_update(allocations: impl Fn(u64) -> u64) -> f64 {
    (allocations(100) - allocations(1)) as f64 / 99.0
}

/// Allocations of a bot that starts, handles so many updates in one poll, and stops.
fn handling(command: &str, updates: u64) -> u64 {
    // Others run in threads beside this one.
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let batch = batch(command, updates);
    let feed = Feed::new(batch.len(), move |i, answer| answer.push_str(&batch[i]));
    HANDLED.store(0, Ordering::Relaxed);
    EXPECTED.store(updates, Ordering::Relaxed);
    // Only this thread is counted, so everything must run on it.
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("it starts");
    let counted = measure(|| runtime.block_on(run(feed)));
    assert_eq!(HANDLED.load(Ordering::Relaxed), updates);
    counted.count_total
}

async fn run(feed: Feed) {
    let bot = Bot::builder().token("123456:TEST").transport(feed).build().expect("well-formed");
    App::collect_module(module_path!())
        .bot(bot)
        .run_until(ALL_HANDLED.notified())
        .await
        .expect("the bot runs");
}

/// Allocations of reading so many updates.
fn parsing(updates: u64) -> u64 {
    let json = format!("[{}]", batch("count", updates).join(","));
    let raw = RawValue::from_string(json).expect("updates are JSON");
    let counted = measure(|| {
        let parsed = bale::types::parse_updates(&raw).expect("an array");
        assert!(parsed.iter().all(Result::is_ok));
    });
    counted.count_total
}

/// Each of another chat.
fn batch(command: &str, updates: u64) -> Vec<String> {
    (1..=updates).map(|n| command_update(n, n, &format!("/{command} {n}"))).collect()
}
