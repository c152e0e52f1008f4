//! What no handler took.

use bale::{
    App, CallbackQuery,
    emulator::{ChatType, Emulator},
};
use expect_test::expect;

use crate::{
    rig::{Rig, bot},
    routing::explain,
};

mod desk {
    use bale::{CallbackQuery, Message, Pass, Photo, Text};

    #[bale::command("add {a}")]
    async fn add(a: u8) -> String {
        format!("added {a}")
    }

    #[bale::on_message("ping")]
    async fn ping() -> &'static str {
        "pong"
    }

    #[bale::on_message]
    async fn photos(_: Photo) {}

    #[bale::on_callback("buy:{item}")]
    async fn buy(item: u8) -> String {
        format!("bought {item}")
    }

    #[bale::fallback(priority = 2)]
    async fn not_you(Text(text): Text) -> Result<Pass, String> {
        if text == "fail" { Err("failed".to_owned()) } else { Ok(Pass) }
    }

    #[bale::fallback]
    async fn lost(message: Option<Message>, query: Option<CallbackQuery>) -> String {
        format!(
            "lost: {:?} {:?}",
            message.map(|m| m.message_id),
            query.and_then(|q| q.data.clone())
        )
    }
}

fn app() -> App {
    App::collect_module(concat!(module_path!(), "::desk"))
}

#[tokio::test(start_paused = true)]
async fn it_runs_when_nobody_else_does() {
    let rig = Rig::start(app());
    for text in ["/add 1", "/add x", "/nothing", "ping", "hello", "/add@other_bot 1"] {
        rig.says(text);
    }
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"added 1"}
        sendMessage {"chat_id":1,"reply_to_message_id":2,"text":"مقدار <a> نمی‌تواند «x» باشد: باید عدد صحیح باشد.\nطرز استفاده:\n/add <a>"}
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"lost: Some(3) None"}
        sendMessage {"chat_id":1,"reply_to_message_id":4,"text":"pong"}
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"lost: Some(5) None"}
    "#]].assert_eq(&rig.transcript().await);
}

#[tokio::test(start_paused = true)]
async fn it_runs_for_buttons_too() {
    let emulator = Emulator::new("123456:TEST");
    emulator.add_chat(1, ChatType::Private).unwrap();
    bot(&emulator).send_message(1, "welcome").await.unwrap();
    emulator.clear_calls();
    let rig = Rig::against(emulator, app());
    for data in ["buy:1", "buy:many", "other"] {
        rig.emulator.callback(1, 1, 1, data).unwrap();
    }
    expect![[r#"
        answerCallbackQuery {"callback_query_id":"2000000000","text":"bought 1"}
        answerCallbackQuery {"callback_query_id":"2000000001","text":"lost: None Some(\"buy:many\")"}
        answerCallbackQuery {"callback_query_id":"2000000002","text":"lost: None Some(\"other\")"}
    "#]].assert_eq(&rig.transcript().await);
}

#[tokio::test(start_paused = true)]
async fn it_is_not_asked_about_what_needs_no_answer() {
    let rig = Rig::start(App::new().fallback(async || "what?"));
    rig.emulator.join(5, 123_456).unwrap();
    rig.emulator.join(5, 1).unwrap();
    rig.emulator.leave(5, 1).unwrap();
    rig.says("hello");
    rig.emulator.edited_message(1, 1, 1, "hello again").unwrap();
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"what?"}
    "#]]
    .assert_eq(&rig.transcript().await);
}

#[tokio::test(start_paused = true)]
async fn explain_names_it() {
    let app = App::new()
        .command("start", async || "hi")
        .fallback(async |_: CallbackQuery| "a button")
        .help(false);
    let message =
        r#""message":{"message_id":1,"date":0,"chat":{"id":1,"type":"private"},"text":"x"}"#;
    expect![[r#"
        - `closure` (tests/it/events/fallback.rs:104): parameter `CallbackQuery`: the update is no button press
        - `closure` (tests/it/events/fallback.rs:103): it runs on command /start
        = no handler runs
    "#]].assert_eq(&explain(app, message).await);
}
