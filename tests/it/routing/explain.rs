//! Why a handler runs, or does not.

use bale::App;
use expect_test::expect;

use super::{explain, message};

mod shop {
    use bale::{CallbackQuery, Message, Pass, Photo, Text};

    #[bale::on_update]
    async fn watch() {
        unreachable!("nothing is called")
    }

    #[bale::on_update]
    async fn watch_presses(_: CallbackQuery) {
        unreachable!("nothing is called")
    }

    /// Add two numbers.
    #[bale::command("add {a} {b}")]
    async fn add(a: i64, b: i64) {
        unreachable!("nothing is called with {a} {b}")
    }

    #[bale::command("add {a}", chat = group)]
    async fn add_in_groups(a: i64) {
        unreachable!("nothing is called with {a}")
    }

    #[bale::on_message("سفارش {n}")]
    async fn order(n: u8) {
        unreachable!("nothing is called with {n}")
    }

    #[bale::on_message(priority = 1)]
    async fn photos(_: Photo) {
        unreachable!("nothing is called")
    }

    #[bale::on_message]
    async fn texts(_: Text) -> Pass {
        unreachable!("nothing is called")
    }

    #[bale::on_message]
    async fn rest(_: Message) {
        unreachable!("nothing is called")
    }

    #[bale::on_callback("buy:{item}")]
    async fn buy(item: u64) {
        unreachable!("nothing is called with {item}")
    }

    #[bale::on_error]
    async fn report() {
        unreachable!("nothing is called")
    }

    #[bale::on_start]
    async fn boot() {
        unreachable!("nothing is called")
    }
}

fn app() -> App {
    App::collect_module(concat!(module_path!(), "::shop"))
}

fn press(data: &str) -> String {
    format!(
        r#""callback_query":{{"id":"2","from":{{"id":1,"is_bot":false,"first_name":"A"}},"data":"{data}"}}"#
    )
}

