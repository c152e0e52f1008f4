//! Conversations through `Talk`: step by step, over restarts, and when something goes wrong.

use std::{
    future::pending,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bale::{
    App, HandlerError, Outcome, Pass, Result, State, Text, User,
    dialogue::{Dialogue, DialogueError, Scope, Talk},
    storage::{Clock, Commit, Record, Space, Storage, StorageKey, Value},
};
use expect_test::expect;
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use super::watched::Watched;
use crate::rig::Rig;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Order {
    Name,
    Phone { name: String },
}

impl Dialogue for Order {
    const NAME: &'static str = "order";
}

/// Whether handlers hang after they went on, so that they can be killed there.
struct Hangs(AtomicBool);

impl Hangs {
    async fn here(&self) {
        if self.0.load(Ordering::Relaxed) {
            pending::<()>().await;
        }
    }
}

#[bale::command]
async fn order(talk: Talk<Order>) -> Result<&'static str> {
    talk.goto(Order::Name).await?;
    Ok("name?")
}

#[bale::on_message(priority = 1)]
async fn step(talk: Talk<Order>, text: Option<Text>, hangs: State<Hangs>) -> Result<Outcome> {
    let Some(state) = talk.state() else { return Ok(Pass.into()) };
    let Some(Text(text)) = text else { return Ok(Outcome::Reply("a text, please".into())) };
    match state {
        Order::Name => {
            talk.goto(Order::Phone { name: text }).await?;
            hangs.here().await;
            Ok(Outcome::Reply("phone?".into()))
        }
        Order::Phone { name } => {
            talk.exit().await?;
            hangs.here().await;
            Ok(Outcome::Reply(format!("{name}: {text}").into()))
        }
    }
}

#[bale::command(lane = "none")]
async fn cancel(talk: Talk<Order>) -> Result<&'static str> {
    talk.exit().await?;
    Ok("cancelled")
}

#[bale::command(lane = "none")]
async fn skip(talk: Talk<Order>) -> Result<&'static str> {
    talk.goto(Order::Phone { name: "nobody".to_owned() }).await?;
    Ok("skipped")
}

#[bale::command]
async fn slow(talk: Talk<Order>, gate: State<Arc<Notify>>) -> Result<&'static str> {
    gate.notified().await;
    talk.goto(Order::Phone { name: "slow".to_owned() }).await?;
    Ok("went on")
}

#[bale::command]
async fn twice(talk: Talk<Order>, hangs: State<Hangs>) -> Result<&'static str> {
    talk.goto(Order::Name).await?;
    talk.goto(Order::Phone { name: "twice".to_owned() }).await?;
    hangs.here().await;
    Ok("phone?")
}

/// One for a whole chat.
#[derive(Serialize, Deserialize)]
struct Count(u32);

impl Dialogue for Count {
    const NAME: &'static str = "count";
    const SCOPE: Scope = Scope::Chat;
    const TTL: Duration = Duration::from_secs(600);
}

#[bale::command]
async fn count(talk: Talk<Count>, user: User) -> Result<String> {
    let next = talk.state().map_or(1, |count| count.0 + 1);
    talk.goto(Count(next)).await?;
    Ok(format!("{next}, by {}", user.id))
}

/// An [`Order`] as a later version of the program has it.
#[derive(Debug, Serialize, Deserialize)]
struct Order1 {
    name: Option<String>,
}

impl Dialogue for Order1 {
    const NAME: &'static str = Order::NAME;
    const VERSION: u32 = 1;

    fn migrate(version: u32, state: serde_json::Value) -> Option<Self> {
        assert_eq!(version, 0);
        Some(Self { name: Some(state.get("Phone")?.get("name")?.as_str()?.to_owned()) })
    }
}

#[bale::command]
async fn later(talk: Talk<Order1>) -> String {
    format!("{:?}", talk.state())
}

#[bale::on_message]
async fn other(Text(text): Text) -> String {
    format!("other: {text}")
}

#[bale::on_error]
async fn report(error: HandlerError) -> String {
    format!("on_error: {}", error.find::<DialogueError>().expect("nothing else fails here"))
}

/// The bot's program, with this store.
fn app(store: &Arc<Watched>) -> App {
    hanging(store, false)
}

fn hanging(store: &Arc<Watched>, hangs: bool) -> App {
    App::collect_module(module_path!())
        .storage(Arc::clone(store))
        .clock(Clock::runtime())
        .state(Hangs(AtomicBool::new(hangs)))
        .state(Arc::new(Notify::new()))
}

/// Where the order of person 1 is, in their chat with the bot.
fn key() -> StorageKey {
    Space::new(123_456, "dialogue").key("order/1:1")
}

