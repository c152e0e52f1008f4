//! `state = ..`: who is asked, in which order, and what is said when something is wrong.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use bale::{
    App, Dialogue, Exit, Goto, HandlerError, Text,
    app::on,
    dialogue::{DialogueError, Step, Talk},
    storage::{Clock, Commit, Space, Storage, Value},
};
use expect_test::expect;
use serde::{Deserialize, Serialize};

use super::watched::Watched;
use crate::{
    rig::Rig,
    routing::{explain, message},
};

#[derive(Dialogue, Serialize, Deserialize)]
#[dialogue(version = 2, migrate = older, ttl = "10m")]
enum Order {
    Name,
    Phone { name: String },
}

/// Version 1 had names without phones.
fn older(version: u32, state: serde_json::Value) -> Option<Order> {
    assert_eq!(version, 1);
    Some(Order::Phone { name: state.as_str()?.to_owned() })
}

#[bale::command]
async fn order() -> Step {
    Goto(Order::Name).reply("name?")
}

#[bale::command(state = Order::Phone { name })]
async fn skip(name: String) -> Step {
    Exit.reply(format!("{name} has no phone"))
}

#[bale::command("skip")]
async fn skip_nothing() -> &'static str {
    "there is nothing to skip"
}

#[bale::on_message("back", state = Order::_)]
async fn back() -> Step {
    Goto(Order::Name).reply("name again?")
}

#[bale::on_message("hello")]
async fn hello() -> &'static str {
    "hello to you"
}

#[bale::on_message("stop", lane = "none")]
async fn stop() -> Step {
    Exit::of::<Order>().reply("stopped")
}

#[bale::on_message(state = Order::Name)]
async fn name(Text(name): Text) -> Goto<Order> {
    Goto(Order::Phone { name })
}

#[bale::on_message(state = Order::Phone { name })]
async fn phone(name: String, Text(phone): Text) -> Step {
    Exit.reply(format!("{name}: {phone}"))
}

#[bale::on_message(state = Order::_, priority = -1)]
async fn no_text() -> &'static str {
    "a text, please"
}

#[bale::on_message]
async fn other(Text(text): Text) -> String {
    format!("other: {text}")
}

#[bale::on_callback("pay:{sum}", state = Order::Phone { name })]
async fn pay(sum: u32, name: &str) -> String {
    format!("{name} pays {sum}")
}

#[bale::on_callback]
async fn outdated() -> &'static str {
    "too late"
}

#[bale::on_error]
async fn report(error: HandlerError) -> String {
    match error.find::<DialogueError>() {
        Some(error) => format!("on_error: {error}"),
        None => format!("on_error: {error}"),
    }
}

fn app(store: &Arc<Watched>) -> App {
    App::collect_module(module_path!()).storage(Arc::clone(store)).clock(Clock::runtime())
}

/// What the bot says to each of these texts of person 1, one a line.
async fn answers(rig: &Rig, texts: &[&str]) -> String {
    let mut answers = String::new();
    for text in texts {
        let calls = rig.ask(text).await;
        let said =
            calls.lines().filter_map(|call| call.split_once("\"text\":\"")?.1.strip_suffix("\"}"));
        answers += &format!("{text}: {}\n", said.collect::<Vec<_>>().join(" + "));
    }
    answers
}

