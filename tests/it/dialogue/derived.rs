//! Conversations as attributes write them, the same on every store.

use std::{
    future::pending,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bale::{
    App, Dialogue, Exit, Goto, HandlerError, Message, Next, Outcome, Result, State, Text,
    dialogue::{DialogueError, Step, Talk},
    storage::{Memory, Sqlite},
};
use expect_test::expect;
use serde::{Deserialize, Serialize};
use tokio::{
    sync::{Notify, Semaphore},
    time::timeout,
};

use crate::{
    rig::Rig,
    storage::{Folder, RedisServer, Store},
};

/// Laws, each as a test on every store.
macro_rules! on_every_store {
    ($($law:ident,)*) => {
        mod memory {
            $(
                #[tokio::test]
                async fn $law() {
                    super::in_time(super::$law(super::Arc::new(super::Memory::default()))).await;
                }
            )*
        }

        mod sqlite {
            $(
                #[tokio::test]
                async fn $law() {
                    let folder = super::Folder::new();
                    let store = super::Sqlite::open(folder.path().join("bot.db"));
                    super::in_time(super::$law(super::Arc::new(store.expect("a file")))).await;
                }
            )*
        }

        mod redis {
            $(
                #[tokio::test]
                async fn $law() {
                    if let Some(server) = super::RedisServer::start() {
                        super::in_time(super::$law(server.store())).await;
                    }
                }
            )*
        }
    };
}

/// What a law waits for may never come.
async fn in_time(law: impl Future<Output = ()>) {
    timeout(Duration::from_secs(60), law).await.expect("the bot does what the law waits for");
}

on_every_store! {
    a_conversation_goes_from_state_to_state,
    a_conversation_survives_a_restart,
    an_update_that_comes_again_after_a_crash_makes_no_second_step,
    an_update_that_others_came_after_makes_no_second_step,
    two_people_of_one_group_have_two_conversations,
    the_slower_of_two_updates_is_handled_anew,
    an_update_that_is_slower_again_and_again_is_given_up,
    of_two_conversations_in_one_update_a_crash_in_between_loses_none,
}

#[derive(Dialogue, Serialize, Deserialize)]
#[dialogue(ttl = "2d")]
enum Order {
    Name,
    Phone { name: String },
    Sure(String, u64),
}

#[bale::command]
async fn order() -> Step {
    Goto(Order::Name).reply("name?")
}

#[bale::on_message(state = Order::Name)]
async fn name(Text(name): Text) -> Goto<Order> {
    Goto(Order::Phone { name })
}

#[bale::on_message(state = Order::Phone { name })]
async fn phone(name: String, Text(phone): Text) -> Result<Step> {
    let Ok(phone) = phone.parse() else {
        return Ok("a number, please".into());
    };
    let text = format!("{name}, {phone}: sure?");
    Ok(Goto(Order::Sure(name, phone)).reply(text))
}

/// What is neither a name nor a number.
#[bale::on_message(state = Order::Name | Order::Phone, priority = -1)]
async fn no_text() -> &'static str {
    "a text, please"
}

#[bale::on_message("yes", state = Order::Sure(name, _))]
async fn yes(name: &str) -> Step {
    Exit.reply(format!("done, {name}"))
}

#[bale::on_message("no", state = Order::Sure(_, number))]
async fn no(message: Message, number: u64) -> Result<Exit> {
    message.reply(format!("{number} is forgotten")).await?;
    Ok(Exit)
}

/// One for a person, in whatever chat.
#[derive(Dialogue, Serialize, Deserialize)]
#[dialogue(key = user)]
enum Visits {
    Count(u32),
}

#[bale::command]
async fn visit(talk: Talk<Visits>, gate: State<Arc<Gate>>) -> Step {
    let next = talk.state().map_or(1, |Visits::Count(count)| count + 1);
    gate.pass().await;
    Goto(Visits::Count(next)).reply(format!("visit {next}"))
}

#[bale::command]
async fn quick() -> Step {
    Goto(Visits::Count(100)).reply("quick")
}

/// Beside [`Order`].
#[derive(Dialogue, Serialize, Deserialize)]
enum Mood {
    Level(u8),
}

#[bale::command]
async fn both(
    order: Talk<Order>,
    mood: Talk<Mood>,
    crash: State<Arc<Crash>>,
) -> Result<&'static str> {
    order.goto(Order::Phone { name: "both".to_owned() }).await?;
    crash.here().await;
    let level = mood.state().map_or(1, |Mood::Level(level)| level + 1);
    mood.goto(Mood::Level(level)).await?;
    Ok("both")
}

