//! Questions in the middle of a handler.

use std::time::Duration;

use bale::{
    App, CallbackQuery, HandlerError, Message, Result, Text,
    dialogue::AskError,
    types::{Contact, InlineKeyboardButton, InlineKeyboardMarkup},
};
use expect_test::expect;

use crate::rig::Rig;

#[bale::command]
async fn age(message: Message) -> Result<String> {
    let age: u8 = message
        .ask("چند سال دارید؟")
        .retry("یک عدد، لطفاً.")
        .timeout(Duration::from_secs(60))
        .await?;
    Ok(format!("{age} سال"))
}

#[bale::command]
async fn order(message: Message) -> Result<String> {
    let name: String = message.ask("نام؟").await?;
    let phone: Contact = message.ask("شماره؟").await?;
    Ok(format!("{name}: {}", phone.phone_number))
}

#[bale::command]
async fn say_why(message: Message) -> String {
    match message.ask::<u8>("عدد؟").tries(2).timeout(Duration::from_secs(60)).await {
        Ok(number) => number.to_string(),
        Err(error) => error.to_string(),
    }
}

#[bale::command]
async fn own_cancel(message: Message) -> Result<String> {
    Ok(message.ask::<String>("؟").cancel_words(["بس"]).await?)
}

#[bale::command(lane = "none")]
async fn cancel() -> &'static str {
    "the handler of /cancel"
}

#[bale::command]
async fn menu(message: Message) -> Result {
    let button = InlineKeyboardButton::callback("نام", "name");
    message.answer("منو").reply_markup(InlineKeyboardMarkup::new().row([button])).await?;
    Ok(())
}

#[bale::on_callback("name")]
async fn name(query: CallbackQuery) -> Result {
    query.answer_empty().await?;
    let name: String = query.ask("نام؟").await?;
    query.chat().ok_or("no chat")?.send(format!("سلام {name}")).await?;
    Ok(())
}

#[bale::command]
async fn anyone(message: Message) -> Result<String> {
    let first: Message = message.chat().ask("کی هست؟").await?;
    Ok(format!("{:?}", first.author().map(|user| user.id)))
}

#[bale::on_message]
async fn other(Text(text): Text) -> String {
    format!("other: {text}")
}

#[bale::on_error]
async fn failed(error: HandlerError) -> String {
    format!("on_error: {:?}", error.find::<AskError>().map(AskError::is_failure))
}