#[tokio::test(start_paused = true)]
async fn a_command_comes_before_a_state_and_a_state_before_a_text() {
    let rig = Rig::start(app(&Arc::default()));
    let texts = ["/skip", "hello", "/order", "/skip", "back", "hello", "/skip", "/skip", "back"];
    expect![[r#"
        /skip: there is nothing to skip
        hello: hello to you
        /order: name?
        /skip: there is nothing to skip
        back: name again?
        hello: 
        /skip: hello has no phone
        /skip: there is nothing to skip
        back: other: back
    "#]]
    .assert_eq(&answers(&rig, &texts).await);
}

#[tokio::test(start_paused = true)]
async fn a_button_is_for_a_state_as_well() {
    let rig = Rig::start(app(&Arc::default()));
    answers(&rig, &["/order"]).await;
    let press = || rig.emulator.callback(1, 1, 2, "pay:7").expect("the bot's message");
    press();
    answers(&rig, &["Sara"]).await;
    press();
    expect![[r#"
        answerCallbackQuery {"callback_query_id":"2000000001","text":"Sara pays 7"}
    "#]]
    .assert_eq(&rig.transcript().await);
}

#[tokio::test(start_paused = true)]
async fn what_overtakes_comes_before_a_state() {
    let rig = Rig::start(app(&Arc::default()));
    expect![[r#"
        /order: name?
        stop: stopped
        Sara: other: Sara
    "#]]
    .assert_eq(&answers(&rig, &["/order", "stop", "Sara"]).await);
}

#[tokio::test(start_paused = true)]
async fn explain_says_which_state_it_is() {
    let store = Arc::default();
    let rig = Rig::start(app(&store));
    answers(&rig, &["/order", "Sara"]).await;
    let explanation =
        explain(app(&store), &message(r#""contact":{"phone_number":"1","first_name":"A"}"#)).await;
    expect![[r#"
        - `name` (tests/it/dialogue/states.rs:66): it is for `state = Order::Name`, and the conversation is in `Order::Phone`
        - `phone` (tests/it/dialogue/states.rs:71): parameter `Text(phone)`: the message has no text
        + `no_text` (tests/it/dialogue/states.rs:76): it runs
        - `back` (tests/it/dialogue/states.rs:51): it runs on message "back"
        - `skip` (tests/it/dialogue/states.rs:41): it runs on command /skip
        - `pay` (tests/it/dialogue/states.rs:86): it runs on button "pay:{sum}"
        - `hello` (tests/it/dialogue/states.rs:56): it runs on message "hello"
        - `stop` (tests/it/dialogue/states.rs:61): it runs on message "stop"
        - `order` (tests/it/dialogue/states.rs:36): it runs on command /order
        - `skip_nothing` (tests/it/dialogue/states.rs:46): it runs on command /skip
        - `other` (tests/it/dialogue/states.rs:81): an earlier handler takes the update
        - `outdated` (tests/it/dialogue/states.rs:91): it runs on any button
        - `report` (tests/it/dialogue/states.rs:96): it runs on an error
        - `help` (built in): it runs on command /help {command?}
    "#]].assert_eq(&explanation);
    let explanation = explain(app(&store), &message(r#""text":"back""#)).await;
    expect![[r#"
        + `back` (tests/it/dialogue/states.rs:51): it runs
        - `skip` (tests/it/dialogue/states.rs:41): it runs on command /skip
        - `pay` (tests/it/dialogue/states.rs:86): it runs on button "pay:{sum}"
        - `name` (tests/it/dialogue/states.rs:66): an earlier handler takes the update
        - `phone` (tests/it/dialogue/states.rs:71): an earlier handler takes the update
        - `no_text` (tests/it/dialogue/states.rs:76): an earlier handler takes the update
        - `hello` (tests/it/dialogue/states.rs:56): it runs on message "hello"
        - `stop` (tests/it/dialogue/states.rs:61): it runs on message "stop"
        - `order` (tests/it/dialogue/states.rs:36): it runs on command /order
        - `skip_nothing` (tests/it/dialogue/states.rs:46): it runs on command /skip
        - `other` (tests/it/dialogue/states.rs:81): an earlier handler takes the update
        - `outdated` (tests/it/dialogue/states.rs:91): it runs on any button
        - `report` (tests/it/dialogue/states.rs:96): it runs on an error
        - `help` (built in): it runs on command /help {command?}
    "#]]
    .assert_eq(&explanation);
    answers(&rig, &["/skip"]).await;
    let explanation = explain(app(&store), &message(r#""text":"Sara""#)).await;
    expect![[r#"
        - `name` (tests/it/dialogue/states.rs:66): it is for `state = Order::Name`, and there is no conversation `order`
        - `phone` (tests/it/dialogue/states.rs:71): it is for `state = Order::Phone`, and there is no conversation `order`
        - `no_text` (tests/it/dialogue/states.rs:76): it is for `state = Order::_`, and there is no conversation `order`
        + `other` (tests/it/dialogue/states.rs:81): it runs
        - `back` (tests/it/dialogue/states.rs:51): it runs on message "back"
        - `skip` (tests/it/dialogue/states.rs:41): it runs on command /skip
        - `pay` (tests/it/dialogue/states.rs:86): it runs on button "pay:{sum}"
        - `hello` (tests/it/dialogue/states.rs:56): it runs on message "hello"
        - `stop` (tests/it/dialogue/states.rs:61): it runs on message "stop"
        - `order` (tests/it/dialogue/states.rs:36): it runs on command /order
        - `skip_nothing` (tests/it/dialogue/states.rs:46): it runs on command /skip
        - `outdated` (tests/it/dialogue/states.rs:91): it runs on any button
        - `report` (tests/it/dialogue/states.rs:96): it runs on an error
        - `help` (built in): it runs on command /help {command?}
    "#]].assert_eq(&explanation);
}

#[tokio::test(start_paused = true)]
async fn the_state_is_read_once_and_only_if_somebody_wants_it() {
    let store: Arc<Watched> = Arc::default();
    let rig = Rig::start(app(&store));
    // Nobody is for edited messages, and a command comes first.
    rig.ask("/help").await;
    rig.emulator.edited_message(1, 1, 1, "/HELP").expect("it is theirs");
    rig.transcript().await;
    assert_eq!(store.reads(), 0);
    // Four of its candidates want it.
    rig.ask("good evening").await;
    assert_eq!(store.reads(), 1);
    answers(&rig, &["/order", "Sara"]).await;
    store.reads();
    // It matches, gives its fields, and ends.
    rig.ask("0912").await;
    assert_eq!(store.reads(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_conversation_ends_by_itself() {
    let rig = Rig::start(app(&Arc::default()));
    answers(&rig, &["/order", "Sara"]).await;
    tokio::time::sleep(Duration::from_secs(600)).await;
    expect![[r#"
        0912: other: 0912
    "#]]
    .assert_eq(&answers(&rig, &["0912"]).await);
}

#[tokio::test(start_paused = true)]
async fn an_older_state_is_migrated_and_one_that_cannot_be_read_kept_aside() {
    let store: Arc<Watched> = Arc::default();
    let now = Clock::wall().now();
    let stored = |user: i64, version, text: &'static str| {
        let key = Space::new(123_456, "dialogue").key(format!("order/{user}:{user}"));
        let value = format!(r#"{{"state":[{text}],"by":-1,"before":null}}"#);
        Commit::new().put(key, Value::new(version, value))
    };
    store.store.commit(stored(1, 1, r#""Sara""#), now).await.unwrap();
    store.store.commit(stored(2, 1, r#"{"name":5}"#), now).await.unwrap();
    store.store.commit(stored(3, 2, r#""Address""#), now).await.unwrap();
    let rig = Rig::start(app(&store));
    for user in 1..=3 {
        rig.emulator.message(user, user, "0912");
    }
    let calls = rig.transcript().await;
    let without_time =
        |part: &str| part.trim_start_matches(|c: char| c.is_ascii_digit()).to_owned();
    let calls: Vec<_> = calls.split('@').map(without_time).collect();
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"Sara: 0912"}
        sendMessage {"chat_id":2,"reply_to_message_id":1,"text":"on_error: the stored state 123456/dialogue/order/2:2 of version 1 is not one of `order`, version 2 (`migrate` does not know it); it is kept as 123456/dialogue-unread/order/2:2@.."}
        sendMessage {"chat_id":2,"reply_to_message_id":1,"text":"other: 0912"}
        sendMessage {"chat_id":3,"reply_to_message_id":1,"text":"on_error: the stored state 123456/dialogue/order/3:3 of version 2 is not one of `order`, version 2 (unknown variant `Address`, expected `Name` or `Phone`); it is kept as 123456/dialogue-unread/order/3:3@.."}
        sendMessage {"chat_id":3,"reply_to_message_id":1,"text":"other: 0912"}
    "#]].assert_eq(&calls.join("@.."));
}

#[tokio::test(start_paused = true)]
async fn while_the_store_is_down_people_are_told_and_lose_nothing() {
    let store: Arc<Watched> = Arc::default();
    let rig = Rig::start(app(&store).storage_trouble("later"));
    answers(&rig, &["/order", "Sara"]).await;
    store.is_down.store(true, Ordering::Relaxed);
    let down = answers(&rig, &["0912", "/order", "/skip"]).await;
    store.is_down.store(false, Ordering::Relaxed);
    expect![[r#"
        0912: later + on_error: a conversation could not go on: the test's store: not available: somebody pulled the plug
        /order: later + on_error: a conversation could not go on: the test's store: not available: somebody pulled the plug
        /skip: later + on_error: a conversation could not go on: the test's store: not available: somebody pulled the plug
        0912: Sara: 0912
    "#]].assert_eq(&(down + &answers(&rig, &["0912"]).await));
}

#[derive(Dialogue, Serialize, Deserialize)]
#[dialogue(name = "order")]
enum Trip {
    Where,
}

#[tokio::test(start_paused = true)]
async fn the_same_without_attributes() {
    let app = App::new()
        .on(on::command("trip"), async || Goto(Trip::Where).reply("where?"))
        .on(
            on::message().state(|trip: &Trip| matches!(trip, Trip::Where)),
            async |Text(place): Text, talk: Talk<Trip>| {
                assert!(talk.state().is_some());
                if place == "nowhere" { "where then?".into() } else { Exit.reply(place) }
            },
        )
        .on(on::text("stop").overtaking(), async || Exit::of::<Trip>().reply("stopped"))
        .on(on::message(), async || "other");
    let rig = Rig::start(app);
    let texts = ["/trip", "nowhere", "Shiraz", "Shiraz", "/trip", "stop", "Yazd"];
    expect![[r#"
        /trip: where?
        nowhere: where then?
        Shiraz: Shiraz
        Shiraz: other
        /trip: where?
        stop: stopped
        Yazd: other
    "#]]
    .assert_eq(&answers(&rig, &texts).await);
}

#[tokio::test(start_paused = true)]
async fn an_exit_from_nowhere_is_an_error() {
    let app = App::new()
        .on(on::command("exit"), async || Exit)
        .on(on::error(), async |error: HandlerError| error.to_string());
    let calls = Rig::start(app).ask("/exit").await;
    assert!(calls.contains("return `Exit::of::<..>()`, which names the conversation"), "{calls}");
}

#[tokio::test]
async fn two_conversations_of_one_name_are_found_at_the_start() {
    let app = App::new()
        .on(on::message().state(|_: &Order| true), async || "order")
        .on(on::message().state(|_: &Trip| true), async || "trip");
    let problems = app.check().expect_err("they would read each other's states").to_string();
    assert!(
        problems.ends_with(
            "are for states of two types that are both stored as `order`: give one another name, as in \
             `#[dialogue(name = \"order_2\")]`"
        ),
        "{problems}"
    );
}
