//! What the bot keeps of people, chats and itself: `Data<T>`.

use std::{future::pending, sync::Arc, time::Duration};

use bale::{
    App, Context, Data, HandlerError, Next, Outcome, Result, State,
    data::DataError,
    storage::{Clock, Commit, Memory, Space, Storage, StorageKey, Value},
};
use expect_test::expect;
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, Semaphore};

use crate::rig::Rig;

/// Where a handler hangs, so that it can be killed there.
#[derive(Default)]
struct Stop {
    after: u32,
    reached: Arc<Notify>,
}

impl Stop {
    async fn after(&self, step: u32) {
        if self.after == step {
            self.reached.notify_one();
            pending::<()>().await;
        }
    }
}

mod bot {
    use super::*;

    #[derive(bale::Data, Default, Serialize, Deserialize)]
    struct Cart {
        fruits: Vec<String>,
    }

    #[bale::command("add {fruit}")]
    async fn add(fruit: String, mut cart: Data<Cart>, stop: State<Stop>) -> Result<String> {
        let count = cart
            .change(|cart| {
                cart.fruits.push(fruit.clone());
                cart.fruits.len()
            })
            .await?;
        stop.after(1).await;
        cart.change(|cart| cart.fruits.push(fruit.to_uppercase())).await?;
        stop.after(2).await;
        Ok(format!("{count} then {}", cart.fruits.join(" ")))
    }

    #[bale::command]
    async fn cart(cart: Data<Cart>) -> String {
        format!("cart: {}", cart.fruits.join(" "))
    }

    #[bale::command]
    async fn forget(mut cart: Data<Cart>) -> Result<String> {
        cart.forget().await?;
        cart.change(|cart| cart.fruits.push("fig".into())).await?;
        Ok(cart.fruits.join(" "))
    }

    #[bale::command("gift {to}")]
    async fn gift(cx: &Context, to: i64) -> Result<String> {
        let mut theirs = Data::<Cart>::of_user(cx, to).await?;
        theirs.change(|cart| cart.fruits.push("gift".into())).await?;
        Ok(theirs.fruits.join(" "))
    }

    #[bale::command]
    async fn grow(mut cart: Data<Cart>) -> Result<String> {
        cart.change(|cart| cart.fruits.push("grown".into())).await?;
        Ok(format!("{} fruits", cart.fruits.len()))
    }

    /// One counter for each kind of owner.
    macro_rules! counters {
    ($($counter:ident $key:tt)*) => {
        $(
            #[derive(bale::Data, Default, Serialize, Deserialize)]
            #[data $key]
            struct $counter(u32);
        )*
    };
}

    counters! {
        Visits (key = user)
        Lines (key = chat)
        Words (key = user + chat, ttl = "1h")
        Total (key = bot, name = "all")
    }

    #[bale::command]
    async fn count(
        mut visits: Data<Visits>,
        mut lines: Data<Lines>,
        mut words: Data<Words>,
        mut total: Data<Total>,
    ) -> Result<String> {
        visits.change(|it| it.0 += 1).await?;
        lines.change(|it| it.0 += 1).await?;
        words.change(|it| it.0 += 1).await?;
        total.change(|it| it.0 += 1).await?;
        Ok(format!("{} {} {} {}", visits.0, lines.0, words.0, total.0))
    }

    #[bale::command]
    async fn whose(cx: &Context) -> Result<String> {
        let lines = Data::<Lines>::of_chat(cx, -5).await?;
        let words = Data::<Words>::of_member(cx, -5, 2).await?;
        let Err(nobody) = Data::<Visits>::of_chat(cx, -5).await else {
            return Err("somebody".into());
        };
        Ok(format!("{} {} {nobody}", lines.0, words.0))
    }

    /// Waits, so that another update of the same person overtakes it.
    #[bale::command]
    async fn slow(mut visits: Data<Visits>, gate: State<Arc<Semaphore>>) -> Result<String> {
        let found = visits.0;
        gate.acquire().await?.forget();
        let mut calls = 0;
        visits
            .change(|it| {
                calls += 1;
                it.0 += 1;
            })
            .await?;
        Ok(format!("{found} {} after {calls}", visits.0))
    }

    #[bale::every("1m")]
    async fn tick(mut total: Data<Total>) -> Result {
        total.change(|it| it.0 += 100).await?;
        Ok(())
    }

    #[bale::on_error]
    async fn report(error: HandlerError) -> String {
        format!("on_error: {}", error.find::<DataError>().expect("nothing else fails here"))
    }
}

fn app(store: &Arc<Memory>) -> App {
    App::collect_module(concat!(module_path!(), "::bot"))
        .storage(Arc::clone(store))
        .clock(Clock::runtime())
        .state(Stop::default())
        .state(Arc::new(Semaphore::new(0)))
}

fn key(id: &str) -> StorageKey {
    Space::new(123_456, "data").key(id)
}

