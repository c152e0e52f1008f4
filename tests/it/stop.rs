//! A bot that is stopped from inside the program.

use std::time::Duration;

use bale::{
    App, Bot, Result, State,
    app::{RunError, StopHandle},
    emulator::Emulator,
};
use expect_test::expect;

use crate::rig::{bot, transcript};

/// Says good bye after it has told the bot to stop.
async fn shutdown(stop: State<StopHandle>) -> &'static str {
    assert!(!stop.is_stopped());
    stop.stop();
    "good bye"
}

async fn farewell(bot: Bot, stop: State<StopHandle>) -> Result {
    bot.send_message(1, format!("is stopped: {}", stop.is_stopped())).await?;
    Ok(())
}

fn app(emulator: &Emulator) -> App {
    App::new().bot(bot(emulator)).command("shutdown", shutdown).on_stop(farewell)
}

#[tokio::test(start_paused = true)]
async fn a_handler_can_stop_the_bot() {
    let emulator = Emulator::new("123456:TEST");
    emulator.message(1, 1, "/shutdown");
    emulator.message(1, 1, "/shutdown");
    let app = app(&emulator);
    let stop = app.stop_handle();
    app.run_until(std::future::pending()).await.expect("it was told to");
    stop.stopped().await;
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"good bye"}
        sendMessage {"chat_id":1,"text":"is stopped: true"}
    "#]]
    .assert_eq(&transcript(&emulator));
}

#[tokio::test(start_paused = true)]
async fn the_handle_knows_of_other_ends() {
    let emulator = Emulator::new("123456:TEST");
    let at_once = app(&emulator);
    let stop = at_once.stop_handle();
    at_once.run_until(async {}).await.expect("nothing is wrong");
    assert!(stop.is_stopped());

    let wrong = App::new();
    let stop = wrong.stop_handle();
    let error = wrong.run_until(std::future::pending()).await.expect_err("no handler");
    assert!(matches!(error, RunError::Handlers(_)), "{error}");
    assert!(stop.is_stopped());
}

#[tokio::test(start_paused = true)]
async fn a_bot_stopped_before_it_runs_asks_nothing() {
    let emulator = Emulator::new("123456:TEST");
    let app = app(&emulator);
    app.stop_handle().stop();
    app.run_until(std::future::pending()).await.expect("nothing is wrong");
    assert_eq!(emulator.calls().len(), 0);
}

/// None waits for the handlers of another one.
#[tokio::test(start_paused = true)]
async fn bots_beside_each_other_are_told_at_once() {
    let (one, two) = (Emulator::new("123456:TEST"), Emulator::new("7:OTHER"));
    let bot = |token: &str, emulator: &Emulator| {
        Bot::builder().token(token).transport(emulator.transport()).build().unwrap()
    };
    let slow = App::new().bot(bot("123456:TEST", &one)).on_message(async || {
        tokio::time::sleep(Duration::from_secs(5)).await;
    });
    let second = App::new().bot(bot("7:OTHER", &two)).on_message(async || {});
    let told = second.stop_handle();
    one.message(1, 1, "x");
    let stop = tokio::time::sleep(Duration::from_secs(2));
    let running = tokio::spawn(slow.beside(second).run_until(stop));
    let began = tokio::time::Instant::now();
    told.stopped().await;
    assert_eq!(began.elapsed().as_secs(), 2);
    running.await.expect("no panic").expect("nothing is wrong");
    assert_eq!(began.elapsed().as_secs(), 5);
}

#[tokio::test(start_paused = true)]
async fn bots_beside_each_other_stop_together() {
    let (one, two) = (Emulator::new("123456:TEST"), Emulator::new("7:OTHER"));
    let other = Bot::builder().token("7:OTHER").transport(two.transport()).build().unwrap();
    let (first, second) = (app(&one), app(&two).bot(other));
    let handles = [first.stop_handle(), second.stop_handle()];
    two.message(1, 1, "/shutdown");
    first.beside(second).run_until(std::future::pending()).await.expect("it was told to");
    assert_eq!(handles.map(|handle| handle.is_stopped()), [true, true]);
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"good bye"}
        sendMessage {"chat_id":1,"text":"is stopped: true"}
    "#]]
    .assert_eq(&transcript(&two));

    let twice = app(&one).beside(app(&one));
    let stop = twice.stop_handle();
    twice.run_until(std::future::pending()).await.expect_err("one bot twice");
    assert!(stop.is_stopped());
}
