//! A bot that falls behind says so, once, and again when it has caught up.

use std::time::Duration;

use bale::{App, emulator::Emulator, storage::Clock};
use expect_test::expect;
use tokio::time::sleep;

use crate::{logs::Logs, rig::Rig};

fn app(pace: Duration) -> App {
    App::new().on_message(move || sleep(pace))
}

#[tokio::test(start_paused = true)]
async fn polls_that_are_full_for_a_minute() {
    let logs = Logs::of("bale::polling");
    let app = app(Duration::from_secs(10));
    let health = app.health();
    let rig = Rig::start(app.in_flight(64, 32));
    // More than a minute's work, each in a chat of its own.
    for chat in 1..=900 {
        rig.emulator.message(chat, chat, "hi");
    }
    rig.transcript().await;
    expect![[r#"
        WARN every poll of the last 60 s was full: updates come faster than they are handled, and Bale keeps no more than 2000; make slow handlers faster, or let more of them run (`App::in_flight`)
        INFO the bot has caught up with its updates
    "#]].assert_eq(&logs.take());
    assert!(health.check().lag.is_some_and(|lag| lag < Duration::from_secs(600)), "{health:?}");
}

#[tokio::test(start_paused = true)]
async fn a_burst_is_no_trouble() {
    let logs = Logs::of("bale::polling");
    let rig = Rig::start(app(Duration::from_secs(1)));
    for chat in 1..=900 {
        rig.emulator.message(chat, chat, "hi");
    }
    rig.transcript().await;
    expect![""].assert_eq(&logs.take());
}

#[tokio::test(start_paused = true)]
async fn one_stuck_chat_is_not_taken_for_it() {
    let logs = Logs::of("bale::polling");
    let rig = Rig::start(app(Duration::from_secs(50)));
    for _ in 0..150 {
        rig.says("hi");
    }
    sleep(Duration::from_secs(3600)).await;
    expect![""].assert_eq(&logs.take());
    drop(rig);
}

#[tokio::test(start_paused = true)]
async fn messages_that_have_waited_for_hours() {
    let logs = Logs::of("bale::polling");
    let clock = Clock::runtime();
    let emulator = Emulator::new("123456:TEST");
    for _ in 0..3 {
        emulator.message(1, 1, "hello?");
    }
    sleep(Duration::from_secs(9000)).await;
    let rig = Rig::against(emulator, app(Duration::ZERO).clock(clock));
    rig.transcript().await;
    rig.ask("are you back?").await;
    expect![[r#"
        WARN messages are _ h old when they arrive, and Bale drops them after 24 h: the bot was away, or is slower than its users; it says so when it has caught up
        INFO the bot has caught up with its updates
    "#]].assert_eq(&logs.take());
}

#[tokio::test(start_paused = true)]
async fn a_server_that_does_not_count_is_asked_once() {
    let rig = Rig::start(app(Duration::from_secs(10)).in_flight(64, 32));
    for chat in 1..=900 {
        rig.emulator.message(chat, chat, "hi");
    }
    let calls = rig.transcript().await;
    expect!["getWebhookInfo {}"].assert_eq(calls.trim());
}
