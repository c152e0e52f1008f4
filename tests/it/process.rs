//! Bots as processes, over real sockets: what a person sees who runs them.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
    sync::OnceLock,
    thread,
    time::{Duration, Instant},
};

use bale::emulator::{Emulator, Server};

use crate::cargo::cargo;

mod examples;
mod lines;
mod linked;
mod webhook;

const TOKEN: &str = "123456:PROCESS";
/// Nothing here takes a second on a quiet machine; this is for a busy one.
const PATIENCE: Duration = Duration::from_secs(60);

/// Builds `package`'s examples as its own features say, and gives the path of `name`.
pub(crate) fn example(package: &str, name: &str) -> std::path::PathBuf {
    let built = cargo()
        .args(["build", "--quiet", "--package", package, "--example", name])
        .status()
        .expect("cargo runs");
    assert!(built.success(), "the example {name} does not build");
    let test = std::env::current_exe().expect("a test has a path");
    let target = test.ancestors().nth(2).expect("target/<profile>/deps/<test>");
    target.join("examples").join(name)
}

/// The echo example, built once.
fn echo() -> Command {
    static PATH: OnceLock<std::path::PathBuf> = OnceLock::new();
    Command::new(PATH.get_or_init(|| example("bale-examples", "echo")))
}

fn commands() -> Command {
    static PATH: OnceLock<std::path::PathBuf> = OnceLock::new();
    Command::new(PATH.get_or_init(|| example("bale-examples", "commands")))
}

/// A bot that is ended with the test, however that ends.
pub(crate) struct Running {
    child: Child,
    stderr: Option<thread::JoinHandle<String>>,
}

impl Running {
    /// Starts a program with nothing of ours in its environment.
    pub(crate) fn start(command: &mut Command) -> Self {
        for name in [
            "BALE_BOT_TOKEN",
            "BALE_TOKEN",
            "BALE_API_URL",
            "BALE_PROXY",
            "BALE_WEBHOOK_URL",
            "BALE_WEBHOOK_LISTEN",
            "BALE_WEBHOOK_SECRET",
            "RUST_LOG",
        ] {
            if !command.get_envs().any(|(set, _)| set == name) {
                command.env_remove(name);
            }
        }
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the example runs");
        let mut stderr = child.stderr.take().expect("piped");
        let stderr = thread::spawn(move || {
            let mut text = String::new();
            stderr.read_to_string(&mut text).expect("UTF-8");
            text
        });
        Self { child, stderr: Some(stderr) }
    }

    /// What it prints.
    pub(crate) fn stdout(&mut self) -> ChildStdout {
        self.child.stdout.take().expect("piped, and taken once")
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &pid]).status().expect("kill runs");
        assert!(sent.success());
    }

    /// Waits for the end; gives the status and what was written to standard error.
    fn wait(mut self) -> (ExitStatus, String) {
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            match self.child.try_wait().expect("our own child") {
                Some(status) => break status,
                None if Instant::now() > deadline => panic!("it does not end"),
                None => thread::sleep(Duration::from_millis(10)),
            }
        };
        let stderr = self.stderr.take().expect("taken once").join().expect("it only reads");
        (status, stderr)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Already ended is what we want.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An emulator on a free port, and a bot's environment that points at it.
async fn server() -> (Emulator, Server) {
    let emulator = Emulator::new(TOKEN);
    let server = emulator.serve("127.0.0.1:0").await.expect("a free port");
    (emulator, server)
}

async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.expect("it happens in time")
}

#[test]
fn without_a_token_the_printed_line_works_when_pasted() {
    let mut bot = Running::start(&mut echo());
    let mut lines = BufReader::new(bot.stdout()).lines();
    let curl = lines
        .by_ref()
        .map(|line| line.expect("UTF-8"))
        .find(|line| line.trim_start().starts_with("curl "))
        .expect("it says how to talk to the bot");
    if Command::new("curl").arg("--version").stdout(Stdio::null()).status().is_err() {
        eprintln!("SKIPPED: no curl on this machine to paste `{curl}` into");
        return;
    }
    let answer = Command::new("sh").args(["-c", curl.trim()]).output().expect("a shell");
    let answer: serde_json::Value = serde_json::from_slice(&answer.stdout).expect("JSON");
    assert_eq!(answer["ok"], true, "{answer}");
    assert_eq!(
        answer["result"]["replies"][0]["text"], "سلام! هر چه بنویسید برمی‌گردانم.",
        "{answer}"
    );
    bot.signal("-TERM");
    let (status, stderr) = bot.wait();
    assert_eq!(status.code(), Some(0), "{stderr}");
}

