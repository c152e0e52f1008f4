//! The emulator from outside: through its transport here, over HTTP in `emulator/http.rs`.

use std::{collections::BTreeSet, time::Duration};

use bale::{
    client::transport::{Body, Call, Transport, TransportErrorKind},
    emulator::{ChatType, Emulator, Fault, FaultAction, MediaKind, NewMedia},
};
use serde_json::{Value, json};
use tokio::time::Instant;

mod addresses;
mod documented;
mod http;
mod people;
mod quirks;
mod refusals;
mod strict;

const TOKEN: &str = "123456:TEST";

/// Fails a test that hangs; on the paused clock a minute is no time at all.
async fn within_a_minute<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), future).await.expect("it never happens")
}

/// Calls a method in-process and gives the status and the body.
async fn call(
    emulator: &Emulator,
    method: &'static str,
    params: Value,
) -> Result<(u16, Value), TransportErrorKind> {
    let body = Body::Json(params.to_string().into());
    let reply = emulator.transport().send(Call::new(method, body, Duration::from_secs(40))).await;
    let reply = reply.map_err(|error| error.kind())?;
    Ok((reply.status, serde_json::from_slice(&reply.body).expect("the body is JSON")))
}

/// Calls a method with a form, written `name=value&name=value` and not encoded.
async fn form(emulator: &Emulator, method: &'static str, fields: &str) -> (u16, Value) {
    let field = |field: &str| {
        let (name, value) = field.split_once('=').expect("a field has a name");
        (name.to_owned().into(), value.to_owned())
    };
    let body = Body::Form(fields.split('&').map(field).collect());
    let call = Call::new(method, body, Duration::from_secs(40));
    let reply = emulator.transport().send(call).await.expect("an answer");
    (reply.status, serde_json::from_slice(&reply.body).expect("the body is JSON"))
}

fn ok(result: Value) -> (u16, Value) {
    (200, json!({"ok": true, "result": result}))
}

fn refused(status: u16, description: &str) -> (u16, Value) {
    (status, json!({"ok": false, "error_code": status, "description": description}))
}

/// The update of the first message of a test, to compare whole updates with.
fn start(update_id: i64) -> Value {
    let user = json!({"id": 1, "is_bot": false, "first_name": "User 1"});
    let chat = json!({"id": 1, "type": "private", "first_name": "User 1"});
    let command = json!({"type": "bot_command", "offset": 0, "length": 6});
    let message = json!({"message_id": 1, "date": 1000, "chat": chat, "from": user, "text": "/start",
        "entities": [command]});
    json!({"update_id": update_id, "message": message})
}

/// An emulator whose clock stands at 1000.
fn emulator() -> Emulator {
    Emulator::new(TOKEN).starts_at(1000)
}

