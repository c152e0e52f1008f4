//! The keys of attributes, and the same in code.

use bale::{
    App, Message,
    app::on,
    emulator::{ChatType, Emulator, NewMessage},
    filter,
    registry::ChatKind,
};
use expect_test::expect;

use crate::{
    rig::{Rig, bot, transcript},
    routing::explain,
};

mod desk {
    use bale::Message;

    const TEAM: [&str; 2] = ["@Sara", "omid"];

    /// Only for the team.
    #[bale::command("ban {who}", from = 5 | TEAM, reply)]
    async fn ban(who: String) -> String {
        format!("banned {who}")
    }

    #[bale::command("start", from = "nobody")]
    async fn start_of_nobody() -> &'static str {
        "never"
    }

    #[bale::command]
    async fn start() -> &'static str {
        "hello"
    }

    #[bale::on_message("ping", from = 5)]
    async fn ping_of_5() -> &'static str {
        "pong, 5"
    }

    #[bale::on_message("ping")]
    async fn ping() -> &'static str {
        "pong"
    }

    #[bale::on_message]
    async fn rest(message: Message) -> String {
        format!("message {}", message.message_id)
    }

    #[bale::on_message(regex = r"^\d{4}$")]
    async fn year() -> &'static str {
        "a year"
    }

    #[bale::on_message(regex = "سلام", chat = group)]
    async fn greeting() -> &'static str {
        "a greeting"
    }

    #[bale::on_message(reply, text)]
    async fn reply() -> &'static str {
        "a reply"
    }

    #[bale::on_message(forwarded, priority = 1)]
    async fn forwarded() -> &'static str {
        "forwarded"
    }

    #[bale::on_message(photo)]
    async fn photo() -> &'static str {
        "a photo"
    }

    #[bale::on_edited_message(regex = "x")]
    async fn edited() -> &'static str {
        "edited to an x"
    }

    #[bale::on_callback(regex = "^[a-c]$")]
    async fn letter() -> &'static str {
        "a letter"
    }

    #[bale::on_callback(from = 5)]
    async fn button_of_5() -> &'static str {
        "a button of 5"
    }

    #[bale::on_update(from = 5, chat = private)]
    async fn see(message: Message) -> bale::Result {
        message.answer("seen").await?;
        Ok(())
    }
}

fn app() -> App {
    App::collect_module(concat!(module_path!(), "::desk"))
}

#[tokio::test(start_paused = true)]
async fn keys_choose_among_messages() {
    let rig = Rig::start(app());
    let mut all = String::new();
    for (chat, user, name, text) in [
        (1, 1, "ali", "/ban"),
        (1, 1, "ali", "/ban x"),
        (2, 2, "SARA", "/ban x"),
        (1, 1, "ali", "/start"),
        (1, 1, "ali", "ping"),
        (5, 5, "e", "ping"),
        (1, 1, "ali", "1403"),
        (1, 1, "ali", "١٤۰۳"),
        (1, 1, "ali", "سلام"),
        (9, 1, "ali", "و سلام!"),
        (9, 1, "ali", "ســلام\u{200c}علیکم"),
        (1, 1, "ali", "hello"),
    ] {
        let message = NewMessage::new(chat, user, text).username(name);
        let message = if chat == 9 { message.chat_type(ChatType::Group) } else { message };
        rig.emulator.push_message(message).unwrap();
        all += &format!("{name}: {text}\n{}", rig.transcript().await);
    }
    for user in ["omid", "ali"] {
        let message = NewMessage::new(1, 1, "/ban x").username(user).reply_to(1);
        rig.emulator.push_message(message).unwrap();
        all += &format!("{user} replies: /ban x\n{}", rig.transcript().await);
    }
    rig.emulator.edited_message(1, 1, 1, "an x").unwrap();
    rig.emulator.edited_message(1, 1, 1, "a y").unwrap();
    all += &rig.transcript().await;
    expect![[r#"
        ali: /ban
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"message 1"}
        ali: /ban x
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"message 3"}
        SARA: /ban x
        sendMessage {"chat_id":2,"reply_to_message_id":1,"text":"message 1"}
        ali: /start
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"hello"}
        ali: ping
        sendMessage {"chat_id":1,"reply_to_message_id":7,"text":"pong"}
        e: ping
        sendMessage {"chat_id":5,"text":"seen"}
        sendMessage {"chat_id":5,"reply_to_message_id":1,"text":"pong, 5"}
        ali: 1403
        sendMessage {"chat_id":1,"reply_to_message_id":9,"text":"a year"}
        ali: ١٤۰۳
        sendMessage {"chat_id":1,"reply_to_message_id":11,"text":"a year"}
        ali: سلام
        sendMessage {"chat_id":1,"reply_to_message_id":13,"text":"message 13"}
        ali: و سلام!
        sendMessage {"chat_id":9,"reply_to_message_id":1,"text":"a greeting"}
        ali: ســلام‌علیکم
        sendMessage {"chat_id":9,"reply_to_message_id":3,"text":"a greeting"}
        ali: hello
        sendMessage {"chat_id":1,"reply_to_message_id":15,"text":"message 15"}
        omid replies: /ban x
        sendMessage {"chat_id":1,"reply_to_message_id":17,"text":"banned x"}
        ali replies: /ban x
        sendMessage {"chat_id":1,"reply_to_message_id":19,"text":"a reply"}
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"edited to an x"}
    "#]]
    .assert_eq(&all);
}

