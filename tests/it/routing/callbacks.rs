//! Pressed buttons: their data, and the answer that each of them gets exactly once.

use bale::{App, CallbackQuery, Update, emulator::Emulator, types::InlineKeyboardButton};
use expect_test::expect;

use super::{Logs, met, receive};

mod shop {
    use bale::{CallbackQuery, HandlerError, Pass, Result, Update};

    #[bale::on_callback("buy:{item}:{qty}")]
    pub(super) async fn buy(query: CallbackQuery, item: u64, qty: u32) -> Result {
        query.answer(format!("{qty} of {item}")).await?;
        Ok(())
    }

    #[bale::on_callback("tag:{name}")]
    pub(super) async fn tag(name: String) -> String {
        format!("tag {name:?}")
    }

    #[bale::on_callback("cancel")]
    fn cancel() -> &'static str {
        "cancelled"
    }

    #[bale::on_callback("long")]
    fn long() -> String {
        "م".repeat(201)
    }

    #[bale::on_callback("limit")]
    fn limit() -> String {
        "م".repeat(200)
    }

    #[bale::on_callback("silent")]
    async fn silent() {}

    #[bale::on_callback("empty")]
    fn empty() -> &'static str {
        ""
    }

    #[bale::on_callback("twice")]
    async fn twice(query: &CallbackQuery) -> Result<&'static str> {
        query.answer("first").await?;
        Ok("second")
    }

    #[bale::on_callback("by the update")]
    async fn by_the_update(update: Update) -> Result {
        let query = update.callback_query().expect("a press");
        query.answer("by the update").await?;
        Ok(())
    }

    #[bale::on_callback("fail")]
    async fn fail() -> Result {
        Err("no stock")?;
        Ok(())
    }

    #[bale::on_callback("panic")]
    async fn panic() {
        panic!("out of shelves");
    }

    #[bale::on_callback("pass")]
    async fn pass() -> Pass {
        Pass
    }

    #[bale::on_error]
    async fn report(error: HandlerError, query: Option<CallbackQuery>) -> Option<String> {
        query.is_some().then(|| error.to_string())
    }
}

fn app() -> App {
    App::collect_module(concat!(module_path!(), "::shop"))
}

/// Person 1 presses buttons of message 1 with these data, one after the other.
async fn press(app: App, datas: &[&str]) -> String {
    let rig = met(app).await;
    let mut transcript = String::new();
    for data in datas {
        rig.emulator.callback(1, 1, 1, *data).expect("there is a message 1");
        transcript.push_str(&format!("{data:?}\n{}", rig.transcript().await));
    }
    transcript
}

