//! ```text
//! cargo test -p bale-tests --test allocations -- --nocapture
//! ```
//!
//! How often the framework allocates between a parsed update and its handler's first line. Allocations
//! after that, until the update is done, are counted with them: they cannot be told apart from outside.
//!
//! A test target of its own: the counting allocator replaces the program's.

use std::sync::atomic::{AtomicU64, Ordering};

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

static HANDLED: AtomicU64 = AtomicU64::new(0);
static EXPECTED: AtomicU64 = AtomicU64::new(0);
static ALL_HANDLED: Notify = Notify::const_new();

#[bale::command("count {n}")]
async fn count(message: Message, n: u64) {
    assert_eq!(message.chat.id, n as i64);
    if HANDLED.fetch_add(1, Ordering::Relaxed) + 1 == EXPECTED.load(Ordering::Relaxed) {
        ALL_HANDLED.notify_one();
    }
}

#[test]
fn an_update_costs_at_most_five_allocations() {
    // What is made once a process is made now.
    handling(100);
    let handling = an_update(handling);
    let parsing = an_update(parsing);
    let between = handling - parsing;
    println!(
        "allocations an update: {handling:.2}, {parsing:.2} of them in parsing, {between:.2} between"
    );
    assert!(between <= MOST, "{between:.2} allocations an update, at most {MOST} are allowed");
}

/// What one more update adds: what a start, a poll and a stop cost falls out.
fn an_update(allocations: fn(u64) -> u64) -> f64 {
    (allocations(100) - allocations(1)) as f64 / 99.0
}

/// Allocations of a bot that starts, handles so many updates in one poll, and stops.
fn handling(updates: u64) -> u64 {
    let feed = Feed::new(batch(updates));
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
    let json = format!("[{}]", batch(updates).join(","));
    let raw = RawValue::from_string(json).expect("updates are JSON");
    let counted = measure(|| {
        let parsed = bale::types::parse_updates(&raw).expect("an array");
        assert!(parsed.iter().all(Result::is_ok));
    });
    counted.count_total
}

/// Each of another chat.
fn batch(updates: u64) -> Vec<String> {
    (1..=updates).map(|n| command_update(n, n, &format!("/count {n}"))).collect()
}
