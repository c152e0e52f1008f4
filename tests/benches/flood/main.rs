//! ```text
//! cargo bench -p bale-tests --bench flood                  # 20,000 updates, 5 rounds
//! cargo bench -p bale-tests --bench flood -- --rounds 9
//! cargo bench -p bale-tests --bench flood -- --quick       # 2,000 updates, 1 round, for CI
//! ```
//!
//! A loopback server hands out command updates of 1,000 chats and counts the replies: our bot, over
//! reqwest and over hyper, against a bare loop of reqwest and serde_json that does the same work. The server is pinned to one core, the
//! contestant to another; the contestants take turns, so that a slow minute of the machine hits both.
//! CPU time and peak memory are those of the contestant's process, start-up included, read from outside.
//!
//! Prints a table of medians. Fails if a reply is missing, doubled, wrong, or out of order in its chat.

use std::{env, process::ExitCode, time::Duration};

use self::options::{Options, Role};

mod bare;
mod contest;
mod http;
mod options;
mod ours;
mod score;
mod server;
mod table;
mod tally;
#[path = "../feed/updates.rs"]
mod updates;

/// Chats that the updates are spread over.
const CHATS: usize = 1_000;
/// How long a run may take.
const LIMIT: Duration = Duration::from_secs(60);
/// How long the server waits for doubles once everything is answered.
const LATE: Duration = Duration::from_millis(200);
/// A child whose parent is gone ends itself.
const ORPHANED: Duration = Duration::from_secs(75);

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let options = match Options::parse(&arguments) {
        Ok(options) => options,
        Err(problem) => return fail(&problem),
    };
    match options.role {
        Role::Contest => match contest::run(&options) {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => fail("a reply is missing, doubled, wrong or out of order"),
            Err(problem) => fail(&problem),
        },
        Role::Server => child(server::run(options.updates)),
        Role::Bare => child(bare::run(options.port)),
        Role::Bale => child(ours::run(ours::bot(options.port, false))),
        Role::Lean => child(ours::run(ours::bot(options.port, true))),
        Role::Journal => child(ours::run_journal(ours::bot(options.port, false))),
    }
}

/// Every role has one core, hence one thread.
fn child(role: impl Future<Output = ()>) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("the runtime starts");
    match runtime.block_on(async { tokio::time::timeout(ORPHANED, role).await }) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => fail("nobody ended this process in time"),
    }
}

fn fail(problem: &str) -> ExitCode {
    eprintln!("flood: {problem}");
    ExitCode::FAILURE
}
