//! Questions with yes and no.

use std::time::Duration;

use bale::{
    App, CallbackQuery, Message, Result,
    emulator::{ChatType, Emulator, Fault, FaultAction, NewMessage},
    keyboard::View,
};
use expect_test::expect;

use crate::rig::Rig;

#[bale::command]
async fn delete(message: Message) -> Result<&'static str> {
    Ok(if message.confirm("حذف شود؟").await? { "deleted" } else { "kept" })
}

#[bale::command]
async fn patient(message: Message) -> Result<String> {
    let question = message.confirm("?").yes("Y").no("N").no_answer("-").not_yours("not you");
    let answer = question.timeout(Duration::from_secs(20)).answer().await?;
    Ok(format!("{answer:?}"))
}

#[bale::command]
async fn anybody(message: Message) -> Result<&'static str> {
    Ok(if message.confirm("?").from_anybody().await? { "yes" } else { "no" })
}

/// A list of the bot's own, with a button that asks.
#[bale::command]
async fn list(message: Message) -> Result {
    message.answer_view(View::new("list").row([remove::button("remove 5", 5)])).await?;
    Ok(())
}

#[bale::on_callback("remove:{item}")]
async fn remove(query: CallbackQuery, item: u8) -> Result<String> {
    let sure = query.confirm("sure?").await?;
    Ok(if sure { format!("removed {item}") } else { "kept".to_owned() })
}

#[bale::on_callback]
async fn other() -> &'static str {
    "other"
}

/// Person 1 writes a command in a group, and the question is there.
async fn asks(command: &str) -> Rig {
    let rig = Rig::start(App::collect_module(module_path!()));
    rig.emulator.push_message(NewMessage::new(7, 2, "hi").chat_type(ChatType::Group)).unwrap();
    rig.transcript().await;
    rig.emulator.message(7, 1, command);
    called(&rig.emulator, "sendMessage").await;
    rig
}

async fn called(emulator: &Emulator, method: &str) {
    let mut count = 1;
    loop {
        let calls = emulator.wait_for_calls(count).await;
        if calls.iter().any(|call| call.method == method) {
            return;
        }
        count = calls.len() + 1;
    }
}

/// The data of the question's buttons.
fn data(emulator: &Emulator) -> [String; 2] {
    let messages = emulator.messages(7);
    let question = messages.last().expect("a question");
    let data = |index: usize| {
        let data = &question["reply_markup"]["inline_keyboard"][0][index]["callback_data"];
        data.as_str().expect("a button").to_owned()
    };
    [data(0), data(1)]
}

