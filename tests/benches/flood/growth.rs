//! What grows with the number of updates and chats, and what an idle bot uses.

use std::{io::Write as _, thread::sleep, time::Duration};

use crate::{
    contest::{Pinning, Process, load, usage},
    options::{Options, Role},
    score::Usage,
    server::{BEGUN, MILESTONES},
    tally::Report,
};

/// A flood of a million, on a busy machine.
const LIMIT: Duration = Duration::from_secs(600);
/// As long as a poll is held by default: while we look, the bot asks once at most.
const HOLD: Duration = Duration::from_secs(30);
const IDLE: Duration = Duration::from_secs(20);
/// Memory may grow by this much between the first and the last milestone: pages that an allocator keeps.
const GROWTH_MIB: f64 = 2.0;

/// Whether nothing grew and every reply was right.
pub fn run(options: &Options) -> Result<bool, String> {
    let pinning = Pinning::find();
    println!("{} updates of {} chats; {}", options.updates, options.chats, pinning.describe());
    println!("load of the machine at the start: {}\n", load());
    let arguments = [
        ("--updates", options.updates.to_string()),
        ("--chats", options.chats.to_string()),
        ("--limit", LIMIT.as_secs().to_string()),
        ("--hold", HOLD.as_secs().to_string()),
    ];
    let arguments: Vec<&str> =
        arguments.iter().flat_map(|(name, value)| [*name, value.as_str()]).collect();
    let mut server = Process::start(Role::Server, &arguments, pinning.server)?;
    let port = server.line()?;
    let limit = LIMIT.as_secs().to_string();
    let arguments = ["--port", &port, "--limit", &limit];
    let mut bot = Process::start(Role::Bale, &arguments, pinning.contestant)?;

    let begun = server.line()?;
    assert_eq!(begun, BEGUN);
    println!("| done | tasks | memory MiB | peak MiB | CPU s |");
    println!("|--:|--:|--:|--:|--:|");
    let mut peaks = Vec::new();
    for part in MILESTONES {
        server.line()?;
        peaks.push(show(&format!("{part} %"), &mut bot)?.peak_mib);
    }
    let line = server.line()?;
    let report: Report = serde_json::from_str(&line)
        .map_err(|error| format!("the server's report {line:?} cannot be read: {error}"))?;
    let before = show("idle", &mut bot)?;
    sleep(IDLE);
    let after = show(&format!("idle for {} s", IDLE.as_secs()), &mut bot)?;
    println!("\n{:.0} updates/s; {report:?}", options.updates as f64 / report.seconds);
    println!("CPU while idle: {:.2} s in {IDLE:?}", after.cpu_seconds - before.cpu_seconds);
    let grew = peaks[MILESTONES.len() - 1] - peaks[0];
    println!("the peak grew by {grew:.1} MiB from {} % to 100 %", MILESTONES[0]);
    Ok(report.is_right() && grew <= GROWTH_MIB)
}

/// Prints a row of the table.
fn show(part: &str, bot: &mut Process) -> Result<Usage, String> {
    let input = bot.child.stdin.as_mut().expect("stdin is piped");
    writeln!(input).map_err(|error| format!("the bot does not listen: {error}"))?;
    let tasks = bot.line()?;
    let usage = usage(bot.child.id())?;
    let Usage { now_mib, peak_mib, cpu_seconds } = usage;
    println!("| {part} | {tasks} | {now_mib:.1} | {peak_mib:.1} | {cpu_seconds:.2} |");
    Ok(usage)
}