#[bale::command]
async fn mood(talk: Talk<Mood>) -> String {
    talk.state().map_or("no mood".to_owned(), |Mood::Level(level)| format!("mood {level}"))
}

/// After the step of a handler, before its text is sent and the update confirmed.
#[bale::middleware]
async fn between(next: Next<'_>, crash: State<Arc<Crash>>) -> Outcome {
    let outcome = next.run().await;
    crash.here().await;
    outcome
}

#[bale::on_message]
async fn other(Text(text): Text) -> String {
    format!("other: {text}")
}

#[bale::on_error]
async fn report(error: HandlerError) -> String {
    format!("on_error: {}", error.find::<DialogueError>().expect("nothing else fails here"))
}

/// Where handlers hang, so that they can be killed there.
struct Crash {
    is_near: AtomicBool,
    is_here: Notify,
}

impl Crash {
    async fn here(&self) {
        if self.is_near.load(Ordering::Relaxed) {
            self.is_here.notify_one();
            pending::<()>().await;
        }
    }
}

/// Lets one handler through for each permit.
struct Gate {
    arrived: Semaphore,
    open: Semaphore,
}

impl Gate {
    fn closed() -> Arc<Self> {
        Arc::new(Self { arrived: Semaphore::new(0), open: Semaphore::new(0) })
    }

    async fn pass(&self) {
        self.arrived.add_permits(1);
        self.open.acquire().await.expect("it is never closed").forget();
    }

    /// Waits until so many more have come.
    async fn wait_for(&self, count: u32) {
        self.arrived.acquire_many(count).await.expect("it is never closed").forget();
    }
}

fn app(store: &Store) -> App {
    crashing(store, false).0
}

/// A bot whose handlers hang, and where.
fn crashing(store: &Store, is_near: bool) -> (App, Arc<Crash>) {
    let crash = Crash { is_near: AtomicBool::new(is_near), is_here: Notify::new() };
    let crash = Arc::new(crash);
    let app = App::collect_module(module_path!())
        .storage(Arc::clone(store))
        .state(Gate::closed())
        .state(Arc::clone(&crash));
    (app, crash)
}

/// Person 1 writes `text` to a bot that is killed after its step, and comes again.
async fn crash_after(rig: Rig, store: &Store, text: &str) -> Rig {
    let (app_, crash) = crashing(store, true);
    let hung = Rig::against(rig.kill(), app_);
    hung.says(text);
    crash.is_here.notified().await;
    Rig::against(hung.kill(), app(store))
}

async fn a_conversation_goes_from_state_to_state(store: Store) {
    let rig = Rig::start(app(&store));
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"name?"}
    "#]]
    .assert_eq(&rig.ask("/order").await);
    rig.emulator.contact(1, 1, "98912").expect("a private chat");
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"a text, please"}
    "#]]
    .assert_eq(&rig.transcript().await);
    for text in ["Sara", "my number"] {
        rig.says(text);
    }
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":6,"text":"a number, please"}
    "#]]
    .assert_eq(&rig.transcript().await);
    for text in ["912", "perhaps"] {
        rig.says(text);
    }
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":8,"text":"Sara, 912: sure?"}
        sendMessage {"chat_id":1,"reply_to_message_id":9,"text":"other: perhaps"}
    "#]]
    .assert_eq(&rig.transcript().await);
    for text in ["no", "no"] {
        rig.says(text);
    }
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":12,"text":"912 is forgotten"}
        sendMessage {"chat_id":1,"reply_to_message_id":13,"text":"other: no"}
    "#]]
    .assert_eq(&rig.transcript().await);
}

async fn a_conversation_survives_a_restart(store: Store) {
    let mut rig = Rig::start(app(&store));
    for text in ["/order", "Sara", "912"] {
        rig.ask(text).await;
        rig = Rig::against(rig.kill(), app(&store));
    }
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":6,"text":"done, Sara"}
    "#]]
    .assert_eq(&rig.ask("yes").await);
}

async fn an_update_that_comes_again_after_a_crash_makes_no_second_step(store: Store) {
    let mut rig = Rig::start(app(&store));
    for (text, answer) in [("/order", "name?"), ("7", ""), ("8", "7, 8: sure?"), ("yes", "done, 7")]
    {
        rig = crash_after(rig, &store, text).await;
        let calls = rig.transcript().await;
        assert_eq!(
            calls.matches("sendMessage").count(),
            usize::from(!answer.is_empty()),
            "{calls}"
        );
        assert!(calls.contains(answer), "{calls}");
    }
    assert!(rig.ask("yes").await.contains("other: yes"));
}