#[tokio::test]
async fn with_a_token_the_same_program_talks_to_the_server() {
    let (emulator, server) = server().await;
    let bot = Running::start(
        echo()
            .env("BALE_BOT_TOKEN", TOKEN)
            .env("BALE_API_URL", server.url())
            .env("RUST_LOG", "trace"),
    );
    emulator.message(7, 7, "یک");
    emulator.message(8, 8, "دو");
    within(emulator.idle()).await;
    bot.signal("-INT");
    let (status, stderr) = tokio::task::spawn_blocking(|| bot.wait()).await.expect("it only waits");
    assert_eq!(status.code(), Some(0), "{stderr}");
    let texts = |chat| -> Vec<String> {
        let texts = emulator.messages(chat);
        texts.iter().filter_map(|message| Some(message["text"].as_str()?.to_owned())).collect()
    };
    assert_eq!((texts(7), texts(8)), (vec!["یک".into(); 2], vec!["دو".into(); 2]));
    assert!(stderr.contains("message -> echo"), "the table of handlers is printed: {stderr}");
    assert!(!stderr.contains("PROCESS"), "the token is printed");
}

#[tokio::test]
async fn a_stop_waits_for_the_running_handler() {
    let (emulator, server) = server().await;
    let bot =
        Running::start(commands().env("BALE_BOT_TOKEN", TOKEN).env("BALE_API_URL", server.url()));
    emulator.message(1, 1, "/work");
    // The command without a lane is answered while the other one is at it, so both have started.
    emulator.message(1, 1, "/ping");
    within(emulator.wait_for_calls(3)).await;
    bot.signal("-TERM");
    let (status, stderr) = tokio::task::spawn_blocking(|| bot.wait()).await.expect("it only waits");
    assert_eq!(status.code(), Some(0), "{stderr}");
    let texts: Vec<_> =
        emulator.messages(1).iter().map(|message| message["text"].clone()).collect();
    assert_eq!(texts, ["/work", "/ping", "pong", "تمام شد."]);
    assert_eq!(emulator.pending(), 0, "what is done is confirmed");
}

#[tokio::test]
async fn a_second_signal_stops_at_once() {
    let (emulator, server) = server().await;
    let bot =
        Running::start(commands().env("BALE_BOT_TOKEN", TOKEN).env("BALE_API_URL", server.url()));
    emulator.message(1, 1, "/work");
    emulator.message(1, 1, "/ping");
    within(emulator.wait_for_calls(3)).await;
    bot.signal("-TERM");
    // Signals that come together are one.
    tokio::time::sleep(Duration::from_millis(500)).await;
    bot.signal("-INT");
    let (status, stderr) = tokio::task::spawn_blocking(|| bot.wait()).await.expect("it only waits");
    assert_eq!(status.code(), Some(130), "{stderr}");
    assert!(emulator.pending() > 0, "the unfinished update is still at the server");
}

#[tokio::test]
async fn a_refused_token_stops_at_once_with_a_clear_message() {
    let (_emulator, server) = server().await;
    let bot = Running::start(
        echo().env("BALE_BOT_TOKEN", "123456:WRONG").env("BALE_API_URL", server.url()),
    );
    let (status, stderr) = tokio::task::spawn_blocking(|| bot.wait()).await.expect("it only waits");
    assert_eq!(status.code(), Some(2), "{stderr}");
    let last = stderr.lines().last().unwrap_or_default();
    assert_eq!(
        last,
        "error: the server refuses the token (getMe: invalid token: Token not found (403)); \
         check BALE_BOT_TOKEN (@botfather gives and revokes tokens)"
    );
    assert!(!stderr.contains("WRONG"), "the token is printed");
}

#[test]
fn without_token_and_emulator_it_says_what_to_set() {
    let bot = Running::start(&mut Command::new(example("bale-bot", "production")));
    let (status, stderr) = bot.wait();
    assert_eq!(status.code(), Some(2), "{stderr}");
    let last = stderr.lines().last().unwrap_or_default();
    assert_eq!(
        last,
        "error: the bot cannot start: no token: set BALE_BOT_TOKEN to the token that @botfather gave you, \
         or give one to the builder"
    );
}

/// The address of a playground would lead nowhere.
#[test]
fn a_bot_that_cannot_start_invites_nobody_to_its_playground() {
    let output = Command::new(example("bale-tests", "duplicates"))
        .env_remove("BALE_BOT_TOKEN")
        .env_remove("BALE_TOKEN")
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("both handle the command `/start`"), "{stderr}");
}