#[tokio::test(start_paused = true)]
async fn yes_is_yes() {
    let rig = asks("/delete").await;
    let [yes, _] = data(&rig.emulator);
    assert!(yes.len() <= 64);
    let mark = yes.strip_suffix(":y").expect("the button for yes").to_owned();
    rig.emulator.callback(7, 1, 3, &yes).unwrap();
    expect![[r#"
        sendMessage {"chat_id":7,"reply_markup":{"inline_keyboard":[[{"callback_data":"MARK:y","text":"بله"},{"callback_data":"MARK:n","text":"خیر"}]]},"reply_to_message_id":2,"text":"حذف شود؟"}
        answerCallbackQuery {"callback_query_id":"2000000000"}
        editMessageText {"chat_id":7,"message_id":3,"reply_markup":{"inline_keyboard":[]},"text":"حذف شود؟\n\nبله"}
        sendMessage {"chat_id":7,"reply_to_message_id":2,"text":"deleted"}
    "#]].assert_eq(&rig.transcript().await.replace(&mark, "MARK"));
    // A press that comes later is an ordinary one of a button that nobody knows.
    rig.emulator.callback(7, 1, 3, &yes).unwrap();
    expect![[r#"
        answerCallbackQuery {"callback_query_id":"2000000001","text":"other"}
    "#]]
    .assert_eq(&rig.transcript().await);
}

#[tokio::test(start_paused = true)]
async fn no_is_no_and_labels_are_yours() {
    let rig = asks("/patient").await;
    let [_, no] = data(&rig.emulator);
    rig.emulator.clear_calls();
    rig.emulator.callback(7, 1, 3, &no).unwrap();
    expect![[r#"
        answerCallbackQuery {"callback_query_id":"2000000000"}
        editMessageText {"chat_id":7,"message_id":3,"reply_markup":{"inline_keyboard":[]},"text":"?\n\nN"}
        sendMessage {"chat_id":7,"reply_to_message_id":2,"text":"Some(false)"}
    "#]].assert_eq(&rig.transcript().await);
}

#[tokio::test(start_paused = true)]
async fn only_who_was_asked_may_press_and_all_presses_are_answered() {
    let rig = asks("/patient").await;
    let [yes, no] = data(&rig.emulator);
    rig.emulator.clear_calls();
    // All in one batch: a stranger, the one who was asked, and their second and third press.
    rig.emulator.callback(7, 2, 3, &no).unwrap();
    rig.emulator.callback(7, 1, 3, &yes).unwrap();
    rig.emulator.callback(7, 1, 3, &yes).unwrap();
    rig.emulator.callback(7, 1, 3, &no).unwrap();
    expect![[r#"
        answerCallbackQuery {"callback_query_id":"2000000000","show_alert":true,"text":"not you"}
        answerCallbackQuery {"callback_query_id":"2000000001"}
        editMessageText {"chat_id":7,"message_id":3,"reply_markup":{"inline_keyboard":[]},"text":"?\n\nY"}
        answerCallbackQuery {"callback_query_id":"2000000002"}
        answerCallbackQuery {"callback_query_id":"2000000003"}
        sendMessage {"chat_id":7,"reply_to_message_id":2,"text":"Some(true)"}
    "#]].assert_eq(&rig.transcript().await);
}

#[tokio::test(start_paused = true)]
async fn silence_is_no_answer() {
    let rig = asks("/patient").await;
    rig.emulator.clear_calls();
    expect![[r#"
        editMessageText {"chat_id":7,"message_id":3,"reply_markup":{"inline_keyboard":[]},"text":"?\n\n-"}
        sendMessage {"chat_id":7,"reply_to_message_id":2,"text":"None"}
    "#]].assert_eq(&rig.transcript().await);
    let rig = asks("/delete").await;
    rig.emulator.clear_calls();
    called(&rig.emulator, "editMessageText").await;
    expect![[r#"
        editMessageText {"chat_id":7,"message_id":3,"reply_markup":{"inline_keyboard":[]},"text":"حذف شود؟\n\nبی‌پاسخ"}
        sendMessage {"chat_id":7,"reply_to_message_id":2,"text":"kept"}
    "#]].assert_eq(&rig.transcript().await);
}

#[tokio::test(start_paused = true)]
async fn whoever_presses_first_may_be_asked() {
    let rig = asks("/anybody").await;
    let [yes, _] = data(&rig.emulator);
    rig.emulator.clear_calls();
    rig.emulator.callback(7, 2, 3, &yes).unwrap();
    expect![[r#"
        answerCallbackQuery {"callback_query_id":"2000000000"}
        editMessageText {"chat_id":7,"message_id":3,"reply_markup":{"inline_keyboard":[]},"text":"?\n\nبله"}
        sendMessage {"chat_id":7,"reply_to_message_id":2,"text":"yes"}
    "#]].assert_eq(&rig.transcript().await);
}

#[tokio::test(start_paused = true)]
async fn an_answer_counts_even_if_the_question_cannot_be_edited() {
    let rig = asks("/delete").await;
    let [yes, _] = data(&rig.emulator);
    rig.emulator.clear_calls();
    let refusal = FaultAction::error(400, "message can't be edited");
    rig.emulator.fault(Fault::new(refusal).on("editMessageText"));
    rig.emulator.callback(7, 1, 3, &yes).unwrap();
    expect![[r#"
        answerCallbackQuery {"callback_query_id":"2000000000"}
        editMessageText {"chat_id":7,"message_id":3,"reply_markup":{"inline_keyboard":[]},"text":"حذف شود؟\n\nبله"} -> {"description":"message can't be edited","error_code":400,"ok":false}
        sendMessage {"chat_id":7,"reply_to_message_id":2,"text":"deleted"}
    "#]].assert_eq(&rig.transcript().await);
}

/// The update that led to the question was not confirmed, so the question is asked again.
#[tokio::test(start_paused = true)]
async fn after_a_restart_it_is_asked_again() {
    let rig = asks("/delete").await;
    let [old, _] = data(&rig.emulator);
    let rig = Rig::against(rig.kill(), App::collect_module(module_path!()));
    rig.emulator.clear_calls();
    called(&rig.emulator, "sendMessage").await;
    let [yes, _] = data(&rig.emulator);
    assert_ne!(old, yes);
    rig.emulator.clear_calls();
    rig.emulator.callback(7, 1, 3, &old).unwrap();
    rig.emulator.callback(7, 1, 4, &yes).unwrap();
    expect![[r#"
        answerCallbackQuery {"callback_query_id":"2000000001"}
        editMessageText {"chat_id":7,"message_id":4,"reply_markup":{"inline_keyboard":[]},"text":"حذف شود؟\n\nبله"}
        sendMessage {"chat_id":7,"reply_to_message_id":2,"text":"deleted"}
        answerCallbackQuery {"callback_query_id":"2000000000","text":"other"}
    "#]].assert_eq(&rig.transcript().await);
}

#[tokio::test(start_paused = true)]
async fn whoever_pressed_a_button_is_asked() {
    let rig = asks("/list").await;
    rig.transcript().await;
    rig.emulator.callback(7, 2, 3, "remove:5").unwrap();
    called(&rig.emulator, "sendMessage").await;
    let [yes, no] = data(&rig.emulator);
    // The author of the list is the bot, and person 1 had it sent; person 2 pressed.
    rig.emulator.callback(7, 1, 4, &no).unwrap();
    rig.emulator.callback(7, 2, 4, &yes).unwrap();
    let mark = yes.strip_suffix(":y").expect("the button for yes");
    expect![[r#"
        answerCallbackQuery {"callback_query_id":"2000000000"}
        sendMessage {"chat_id":7,"reply_markup":{"inline_keyboard":[[{"callback_data":"MARK:y","text":"بله"},{"callback_data":"MARK:n","text":"خیر"}]]},"reply_to_message_id":3,"text":"sure?"}
        answerCallbackQuery {"callback_query_id":"2000000001","show_alert":true,"text":"این پرسش از شما نیست."}
        answerCallbackQuery {"callback_query_id":"2000000002"}
        editMessageText {"chat_id":7,"message_id":4,"reply_markup":{"inline_keyboard":[]},"text":"sure?\n\nبله"}
        sendMessage {"chat_id":7,"text":"removed 5"}
    "#]].assert_eq(&rig.transcript().await.replace(mark, "MARK"));
}
