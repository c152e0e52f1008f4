//! Tests of bound values, without a server.

use std::{future::IntoFuture, sync::Arc};

use super::*;
use crate::{
    client::script::Script,
    types::{ChatAction, ChatType, UpdateKind},
};

const DONE: &str = r#"{"ok":true,"result":true}"#;
const SENT: &str =
    r#"{"ok":true,"result":{"message_id":9,"date":0,"chat":{"id":7,"type":"private"}}}"#;

fn user(id: i64) -> types::User {
    types::User { id, first_name: "Sara".to_owned(), ..Default::default() }
}

fn message() -> types::Message {
    let chat = types::Chat { id: 7, kind: ChatType::Group, ..Default::default() };
    let quoted = types::Message { message_id: 3, chat: chat.clone(), ..Default::default() };
    types::Message {
        message_id: 4,
        chat,
        from: Some(user(8)),
        reply_to_message: Some(Arc::new(quoted)),
        text: Some("x".to_owned()),
        ..Default::default()
    }
}

fn query(id: &str) -> types::CallbackQuery {
    types::CallbackQuery {
        id: id.to_owned(),
        from: user(8),
        message: Some(Arc::new(message())),
        data: Some("buy".to_owned()),
        ..Default::default()
    }
}

fn call(method: &'static str, json: &str) -> (&'static str, String) {
    (method, json.to_owned())
}

#[tokio::test]
async fn the_verbs_of_a_message() {
    let (bot, script) = Script::bot(&[SENT, SENT, DONE, DONE, DONE, SENT, SENT, DONE]);
    let message = Message::new(message(), bot);
    let sent = message.reply("a").await.unwrap();
    message.answer("b").await.unwrap();
    assert_eq!(sent.edit("c").await.unwrap(), MessageOrTrue::True);
    message.delete().await.unwrap();
    message.reply_to_message().unwrap().delete().await.unwrap();
    message.chat().send("d").await.unwrap();
    message.author().unwrap().send("e").await.unwrap();
    message.chat().send_action(ChatAction::Typing).await.unwrap();
    assert_eq!(
        script.calls(),
        [
            call("sendMessage", r#"{"chat_id":7,"text":"a","reply_to_message_id":4}"#),
            call("sendMessage", r#"{"chat_id":7,"text":"b"}"#),
            call("editMessageText", r#"{"chat_id":7,"message_id":9,"text":"c"}"#),
            call("deleteMessage", r#"{"chat_id":7,"message_id":4}"#),
            call("deleteMessage", r#"{"chat_id":7,"message_id":3}"#),
            call("sendMessage", r#"{"chat_id":7,"text":"d"}"#),
            call("sendMessage", r#"{"chat_id":8,"text":"e"}"#),
            call("sendChatAction", r#"{"chat_id":"7","action":"typing"}"#),
        ]
    );
}

#[tokio::test]
async fn a_stub_of_any_sort_is_an_edit_that_worked() {
    let stub = r#"{"ok":true,"result":{"message_id":0,"date":0,"chat":{"id":7,"type":"private"}}}"#;
    let bodies =
        [stub, r#"{"ok":true,"result":{"message_id":0}}"#, r#"{"ok":true,"result":false}"#];
    let (bot, _script) = Script::bot(&bodies);
    let message = Message::new(message(), bot);
    let stub = types::Message {
        chat: types::Chat { id: 7, kind: ChatType::Private, ..Default::default() },
        ..Default::default()
    };
    assert_eq!(message.edit("x").await.unwrap(), MessageOrTrue::Message(Box::new(stub)));
    assert_eq!(message.edit("x").await.unwrap(), MessageOrTrue::True);
    assert!(message.edit("x").await.unwrap_err().is_decode());
}

#[test]
fn binding_shares_the_data() {
    let (bot, _script) = Script::bot(&[]);
    let data = Arc::new(message());
    let message = Message::new(Arc::clone(&data), bot.clone());
    let chat = message.chat();
    assert!(std::ptr::eq(&data.chat, &raw const *chat));
    assert!(std::ptr::eq(data.from.as_ref().unwrap(), &raw const *message.author().unwrap()));
    assert_eq!(format!("{message:?}"), format!("{data:?}"));
    let post = types::Message { from: None, ..types::Message::clone(&data) };
    assert!(Message::new(post, bot.clone()).author().is_none());
    assert_eq!(ChatId::from(&chat), ChatId::Id(7));
    assert_eq!(ChatId::from(&User::new(user(8), bot)), ChatId::Id(8));
}

#[tokio::test]
async fn a_query_knows_whether_it_was_answered() {
    let refused = r#"{"ok":false,"error_code":400,"description":"Bad Request: query is too old"}"#;
    let (bot, script) = Script::bot(&[refused, DONE]);
    let update =
        types::Update { update_id: 1, kind: UpdateKind::CallbackQuery(Arc::new(query("2345"))) };
    let update = Update::new(update, bot);
    let query = update.callback_query().unwrap();
    let answered = || update.clone().callback_query().unwrap().is_answered();
    let request = query.answer("done").show_alert(true);
    assert!(!answered());

    query.answer("x".repeat(201)).await.unwrap_err();
    assert!(!answered());
    request.clone().await.unwrap_err();
    assert!(!answered());
    request.await.unwrap();
    assert!(answered());
    let body = r#"{"callback_query_id":"2345","text":"done","show_alert":true}"#;
    let answer = call("answerCallbackQuery", body);
    assert_eq!(script.calls(), [answer.clone(), answer]);

    assert_eq!(update.chat().unwrap().id, 7);
    assert_eq!(update.user().unwrap().id, 8);
    assert_eq!(query.message().unwrap().message_id, 4);
    assert_eq!(query.chat().unwrap().id, 7);
    assert_eq!(query.user().first_name, "Sara");
}

#[tokio::test]
async fn an_answer_that_is_dropped_does_not_count() {
    let (bot, _script) = Script::bot(&[]);
    let old = CallbackQuery::new(query("1234"), bot);
    assert!(!old.can_show_answer());
    let mut answer = old.answer_empty().into_future();
    assert!(!old.is_answered());
    let pending =
        std::future::poll_fn(|cx| std::task::Poll::Ready(answer.as_mut().poll(cx).is_pending()));
    assert!(pending.await);
    assert!(old.is_answered());
    drop(answer);
    assert!(!old.is_answered());
}

#[test]
fn an_update_leads_to_its_chat_and_user() {
    let (bot, _script) = Script::bot(&[]);
    let of = |kind| {
        let update = Update::new(types::Update { update_id: 1, kind }, bot.clone());
        (update.chat().map(|chat| chat.id), update.user().map(|user| user.id))
    };
    assert_eq!(of(UpdateKind::EditedMessage(Arc::new(message()))), (Some(7), Some(8)));
    let payment = types::PreCheckoutQuery { from: user(8), ..Default::default() };
    assert_eq!(of(UpdateKind::PreCheckoutQuery(Arc::new(payment))), (None, Some(8)));
    assert_eq!(of(UpdateKind::Unknown(Arc::default())), (None, None));
}
