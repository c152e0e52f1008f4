//! Waiting for an answer in the middle of a handler.

use std::time::Duration;

use bale::{App, CallbackQuery, Message, Result, Text};
use expect_test::expect;

use crate::rig::Rig;

#[bale::command]
async fn age(message: Message) -> Result {
    let answer = message
        .wait_for::<Message>()
        .check(|answer| answer.text.as_deref().is_some_and(|text| text.parse::<u8>().is_ok()))
        .timeout(Duration::from_secs(60))
        .begin();
    message.reply("?").await?;
    match answer.await {
        Ok(answer) => answer.reply("noted").await?,
        Err(nothing) => message.reply(nothing.to_string()).await?,
    };
    Ok(())
}

#[bale::command]
async fn choose(message: Message) -> Result {
    let press = message.wait_for::<CallbackQuery>().begin();
    message.reply("choose").await?;
    let press = press.await?;
    press.answer("chosen").await?;
    Ok(())
}

#[bale::command]
async fn panicky(message: Message) -> Result {
    let wait = message.wait_for::<Message>().check(|_| panic!("in a check"));
    wait.timeout(Duration::from_secs(1)).await?;
    Ok(())
}

#[bale::on_message]
async fn other(Text(text): Text) -> String {
    format!("other: {text}")
}

fn rig() -> Rig {
    Rig::start(App::collect_module(module_path!()))
}

#[tokio::test(start_paused = true)]
async fn the_answer_goes_to_the_one_who_waits_and_to_nobody_else() {
    let rig = rig();
    rig.says("/age");
    rig.emulator.wait_for_calls(3).await;
    // Another person, another chat, and a text that does not pass are not the answer.
    rig.emulator.message(2, 2, "7");
    rig.says("no number");
    rig.says("42");
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"?"}
        sendMessage {"chat_id":1,"reply_to_message_id":4,"text":"noted"}
        sendMessage {"chat_id":2,"reply_to_message_id":1,"text":"other: 7"}
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"other: no number"}
    "#]]
    .assert_eq(&rig.transcript().await);
}

#[tokio::test(start_paused = true)]
async fn after_the_time_out_messages_go_their_usual_way() {
    let rig = rig();
    rig.says("/age");
    assert_eq!(
        rig.transcript().await,
        "sendMessage {\"chat_id\":1,\"reply_to_message_id\":1,\"text\":\"?\"}\n",
        "its update is confirmed after the deadline, while it still waits"
    );
    rig.emulator.wait_for_calls(1).await;
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"nothing came within 60s"}
        sendMessage {"chat_id":1,"reply_to_message_id":4,"text":"other: 42"}
    "#]]
    .assert_eq(&rig.ask("42").await);
}

#[tokio::test(start_paused = true)]
async fn a_button_can_be_waited_for() {
    let rig = rig();
    rig.says("/choose");
    rig.emulator.wait_for_calls(3).await;
    rig.emulator.callback(1, 1, 2, "anything").expect("message 2 is the bot's");
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"choose"}
        answerCallbackQuery {"callback_query_id":"2000000000","text":"chosen"}
    "#]]
    .assert_eq(&rig.transcript().await);
}

#[tokio::test(start_paused = true)]
async fn a_check_that_panics_passes_nothing() {
    let rig = rig();
    rig.says("/panicky");
    rig.emulator.wait_for_poll().await;
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":2,"text":"other: x"}
    "#]]
    .assert_eq(&rig.ask("x").await);
}
