//! Prints the delivery matrix of docs/delivery.md, measured now: `cargo run --release -p bale-tests --example matrix`
//!
//! Ends with 1 if a target is missed. Most of it runs on tokio's paused clock; rows with signals start this
//! program again as the bot.

use std::process::{Command, ExitCode};

use self::it::matrix;

#[path = "../it"]
mod it {
    #[expect(dead_code, reason = "tests use the rest")]
    mod logs;
    pub(crate) mod matrix;
    #[expect(dead_code, reason = "tests use the rest")]
    mod rig;

    mod crash {
        #[expect(dead_code, reason = "tests use the rest")]
        pub(crate) mod harness;
    }
}

/// With this argument the program is a bot.
const BOT: &str = "bot";

fn main() -> ExitCode {
    if std::env::args().any(|argument| argument == BOT) {
        let runtime = tokio::runtime::Runtime::new().expect("the runtime starts");
        runtime.block_on(matrix::bot_of_this_process());
        return ExitCode::SUCCESS;
    }
    // Handlers panic on purpose.
    std::panic::set_hook(Box::new(|_| {}));
    println!("{}", matrix::head());
    let mut missed = Vec::new();
    for scenario in matrix::scenarios() {
        let cells: Vec<_> = matrix::MODES.iter().map(|mode| scenario.run(*mode, start)).collect();
        let shown: Vec<&str> = cells.iter().map(|cell| cell.shown.as_str()).collect();
        println!("{} {} |", matrix::row(scenario), shown.join(" | "));
        missed.extend(cells.into_iter().flat_map(|cell| cell.missed));
    }
    if missed.is_empty() {
        return ExitCode::SUCCESS;
    }
    eprintln!("\nmissed:\n  {}", missed.join("\n  "));
    ExitCode::FAILURE
}

fn start() -> Command {
    let mut command = Command::new(std::env::current_exe().expect("a program has a path"));
    command.arg(BOT);
    command
}
