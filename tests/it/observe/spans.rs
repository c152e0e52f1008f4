//! The spans of updates, handlers and calls, with the log lines in them.

use std::time::Duration;

use bale::{
    App, Bot, Message,
    emulator::{Fault, FaultAction},
};
use expect_test::expect;

use crate::{logs::Logs, rig::Rig};

#[bale::command]
async fn tea(message: Message) -> bale::Result {
    tracing::info!(target: "bale::of_the_author", "putting the kettle on");
    tokio::time::sleep(Duration::from_secs(2)).await;
    message.reply("☕").await?;
    Ok(())
}

#[bale::command]
async fn burn() {
    panic!("the kettle is dry");
}

#[bale::on_callback("sugar:{lumps}")]
async fn sugar(lumps: u8) -> String {
    lumps.to_string()
}

fn app() -> App {
    App::collect_module(module_path!())
}

/// Everything but polls and what comes before them, as the place in this file moves.
fn of_updates(lines: &str) -> String {
    let is_shown = |line: &&str| line.contains("update{") && !line.contains(" bale::route: ");
    let place = |line: &str| {
        let (before, rest) = line.split_once(concat!(file!(), ":"))?;
        Some(format!("{before}HERE:{}", rest.trim_start_matches(|c: char| c.is_ascii_digit())))
    };
    let mut shown = String::new();
    for line in lines.lines().filter(is_shown) {
        let mut line = line.to_owned();
        while let Some(next) = place(&line) {
            line = next.replace("HERE:", "HERE");
        }
        shown += &(line + "\n");
    }
    shown
}

#[tokio::test(start_paused = true)]
async fn an_update_has_a_span_with_its_handler_and_calls_inside() {
    let logs = Logs::spans();
    let rig = Rig::start(app());
    rig.ask("/tea").await;
    expect![[r#"
        update{update_id=0 kind="message" chat=1 user=1}: handler{name="tea" at=HERE}: INFO bale::of_the_author: putting the kettle on
        update{update_id=0 kind="message" chat=1 user=1}: handler{name="tea" at=HERE}: call{method="sendMessage" chat=1}: DEBUG bale::call: called attempt=1 elapsed=0ns
        update{update_id=0 kind="message" chat=1 user=1 handler="tea" at=HERE outcome="done" lane_wait=0ns elapsed=2s}: DEBUG bale::update: the update is done
        close update{update_id=0 kind="message" chat=1 user=1 handler="tea" at=HERE outcome="done" lane_wait=0ns elapsed=2s}
    "#]].assert_eq(&of_updates(&logs.take()));
}

#[tokio::test(start_paused = true)]
async fn how_an_update_ended_is_in_its_span() {
    let logs = Logs::spans();
    let rig = Rig::start(app());
    rig.ask("/burn").await;
    rig.ask("nobody wants this").await;
    rig.ask("/tea\n/tea").await;
    let lines = logs.take();
    let ends = lines.lines().filter(|line| line.starts_with("close update{"));
    expect![[r#"
        close update{update_id=0 kind="message" chat=1 user=1 handler="burn" at=HERE outcome="panicked" lane_wait=0ns elapsed=0ns}
        close update{update_id=1 kind="message" chat=1 user=1 outcome="unhandled" lane_wait=0ns elapsed=0ns}
        close update{update_id=2 kind="message" chat=1 user=1 handler="tea" at=HERE outcome="done" lane_wait=0ns elapsed=2s}
    "#]].assert_eq(&of_updates(&ends.collect::<Vec<_>>().join("\n")));
}

#[tokio::test(start_paused = true)]
async fn the_wait_for_the_lane_is_in_the_span() {
    let logs = Logs::spans();
    let rig = Rig::start(app());
    rig.says("/tea");
    rig.says("/tea");
    rig.transcript().await;
    let lines = logs.take();
    let waits = lines.lines().filter(|line| line.starts_with("close update{"));
    expect![[r#"
        close update{update_id=0 kind="message" chat=1 user=1 handler="tea" at=HERE outcome="done" lane_wait=0ns elapsed=2s}
        close update{update_id=1 kind="message" chat=1 user=1 handler="tea" at=HERE outcome="done" lane_wait=2s elapsed=2s}
    "#]].assert_eq(&of_updates(&waits.collect::<Vec<_>>().join("\n")));
}

#[tokio::test(start_paused = true)]
async fn a_failed_call_says_its_code_and_attempt() {
    let logs = Logs::spans();
    let rig = Rig::start(App::new().command("call", async |bot: Bot| {
        bot.send_message(404, "nobody").await.expect_err("there is no such chat");
    }));
    rig.emulator
        .fault(Fault::new(FaultAction::RateLimit { retry_after: Some(2) }).on("sendMessage"));
    rig.ask("/call").await;
    let lines = logs.take();
    let calls = lines.lines().filter(|line| line.contains("call{method=\"sendMessage\""));
    let calls: Vec<_> = calls.filter_map(|line| Some(&line[line.find("call{")?..])).collect();
    expect![[r#"
        call{method="sendMessage" chat=404}: DEBUG bale::call: call failed attempt=1 code=429 elapsed=0ns error=sendMessage: rate limited: Too Many Requests (429), retry after 2s
        call{method="sendMessage" chat=404}: WARN bale::client::limit: the server asks for a pause: nothing is sent to this chat chat=404 wait=2s
        call{method="sendMessage" chat=404}: DEBUG bale::client::retry: the call is made again: sendMessage: rate limited: Too Many Requests (429), retry after 2s method="sendMessage" attempt=2 wait=2s
        call{method="sendMessage" chat=404}: DEBUG bale::client::limit: a message waits for its turn chat=404
        call{method="sendMessage" chat=404}: DEBUG bale::call: call failed attempt=2 code=404 elapsed=0ns error=sendMessage: not found: no such group or user (404)
        call{method="sendMessage" chat=404 elapsed=2s code=404}"#]].assert_eq(&calls.join("\n"));
}
