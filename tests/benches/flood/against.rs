//! Programs that somebody else built, side by side: in floods, and while they have nothing to do.

use std::{
    fs,
    path::{Path, PathBuf},
    thread::sleep,
    time::{Duration, Instant},
};

use crate::{
    contest::{Pinning, Process, load, measure, thread_seconds, usage},
    options::{Options, Program, Role, Scenario, Side},
    score::Score,
    side_by_side,
    targets::Targets,
};

/// A first flood, which is not counted: it shows that a program works, and how many updates it needs to be busy for
/// the time that was asked for.
const TRIAL: usize = 500;
const FEWEST: usize = 200;
const MOST: usize = 100_000;
/// Nobody is waited for longer.
const LIMIT: Duration = Duration::from_secs(30);
/// Every call's, in that scenario.
pub const LATENCY: Duration = Duration::from_millis(20);
/// Until whatever a start sets off has ended.
const SETTLE: Duration = Duration::from_secs(3);

/// What a program did in one scenario.
pub struct Entry<'o> {
    pub program: &'o Program,
    /// Rounds.
    pub scores: Vec<Score>,
    /// Why there are no more: then those do not count.
    pub failure: Option<String>,
}

/// A program that waits for updates.
pub struct Idle<'o> {
    pub program: &'o Program,
    /// CPU seconds a second, and memory.
    pub used: Result<(f64, f64), String>,
}

/// Runs all scenarios and prints their tables. Whether ours were right.
pub fn run(options: &Options) -> Result<bool, String> {
    let pinning = Pinning::find();
    let Options { rounds, seconds, .. } = options;
    println!("floods: {rounds} rounds of about {seconds} s; {}", pinning.describe());
    println!("a hot chat and latency: {} rounds", rounds.div_ceil(3));
    println!("load of the machine at the start: {}", load());
    let began = Instant::now();
    let mut targets = Targets::default();
    let mut are_right = true;
    for &scenario in &options.scenarios {
        if scenario == Scenario::Idle {
            let idle = wait(options, &pinning)?;
            side_by_side::print_idle(&idle);
            targets.see_idle(&idle);
            are_right &=
                idle.iter().all(|idle| idle.used.is_ok() || idle.program.side != Side::Ours);
            continue;
        }
        let entries = compete(options, scenario, &pinning)?;
        side_by_side::print(scenario, &entries);
        targets.see(scenario, &entries);
        are_right &= entries
            .iter()
            .filter(|entry| entry.program.side == Side::Ours)
            .all(|entry| entry.failure.is_none() && entry.scores.iter().all(Score::is_right));
    }
    targets.print();
    println!(
        "\n{:.0} s; load of the machine at the end: {}",
        began.elapsed().as_secs_f64(),
        load()
    );
    Ok(are_right)
}

/// What the others are compared with.
pub fn bare<'e, 'o>(entries: &'e [Entry<'o>]) -> Option<&'e Entry<'o>> {
    let is_bare = |entry: &&Entry<'_>| entry.program.side == Side::Bare && entry.failure.is_none();
    entries.iter().find(is_bare)
}

/// All programs in one scenario: they take turns.
fn compete<'o>(
    options: &'o Options,
    scenario: Scenario,
    pinning: &Pinning,
) -> Result<Vec<Entry<'o>>, String> {
    let mut entries = Vec::new();
    for program in &options.programs {
        let trial = flood(program, scenario, TRIAL, pinning);
        let (updates, failure) = match trial {
            Ok(score) if score.report.missing == 0 => {
                let updates = score.updates_per_second() * options.seconds;
                ((updates as usize).clamp(FEWEST, MOST), None)
            }
            Ok(score) => (0, Some(format!("{} of {TRIAL} missing", score.report.missing))),
            Err(problem) => (0, Some(problem)),
        };
        if let Some(failure) = &failure {
            explain(program, failure);
        }
        entries.push((updates, Entry { program, scores: Vec::new(), failure }));
    }
    let count = entries.len();
    // Counts and ratios to an ideal need fewer than ratios of speed.
    let rounds =
        if scenario == Scenario::Flood { options.rounds } else { options.rounds.div_ceil(3) };
    for round in 0..rounds {
        eprintln!("flood: {}, round {} of {rounds}", scenario.name(), round + 1);
        for place in 0..count {
            let (updates, entry) = &mut entries[(place + round) % count];
            if entry.failure.is_some() {
                continue;
            }
            match flood(entry.program, scenario, *updates, pinning) {
                Ok(score) => entry.scores.push(score),
                Err(problem) => {
                    explain(entry.program, &problem);
                    entry.failure = Some(problem);
                }
            }
        }
    }
    Ok(entries.into_iter().map(|(_, entry)| entry).collect())
}