#[tokio::test(start_paused = true)]
async fn data_is_written_and_read_by_one_pattern() {
    let data = shop::buy::data(42, 3).expect("it fits");
    let tricky = shop::tag::data("a:b% ".to_owned()).expect("it fits");
    assert_eq!([&*data, &*tricky], ["buy:42:3", "tag:a:b%25 "]);
    expect!["the callback data of `tag:{name}` has 66 bytes: at most 64 are allowed"]
        .assert_eq(&shop::tag::data("م".repeat(31)).expect_err("66 bytes").to_string());
    let button = InlineKeyboardButton::callback("buy", &*data);
    expect![[r#"{"text":"buy","callback_data":"buy:42:3"}"#]]
        .assert_eq(&serde_json::to_string(&button).expect("a button"));
    expect![[r#"
        "buy:42:3"
        answerCallbackQuery {"callback_query_id":"2000000000","text":"3 of 42"}
        "tag:a:b%25 "
        answerCallbackQuery {"callback_query_id":"2000000001","text":"tag \"a:b% \""}
        "buy:۴۲:۳"
        answerCallbackQuery {"callback_query_id":"2000000002","text":"3 of 42"}
        "cancel"
        answerCallbackQuery {"callback_query_id":"2000000003","text":"cancelled"}
    "#]]
    .assert_eq(&press(app(), &[&data, &tricky, "buy:۴۲:۳", "cancel"]).await);
}

#[tokio::test(start_paused = true)]
async fn every_press_is_answered_once() {
    let datas = ["silent", "empty", "twice", "by the update", "pass", "fail", "panic"];
    expect![[r#"
        "silent"
        answerCallbackQuery {"callback_query_id":"2000000000"}
        "empty"
        answerCallbackQuery {"callback_query_id":"2000000001"}
        "twice"
        answerCallbackQuery {"callback_query_id":"2000000002","text":"first"}
        sendMessage {"chat_id":1,"text":"second"}
        "by the update"
        answerCallbackQuery {"callback_query_id":"2000000003","text":"by the update"}
        "pass"
        answerCallbackQuery {"callback_query_id":"2000000004"}
        "fail"
        answerCallbackQuery {"callback_query_id":"2000000005","text":"handler `fail` (tests/it/routing/callbacks.rs:58) failed on update 5: no stock"}
        "panic"
        answerCallbackQuery {"callback_query_id":"2000000006","text":"handler `panic` (tests/it/routing/callbacks.rs:64) panicked on update 6: out of shelves"}
    "#]].assert_eq(&press(app(), &datas).await);
}

#[tokio::test(start_paused = true)]
async fn data_that_no_handler_reads_stops_the_spinner() {
    let log = Logs::warnings();
    let datas = ["buy:x:1", "buy:-1:1", "buy:1", "nothing", "Cancel", ""];
    expect![[r#"
        "buy:x:1"
        answerCallbackQuery {"callback_query_id":"2000000000"}
        "buy:-1:1"
        answerCallbackQuery {"callback_query_id":"2000000001"}
        "buy:1"
        answerCallbackQuery {"callback_query_id":"2000000002"}
        "nothing"
        answerCallbackQuery {"callback_query_id":"2000000003"}
        "Cancel"
        answerCallbackQuery {"callback_query_id":"2000000004"}
        ""
        answerCallbackQuery {"callback_query_id":"2000000005"}
    "#]]
    .assert_eq(&press(app(), &datas).await);
    expect![[r#"
         WARN bale::route: a pressed button does nothing: its data is not what handler `buy` (tests/it/routing/callbacks.rs:11) reads: `x` is no `item`: invalid digit found in string update_id=0 data="buy:x:1"
         WARN bale::route: a pressed button does nothing: its data is not what handler `buy` (tests/it/routing/callbacks.rs:11) reads: `-1` is no `item`: invalid digit found in string update_id=1 data="buy:-1:1"
         WARN bale::route: a pressed button does nothing: no handler takes its data update_id=2 data="buy:1"
         WARN bale::route: a pressed button does nothing: no handler takes its data update_id=3 data="nothing"
         WARN bale::route: a pressed button does nothing: no handler takes its data update_id=4 data="Cancel"
         WARN bale::route: a pressed button does nothing: no handler takes its data update_id=5 data=""
    "#]].assert_eq(&log.take());
}

#[tokio::test(start_paused = true)]
async fn an_answer_too_long_is_a_message() {
    expect![[r#"
        "limit"
        answerCallbackQuery {"callback_query_id":"2000000000","text":"مممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممم"}
        "long"
        sendMessage {"chat_id":1,"text":"ممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممم"}
        answerCallbackQuery {"callback_query_id":"2000000001"}
    "#]].assert_eq(&press(app(), &["limit", "long"]).await);
}

#[tokio::test(start_paused = true)]
async fn an_old_client_gets_a_message() {
    let rig = met(app()).await;
    let mut transcript = String::new();
    for data in ["cancel", "fail", "silent", "twice"] {
        rig.emulator.callback_from_old_client(1, 1, 1, data).expect("there is a message 1");
        transcript.push_str(&rig.transcript().await);
    }
    expect![[r#"
        sendMessage {"chat_id":1,"text":"cancelled"}
        answerCallbackQuery {"callback_query_id":"1000000000"}
        sendMessage {"chat_id":1,"text":"handler `fail` (tests/it/routing/callbacks.rs:58) failed on update 1: no stock"}
        answerCallbackQuery {"callback_query_id":"1000000001"}
        answerCallbackQuery {"callback_query_id":"1000000002"}
        answerCallbackQuery {"callback_query_id":"1000000003","text":"first"}
        sendMessage {"chat_id":1,"text":"second"}
    "#]].assert_eq(&transcript);
}

#[tokio::test(start_paused = true)]
async fn a_press_without_its_message_is_answered_to_the_person() {
    let rig = met(app()).await;
    // The server accepts an answer only to a press that it knows.
    for press in [Emulator::callback, Emulator::callback_from_old_client] {
        press(&rig.emulator, 1, 1, 1, "silent".to_owned()).expect("there is a message 1");
    }
    let mut transcript = rig.transcript().await;
    let (new, old) = ("2000000000", "1000000001");
    for (id, query_id, data) in [(100, new, "cancel"), (101, new, "long"), (102, old, "cancel")] {
        let press = format!(
            r#""callback_query":{{"id":"{query_id}","from":{{"id":1,"is_bot":false,"first_name":"A"}},"data":"{data}"}}"#
        );
        transcript.push_str(&receive(&rig, id, &press).await);
    }
    expect![[r#"
        answerCallbackQuery {"callback_query_id":"2000000000"}
        answerCallbackQuery {"callback_query_id":"1000000001"}
        answerCallbackQuery {"callback_query_id":"2000000000","text":"cancelled"}
        sendMessage {"chat_id":1,"text":"ممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممممم"}
        answerCallbackQuery {"callback_query_id":"2000000000"}
        sendMessage {"chat_id":1,"text":"cancelled"}
        answerCallbackQuery {"callback_query_id":"1000000001"}
    "#]].assert_eq(&transcript);
}

#[tokio::test(start_paused = true)]
async fn a_tag_before_a_pattern_before_the_rest() {
    let app = App::new()
        .on_any_callback(async |query: CallbackQuery| format!("any: {:?}", query.data))
        .on_callback("{a}-{b}", async || "pattern")
        .on_callback("x:{n}", async |bale::extract::Args((n,)): bale::extract::Args<(u8,)>| {
            format!("number {n}")
        })
        .on_callback("x:1", async || "exactly 1");
    expect![[r#"
        "x:1"
        answerCallbackQuery {"callback_query_id":"2000000000","text":"exactly 1"}
        "x:2"
        answerCallbackQuery {"callback_query_id":"2000000001","text":"number 2"}
        "x:y"
        answerCallbackQuery {"callback_query_id":"2000000002","text":"any: Some(\"x:y\")"}
        "x:a-b"
        answerCallbackQuery {"callback_query_id":"2000000003","text":"pattern"}
        "a-b"
        answerCallbackQuery {"callback_query_id":"2000000004","text":"pattern"}
        "else"
        answerCallbackQuery {"callback_query_id":"2000000005","text":"any: Some(\"else\")"}
    "#]]
    .assert_eq(&press(app, &["x:1", "x:2", "x:y", "x:a-b", "a-b", "else"]).await);
}

#[tokio::test(start_paused = true)]
async fn an_observer_may_answer() {
    let app = App::new()
        .on_update(async |update: Update| {
            if let Some(query) = update.callback_query() {
                query.answer("seen").await?;
            }
            bale::Result::<()>::Ok(())
        })
        .on_any_callback(async |_: CallbackQuery| {});
    expect![[r#"
        "x"
        answerCallbackQuery {"callback_query_id":"2000000000","text":"seen"}
    "#]]
    .assert_eq(&press(app, &["x"]).await);
}