#[tokio::test(start_paused = true)]
async fn each_owner_has_its_own() {
    let rig = Rig::start(app(&Arc::default()));
    for (chat, user) in [(1, 1), (1, 1), (-5, 1), (-5, 2), (2, 2)] {
        rig.emulator.message(chat, user, "/count");
    }
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"1 1 1 1"}
        sendMessage {"chat_id":-5,"reply_to_message_id":1,"text":"2 1 1 2"}
        sendMessage {"chat_id":2,"reply_to_message_id":1,"text":"1 1 1 3"}
        sendMessage {"chat_id":1,"reply_to_message_id":2,"text":"3 2 2 4"}
        sendMessage {"chat_id":-5,"reply_to_message_id":2,"text":"2 2 1 5"}
    "#]]
    .assert_eq(&rig.transcript().await);
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"2 1 `visits` is data of a person, and there is none here"}
    "#]]
    .assert_eq(&rig.ask("/whose").await);
    tokio::time::sleep(Duration::from_secs(61 * 60)).await;
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":7,"text":"4 3 1 6106"}
    "#]]
    .assert_eq(&rig.ask("/count").await);
}

#[tokio::test(start_paused = true)]
async fn it_survives_a_restart_and_is_forgotten_on_request() {
    let store = Arc::default();
    let rig = Rig::start(app(&store));
    rig.ask("/add fig").await;
    let rig = Rig::against(rig.kill(), app(&store));
    rig.says("/cart");
    rig.says("/gift 7");
    rig.says("/forget");
    rig.says("/cart");
    rig.emulator.message(7, 7, "/cart");
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"cart: fig FIG"}
        sendMessage {"chat_id":7,"reply_to_message_id":1,"text":"cart: "}
        sendMessage {"chat_id":1,"reply_to_message_id":4,"text":"gift"}
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"fig"}
        sendMessage {"chat_id":1,"reply_to_message_id":6,"text":"cart: fig"}
    "#]]
    .assert_eq(&rig.transcript().await);
}

