//! ```text
//! cargo bench -p bale-tests --bench dispatch
//! cargo bench -p bale-tests --bench dispatch -- --quick                 # for CI
//! cargo bench -p bale-tests --bench dispatch -- --case commands:500:5   # one case, for callgrind
//! ```
//!
//! What an update costs from the transport to its handler: reading its JSON, finding the handler, reading the
//! argument, running. With 1 to 1,000 handlers of each sort, with 0 to 5 middlewares, and with 1 to 1,000,000 chats that
//! have been seen. No socket; the updates are spread over all handlers, and over as many chats as a poll has updates.
//!
//! Prints tables. The cases take turns; the least of a case's rounds is what it costs on a quiet machine, and the
//! ratios are of those.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use bale::{
    App, Bot, Goto, Next, Outcome,
    app::on,
    dialogue::in_state,
    extract::{Args, State},
};
use tokio::sync::Notify;

use self::{
    places::{PLACES, Place},
    transport::Feed,
    updates::{command_update, press_update, text_update},
};

#[path = "feed/places.rs"]
mod places;
#[path = "feed/transport.rs"]
mod transport;
#[path = "feed/updates.rs"]
mod updates;

const SIZES: [usize; 5] = [1, 10, 100, 500, 1_000];
const CHATS_SEEN: [usize; 4] = [1, 100, 10_000, 1_000_000];
const MIDDLEWARES: [usize; 3] = [0, 1, 5];
const CHATS: usize = 100;
const LIMIT: Duration = Duration::from_secs(60);

/// What the handlers are for.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Sort {
    /// `/cmd0017 {n}`
    Commands,
    /// `text 0017`, found by hash.
    Texts,
    /// `{n} of 0017`, which begin alike.
    Patterns,
    /// `b0017:{n}`
    Buttons,
    /// `state = Place::P017`: a chat stays in its state, which is written after each update.
    States,
}

const SORTS: [Sort; 5] = [Sort::Commands, Sort::Texts, Sort::Patterns, Sort::Buttons, Sort::States];

impl Sort {
    fn name(self) -> &'static str {
        match self {
            Self::Commands => "commands",
            Self::Texts => "exact texts",
            Self::Patterns => "text patterns",
            Self::Buttons => "buttons",
            Self::States => "states",
        }
    }

    /// The pattern of handler `k`. Leaked, since patterns are static, as they are for annotated functions.
    fn pattern(self, k: usize) -> &'static str {
        Box::leak(match self {
            Self::Commands => format!("cmd{k:04} {{n}}").into_boxed_str(),
            Self::Texts => format!("text {k:04}").into_boxed_str(),
            Self::Patterns => format!("{{n}} of {k:04}").into_boxed_str(),
            Self::Buttons => format!("b{k:04}:{{n}}").into_boxed_str(),
            Self::States => format!("Place::P{k:03}").into_boxed_str(),
        })
    }

    /// The update at this index, for one of so many handlers.
    fn update(self, i: usize, handlers: usize) -> String {
        let (update_id, chat) = (i as u64 + 1, i % CHATS);
        let (chat_id, k) = (chat as u64 + 1, i % handlers);
        match self {
            // All chats go to their places at first.
            Self::States if i < CHATS => {
                command_update(update_id, chat_id, &format!("/go {}", chat * handlers / CHATS))
            }
            Self::States => text_update(update_id, chat_id, "here"),
            Self::Commands => command_update(update_id, chat_id, &format!("/cmd{k:04} 7")),
            Self::Texts => text_update(update_id, chat_id, &format!("text {k:04}")),
            Self::Patterns => text_update(update_id, chat_id, &format!("7 of {k:04}")),
            Self::Buttons => press_update(update_id, chat_id, &format!("b{k:04}:7")),
        }
    }

    /// Adds handler `k`.
    fn handle(self, app: App, k: usize, pattern: &'static str) -> App {
        match self {
            Self::States => {
                let state = in_state(pattern, move |place: &Place| *place == PLACES[k]);
                app.on(on::message().in_state(state), without_argument)
            }
            Self::Commands => app.command(pattern, with_argument),
            Self::Texts => app.on_text(pattern, without_argument),
            Self::Patterns => app.on_text(pattern, with_argument),
            Self::Buttons => app.on_callback(pattern, with_argument),
        }
    }
}

