//! ```text
//! cargo bench -p bale-tests --bench build
//! cargo bench -p bale-tests --bench build -- --quick       # 10 handlers, one round
//! cargo bench -p bale-tests --bench build -- --rounds 1
//! ```
//!
//! How long a bot with 10, 100 and 500 annotated handlers takes to compile, and to compile again after a change of
//! one of them. It writes the bots below `target/build-bench`, where their dependencies are built as well, and has
//! cargo build them without the network, for debugging. Not for CI: it builds all dependencies once more.
//!
//! With `--bot=NAME` it builds contestants of `tests/bench` instead: `bash tests/bench/run --build`.
//!
//! Prints two tables, of what a clock shows and, on Linux, of what the processors worked, which other programs disturb
//! less: the medians of the rounds in milliseconds, and how much one more handler adds.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

mod bots;

const SIZES: [usize; 3] = [10, 100, 500];
/// A module of an author has so many.
const IN_A_FILE: usize = 25;

/// What is timed: its name, cargo's word, and whether the crate is built from nothing.
const COURSES: [(&str, &str, bool); 4] = [
    ("`cargo check`, from nothing", "check", true),
    ("`cargo check`, one handler changed", "check", false),
    ("`cargo build`, from nothing", "build", true),
    ("`cargo build`, one handler changed", "build", false),
];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let given = |flag| arguments.iter().any(|argument| argument == flag);
    if !given("--bench") {
        // `cargo test --all-targets` only wants to see that it compiles.
        return;
    }
    let sizes = if given("--quick") { &SIZES[..1] } else { &SIZES[..] };
    let rounds = arguments.iter().position(|argument| argument == "--rounds");
    let rounds = rounds.map(|at| arguments[at + 1].parse().expect("`--rounds 3`"));
    let names: Vec<&str> =
        arguments.iter().filter_map(|name| name.strip_prefix("--bot=")).collect();
    if !names.is_empty() {
        return bots::run_all(&names, rounds.unwrap_or(1));
    }
    let rounds = rounds.unwrap_or(if given("--quick") { 1 } else { 5 });
    let bench = Bench::new(sizes);
    println!("dependencies are built first, untimed");
    for &size in sizes {
        bench.cargo("build", size);
        bench.cargo("check", size);
    }
    let mut costs = vec![vec![Vec::new(); sizes.len()]; COURSES.len()];
    for round in 0..rounds {
        for (course, costs) in COURSES.iter().zip(&mut costs) {
            for (&size, costs) in sizes.iter().zip(costs) {
                costs.push(bench.time(course, size, round));
            }
        }
    }
    println!("{rounds} rounds, medians in ms; the dependencies are built");
    print("by the clock", sizes, &costs, |cost| cost.clock);
    if costs.iter().flatten().flatten().all(|cost| cost.work > 0.0) {
        print("work of the processors", sizes, &costs, |cost| cost.work);
    }
}

/// Milliseconds of one run.
#[derive(Debug, Clone, Copy)]
struct Cost {
    clock: f64,
    work: f64,
}

fn print(what: &str, sizes: &[usize], costs: &[Vec<Vec<Cost>>], of: impl Fn(&Cost) -> f64) {
    let columns: Vec<String> = sizes.iter().map(|size| format!("{size} handlers")).collect();
    println!("\n| {what} | {} | a handler more |", columns.join(" | "));
    println!("|--|{}--:|", "--:|".repeat(columns.len()));
    for ((name, ..), costs) in COURSES.iter().zip(costs) {
        let median = |costs: &Vec<Cost>| median(costs.iter().map(&of).collect());
        let medians: Vec<f64> = costs.iter().map(median).collect();
        let cells: Vec<String> = medians.iter().map(|median| format!("{median:.0}")).collect();
        let (first, last) = (0, sizes.len() - 1);
        let more = if last > first {
            format!("{:.2}", (medians[last] - medians[first]) / (sizes[last] - sizes[first]) as f64)
        } else {
            "?".to_owned()
        };
        println!("| {name} | {} | {more} |", cells.join(" | "));
    }
}

fn median(mut costs: Vec<f64>) -> f64 {
    costs.sort_by(f64::total_cmp);
    costs[costs.len() / 2]
}

/// What the processors worked for the programs that this one started, in milliseconds; 0 where the system does not say.
fn worked() -> f64 {
    // Behind the name in parentheses: the fields 16 and 17 of proc(5), in hundredths of a second.
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or("").split_whitespace();
    let ticks: Vec<f64> = fields.skip(13).take(2).filter_map(|ticks| ticks.parse().ok()).collect();
    ticks.iter().sum::<f64>() * 10.0
}

/// A workspace with one bot of each size.
struct Bench {
    folder: PathBuf,
}