/// What the handler was told when it ran for the first time it is told again.
#[tokio::test(start_paused = true)]
async fn an_update_that_comes_again_after_a_crash_changes_nothing_twice() {
    for after in [1, 2] {
        let store = Arc::default();
        let rig = Rig::start(app(&store));
        rig.ask("/add fig").await;
        let reached = Arc::new(Notify::new());
        let stop = Stop { after, reached: Arc::clone(&reached) };
        let hung = Rig::against(rig.kill(), app(&store).state(stop));
        hung.says("/add nut");
        reached.notified().await;
        let rig = Rig::against(hung.kill(), app(&store));
        expect![[r#"
            sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"3 then fig FIG nut NUT"}
        "#]]
        .assert_eq(&rig.transcript().await);
        expect![[r#"
            sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"cart: fig FIG nut NUT"}
        "#]]
        .assert_eq(&rig.ask("/cart").await);
    }
}

#[tokio::test(start_paused = true)]
async fn an_update_that_others_came_after_changes_nothing_twice() {
    let store = Arc::default();
    let reached = Arc::new(Notify::new());
    let stop = Stop { after: 2, reached: Arc::clone(&reached) };
    let hung = Rig::start(app(&store).state(stop));
    hung.says("/add nut");
    reached.notified().await;
    // In another chat, that does not wait for the first one.
    hung.emulator.clear_calls();
    hung.emulator.message(9, 9, "/gift 1");
    hung.emulator.wait_for_calls(1).await;
    let rig = Rig::against(hung.kill(), app(&store));
    rig.transcript().await;
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"cart: nut NUT gift"}
    "#]]
    .assert_eq(&rig.ask("/cart").await);
}

#[tokio::test(start_paused = true)]
async fn of_two_that_meet_none_is_lost() {
    let gate = Arc::new(Semaphore::new(0));
    let rig = Rig::start(app(&Arc::default()).state(Arc::clone(&gate)));
    rig.says("/slow");
    rig.emulator.wait_for_poll().await;
    // In another chat, that does not wait for the first one.
    rig.emulator.clear_calls();
    rig.emulator.message(-5, 1, "/count");
    rig.emulator.wait_for_calls(1).await;
    gate.add_permits(1);
    rig.emulator.wait_for_calls(2).await;
    expect![[r#"
        sendMessage {"chat_id":-5,"reply_to_message_id":1,"text":"1 1 1 1"}
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"0 2 after 2"}
    "#]]
    .assert_eq(&rig.transcript().await);
}

mod raced {
    use bale::{
        Dialogue, Goto,
        dialogue::{Step, Talk},
    };

    use super::*;

    #[derive(bale::Data, Default, Serialize, Deserialize)]
    struct Basket(Vec<String>);

    #[derive(Dialogue, Serialize, Deserialize)]
    #[dialogue(key = user)]
    enum Order {
        Open,
    }

    #[bale::command]
    async fn buy(
        talk: Talk<Order>,
        mut basket: Data<Basket>,
        gate: State<Arc<Semaphore>>,
    ) -> Result<String> {
        basket.change(|basket| basket.0.push("fig".into())).await?;
        gate.acquire().await?.forget();
        basket.change(|basket| basket.0.push("nut".into())).await?;
        talk.goto(Order::Open).await?;
        Ok(basket.0.join(" "))
    }

    #[bale::command]
    async fn open() -> Step {
        Goto(Order::Open).reply("open")
    }
}

#[tokio::test(start_paused = true)]
async fn an_update_that_is_handled_anew_changes_nothing_twice() {
    let gate = Arc::new(Semaphore::new(0));
    let app = App::collect_module(concat!(module_path!(), "::raced")).state(Arc::clone(&gate));
    let rig = Rig::start(app);
    rig.says("/buy");
    rig.emulator.wait_for_poll().await;
    rig.emulator.clear_calls();
    rig.emulator.message(-5, 1, "/open");
    rig.emulator.wait_for_calls(1).await;
    gate.add_permits(2);
    rig.emulator.wait_for_calls(2).await;
    expect![[r#"
        sendMessage {"chat_id":-5,"reply_to_message_id":1,"text":"open"}
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"fig nut"}
    "#]]
    .assert_eq(&rig.transcript().await);
}

mod around {
    use super::*;

    #[derive(bale::Data, Default, Serialize, Deserialize)]
    struct Seen(u32);

    #[bale::middleware]
    async fn see(mut seen: Data<Seen>, next: Next<'_>) -> Outcome {
        if let Err(error) = seen.change(|seen| seen.0 += 1).await {
            return Outcome::Failed(error.into());
        }
        next.run().await
    }

    #[bale::command]
    async fn twice(mut seen: Data<Seen>) -> Result<String> {
        seen.change(|seen| seen.0 += 10).await?;
        Ok(seen.0.to_string())
    }
}

/// The second one's mark is not the first one's.
#[tokio::test(start_paused = true)]
async fn a_middleware_and_a_handler_of_one_update_both_change_it() {
    let rig = Rig::start(App::collect_module(concat!(module_path!(), "::around")));
    assert!(rig.ask("/twice").await.contains(r#""text":"11""#));
    assert!(rig.ask("/twice").await.contains(r#""text":"22""#));
}

mod later {
    use super::*;

    #[derive(bale::Data, Default, Serialize, Deserialize)]
    #[data(name = "cart", version = 1, migrate = from_list)]
    struct NewCart {
        fruits: String,
    }

    fn from_list(version: u32, data: serde_json::Value) -> Option<NewCart> {
        assert_eq!(version, 0);
        let fruits: Vec<&str> =
            data["fruits"].as_array()?.iter().filter_map(|it| it.as_str()).collect();
        Some(NewCart { fruits: fruits.join("+") })
    }

    #[bale::command("add {fruit}")]
    async fn add(mut cart: Data<NewCart>, fruit: String) -> Result<String> {
        cart.change(|cart| cart.fruits += &fruit).await?;
        Ok(cart.fruits.clone())
    }
}

#[tokio::test(start_paused = true)]
async fn a_later_version_reads_it_and_what_nobody_can_read_stays() {
    let store: Arc<Memory> = Arc::default();
    let rig = Rig::start(app(&store));
    rig.ask("/add fig").await;
    let later = App::collect_module(concat!(module_path!(), "::later")).storage(Arc::clone(&store));
    let rig = Rig::against(rig.kill(), later);
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"fig+FIGnut"}
    "#]]
    .assert_eq(&rig.ask("/add nut").await);

    let record = store.get(&key("cart/user 1"), Clock::wall().now()).await.unwrap().unwrap();
    expect![[r#"{"data":[{"fruits":"fig+FIGnut"}],"by":1,"before":[{"fruits":"fig+FIG"}]}"#]]
        .assert_eq(std::str::from_utf8(&record.value.bytes).unwrap());
    // The earlier version does not know it.
    let rig = Rig::against(rig.kill(), app(&store));
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"on_error: the stored data 123456/data/cart/user 1 of version 1 is not `cart`, version 0 (`migrate` does not know it); it stays as it is"}
    "#]]
    .assert_eq(&rig.ask("/cart").await);
    let after = store.get(&key("cart/user 1"), Clock::wall().now()).await.unwrap().unwrap();
    assert_eq!(after.revision, record.revision);
}

/// What it was before is not worth an error.
#[tokio::test(start_paused = true)]
async fn what_is_too_large_is_an_error_and_changes_nothing() {
    for (size, answer) in [
        (600_000, "2 fruits"),
        (
            1_048_545,
            "on_error: data could not be read or written: the memory store, record 123456/data/cart/user 1: a \
                     value may have 1048576 bytes",
        ),
    ] {
        let store: Arc<Memory> = Arc::default();
        let fruits = vec!["x".repeat(size)];
        let bytes = serde_json::to_vec(&serde_json::json!({"data": [{"fruits": fruits}]})).unwrap();
        let commit = Commit::new().put(key("cart/user 1"), Value::new(0, bytes));
        store.commit(commit, Clock::wall().now()).await.unwrap();
        let rig = Rig::start(app(&store));
        let calls = rig.ask("/grow").await;
        assert!(calls.contains(answer), "{size}: {}", &calls[..calls.len().min(300)]);
    }
}