/// One bot to measure.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Case {
    sort: Sort,
    handlers: usize,
    middlewares: usize,
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let given = |flag| arguments.iter().any(|argument| argument == flag);
    let patterns = SORTS.map(|sort| (0..1_000).map(|k| sort.pattern(k)).collect::<Vec<_>>());
    let run = |case: Case, updates| run(case, &patterns[case.sort as usize], updates);
    if let Some(at) = arguments.iter().position(|argument| argument == "--case") {
        let case = arguments.get(at + 1).and_then(|text| one_case(text));
        let case =
            case.expect("`--case commands:500:5`: a sort, handlers (1,000 at most), middlewares");
        let updates = 20_000;
        println!("{case:?}, {updates} updates: {:.0} ns/update", run(case, updates));
        return;
    }
    // `cargo bench` says `--bench`; `cargo test --all-targets` does not, and only wants to see it work.
    let full = given("--bench") && !given("--quick");
    let (updates, rounds) = if full { (20_000, 15) } else { (1_000, 1) };
    let sizes = SORTS.map(|sort| SIZES.map(|handlers| Case { sort, handlers, middlewares: 0 }));
    let around = [1, 500].map(|handlers| {
        MIDDLEWARES.map(|middlewares| Case { sort: Sort::Commands, handlers, middlewares })
    });
    let cases: Vec<Case> = sizes.iter().flatten().chain(around.iter().flatten()).copied().collect();
    let mut costs: Vec<Vec<f64>> = vec![Vec::new(); cases.len()];
    for _ in 0..rounds {
        for (case, costs) in cases.iter().zip(&mut costs) {
            costs.push(run(*case, updates));
        }
    }
    let least = |case: &Case| {
        let of_case = cases.iter().zip(&costs).filter(|(other, _)| *other == case);
        of_case.flat_map(|(_, costs)| costs).copied().fold(f64::INFINITY, f64::min)
    };
    println!("{updates} updates, {rounds} rounds, ns an update: the least of the rounds\n");
    table(
        "handlers",
        &SIZES.map(|size| size.to_string()),
        sizes.iter().map(|cases| {
            (format!("{} of", cases[0].sort.name()), cases.iter().map(least).collect())
        }),
    );
    table(
        "middlewares",
        &MIDDLEWARES.map(|number| number.to_string()),
        around.iter().map(|cases| {
            (format!("around {} commands", cases[0].handlers), cases.iter().map(least).collect())
        }),
    );
    let seen = if full { &CHATS_SEEN[..] } else { &CHATS_SEEN[..3] };
    println!(
        "Each of the updates of these chats is made when the bot polls for it, which is counted.\n"
    );
    println!("| chats seen | ns an update | MiB more than before |\n|--:|--:|--:|");
    for chats in seen {
        let (nanoseconds, mib) = run_chats(*chats);
        println!("| {chats} | {nanoseconds:.0} | {mib:.1} |");
    }
}

fn one_case(text: &str) -> Option<Case> {
    let mut parts = text.split(':');
    let sort = parts.next()?;
    let sort = SORTS.into_iter().find(|it| it.name().ends_with(sort))?;
    let handlers = parts.next()?.parse().ok().filter(|number| (1..=1_000).contains(number))?;
    Some(Case { sort, handlers, middlewares: parts.next()?.parse().ok()? })
}

/// Each cell is a cost and its ratio to the first of its row.
fn table(what: &str, columns: &[String], rows: impl Iterator<Item = (String, Vec<f64>)>) {
    println!("| {what} | {} |", columns.join(" | "));
    println!("|--|{}", "--:|".repeat(columns.len()));
    for (name, costs) in rows {
        let first = costs[0];
        let cell = |cost: &f64| format!("{cost:.0} ({:.2})", cost / first);
        let cells: Vec<String> = costs.iter().map(cell).collect();
        println!("| {name} | {} |", cells.join(" | "));
    }
    println!();
}

