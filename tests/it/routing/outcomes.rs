//! What becomes of an update beside its handler: observers, errors, hooks, state.

use std::sync::atomic::{AtomicU32, Ordering};

use bale::{App, Bot, HandlerError, Message, State, Text, Update, app::RunError};
use expect_test::expect;

use super::{Logs, message, met, receive, run, talk};

mod failing {
    use bale::{HandlerError, Message, Result, Update};

    #[derive(Debug)]
    struct Outer(std::num::ParseIntError);

    impl std::fmt::Display for Outer {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("cannot count")
        }
    }

    impl std::error::Error for Outer {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            Some(&self.0)
        }
    }

    #[bale::command]
    async fn own() -> Result {
        "x".parse::<u8>().map_err(Outer)?;
        Ok(())
    }

    #[bale::command]
    async fn text() -> Result<(), String> {
        Err("only a text".to_owned())
    }

    #[bale::command]
    async fn call(message: Message) -> Result {
        message.reply("").await?;
        Ok(())
    }

    #[bale::command]
    async fn panics() {
        panic!("there is none");
    }

    #[bale::command]
    fn long() -> String {
        "x".repeat(4097)
    }

    #[bale::on_error]
    async fn report(error: HandlerError, update: Update) -> String {
        let (file, line) = error.location();
        format!(
            "{error} | {} {file}:{line} {:?} {} panic: {} outer: {}",
            error.handler(),
            error.update_id(),
            update.update_id,
            error.is_panic(),
            error.downcast_ref::<Outer>().is_some(),
        )
    }
}

#[tokio::test(start_paused = true)]
async fn on_error_is_told_what_failed_and_where() {
    let app = App::collect_module(concat!(module_path!(), "::failing"));
    let texts = ["/own", "/text", "/call", "/panics", "/long"];
    expect![[r#"
        "/own"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"handler `own` (tests/it/routing/outcomes.rs:28) failed on update 0: cannot count: invalid digit found in string | own tests/it/routing/outcomes.rs:28 Some(0) 0 panic: false outer: true"}
        "/text"
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"handler `text` (tests/it/routing/outcomes.rs:34) failed on update 1: only a text | text tests/it/routing/outcomes.rs:34 Some(1) 1 panic: false outer: false"}
        "/call"
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"handler `call` (tests/it/routing/outcomes.rs:39) failed on update 2: sendMessage: `text` must have 1 to 4096 characters, found 0 characters | call tests/it/routing/outcomes.rs:39 Some(2) 2 panic: false outer: false"}
        "/panics"
        sendMessage {"chat_id":1,"reply_to_message_id":7,"text":"handler `panics` (tests/it/routing/outcomes.rs:45) panicked on update 3: there is none | panics tests/it/routing/outcomes.rs:45 Some(3) 3 panic: true outer: false"}
        "/long"
        sendMessage {"chat_id":1,"reply_to_message_id":9,"text":"handler `long` (tests/it/routing/outcomes.rs:50) failed on update 4: sendMessage: `text` must have 1 to 4096 characters, found 4097 characters | long tests/it/routing/outcomes.rs:50 Some(4) 4 panic: false outer: false"}
    "#]].assert_eq(&talk(app, &texts).await);
}

mod error_handlers {
    use bale::{CallbackQuery, HandlerError, Message, Text};

    #[bale::on_message]
    async fn fail(Text(text): Text) -> Result<(), String> {
        Err(text)
    }

