//! ```text
//! cargo bench -p bale-tests --bench flood                  # 20,000 updates, 5 rounds
//! cargo bench -p bale-tests --bench flood -- --rounds 9
//! cargo bench -p bale-tests --bench flood -- --quick       # 2,000 updates, 1 round, for CI
//! cargo bench -p bale-tests --bench flood -- --growth      # 1,000,000 updates of 100,000 chats, ours alone
//! ```
//!
//! A loopback server hands out command updates of 1,000 chats and counts the replies: our bot, over
//! reqwest and over hyper, against a bare loop of reqwest and serde_json that does the same work. The server is pinned to one core, the
//! contestant to another; the contestants take turns, so that a slow minute of the machine hits both.
//! CPU time since the first update and peak memory are those of the contestant's process, read from outside.
//!
//! Prints a table of medians. Fails if a reply is missing, doubled, wrong, or out of order in its chat.
//!
//! `--growth` shows what grows: memory and tasks on the way, then what an idle bot uses. It fails if memory does.
//!
//! With `--bare`, `--ours` and `--against NAME=COMMAND` the contestants are these programs, for which
//! `bash tests/bench/run` calls it: they get texts, which they send back, and find address and token in `BALE_API_URL`
//! and `BALE_TOKEN`. Scenarios are floods, one hot chat, calls that take 20 ms, and nothing to do. The first bare one is
//! what the others are compared with; it fails if one of ours fails, or is not right.

use std::{env, process::ExitCode, time::Duration};

use self::options::{Options, Role};

mod against;
mod bare;
mod contest;
mod growth;
mod http;
mod options;
mod ours;
mod parameters;
mod score;
mod server;
mod side_by_side;
mod table;
mod tally;
mod targets;
#[path = "../feed/updates.rs"]
mod updates;

/// How long the server waits for doubles once everything is answered.
const LATE: Duration = Duration::from_millis(200);
/// A child whose parent is gone ends itself, so long after its run should have ended.
const ORPHANED: Duration = Duration::from_secs(60);

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
        Role::Against => match against::run(&options) {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => fail("one of ours failed, or was not right"),
            Err(problem) => fail(&problem),
        },
        Role::Growth => match growth::run(&options) {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => {
                fail("something grew, or a reply is missing, doubled, wrong or out of order")
            }
            Err(problem) => fail(&problem),
        },
        Role::Server => child(options.limit, server::run(&options)),
        Role::Bare => child(options.limit, bare::run(options.port)),
        Role::Bale => child(options.limit, ours::run(ours::bot(options.port, false))),
        Role::Lean => child(options.limit, ours::run(ours::bot(options.port, true))),
        Role::Journal => child(options.limit, ours::run_journal(ours::bot(options.port, false))),
    }
}

/// Every role has one core, hence one thread.
fn child(limit: Duration, role: impl Future<Output = ()>) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("the runtime starts");
    match runtime.block_on(async { tokio::time::timeout(limit + ORPHANED, role).await }) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => fail("nobody ended this process in time"),
    }
}

fn fail(problem: &str) -> ExitCode {
    eprintln!("flood: {problem}");
    ExitCode::FAILURE
}