/// Nanoseconds an update.
fn run(case: Case, patterns: &[&'static str], updates: usize) -> f64 {
    let course = Course::new(updates);
    let mut app = App::new();
    if case.sort == Sort::States {
        app = app.command("go {place}", go);
    }
    let app = patterns[..case.handlers]
        .iter()
        .enumerate()
        .fold(app, |app, (k, pattern)| case.sort.handle(app, k, pattern))
        .on_start(start)
        .state(Arc::clone(&course))
        .bot(bot(case, updates));
    let app = (0..case.middlewares).fold(app, |app, _| app.middleware(pass_through));
    through(app, &course) / updates as f64
}

/// Nanoseconds an update, and by how many MiB the process has grown when the last of so many chats has written.
fn run_chats(chats: usize) -> (f64, f64) {
    let updates = chats.max(1_000);
    let course = Course::new(updates);
    let write = move |i: usize, answer: &mut String| {
        let chat = (i % chats) as u64 + 1;
        answer.push_str(&command_update(i as u64 + 1, chat, "/cmd 7"));
    };
    let app = App::new()
        .command("cmd {n}", with_argument)
        .on_start(start)
        .state(Arc::clone(&course))
        .bot(of_feed(Feed::new(updates, write)));
    let before = memory();
    let nanoseconds = through(app, &course);
    (nanoseconds / updates as f64, memory() - before)
}

/// What the process has in memory, in MiB; not a number where that cannot be asked.
fn memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    kib.unwrap_or(f64::NAN) / 1024.0
}

/// Runs the bot until the last update is handled; gives the nanoseconds.
fn through(app: App, course: &Course) -> f64 {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("it starts");
    runtime.block_on(async {
        tokio::time::timeout(LIMIT, app.run_until(course.over.notified()))
            .await
            .expect("all updates are handled in time")
            .expect("the bot runs");
    });
    course.seconds.get().expect("the last update was handled") * 1e9
}

/// A bot whose server has so many updates, for each handler in turn.
fn bot(case: Case, updates: usize) -> Bot {
    let made: Vec<String> = (0..updates).map(|i| case.sort.update(i, case.handlers)).collect();
    of_feed(Feed::new(updates, move |i, answer| answer.push_str(&made[i])))
}

fn of_feed(feed: Feed) -> Bot {
    Bot::builder().token("123456:BENCH").transport(feed).build().expect("the token is well-formed")
}

/// What is measured: from the bot's start to the handler of the last update.
struct Course {
    left: AtomicUsize,
    started: OnceLock<Instant>,
    seconds: OnceLock<f64>,
    over: Notify,
}

impl Course {
    fn new(updates: usize) -> Arc<Self> {
        Arc::new(Self {
            left: AtomicUsize::new(updates),
            started: OnceLock::new(),
            seconds: OnceLock::new(),
            over: Notify::new(),
        })
    }

    fn count(&self) {
        if self.left.fetch_sub(1, Ordering::Relaxed) == 1 {
            let started = self.started.get().expect("the bot has started");
            self.seconds.get_or_init(|| started.elapsed().as_secs_f64());
            self.over.notify_one();
        }
    }
}

async fn start(course: State<Arc<Course>>) {
    course.started.get_or_init(Instant::now);
}

async fn with_argument(course: State<Arc<Course>>, Args((n,)): Args<(u64,)>) {
    assert_eq!(n, 7);
    course.count();
}

async fn without_argument(course: State<Arc<Course>>) {
    course.count();
}

async fn go(course: State<Arc<Course>>, Args((k,)): Args<(usize,)>) -> Goto<Place> {
    course.count();
    Goto(PLACES[k])
}

async fn pass_through(next: Next<'static>) -> Outcome {
    next.run().await
}
