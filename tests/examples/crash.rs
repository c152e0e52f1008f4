//! Kills a bot with a journal again and again, and says what became of its messages:
//! `cargo run --release -p bale-tests --example crash -- [kills] [seed]`.
//!
//! Ends with 1 if something was lost, done twice or out of order.

use std::{
    path::Path,
    process::Command,
    process::ExitCode,
    time::{Duration, Instant},
};

#[path = "../it/crash/harness.rs"]
#[expect(dead_code, reason = "tests use more of it")]
mod harness;
#[path = "../it/crash/workload.rs"]
mod workload;

#[tokio::main]
async fn main() -> ExitCode {
    if let Some((bot, folder)) = harness::child() {
        workload::run(bot, &folder).await;
        return ExitCode::SUCCESS;
    }
    let mut numbers = std::env::args().skip(1).map(|number| number.parse().expect("a number"));
    let (kills, seed) = (numbers.next().unwrap_or(1000), numbers.next().unwrap_or(1));
    let folder = std::env::temp_dir().join(format!("bale-crash-{}", std::process::id()));
    std::fs::create_dir(&folder).expect("a folder of this process");
    let is_right = kill(usize::try_from(kills).expect("fits"), seed, &folder).await;
    std::fs::remove_dir_all(&folder).expect("our own folder");
    if is_right { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn kill(kills: usize, seed: u64, folder: &Path) -> bool {
    let program = std::env::current_exe().expect("a program has a path");
    let started = Instant::now();
    let crash = harness::Crash::new(move || Command::new(&program), folder, seed).await;
    let mut crash = crash.patience(Duration::from_secs(3600));
    let count = workload::play(&mut crash, folder, kills).await;
    println!("{kills} kills, seed {seed}, {:.0} s: {count}", started.elapsed().as_secs_f64());
    count.is_right()
}