/// One flood of a program.
fn flood(
    program: &Program,
    scenario: Scenario,
    updates: usize,
    pinning: &Pinning,
) -> Result<Score, String> {
    let (chats, latency) = match scenario {
        Scenario::Hot => (1, Duration::ZERO),
        Scenario::Latency => (1_000, LATENCY),
        Scenario::Flood | Scenario::Idle => (1_000, Duration::ZERO),
    };
    let arguments = [
        ("--updates", updates.to_string()),
        ("--chats", chats.to_string()),
        ("--latency", latency.as_millis().to_string()),
        ("--limit", LIMIT.as_secs().to_string()),
    ];
    let mut arguments: Vec<&str> =
        arguments.iter().flat_map(|(name, value)| [*name, value.as_str()]).collect();
    arguments.push("--texts");
    measure(&arguments, updates, pinning, |port| {
        Process::start_program(&program.command, port, &log(program), pinning.contestant)
    })
}

/// All at once, each with a server of its own: programs that do nothing do not disturb each other.
fn wait<'o>(options: &'o Options, pinning: &Pinning) -> Result<Vec<Idle<'o>>, String> {
    let time = Duration::from_secs_f64(options.seconds * 10.0);
    eprintln!("flood: idle for {} s", time.as_secs());
    let mut running = Vec::new();
    for program in &options.programs {
        // As long as clients ask for: a server that answered sooner would make work.
        let arguments = ["--updates", "1", "--texts", "--hold", "60"];
        let mut server = Process::start(Role::Server, &arguments, pinning.server)?;
        let port = server.line()?;
        let bot =
            Process::start_program(&program.command, &port, &log(program), pinning.contestant);
        running.push((program, server, bot));
    }
    // The one update is answered, so that all have seen what they do.
    for (_, server, bot) in &mut running {
        while bot.is_ok() && !server.line()?.starts_with('{') {}
    }
    sleep(SETTLE);
    let cpu = |bot: &Result<Process, String>| {
        thread_seconds(bot.as_ref().map_err(Clone::clone)?.child.id())
    };
    let before: Vec<_> = running.iter().map(|(.., bot)| cpu(bot)).collect();
    sleep(time);
    let mut idle = Vec::new();
    for ((program, _server, bot), before) in running.iter().zip(before) {
        let used = before.and_then(|before| {
            let after = cpu(bot)?;
            let memory = usage(bot.as_ref().map_err(Clone::clone)?.child.id())?.now_mib;
            Ok(((after - before) / time.as_secs_f64(), memory))
        });
        idle.push(Idle { program, used });
    }
    Ok(idle)
}

/// Where a program's output goes.
fn log(program: &Program) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("flood-{}.log", program.name))
}

/// What a person wants to see of a program that failed.
fn explain(program: &Program, problem: &str) {
    eprintln!("flood: {}: {problem}", program.name);
    let said = fs::read(log(program)).unwrap_or_default();
    let said = String::from_utf8_lossy(&said);
    let lines: Vec<&str> = said.lines().collect();
    for line in &lines[lines.len().saturating_sub(8)..] {
        eprintln!("    {line}");
    }
}