#[tokio::test(start_paused = true)]
async fn a_conversation_goes_from_state_to_state() {
    let rig = Rig::start(app(&Arc::default()));
    rig.ask("/order").await;
    rig.emulator.contact(1, 1, "98912").expect("a private chat");
    rig.says("Sara");
    // Another person and another chat have conversations of their own.
    rig.emulator.message(2, 2, "not in it");
    rig.emulator.message(-5, 1, "not here");
    rig.transcript().await;
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":7,"text":"Sara: 0912"}
    "#]]
    .assert_eq(&rig.ask("0912").await);
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":9,"text":"other: 0912"}
    "#]]
    .assert_eq(&rig.ask("0912").await);
}

#[tokio::test(start_paused = true)]
async fn a_conversation_survives_a_restart() {
    let store = Arc::default();
    let rig = Rig::start(app(&store));
    rig.ask("/order").await;
    rig.ask("Sara").await;
    let rig = Rig::against(rig.kill(), app(&store));
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"Sara: 0912"}
    "#]]
    .assert_eq(&rig.ask("0912").await);
}

#[tokio::test(start_paused = true)]
async fn an_update_that_comes_again_after_a_crash_makes_no_second_step() {
    let store = Arc::default();
    let mut rig = Rig::start(app(&store));
    rig.ask("/order").await;
    for (text, answer) in [("Sara", "phone?"), ("0912", "Sara: 0912")] {
        let hung = Rig::against(rig.kill(), hanging(&store, true));
        let before = store.store.get(&key(), Clock::wall().now()).await.unwrap().unwrap();
        hung.says(text);
        until_changed(&store, &before).await;
        rig = Rig::against(hung.kill(), app(&store));
        let calls = rig.transcript().await;
        assert_eq!(calls.matches("sendMessage").count(), 1, "{calls}");
        assert!(calls.ends_with(&format!("\"text\":\"{answer}\"}}\n")), "{calls}");
    }
    assert_eq!(rig.ask("/twice").await.matches("phone?").count(), 1);
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":9,"text":"twice: 0913"}
    "#]]
    .assert_eq(&rig.ask("0913").await);

    let hung = Rig::against(rig.kill(), hanging(&store, true));
    let before = store.store.get(&key(), Clock::wall().now()).await.unwrap().unwrap();
    hung.says("/twice");
    until_changed(&store, &before).await;
    let rig = Rig::against(hung.kill(), app(&store));
    rig.transcript().await;
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":13,"text":"twice: 0914"}
    "#]]
    .assert_eq(&rig.ask("0914").await);
}

/// Waits until a handler has written the order.
async fn until_changed(store: &Watched, before: &Record) {
    loop {
        let now = store.store.get(&key(), Clock::wall().now()).await.unwrap().unwrap();
        if now.revision != before.revision {
            return;
        }
        tokio::task::yield_now().await;
    }
}

