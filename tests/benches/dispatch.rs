//! ```text
//! cargo bench -p bale-tests --bench routing
//! cargo bench -p bale-tests --bench routing -- --quick     # for CI
//! ```
//!
//! What an update costs from the transport to its handler, with 1 to 1,000 commands: reading its JSON,
//! finding the handler, reading the argument, running. No socket; the updates are spread over all
//! commands, and over as many chats as a poll has updates.
//!
//! Prints a table. The sizes take turns; the least of a size's rounds is what it costs on a quiet
//! machine, and the ratio is of those.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use bale::{
    App, Bot,
    extract::{Args, State},
};
use tokio::sync::Notify;

use self::{transport::Feed, updates::command_update};

#[path = "feed/transport.rs"]
mod transport;
#[path = "feed/updates.rs"]
mod updates;

const SIZES: [usize; 4] = [1, 10, 100, 1_000];
const CHATS: usize = 100;
const LIMIT: Duration = Duration::from_secs(60);

fn main() {
    let given = |flag| std::env::args().any(|argument| argument == flag);
    // `cargo bench` says `--bench`; `cargo test --all-targets` does not, and only wants to see it work.
    let full = given("--bench") && !given("--quick");
    let (updates, rounds) = if full { (20_000, 15) } else { (2_000, 1) };
    // Leaked once: patterns are static, as they are for annotated functions.
    let patterns: Vec<&'static str> =
        (0..1_000).map(|k| &*Box::leak(format!("cmd{k:04} {{n}}").into_boxed_str())).collect();
    let mut costs = SIZES.map(|_| Vec::new());
    for _ in 0..rounds {
        for (size, costs) in SIZES.into_iter().zip(&mut costs) {
            costs.push(run(&patterns[..size], updates));
        }
    }
    print(updates, rounds, &mut costs);
}

fn print(updates: usize, rounds: usize, costs: &mut [Vec<f64>]) {
    costs.iter_mut().for_each(|costs| costs.sort_by(f64::total_cmp));
    println!("{updates} updates, {rounds} rounds\n");
    println!("| commands | ns/update, least | ns/update, median | ratio to 1 command |");
    println!("|--:|--:|--:|--:|");
    let one = costs[0][0];
    for (size, costs) in SIZES.iter().zip(&*costs) {
        let (least, median) = (costs[0], costs[costs.len() / 2]);
        println!("| {size} | {least:.0} | {median:.0} | {:.2} |", least / one);
    }
}

/// Nanoseconds an update, with so many commands.
fn run(patterns: &[&'static str], updates: usize) -> f64 {
    let course = Arc::new(Course {
        left: AtomicUsize::new(updates),
        started: OnceLock::new(),
        seconds: OnceLock::new(),
        over: Notify::new(),
    });
    let app = patterns
        .iter()
        .fold(App::new(), |app, pattern| app.command(pattern, handle))
        .on_start(start)
        .state(Arc::clone(&course))
        .bot(bot(patterns.len(), updates));
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("it starts");
    runtime.block_on(async {
        tokio::time::timeout(LIMIT, app.run_until(course.over.notified()))
            .await
            .expect("all updates are handled in time")
            .expect("the bot runs");
    });
    course.seconds.get().expect("the last update was handled") * 1e9 / updates as f64
}

/// A bot whose server has so many updates, for each command in turn.
fn bot(commands: usize, updates: usize) -> Bot {
    let update = |i: usize| {
        let text = format!("/cmd{:04} 7", i % commands);
        command_update(i as u64 + 1, (i % CHATS) as u64 + 1, &text)
    };
    Bot::builder()
        .token("123456:BENCH")
        .transport(Feed::new((0..updates).map(update).collect()))
        .build()
        .expect("the token is well-formed")
}

/// What is measured: from the bot's start to the handler of the last update.
struct Course {
    left: AtomicUsize,
    started: OnceLock<Instant>,
    seconds: OnceLock<f64>,
    over: Notify,
}

async fn start(course: State<Arc<Course>>) {
    course.started.get_or_init(Instant::now);
}

async fn handle(course: State<Arc<Course>>, Args((n,)): Args<(u64,)>) {
    assert_eq!(n, 7);
    if course.left.fetch_sub(1, Ordering::Relaxed) == 1 {
        let started = course.started.get().expect("the bot has started");
        course.seconds.get_or_init(|| started.elapsed().as_secs_f64());
        course.over.notify_one();
    }
}