#[tokio::test(start_paused = true)]
async fn keys_look_at_content_and_captions() {
    let emulator = Emulator::new("123456:TEST");
    emulator.add_chat(1, ChatType::Private).unwrap();
    bot(&emulator).send_message(1, "welcome").await.unwrap();
    emulator.clear_calls();
    let rig = Rig::against(emulator, app());
    let mut all = String::new();
    for (id, content) in [
        r#""photo":[{"file_id":"1:p","width":1,"height":2}],"caption":"1403""#,
        r#""photo":[{"file_id":"1:p","width":1,"height":2}]"#,
        r#""text":"x","forward_from":{"id":7,"is_bot":false,"first_name":"F"}"#,
        r#""text":"x","forward_date":7"#,
        r#""text":"x","reply_to_message":{"message_id":1,"date":0,"chat":{"id":1,"type":"private"}}"#,
        r#""caption":"1403""#,
    ]
    .into_iter()
    .enumerate()
    {
        rig.emulator.raw_update(format!(
            r#"{{"update_id":{id},"message":{{"message_id":1,"date":0,"chat":{{"id":1,"type":"private"}},
                "from":{{"id":1,"is_bot":false,"first_name":"A"}},{content}}}}}"#
        ));
        all += &rig.transcript().await;
    }
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"a year"}
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"a photo"}
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"forwarded"}
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"forwarded"}
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"a reply"}
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"a year"}
    "#]]
    .assert_eq(&all);
}

