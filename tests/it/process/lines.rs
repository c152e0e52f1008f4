//! The log lines of a bot that sets up no subscriber, as a process.

use expect_test::expect;

use super::{Command, OnceLock, Running, TOKEN, example, server, within};

/// The line of the handler, where `RUST_LOG` is this.
async fn line(asked: &str) -> String {
    static PATH: OnceLock<std::path::PathBuf> = OnceLock::new();
    let (emulator, server) = server().await;
    let mut command = Command::new(PATH.get_or_init(|| example("bale-tests", "lines")));
    command.env("BALE_BOT_TOKEN", TOKEN).env("BALE_API_URL", server.url()).env("RUST_LOG", asked);
    let bot = Running::start(&mut command);
    emulator.message(7, 7, "/tea");
    within(emulator.idle()).await;
    bot.signal("-TERM");
    let (status, stderr) = tokio::task::spawn_blocking(|| bot.wait()).await.expect("it only waits");
    assert_eq!(status.code(), Some(0), "{stderr}");
    let line = stderr.lines().find(|line| line.contains("no sugar")).unwrap_or(&stderr);
    let (time, line) = line.split_once(' ').expect("the time comes first");
    assert!(time.ends_with('Z') && time.contains('T'), "{time}");
    line.to_owned()
}

#[tokio::test]
async fn a_line_says_of_which_update_it_is() {
    let context = expect![[
        r#" WARN update{update_id=0 kind="message" chat=7 user=7}:handler{name="tea" at=tests/examples/lines.rs:3}:brewing{cups=2}: lines: no sugar left lemons=0"#
    ]];
    // Without spans of updates, and with them.
    context.assert_eq(&line("info").await);
    context.assert_eq(&line("bale::update=debug,info").await);
}

#[tokio::test]
async fn a_line_says_nothing_of_it_where_nobody_wants_to_know() {
    expect![" WARN brewing{cups=2}: lines: no sugar left lemons=0"]
        .assert_eq(&line("bale::update=off,info").await);
}