/// Programs of other versions read it.
#[tokio::test(start_paused = true)]
async fn what_is_stored() {
    let store: Arc<Watched> = Arc::default();
    let rig = Rig::start(app(&store));
    rig.ask("/order").await;
    rig.ask("Sara").await;
    let record = store.store.get(&key(), Clock::wall().now()).await.unwrap().unwrap();
    let text = String::from_utf8(record.value.bytes.to_vec()).unwrap();
    expect![[r#"{"state":[{"Phone":{"name":"Sara"}}],"by":1,"chat":1,"before":["Name"]}"#]]
        .assert_eq(&text);
}

#[tokio::test(start_paused = true)]
async fn cancel_overtakes_a_handler_that_then_changes_nothing() {
    let gate = Arc::new(Notify::new());
    let rig = Rig::start(app(&Arc::default()).state(Arc::clone(&gate)));
    rig.ask("/order").await;
    rig.says("/slow");
    rig.emulator.wait_for_poll().await;
    rig.says("/cancel");
    rig.emulator.wait_for_calls(1).await;
    gate.notify_one();
    rig.says("Sara");
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":4,"text":"cancelled"}
        sendMessage {"chat_id":1,"reply_to_message_id":6,"text":"other: Sara"}
    "#]]
    .assert_eq(&rig.transcript().await);
}

#[tokio::test(start_paused = true)]
async fn people_of_one_group_can_share_a_conversation_which_ends_by_itself() {
    let rig = Rig::start(app(&Arc::default()));
    for user in [1, 2, 3] {
        rig.emulator.message(-5, user, "/count");
    }
    rig.emulator.message(-6, 1, "/count");
    rig.transcript().await;
    rig.emulator.message(-5, 1, "/count");
    expect![[r#"
        sendMessage {"chat_id":-5,"reply_to_message_id":7,"text":"4, by 1"}
    "#]]
    .assert_eq(&rig.transcript().await);
    tokio::time::sleep(Count::TTL).await;
    rig.emulator.message(-5, 1, "/count");
    expect![[r#"
        sendMessage {"chat_id":-5,"reply_to_message_id":9,"text":"1, by 1"}
    "#]]
    .assert_eq(&rig.transcript().await);
}

#[tokio::test(start_paused = true)]
async fn whoever_is_overtaken_by_a_step_is_told_to_try_again() {
    let gate = Arc::new(Notify::new());
    let rig = Rig::start(app(&Arc::default()).state(Arc::clone(&gate)));
    rig.ask("/order").await;
    rig.says("/slow");
    rig.emulator.wait_for_poll().await;
    rig.says("/skip");
    rig.emulator.wait_for_calls(1).await;
    gate.notify_one();
    rig.says("0912");
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":4,"text":"skipped"}
        sendMessage {"chat_id":1,"text":"الان نمی‌توانم ادامه بدهم. لطفاً کمی بعد دوباره بنویسید."}
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"on_error: another update changed the conversation 123456/dialogue/order/1:1 in the meantime; it stays as that one left it, and the person is told to try again"}
        sendMessage {"chat_id":1,"reply_to_message_id":6,"text":"nobody: 0912"}
    "#]]
    .assert_eq(&rig.transcript().await);
}

#[tokio::test(start_paused = true)]
async fn a_state_of_an_older_version_is_migrated_or_kept_aside() {
    let store = Arc::default();
    let rig = Rig::start(app(&store));
    rig.ask("/order").await;
    rig.ask("Sara").await;
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"Some(Order1 { name: Some(\"Sara\") })"}
    "#]].assert_eq(&rig.ask("/later").await);

    // `Name` is nothing that `migrate` knows.
    rig.ask("/order").await;
    let calls = rig.ask("/later").await;
    let aside = calls.split("kept as 123456/dialogue-unread/").nth(1).expect("where it is");
    let (id, _) = aside.split_once('"').expect("an end");
    let (key, now) = (Space::new(123_456, "dialogue-unread").key(id), Clock::wall().now());
    let kept = store.store.get(&key, now).await.unwrap().expect("it is kept");
    let kept = String::from_utf8(kept.value.bytes.to_vec()).unwrap();
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":9,"text":"on_error: the stored state 123456/dialogue/order/1:1 of version 0 is not one of `order`, version 1 (`migrate` does not know it); it is kept as 123456/dialogue-unread/.."}
        sendMessage {"chat_id":1,"reply_to_message_id":9,"text":"None"}

        {"state":["Name"],"by":3,"chat":1,"before":[{"Phone":{"name":"Sara"}}]}"#]].assert_eq(&format!("{}\n{kept}", calls.replace(id, "..")));
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":12,"text":"other: Sara"}
    "#]]
    .assert_eq(&rig.ask("Sara").await);
}

#[tokio::test(start_paused = true)]
async fn a_stored_state_that_is_no_json_is_kept_aside() {
    let store: Arc<Watched> = Arc::default();
    let commit = Commit::new().put(key(), Value::new(0, &b"\xff"[..]));
    store.store.commit(commit, Clock::wall().now()).await.unwrap();
    let rig = Rig::start(app(&store));
    let calls = rig.ask("hello").await;
    assert_eq!(calls.matches("kept as 123456/dialogue-unread/order/1:1@").count(), 1, "{calls}");
    assert_eq!(calls.matches("other: hello").count(), 1, "{calls}");
    assert_eq!(rig.ask("/order").await.matches("name?").count(), 1);
}

#[tokio::test(start_paused = true)]
async fn while_the_store_is_down_people_are_told_and_lose_nothing() {
    let store: Arc<Watched> = Arc::default();
    let rig = Rig::start(app(&store));
    rig.ask("/order").await;
    store.is_down.store(true, Ordering::Relaxed);
    expect![[r#"
        sendMessage {"chat_id":1,"text":"الان نمی‌توانم ادامه بدهم. لطفاً کمی بعد دوباره بنویسید."}
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"on_error: a conversation could not go on: the test's store: not available: somebody pulled the plug"}
    "#]].assert_eq(&rig.ask("Sara").await);
    store.is_down.store(false, Ordering::Relaxed);
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":6,"text":"phone?"}
    "#]]
    .assert_eq(&rig.ask("Sara").await);

    // In the middle of a handler.
    let gate = Arc::new(Notify::new());
    let app = app(&store).storage_trouble("later").state(Arc::clone(&gate));
    let rig = Rig::against(rig.kill(), app);
    rig.says("/slow");
    rig.emulator.wait_for_poll().await;
    store.is_down.store(true, Ordering::Relaxed);
    gate.notify_one();
    expect![[r#"
        sendMessage {"chat_id":1,"text":"later"}
        sendMessage {"chat_id":1,"reply_to_message_id":8,"text":"on_error: a conversation could not go on: the test's store: not available: somebody pulled the plug"}
    "#]].assert_eq(&rig.transcript().await);
}