fn rig() -> Rig {
    Rig::start(App::collect_module(module_path!()))
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_read_and_a_wrong_one_asked_for_again() {
    let rig = rig();
    rig.says("/age");
    rig.emulator.wait_for_calls(3).await;
    rig.says("بیست");
    rig.emulator.wait_for_calls(4).await;
    rig.says(" ۲۰ ");
    expect![[r#"
        sendMessage {"chat_id":1,"text":"چند سال دارید؟"}
        sendMessage {"chat_id":1,"text":"یک عدد، لطفاً."}
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"20 سال"}
    "#]]
    .assert_eq(&rig.transcript().await);
}

#[tokio::test(start_paused = true)]
async fn of_messages_that_arrive_together_none_is_lost() {
    let rig = rig();
    rig.says("/age");
    rig.emulator.wait_for_calls(3).await;
    // One poll brings all three: the wrong answer, the right one, and what is no answer any more.
    rig.says("بیست");
    rig.says("20");
    rig.says("21");
    expect![[r#"
        sendMessage {"chat_id":1,"text":"چند سال دارید؟"}
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"20 سال"}
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"other: 21"}
    "#]]
    .assert_eq(&rig.transcript().await);
}

#[tokio::test(start_paused = true)]
async fn questions_of_several_kinds_follow_each_other() {
    let rig = rig();
    rig.says("/order");
    rig.emulator.wait_for_calls(3).await;
    rig.says("سارا");
    rig.emulator.wait_for_calls(4).await;
    rig.says("no contact");
    rig.emulator.wait_for_calls(5).await;
    rig.emulator.contact(1, 1, "989120000000").expect("a private chat");
    expect![[r#"
        sendMessage {"chat_id":1,"text":"نام؟"}
        sendMessage {"chat_id":1,"text":"شماره؟"}
        sendMessage {"chat_id":1,"text":"شماره؟"}
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"سارا: 989120000000"}
    "#]]
    .assert_eq(&rig.transcript().await);
}

#[tokio::test(start_paused = true)]
async fn two_people_in_one_group_get_their_own_answers() {
    let rig = rig();
    rig.emulator.message(-5, 1, "/laneless_age");
    rig.emulator.message(-5, 2, "/laneless_age");
    rig.emulator.wait_for_calls(4).await;
    rig.emulator.message(-5, 2, "22");
    rig.emulator.message(-5, 3, "33");
    rig.emulator.message(-5, 1, "11");
    expect![[r#"
        sendMessage {"chat_id":-5,"reply_to_message_id":1,"text":"چند سال دارید؟"}
        sendMessage {"chat_id":-5,"reply_to_message_id":2,"text":"چند سال دارید؟"}
        sendMessage {"chat_id":-5,"reply_to_message_id":2,"text":"22 سال"}
        sendMessage {"chat_id":-5,"reply_to_message_id":1,"text":"11 سال"}
        sendMessage {"chat_id":-5,"reply_to_message_id":6,"text":"other: 33"}
    "#]]
    .assert_eq(&rig.transcript().await);
}

/// In a group where several people are asked at once, the asking must not hold the chat's place.
#[bale::command(lane = "none")]
async fn laneless_age(message: Message) -> Result<String> {
    Ok(format!("{} سال", message.ask::<u8>("چند سال دارید؟").await?))
}

#[tokio::test(start_paused = true)]
async fn a_cancel_word_ends_a_question_without_a_failure() {
    for word in ["لغو", " Cancel", "/cancel", "لغــو"] {
        let rig = rig();
        rig.says("/age");
        rig.emulator.wait_for_calls(3).await;
        rig.says(word);
        rig.says("20");
        let calls = rig.transcript().await;
        assert_eq!(
            calls,
            "sendMessage {\"chat_id\":1,\"text\":\"چند سال دارید؟\"}\n\
             sendMessage {\"chat_id\":1,\"reply_to_message_id\":4,\"text\":\"other: 20\"}\n",
            "{word}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_command_ends_a_question_and_goes_its_way() {
    let rig = rig();
    rig.says("/age");
    rig.emulator.wait_for_calls(3).await;
    rig.says("/say_why");
    rig.emulator.wait_for_calls(4).await;
    rig.says("/help@another_bot");
    rig.says("20");
    expect![[r#"
        sendMessage {"chat_id":1,"text":"چند سال دارید؟"}
        sendMessage {"chat_id":1,"text":"عدد؟"}
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"20"}
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"other: /help@another_bot"}
    "#]]
    .assert_eq(&rig.transcript().await);

    rig.says("/own_cancel");
    rig.emulator.wait_for_calls(1).await;
    rig.says("/cancel");
    expect![[r#"
        sendMessage {"chat_id":1,"text":"؟"}
        sendMessage {"chat_id":1,"reply_to_message_id":11,"text":"the handler of /cancel"}
    "#]]
    .assert_eq(&rig.transcript().await);
}

#[tokio::test(start_paused = true)]
async fn who_asks_can_tell_why_there_is_no_answer() {
    let rig = rig();
    rig.says("/say_why");
    rig.emulator.wait_for_calls(3).await;
    rig.says("a");
    rig.emulator.wait_for_calls(4).await;
    rig.says("b");
    expect![[r#"
        sendMessage {"chat_id":1,"text":"عدد؟"}
        sendMessage {"chat_id":1,"text":"عدد؟"}
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"none of 2 answers is a `u8`"}
    "#]]
    .assert_eq(&rig.transcript().await);

    rig.says("/say_why");
    tokio::time::sleep(Duration::from_secs(61)).await;
    expect![[r#"
        sendMessage {"chat_id":1,"text":"عدد؟"}
        sendMessage {"chat_id":1,"reply_to_message_id":7,"text":"no answer came within 60s"}
    "#]]
    .assert_eq(&rig.transcript().await);
}

#[tokio::test(start_paused = true)]
async fn a_button_and_a_chat_can_ask_too() {
    let rig = rig();
    rig.ask("/menu").await;
    rig.emulator.callback(1, 1, 2, "name").expect("message 2 is the bot's");
    rig.emulator.wait_for_calls(2).await;
    rig.says("سارا");
    expect![[r#"
        answerCallbackQuery {"callback_query_id":"2000000000"}
        sendMessage {"chat_id":1,"text":"نام؟"}
        sendMessage {"chat_id":1,"text":"سلام سارا"}
    "#]]
    .assert_eq(&rig.transcript().await);

    rig.emulator.message(-5, 1, "/anyone");
    rig.emulator.wait_for_calls(1).await;
    rig.emulator.message(-5, 2, "من");
    expect![[r#"
        sendMessage {"chat_id":-5,"text":"کی هست؟"}
        sendMessage {"chat_id":-5,"reply_to_message_id":1,"text":"Some(2)"}
    "#]]
    .assert_eq(&rig.transcript().await);
}

#[tokio::test(start_paused = true)]
async fn a_question_that_cannot_be_sent_is_a_failure() {
    let rig = rig();
    rig.emulator.message(1, 1, "/too_long");
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"on_error: Some(true)"}
    "#]]
    .assert_eq(&rig.transcript().await);
}

#[bale::command]
async fn too_long(message: Message) -> Result<String> {
    Ok(message.ask("؟".repeat(5000)).await?)
}