#[tokio::test(start_paused = true)]
async fn a_command() {
    let text = |text: &str| message(&format!(r#""text":"{text}""#));
    expect![[r#"
        + `watch` (tests/it/routing/explain.rs:11): it sees the update
        - `watch_presses` (tests/it/routing/explain.rs:16): the update is no button press
        + `add` (tests/it/routing/explain.rs:22): it runs
        - `photos` (tests/it/routing/explain.rs:37): an earlier handler takes the update
        - `order` (tests/it/routing/explain.rs:32): an earlier handler takes the update
        - `add_in_groups` (tests/it/routing/explain.rs:27): an earlier handler takes the update
        - `buy` (tests/it/routing/explain.rs:52): it runs on button "buy:{item}"
        - `texts` (tests/it/routing/explain.rs:42): an earlier handler takes the update
        - `rest` (tests/it/routing/explain.rs:47): an earlier handler takes the update
        - `boot` (tests/it/routing/explain.rs:62): it runs on the start
        - `report` (tests/it/routing/explain.rs:57): it runs on an error
        - `help` (built in): it runs on command /help {command?}
    "#]]
    .assert_eq(&explain(app(), &text("/add 1 2")).await);
    expect![[r#"
        + `watch` (tests/it/routing/explain.rs:11): it sees the update
        - `watch_presses` (tests/it/routing/explain.rs:16): the update is no button press
        - `add` (tests/it/routing/explain.rs:22): `x` is no `b`: invalid digit found in string
        - `add_in_groups` (tests/it/routing/explain.rs:27): it is for other kinds of chats
        - `photos` (tests/it/routing/explain.rs:37): the command is answered with its usage
        - `order` (tests/it/routing/explain.rs:32): the command is answered with its usage
        - `buy` (tests/it/routing/explain.rs:52): it runs on button "buy:{item}"
        - `texts` (tests/it/routing/explain.rs:42): the command is answered with its usage
        - `rest` (tests/it/routing/explain.rs:47): the command is answered with its usage
        - `boot` (tests/it/routing/explain.rs:62): it runs on the start
        - `report` (tests/it/routing/explain.rs:57): it runs on an error
        - `help` (built in): it runs on command /help {command?}
        = no handler runs: the user is told how the command is used
    "#]]
    .assert_eq(&explain(app(), &text("/add 1 x")).await);
    expect![[r#"
        + `watch` (tests/it/routing/explain.rs:11): it sees the update
        - `watch_presses` (tests/it/routing/explain.rs:16): the update is no button press
        - `order` (tests/it/routing/explain.rs:32): its pattern does not fit: the word `سفارش` is missing
        - `photos` (tests/it/routing/explain.rs:37): the message has no photo
        + `texts` (tests/it/routing/explain.rs:42): it runs
        - `add` (tests/it/routing/explain.rs:22): the command is meant for @other_bot
        - `add_in_groups` (tests/it/routing/explain.rs:27): the command is meant for @other_bot
        - `buy` (tests/it/routing/explain.rs:52): it runs on button "buy:{item}"
        - `rest` (tests/it/routing/explain.rs:47): an earlier handler takes the update
        - `boot` (tests/it/routing/explain.rs:62): it runs on the start
        - `report` (tests/it/routing/explain.rs:57): it runs on an error
        - `help` (built in): it runs on command /help {command?}
    "#]].assert_eq(&explain(app(), &text("/add@other_bot 1 2")).await);
    expect![[r#"
        + `watch` (tests/it/routing/explain.rs:11): it sees the update
        - `watch_presses` (tests/it/routing/explain.rs:16): the update is no button press
        + `help` (built in): it runs
        - `photos` (tests/it/routing/explain.rs:37): an earlier handler takes the update
        - `order` (tests/it/routing/explain.rs:32): an earlier handler takes the update
        - `add` (tests/it/routing/explain.rs:22): it runs on command /add {a} {b}
        - `add_in_groups` (tests/it/routing/explain.rs:27): it runs on command /add {a}
        - `buy` (tests/it/routing/explain.rs:52): it runs on button "buy:{item}"
        - `texts` (tests/it/routing/explain.rs:42): an earlier handler takes the update
        - `rest` (tests/it/routing/explain.rs:47): an earlier handler takes the update
        - `boot` (tests/it/routing/explain.rs:62): it runs on the start
        - `report` (tests/it/routing/explain.rs:57): it runs on an error
    "#]]
    .assert_eq(&explain(app(), &text("/help")).await);
}

#[tokio::test(start_paused = true)]
async fn a_text() {
    let text = |text: &str| message(&format!(r#""text":"{text}""#));
    expect![[r#"
        + `watch` (tests/it/routing/explain.rs:11): it sees the update
        - `watch_presses` (tests/it/routing/explain.rs:16): the update is no button press
        + `order` (tests/it/routing/explain.rs:32): it runs
        - `photos` (tests/it/routing/explain.rs:37): an earlier handler takes the update
        - `add` (tests/it/routing/explain.rs:22): it runs on command /add {a} {b}
        - `add_in_groups` (tests/it/routing/explain.rs:27): it runs on command /add {a}
        - `buy` (tests/it/routing/explain.rs:52): it runs on button "buy:{item}"
        - `texts` (tests/it/routing/explain.rs:42): an earlier handler takes the update
        - `rest` (tests/it/routing/explain.rs:47): an earlier handler takes the update
        - `boot` (tests/it/routing/explain.rs:62): it runs on the start
        - `report` (tests/it/routing/explain.rs:57): it runs on an error
        - `help` (built in): it runs on command /help {command?}
    "#]]
    .assert_eq(&explain(app(), &text("سفارش ۳")).await);
    expect![[r#"
        + `watch` (tests/it/routing/explain.rs:11): it sees the update
        - `watch_presses` (tests/it/routing/explain.rs:16): the update is no button press
        - `order` (tests/it/routing/explain.rs:32): `چای` is no `n`: invalid digit found in string
        - `photos` (tests/it/routing/explain.rs:37): the message has no photo
        + `texts` (tests/it/routing/explain.rs:42): it runs
        - `add` (tests/it/routing/explain.rs:22): it runs on command /add {a} {b}
        - `add_in_groups` (tests/it/routing/explain.rs:27): it runs on command /add {a}
        - `buy` (tests/it/routing/explain.rs:52): it runs on button "buy:{item}"
        - `rest` (tests/it/routing/explain.rs:47): an earlier handler takes the update
        - `boot` (tests/it/routing/explain.rs:62): it runs on the start
        - `report` (tests/it/routing/explain.rs:57): it runs on an error
        - `help` (built in): it runs on command /help {command?}
    "#]]
    .assert_eq(&explain(app(), &text("سفارش چای")).await);
    expect![[r#"
        + `watch` (tests/it/routing/explain.rs:11): it sees the update
        - `watch_presses` (tests/it/routing/explain.rs:16): the update is no button press
        - `photos` (tests/it/routing/explain.rs:37): the message has no photo
        - `texts` (tests/it/routing/explain.rs:42): the message has no text
        + `rest` (tests/it/routing/explain.rs:47): it runs
        - `order` (tests/it/routing/explain.rs:32): it runs on message "سفارش {n}"
        - `add` (tests/it/routing/explain.rs:22): it runs on command /add {a} {b}
        - `add_in_groups` (tests/it/routing/explain.rs:27): it runs on command /add {a}
        - `buy` (tests/it/routing/explain.rs:52): it runs on button "buy:{item}"
        - `boot` (tests/it/routing/explain.rs:62): it runs on the start
        - `report` (tests/it/routing/explain.rs:57): it runs on an error
        - `help` (built in): it runs on command /help {command?}
    "#]]
    .assert_eq(&explain(app(), &message("")).await);
}

#[tokio::test(start_paused = true)]
async fn a_callback() {
    expect![[r#"
        + `watch` (tests/it/routing/explain.rs:11): it sees the update
        + `watch_presses` (tests/it/routing/explain.rs:16): it sees the update
        + `buy` (tests/it/routing/explain.rs:52): it runs
        - `photos` (tests/it/routing/explain.rs:37): it runs on any message
        - `order` (tests/it/routing/explain.rs:32): it runs on message "سفارش {n}"
        - `add` (tests/it/routing/explain.rs:22): it runs on command /add {a} {b}
        - `add_in_groups` (tests/it/routing/explain.rs:27): it runs on command /add {a}
        - `texts` (tests/it/routing/explain.rs:42): it runs on any message
        - `rest` (tests/it/routing/explain.rs:47): it runs on any message
        - `boot` (tests/it/routing/explain.rs:62): it runs on the start
        - `report` (tests/it/routing/explain.rs:57): it runs on an error
        - `help` (built in): it runs on command /help {command?}
    "#]]
    .assert_eq(&explain(app(), &press("buy:1")).await);
    expect![[r#"
        + `watch` (tests/it/routing/explain.rs:11): it sees the update
        + `watch_presses` (tests/it/routing/explain.rs:16): it sees the update
        - `buy` (tests/it/routing/explain.rs:52): `x` is no `item`: invalid digit found in string
        - `photos` (tests/it/routing/explain.rs:37): it runs on any message
        - `order` (tests/it/routing/explain.rs:32): it runs on message "سفارش {n}"
        - `add` (tests/it/routing/explain.rs:22): it runs on command /add {a} {b}
        - `add_in_groups` (tests/it/routing/explain.rs:27): it runs on command /add {a}
        - `texts` (tests/it/routing/explain.rs:42): it runs on any message
        - `rest` (tests/it/routing/explain.rs:47): it runs on any message
        - `boot` (tests/it/routing/explain.rs:62): it runs on the start
        - `report` (tests/it/routing/explain.rs:57): it runs on an error
        - `help` (built in): it runs on command /help {command?}
        = no handler runs: the button press is answered without a text
    "#]]
    .assert_eq(&explain(app(), &press("buy:x")).await);
}

#[tokio::test(start_paused = true)]
async fn an_unknown_update() {
    expect![[r#"
        + `watch` (tests/it/routing/explain.rs:11): it sees the update
        - `watch_presses` (tests/it/routing/explain.rs:16): the update is no button press
        - `photos` (tests/it/routing/explain.rs:37): it runs on any message
        - `order` (tests/it/routing/explain.rs:32): it runs on message "سفارش {n}"
        - `add` (tests/it/routing/explain.rs:22): it runs on command /add {a} {b}
        - `add_in_groups` (tests/it/routing/explain.rs:27): it runs on command /add {a}
        - `buy` (tests/it/routing/explain.rs:52): it runs on button "buy:{item}"
        - `texts` (tests/it/routing/explain.rs:42): it runs on any message
        - `rest` (tests/it/routing/explain.rs:47): it runs on any message
        - `boot` (tests/it/routing/explain.rs:62): it runs on the start
        - `report` (tests/it/routing/explain.rs:57): it runs on an error
        - `help` (built in): it runs on command /help {command?}
        = no handler runs
    "#]]
    .assert_eq(&explain(app(), r#""story":{}"#).await);
}

#[tokio::test(start_paused = true)]
async fn the_handler_that_would_run_is_named() {
    let emulator = bale::emulator::Emulator::new("123456:TEST");
    let bot = crate::rig::bot(&emulator);
    let mut handlers = Vec::new();
    for content in [message(r#""text":"/add 1 2""#), message(r#""text":"/add""#), press("x")] {
        let update =
            serde_json::from_str::<bale::types::Update>(&format!(r#"{{"update_id":3,{content}}}"#))
                .expect("an update");
        let explanation = app().explain(&bale::Update::new(update, bot.clone())).await;
        handlers.push(explanation.expect("a valid bot").handler());
    }
    assert_eq!(handlers, [Some("add"), None, None]);
}