async fn an_update_that_others_came_after_makes_no_second_step(store: Store) {
    let rig = Rig::start(app(&store));
    // It waits at the gate, so this and all that come after it come again.
    rig.emulator.message(2, 2, "/visit");
    for (text, calls) in [("/order", 3), ("Sara", 3), ("a stay", 4), ("912", 5)] {
        rig.says(text);
        rig.emulator.wait_for_calls(calls).await;
    }
    rig.emulator.clear_calls();
    let gate = Gate::closed();
    gate.open.add_permits(1);
    let rig = Rig::against(rig.kill(), app(&store).state(gate));
    let calls = rig.transcript().await;
    // All but the last one had their effect, or made no step. That one may have to say its text again.
    assert_eq!(calls.lines().count(), 2, "{calls}");
    assert!(calls.contains("visit 1") && calls.contains("Sara, 912: sure?"), "{calls}");
    assert!(rig.ask("yes").await.contains("done, Sara"));
}

async fn two_people_of_one_group_have_two_conversations(store: Store) {
    let rig = Rig::start(app(&store));
    for text in ["/order", "name", "912", "yes"] {
        for user in [1, 2] {
            let text = if text == "name" { format!("name {user}") } else { text.to_owned() };
            rig.emulator.message(-5, user, &text);
        }
    }
    expect![[r#"
        sendMessage {"chat_id":-5,"reply_to_message_id":1,"text":"name?"}
        sendMessage {"chat_id":-5,"reply_to_message_id":2,"text":"name?"}
        sendMessage {"chat_id":-5,"reply_to_message_id":5,"text":"name 1, 912: sure?"}
        sendMessage {"chat_id":-5,"reply_to_message_id":6,"text":"name 2, 912: sure?"}
        sendMessage {"chat_id":-5,"reply_to_message_id":7,"text":"done, name 1"}
        sendMessage {"chat_id":-5,"reply_to_message_id":8,"text":"done, name 2"}
    "#]]
    .assert_eq(&rig.transcript().await);
}

async fn the_slower_of_two_updates_is_handled_anew(store: Store) {
    let gate = Gate::closed();
    let rig = Rig::start(app(&store).state(Arc::clone(&gate)));
    rig.emulator.message(-5, 1, "/visit");
    rig.emulator.message(-6, 1, "/visit");
    gate.wait_for(2).await;
    gate.open.add_permits(3);
    let calls = rig.transcript().await;
    let visits: Vec<_> = (1..=3).map(|n| calls.matches(&format!("visit {n}")).count()).collect();
    assert_eq!(visits, [1, 1, 0], "{calls}");
    assert!(!calls.contains("on_error"), "{calls}");
    gate.open.add_permits(1);
    rig.emulator.message(-6, 1, "/visit");
    assert!(rig.transcript().await.contains("visit 3"));
}

async fn an_update_that_is_slower_again_and_again_is_given_up(store: Store) {
    let gate = Gate::closed();
    let rig = Rig::start(app(&store).storage_trouble("later").state(Arc::clone(&gate)));
    rig.emulator.message(-5, 1, "/visit");
    for chat in 0..4 {
        gate.wait_for(1).await;
        rig.emulator.message(chat - 9, 1, "/quick");
        rig.emulator.wait_for_calls(usize::try_from(3 + chat).unwrap()).await;
        gate.open.add_permits(1);
    }
    let calls = rig.transcript().await;
    expect![[r#"
        sendMessage {"chat_id":-5,"text":"later"}
        sendMessage {"chat_id":-5,"reply_to_message_id":1,"text":"on_error: another update changed the conversation 123456/dialogue/visits/:1 in the meantime; it stays as that one left it, and the person is told to try again"}
    "#]]
    .assert_eq(calls.split_once("quick\"}\n").map_or("", |(_, rest)| rest.rsplit("quick\"}\n").next().unwrap()));
}

async fn of_two_conversations_in_one_update_a_crash_in_between_loses_none(store: Store) {
    let rig = Rig::start(app(&store));
    // So that both have a record to look at when the update comes again.
    rig.ask("/both").await;
    let rig = crash_after(rig, &store, "/both").await;
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"both"}
    "#]]
    .assert_eq(&rig.transcript().await);
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"mood 2"}
    "#]]
    .assert_eq(&rig.ask("/mood").await);
}