#[test]
fn the_methods_it_serves_are_documented_ones() {
    let reference: Value =
        serde_json::from_str(include_str!("../fixtures/bale-bot-api.json")).expect("a JSON file");
    let methods = reference["methods"].as_array().expect("a list of methods");
    let documented: BTreeSet<_> =
        methods.iter().filter_map(|method| method["name"].as_str()).collect();
    let served: BTreeSet<_> = bale::emulator::implemented().collect();
    assert_eq!(served.difference(&documented).count(), 0);
    let missing: Vec<_> = documented.difference(&served).map(|name| format!("{name}\n")).collect();
    expect_test::expect![[r#"
        answerShippingQuery
        deleteMyCommands
        getMyCommands
        setMyCommands
    "#]]
    .assert_eq(&missing.concat());
}

/// What is left out is left out on purpose, and so is what Telegram has besides.
#[tokio::test(start_paused = true)]
async fn what_it_does_not_serve_is_answered_with_404() {
    let emulator = emulator();
    let missing = ["answerShippingQuery", "deleteMyCommands", "getMyCommands", "setMyCommands"];
    for method in missing.into_iter().chain(["sendPoll", "sendVideoNote", "editMessageMedia", "x"])
    {
        assert_eq!(call(&emulator, method, json!({})).await, Ok(refused(404, "not found")));
    }
    for method in bale::emulator::implemented() {
        let (_, body) = call(&emulator, method, json!({})).await.expect("an answer");
        assert_ne!(body["description"], json!("not found"), "{method}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_long_poll_lasts_as_long_as_it_says() {
    let emulator = emulator();
    let begin = Instant::now();
    assert_eq!(call(&emulator, "getUpdates", json!({"timeout": 30})).await, Ok(ok(json!([]))));
    assert_eq!(begin.elapsed(), Duration::from_secs(30));
}

#[tokio::test(start_paused = true)]
async fn a_message_wakes_a_long_poll_at_once() {
    let emulator = emulator();
    let begin = Instant::now();
    let (answer, ()) = tokio::join!(call(&emulator, "getUpdates", json!({"timeout": 30})), async {
        within_a_minute(emulator.wait_for_poll()).await;
        emulator.message(1, 1, "/start");
    });
    assert_eq!(answer, Ok(ok(json!([start(0)]))));
    assert_eq!(begin.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_call_ends_with_its_own_time() {
    let emulator = emulator();
    let begin = Instant::now();
    assert_eq!(
        call(&emulator, "getUpdates", json!({"timeout": 90})).await,
        Err(TransportErrorKind::TimedOut)
    );
    assert_eq!(begin.elapsed(), Duration::from_secs(40));
    emulator.message(1, 1, "/start");
    let (_, body) = call(&emulator, "getUpdates", json!({"timeout": 30})).await.expect("an answer");
    assert_eq!(body["result"][0]["message"]["date"], json!(1040));
}

#[tokio::test(start_paused = true)]
async fn tests_can_wait_for_what_the_bot_does() {
    let emulator = emulator();
    emulator.message(1, 1, "/start");
    assert_eq!((emulator.pending(), emulator.confirmed()), (1, None));
    let send = json!({"chat_id": 1, "text": "hi"});
    let bot = async {
        call(&emulator, "getUpdates", json!({"timeout": 30})).await.expect("an update");
        call(&emulator, "sendMessage", send.clone()).await.expect("an answer");
        call(&emulator, "getUpdates", json!({"offset": 1})).await.expect("no update");
    };
    let watch = async { tokio::join!(emulator.wait_for_calls(1), emulator.idle(), bot) };
    let (calls, (), ()) = within_a_minute(watch).await;
    let seen: Vec<_> =
        calls.iter().map(|call| (&*call.method, &call.params, call.status)).collect();
    assert_eq!(seen, [("sendMessage", &send, Some(200))]);
    assert_eq!((emulator.pending(), emulator.confirmed()), (0, Some(0)));
    assert_eq!(emulator.calls().len(), 3);
    emulator.clear_calls();
    assert_eq!(emulator.calls(), []);
}

#[tokio::test(start_paused = true)]
async fn raw_updates_arrive_byte_for_byte() {
    let emulator = Emulator::new(TOKEN).first_update_id(5);
    assert_eq!(emulator.raw_update("{ \"update_id\": 7, }"), 5);
    assert_eq!(emulator.raw_update("{\"update_id\" : 9}"), 9);
    assert_eq!(emulator.raw_update(&b"\xff"[..]), 10);
    let body = Body::Json("{}".into());
    let call = Call::new("getUpdates", body, Duration::from_secs(1));
    let reply = emulator.transport().send(call).await.expect("an answer");
    let expected = b"{\"ok\":true,\"result\":[{ \"update_id\": 7, },{\"update_id\" : 9},\xff]}";
    assert_eq!(reply.body.as_ref(), expected);
}

/// What the call does not say is what the file says, which here is nothing.
#[tokio::test(start_paused = true)]
async fn a_width_without_a_height_is_kept() {
    let emulator = emulator();
    emulator.add_chat(1, ChatType::Private).expect("a new chat");
    let file = NewMedia::new(1, 1, MediaKind::Document, "x");
    emulator.push_media(file).expect("a private chat");
    let known = emulator.messages(1)[0]["document"]["file_id"].clone();
    for (method, name, given, width, height) in [
        ("sendVideo", "video", "width=300", 300, 0),
        ("sendVideo", "video", "height=200", 0, 200),
        ("sendAnimation", "animation", "width=300", 300, 0),
        ("sendAnimation", "animation", "height=200", 0, 200),
    ] {
        let known = known.as_str().expect("a text");
        let (_, sent) = form(&emulator, method, &format!("chat_id=1&{name}={known}&{given}")).await;
        let shown = &sent["result"][name];
        let found = (&shown["width"], &shown["height"]);
        assert_eq!(found, (&json!(width), &json!(height)), "{method} {given}: {sent}");
    }
}

#[tokio::test(start_paused = true)]
async fn faults_reach_a_bot_in_this_process_as_transport_errors() {
    let emulator = emulator();
    emulator.add_chat(1, ChatType::Private).expect("a new chat");
    let send = json!({"chat_id": 1, "text": "hi"});
    for (action, error, stored) in [
        (FaultAction::DropBefore, TransportErrorKind::Connect, 0),
        (FaultAction::Hang, TransportErrorKind::TimedOut, 0),
        (FaultAction::DropAfterAcceptance, TransportErrorKind::Interrupted, 1),
        (FaultAction::Truncate, TransportErrorKind::Interrupted, 2),
    ] {
        emulator.fault(Fault::new(action.clone()).on("SendMessage"));
        assert_eq!(call(&emulator, "getMe", json!({})).await.map(|(status, _)| status), Ok(200));
        assert_eq!(call(&emulator, "sendMessage", send.clone()).await, Err(error), "{action:?}");
        assert_eq!(emulator.messages(1).len(), stored, "{action:?}");
    }
    emulator.fault(Fault::new(FaultAction::RateLimit { retry_after: None }).times(2));
    for _ in 0..2 {
        let limited = refused(429, "Too Many Requests");
        assert_eq!(call(&emulator, "sendMessage", send.clone()).await, Ok(limited));
    }
    assert_eq!(call(&emulator, "sendMessage", send).await.map(|(status, _)| status), Ok(200));
}

#[test]
fn nothing_shows_the_token() {
    let emulator = emulator();
    let shown = format!("{emulator:?} {:?}", emulator.transport());
    assert!(!shown.contains("TEST"), "{shown}");
    let error = Emulator::try_new("123456:SECRET/").map(|_| ()).expect_err("a slash in a token");
    assert_eq!(
        error.to_string(),
        "expected a token of the form 123456:TEST: digits, a colon, letters, digits, _ or -"
    );
}
