//! Handlers that come and go while the bot runs.

use std::sync::Mutex;

use bale::{
    App, Result, State, Text,
    app::{HandlerId, Handlers, on},
};
use expect_test::expect;

use crate::rig::Rig;

#[derive(Default)]
struct Ping(Mutex<Option<HandlerId>>);

async fn listen(handlers: State<Handlers>, State(ping): State<Ping>) -> Result<&'static str> {
    let id = handlers.on(on::text("ping"), async || "pong")?;
    *ping.0.lock().unwrap() = Some(id);
    Ok("listening")
}

async fn ignore(handlers: State<Handlers>, State(ping): State<Ping>) -> String {
    let id = ping.0.lock().unwrap().expect("listening");
    format!("{} {}", handlers.remove(id), handlers.remove(id))
}

async fn echo(Text(text): Text) -> String {
    text
}

fn app() -> App {
    App::new()
        .state(Ping::default())
        .command("listen", listen)
        .command("ignore", ignore)
        .on_message(echo)
}

#[tokio::test(start_paused = true)]
async fn a_handler_comes_and_goes() {
    let rig = Rig::start(app());
    let mut transcript = String::new();
    for text in ["ping", "/listen", "ping", "/ignore", "ping"] {
        transcript += &rig.ask(text).await;
    }
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"ping"}
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"listening"}
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"pong"}
        sendMessage {"chat_id":1,"reply_to_message_id":7,"text":"true false"}
        sendMessage {"chat_id":1,"reply_to_message_id":9,"text":"ping"}
    "#]]
    .assert_eq(&transcript);
}

#[tokio::test(start_paused = true)]
async fn what_does_not_fit_in_changes_nothing() {
    let app = app();
    let handlers = app.handlers();
    let rig = Rig::start(app);
    rig.ask("hello").await;
    let error = handlers.on(on::command("listen"), async || "mine").expect_err("a duplicate");
    let text = error.to_string();
    assert!(text.contains("both handle the command `/listen`"), "{text}");
    let error = handlers.on(on::callback("{a}{b}"), async || "x").expect_err("no pattern");
    assert!(error.to_string().contains("`{a}` and `{b}` touch"), "{error}");
    handlers.on(on::command("late"), async || "late").expect("it fits");
    assert_eq!(
        rig.ask("/late").await,
        "sendMessage {\"chat_id\":1,\"reply_to_message_id\":3,\"text\":\"late\"}\n"
    );
}

#[tokio::test(start_paused = true)]
async fn before_the_start_they_are_handlers_like_others() {
    let app = App::new();
    let id = app.handlers().on(on::message(), echo).expect("nothing runs yet");
    assert_eq!(app.check(), Ok(()));
    assert!(app.handlers().remove(id));
    let problems = app.check().expect_err("no handler is left").to_string();
    assert!(problems.starts_with("no handler is registered"), "{problems}");
}