    #[bale::on_error(priority = 2)]
    async fn of_buttons(_: CallbackQuery) -> &'static str {
        unreachable!("there are only messages")
    }

    #[bale::on_error(priority = 1)]
    async fn of_messages(error: &HandlerError, message: &Message) -> bale::Result<Option<String>> {
        match message.text.as_deref() {
            Some("fail again") => Err("the report failed too".into()),
            Some("panic") => panic!("the report panicked"),
            Some("long") => Ok(Some("x".repeat(5000))),
            Some("quiet") => Ok(None),
            _ => Ok(Some(error.to_string())),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_handler_that_fails_is_not_asked_again() {
    let log = Logs::warnings();
    let app = App::collect_module(concat!(module_path!(), "::error_handlers"));
    let transcript = talk(app, &["fail", "quiet", "fail again", "panic", "long", "fail"]).await;
    expect![[r#"
        "fail"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"handler `fail` (tests/it/routing/outcomes.rs:90) failed on update 0: fail"}
        "quiet"
        "fail again"
        "panic"
        "long"
        "fail"
        sendMessage {"chat_id":1,"reply_to_message_id":7,"text":"handler `fail` (tests/it/routing/outcomes.rs:90) failed on update 5: fail"}
    "#]].assert_eq(&transcript);
    expect![[r#"
        ERROR bale::dispatch::run: handler `of_messages` (tests/it/routing/outcomes.rs:100) failed on update 2: the report failed too
        ERROR bale::dispatch::run: handler `fail` (tests/it/routing/outcomes.rs:90) failed on update 2: fail again
        ERROR bale::dispatch::run: handler `of_messages` (tests/it/routing/outcomes.rs:100) panicked on update 3: the report panicked
        ERROR bale::dispatch::run: handler `fail` (tests/it/routing/outcomes.rs:90) failed on update 3: panic
        ERROR bale::dispatch::run: handler `of_messages` (tests/it/routing/outcomes.rs:100) failed on update 4: sendMessage: `text` must have 1 to 4096 characters, found 5000 characters
    "#]].assert_eq(&log.take());
}

#[tokio::test(start_paused = true)]
async fn without_an_error_handler_the_log_is_told() {
    let log = Logs::warnings();
    let app = App::collect_module(concat!(module_path!(), "::no_error_handler"));
    expect![[r#"
        "x"
        "y"
        sendMessage {"chat_id":1,"reply_to_message_id":2,"text":"fine"}
    "#]]
    .assert_eq(&talk(app, &["x", "y"]).await);
    expect![[r#"
        ERROR bale::dispatch::run: handler `fail` (tests/it/routing/outcomes.rs:152) failed on update 0: no luck
    "#]].assert_eq(&log.take());
}

mod no_error_handler {
    #[bale::on_message("x")]
    async fn fail() -> Result<&'static str, &'static str> {
        Err("no luck")
    }

    #[bale::on_message]
    async fn fine() -> &'static str {
        "fine"
    }
}

mod observers {
    use std::sync::atomic::Ordering;

    use bale::{Bot, CallbackQuery, HandlerError, Message, State, Update};

    #[bale::on_update]
    async fn all(update: Update, bot: Bot) -> bale::Result {
        bot.send_message(1, format!("{} {}", update.update_id, update.kind.name())).await?;
        Ok(())
    }

    #[bale::on_update(priority = 1)]
    async fn messages(message: &Message, State(count): State<super::Count>) {
        assert_ne!(message.text.as_deref(), Some("panic"));
        count.0.fetch_add(1, Ordering::Relaxed);
    }

    #[bale::on_update]
    async fn presses(_: CallbackQuery) -> bale::Result {
        Err("a press".into())
    }

    #[bale::command]
    fn count(State(count): State<super::Count>) -> String {
        count.0.load(Ordering::Relaxed).to_string()
    }

    #[bale::on_error]
    async fn report(error: HandlerError, bot: Bot) -> bale::Result {
        bot.send_message(1, error.to_string()).await?;
        Ok(())
    }
}

struct Count(AtomicU32);

#[tokio::test(start_paused = true)]
async fn observers_see_every_update_and_take_none() {
    let app = App::collect_module(concat!(module_path!(), "::observers"))
        .state(Count(AtomicU32::new(40)));
    let rig = met(app).await;
    let mut transcript = rig.ask("panic").await;
    transcript.push_str(&rig.ask("/count").await);
    rig.emulator.callback(1, 1, 1, "x").expect("there is a message 1");
    transcript.push_str(&rig.transcript().await);
    for (id, content) in [
        (100, r#""story":{"new":"kind"}"#),
        (101, r#""message":"not a message""#),
        (102, &*message(r#""text":"/count""#)),
    ] {
        transcript.push_str(&receive(&rig, id, content).await);
    }
    expect![[r#"
        sendMessage {"chat_id":1,"text":"handler `messages` (tests/it/routing/outcomes.rs:174) panicked on update 0: assertion `left != right` failed\n  left: Some(\"panic\")\n right: Some(\"panic\")"}
        sendMessage {"chat_id":1,"text":"0 message"}
        sendMessage {"chat_id":1,"text":"1 message"}
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"41"}
        sendMessage {"chat_id":1,"text":"2 callback_query"}
        sendMessage {"chat_id":1,"text":"handler `presses` (tests/it/routing/outcomes.rs:180) failed on update 2: a press"}
        answerCallbackQuery {"callback_query_id":"2000000000"}
        sendMessage {"chat_id":1,"text":"100 story"}
        sendMessage {"chat_id":1,"text":"101 message"}
        sendMessage {"chat_id":1,"text":"102 message"}
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"42"}
    "#]].assert_eq(&transcript);
}

mod hooks {
    use bale::{Bot, HandlerError, State, Update};

    #[bale::on_start]
    async fn second(bot: Bot) -> bale::Result {
        bot.send_message(1, "start 2").await?;
        Ok(())
    }

    #[bale::on_start(priority = 1)]
    async fn first(bot: &Bot, name: State<String>) -> bale::Result {
        bot.send_message(1, format!("start 1 of {}", *name)).await?;
        Ok(())
    }

    #[bale::on_message]
    fn hello() -> &'static str {
        "hello"
    }

    #[bale::on_stop]
    async fn save(bot: Bot) -> bale::Result {
        bot.send_message(1, "stop 1").await?;
        Err("the disk is full".into())
    }

    #[bale::on_stop]
    async fn crash() {
        panic!("in the end");
    }

    #[bale::on_stop]
    async fn close(bot: Bot) -> bale::Result {
        bot.send_message(1, "stop 3").await?;
        Ok(())
    }

    #[bale::on_error]
    async fn report(error: HandlerError, bot: Bot, update: Option<Update>) -> bale::Result {
        bot.send_message(1, format!("{error}; update: {}", update.is_some())).await?;
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn hooks_run_in_order_and_all_of_the_last_ones() {
    let app = App::collect_module(concat!(module_path!(), "::hooks")).state("bale".to_owned());
    let rig = met(app).await;
    let mut transcript = rig.ask("hi").await;
    let emulator = rig.emulator.clone();
    rig.stop().await.expect("a clean stop");
    transcript.push_str(&crate::rig::transcript(&emulator));
    expect![[r#"
        sendMessage {"chat_id":1,"text":"start 1 of bale"}
        sendMessage {"chat_id":1,"text":"start 2"}
        sendMessage {"chat_id":1,"reply_to_message_id":2,"text":"hello"}
        sendMessage {"chat_id":1,"text":"stop 1"}
        sendMessage {"chat_id":1,"text":"handler `save` (tests/it/routing/outcomes.rs:250) failed: the disk is full; update: false"}
        sendMessage {"chat_id":1,"text":"handler `crash` (tests/it/routing/outcomes.rs:256) panicked: in the end; update: false"}
        sendMessage {"chat_id":1,"text":"stop 3"}
    "#]].assert_eq(&transcript);
}

#[tokio::test(start_paused = true)]
async fn a_failing_start_stops_the_bot() {
    let (error, emulator) =
        run(App::collect_module(concat!(module_path!(), "::failing_start"))).await;
    assert!(matches!(error, RunError::Start(_)), "{error:?}");
    expect!["the bot cannot start: handler `connect` (tests/it/routing/outcomes.rs:307) failed: no database"].assert_eq(&error.to_string());
    assert_eq!(crate::rig::transcript(&emulator), "");
    let (error, _) = run(App::collect_module(concat!(module_path!(), "::panicking_start"))).await;
    expect!["the bot cannot start: handler `connect` (tests/it/routing/outcomes.rs:326) panicked: no database at all"].assert_eq(&error.to_string());
}

mod failing_start {
    use bale::Bot;

    #[bale::on_start]
    async fn connect() -> bale::Result {
        Err("no database".into())
    }

    #[bale::on_start]
    async fn never(bot: Bot) -> bale::Result {
        bot.send_message(1, "never").await?;
        Ok(())
    }

    #[bale::on_stop]
    async fn nor_this(bot: Bot) -> bale::Result {
        bot.send_message(1, "never").await?;
        Ok(())
    }
}

mod panicking_start {
    #[bale::on_start]
    async fn connect() {
        panic!("no database at all");
    }
}

#[tokio::test(start_paused = true)]
async fn state_is_shared_by_handlers() {
    let app = App::new()
        .state(Count(AtomicU32::new(0)))
        .state("a name".to_owned())
        .command("up", async |State(count): State<Count>| {
            (count.0.fetch_add(1, Ordering::Relaxed) + 1).to_string()
        })
        .on_message(async |name: State<String>, Text(text): Text| format!("{}: {text}", *name));
    expect![[r#"
        "/up"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"1"}
        "/up"
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"2"}
        "x"
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"a name: x"}
    "#]]
    .assert_eq(&talk(app, &["/up", "/up", "x"]).await);
}

#[tokio::test(start_paused = true)]
async fn an_error_handler_may_use_what_the_handler_could() {
    let app = App::new().on_message(async |_: Message| Err::<(), _>("no")).on_error(
        async |error: HandlerError, update: Update, bot: Bot, message: Message| {
            let id = update.update_id;
            bot.send_message(message.chat.id, format!("{id}: {}", error.update_id() == Some(id)))
                .await?;
            bale::Result::<()>::Ok(())
        },
    );
    expect![[r#"
        "x"
        sendMessage {"chat_id":1,"text":"0: true"}
    "#]]
    .assert_eq(&talk(app, &["x"]).await);
}