impl Bench {
    fn new(sizes: &[usize]) -> Self {
        let root = root();
        let bench = Self { folder: folder() };
        let members: Vec<String> = sizes.iter().map(|size| format!("\"bot{size}\"")).collect();
        let workspace =
            format!("[workspace]\nresolver = \"3\"\nmembers = [{}]\n", members.join(", "));
        write(&bench.folder.join("Cargo.toml"), &workspace);
        // The same versions as here.
        fs::copy(root.join("Cargo.lock"), bench.folder.join("Cargo.lock")).expect("it is there");
        for &size in sizes {
            let library = root.join("bale").canonicalize().expect("it is there");
            let manifest = format!(
                "[package]\nname = \"bot{size}\"\nedition = \"2024\"\n\n[dependencies]\n\
                 bale = {{ package = \"bale-bot\", path = {library:?} }}\n"
            );
            write(&bench.source(size).join("../Cargo.toml"), &manifest);
            let mut main = String::new();
            for file in 0..size.div_ceil(IN_A_FILE) {
                let _ = writeln!(main, "mod part{file};");
                bench.write_part(size, file, 0);
            }
            main += "\n#[derive(Default)]\npub struct Counter(std::sync::atomic::AtomicU64);\n\n\
                     #[bale::main]\nasync fn main() -> bale::App {\n    \
                     bale::App::new().state(Counter::default())\n}\n";
            write(&bench.source(size).join("main.rs"), &main);
        }
        bench
    }

    fn source(&self, size: usize) -> PathBuf {
        self.folder.join(format!("bot{size}/src"))
    }

    /// Writes a file of handlers; `change` changes the first of them.
    fn write_part(&self, size: usize, file: usize, change: usize) {
        let mut part = "use bale::{CallbackQuery, Message, Result, State, Text, User};\n\nuse crate::Counter;\n".to_owned();
        for k in file * IN_A_FILE..((file + 1) * IN_A_FILE).min(size) {
            let change = if k % IN_A_FILE == 0 { change } else { 0 };
            part += &handler(k, change);
        }
        write(&self.source(size).join(format!("part{file}.rs")), &part);
    }

    /// One run of cargo.
    fn time(
        &self,
        (_, command, from_nothing): &(&str, &str, bool),
        size: usize,
        round: usize,
    ) -> Cost {
        if *from_nothing {
            self.run(Command::new(cargo()).args(["clean", "-p", &format!("bot{size}")]));
        } else {
            // What was built last stands; a file in the middle changes.
            self.cargo(command, size);
            self.write_part(
                size,
                size.div_ceil(IN_A_FILE) / 2,
                1 + 2 * round + usize::from(*command == "build"),
            );
        }
        time(|| self.cargo(command, size))
    }

    fn cargo(&self, command: &str, size: usize) {
        self.run(Command::new(cargo()).args([command, "--offline", "-p", &format!("bot{size}")]));
    }

    fn run(&self, command: &mut Command) {
        command.current_dir(&self.folder);
        run(command, &self.folder.join("target"));
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("it is there")
}

fn folder() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or(root().join("target"), PathBuf::from);
    target.join("build-bench")
}

/// As an author has it, whatever this process was started with. What is built goes into a folder.
fn run(command: &mut Command, target: &Path) {
    command.arg("--quiet").env("CARGO_TARGET_DIR", target).env("CARGO_INCREMENTAL", "1");
    for variable in ["RUSTFLAGS", "CARGO_PROFILE_DEV_DEBUG", "CARGO_ENCODED_RUSTFLAGS"] {
        command.env_remove(variable);
    }
    let output = command.output().expect("cargo can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Does it, and says what that cost.
fn time(work: impl FnOnce()) -> Cost {
    let (start, before) = (Instant::now(), worked());
    work();
    Cost { clock: start.elapsed().as_secs_f64() * 1e3, work: worked() - before }
}

/// Five sorts of handlers in turn, as a bot has them.
fn handler(k: usize, change: usize) -> String {
    match k % 5 {
        0 => format!(
            "\n/// Command number {k}.\n#[bale::command(\"command_{k} {{a}} {{b?}}\")]\n\
             async fn command_{k}(message: Message, a: u32, b: Option<String>) -> Result {{\n    \
             message.reply(format!(\"{change} {{a}} {{b:?}}\")).await?;\n    Ok(())\n}}\n"
        ),
        1 => format!(
            "\n#[bale::on_callback(\"button_{k}:{{item}}:{{count}}\")]\n\
             async fn button_{k}(query: CallbackQuery, item: u64, count: u32) -> Result {{\n    \
             query.answer(format!(\"{{item}} {{count}}\")).await?;\n    Ok(())\n}}\n"
        ),
        2 => format!(
            "\n#[bale::on_message(\"text {k}\")]\nasync fn text_{k}(user: User) -> String {{\n    \
             format!(\"{k} {{}}\", user.first_name)\n}}\n"
        ),
        3 => format!(
            "\n/// Counts.\n#[bale::command]\nasync fn count_{k}(State(counter): State<Counter>) -> String {{\n    \
             counter.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed).to_string()\n}}\n"
        ),
        _ => format!(
            "\n#[bale::on_message(chat = private, regex = \"^word {k}\")]\n\
             async fn word_{k}(Text(text): Text) -> Option<String> {{\n    \
             text.strip_prefix(\"word\").map(str::to_owned)\n}}\n"
        ),
    }
}

fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a file in a folder")).expect("a folder can be made");
    fs::write(path, text).expect("a file can be written");
}