#[tokio::test(start_paused = true)]
async fn keys_choose_among_buttons() {
    let emulator = Emulator::new("123456:TEST");
    emulator.message(1, 1, "hi");
    let rig = Rig::against(emulator, app());
    rig.transcript().await;
    for (user, data) in [(1, "b"), (1, "d"), (5, "d")] {
        rig.emulator.callback(1, user, 1, data).unwrap();
    }
    expect![[r#"
        answerCallbackQuery {"callback_query_id":"2000000000","text":"a letter"}
        answerCallbackQuery {"callback_query_id":"2000000001"}
        answerCallbackQuery {"callback_query_id":"2000000002","text":"a button of 5"}
    "#]]
    .assert_eq(&rig.transcript().await);
}

#[tokio::test(start_paused = true)]
async fn explain_names_the_filter_that_refused() {
    let photo = r#""message":{"message_id":1,"date":0,"chat":{"id":1,"type":"private"},
        "from":{"id":5,"is_bot":false,"first_name":"A"},"text":"/ban x"}"#;
    expect![[r#"
        + `see` (tests/it/filters/keys.rs:93): it sees the update
        - `ban` (tests/it/filters/keys.rs:23): filter `reply` refuses it
        - `forwarded` (tests/it/filters/keys.rs:68): filter `forwarded` refuses it
        - `year` (tests/it/filters/keys.rs:53): filter `regex = "^\\d{4}$"` refuses it
        - `greeting` (tests/it/filters/keys.rs:58): it is for other kinds of chats
        - `reply` (tests/it/filters/keys.rs:63): filter `reply` refuses it
        - `photo` (tests/it/filters/keys.rs:73): filter `photo` refuses it
        + `rest` (tests/it/filters/keys.rs:48): it runs
        - `ping_of_5` (tests/it/filters/keys.rs:38): it runs on message "ping"
        - `ping` (tests/it/filters/keys.rs:43): it runs on message "ping"
        - `start_of_nobody` (tests/it/filters/keys.rs:28): it runs on command /start
        - `start` (tests/it/filters/keys.rs:33): it runs on command /start
        - `edited` (tests/it/filters/keys.rs:78): it runs on any edited message
        - `letter` (tests/it/filters/keys.rs:83): it runs on any button
        - `button_of_5` (tests/it/filters/keys.rs:88): it runs on any button
        - `help` (built in): it runs on command /help {command?}
    "#]]
    .assert_eq(&explain(app(), photo).await);
}

#[tokio::test(start_paused = true)]
async fn filters_compose_in_code() {
    let media = filter::photo().or(filter::video()).or(filter::voice());
    let app = App::new()
        .on(
            on::message()
                .filter(filter::text().and(filter::reply().not()).and(filter::from([1_i64, 2]))),
            async || "a text that is no reply, of 1 or 2",
        )
        .on(on::message().filter(filter::chat(ChatKind::Group)), async || "in a group")
        .on(
            on::message().filter(media.clone().not()).filter(filter::regex("a+".to_owned())),
            async || "a reply with an a",
        )
        .on(on::message().filter(media.not()).priority(-1), async |message: Message| {
            format!("message {}", message.message_id)
        })
        .on(
            on::command("go").filter(filter::from("sara").or(filter::text().not())),
            async || "gone",
        )
        .help(false);
    let reply = r#""message":{"message_id":1,"date":0,"chat":{"id":1,"type":"private"},"text":"/go",
        "from":{"id":1,"is_bot":false,"first_name":"A"},
        "reply_to_message":{"message_id":1,"date":0,"chat":{"id":1,"type":"private"}}}"#;
    expect![[r#"
        - `closure` (tests/it/filters/keys.rs:265): filter `from = @sara or not text` refuses it
        - `closure` (tests/it/filters/keys.rs:252): filter `not reply` refuses it
        - `closure` (tests/it/filters/keys.rs:257): filter `chat = group` refuses it
        - `closure` (tests/it/filters/keys.rs:258): filter `regex = "a+"` refuses it
        + `closure` (tests/it/filters/keys.rs:262): it runs
    "#]]
    .assert_eq(&explain(app, reply).await);
}

#[test]
fn a_filter_is_shown_as_it_is_written() {
    let filter = filter::text()
        .or(filter::photo().and(filter::reply()).and(filter::forwarded()))
        .not()
        .or(filter::from(5).or(filter::from("a")))
        .and(filter::regex("\"x\"").not());
    expect![[r#"(not (text or (photo and reply and forwarded)) or (from = 5 or from = @a)) and not regex = "\"x\"""#]].assert_eq(&filter.to_string());
}

/// Handlers that come while the bot runs bring regular expressions of their own.
#[tokio::test(start_paused = true)]
async fn expressions_come_and_go() {
    let app = App::new()
        .on(on::message().filter(filter::regex("^b")), async || "b")
        .fallback(async || "?");
    let handlers = app.handlers();
    let rig = Rig::start(app);
    rig.says("b");
    rig.says("a");
    rig.emulator.idle().await;
    let id = handlers.on(on::message().filter(filter::regex("^a")), async || "a").unwrap();
    rig.says("b");
    rig.says("a");
    rig.emulator.idle().await;
    let bad = handlers.on(on::message().filter(filter::regex("(")), async || "(").unwrap_err();
    expect!["`closure` (tests/it/filters/keys.rs:308): the regular expression `(` cannot be read: unclosed group"].assert_eq(&bad.to_string());
    assert!(handlers.remove(id));
    rig.says("a");
    rig.emulator.idle().await;
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"b"}
        sendMessage {"chat_id":1,"reply_to_message_id":2,"text":"?"}
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"b"}
        sendMessage {"chat_id":1,"reply_to_message_id":6,"text":"a"}
        sendMessage {"chat_id":1,"reply_to_message_id":9,"text":"?"}
    "#]]
    .assert_eq(&transcript(&rig.emulator));
}
