//! The generated `/help`.

use bale::{App, Text, app::Language};
use expect_test::expect;

use super::talk;
use crate::rig::Rig;

mod commands {
    /// Say
    /// hello.
    ///
    /// The longer story is told
    /// on two lines.
    ///
    /// - one thing
    /// - another one
    #[bale::command(alias = "شروع")]
    fn start() -> &'static str {
        "سلام!"
    }

    /// Add two numbers.
    #[bale::command("add {a} {b}", aliases = ["جمع", "plus"])]
    fn add(a: i64, b: i64) -> String {
        (a + b).to_string()
    }

    #[bale::command("add {a}")]
    fn add_one(a: i64) -> String {
        (a + 1).to_string()
    }

    /// For those who know.
    #[bale::command("secret {words...}", hidden)]
    fn secret(words: Vec<String>) -> String {
        words.concat()
    }

    #[bale::command("about {topic?} {words...}")]
    fn about(topic: Option<String>, words: Option<String>) -> String {
        format!("{topic:?} {words:?}")
    }
}

fn app() -> App {
    App::collect_module(concat!(module_path!(), "::commands"))
}

const QUESTIONS: [&str; 8] = [
    "/help",
    "/HELP@emulated_bot",
    "/help start",
    "/help /add",
    "/help جمع",
    "/help secret",
    "/help nothing",
    "/help add twice",
];

#[tokio::test(start_paused = true)]
async fn help_lists_the_commands() {
    expect![[r#"
        "/help"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"دستورها:\n/start - Say hello.\n/add <a> <b> - Add two numbers.\n/add <a>\n/about [topic] <words...>"}
        "/HELP@emulated_bot"
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"دستورها:\n/start - Say hello.\n/add <a> <b> - Add two numbers.\n/add <a>\n/about [topic] <words...>"}
        "/help start"
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"/start (/شروع)\nSay hello.\n\nThe longer story is told on two lines.\n\n- one thing\n- another one"}
        "/help /add"
        sendMessage {"chat_id":1,"reply_to_message_id":7,"text":"/add <a> <b> (/جمع, /plus)\nAdd two numbers.\n\n/add <a>"}
        "/help جمع"
        sendMessage {"chat_id":1,"reply_to_message_id":9,"text":"/add <a> <b> (/جمع, /plus)\nAdd two numbers."}
        "/help secret"
        sendMessage {"chat_id":1,"reply_to_message_id":11,"text":"دستوری به نام «secret» نیست.\n\nدستورها:\n/start - Say hello.\n/add <a> <b> - Add two numbers.\n/add <a>\n/about [topic] <words...>"}
        "/help nothing"
        sendMessage {"chat_id":1,"reply_to_message_id":13,"text":"دستوری به نام «nothing» نیست.\n\nدستورها:\n/start - Say hello.\n/add <a> <b> - Add two numbers.\n/add <a>\n/about [topic] <words...>"}
        "/help add twice"
        sendMessage {"chat_id":1,"reply_to_message_id":15,"text":"نوشتهٔ «twice» اضافه است.\nطرز استفاده:\n/help [command]"}
    "#]].assert_eq(&talk(app(), &QUESTIONS).await);
}

#[tokio::test(start_paused = true)]
async fn help_speaks_english() {
    let app = app().language(Language::English);
    expect![[r#"
        "/help"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"Commands:\n/start - Say hello.\n/add <a> <b> - Add two numbers.\n/add <a>\n/about [topic] <words...>"}
        "/HELP@emulated_bot"
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"Commands:\n/start - Say hello.\n/add <a> <b> - Add two numbers.\n/add <a>\n/about [topic] <words...>"}
        "/help start"
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"/start (/شروع)\nSay hello.\n\nThe longer story is told on two lines.\n\n- one thing\n- another one"}
        "/help /add"
        sendMessage {"chat_id":1,"reply_to_message_id":7,"text":"/add <a> <b> (/جمع, /plus)\nAdd two numbers.\n\n/add <a>"}
        "/help جمع"
        sendMessage {"chat_id":1,"reply_to_message_id":9,"text":"/add <a> <b> (/جمع, /plus)\nAdd two numbers."}
        "/help secret"
        sendMessage {"chat_id":1,"reply_to_message_id":11,"text":"There is no command \"secret\".\n\nCommands:\n/start - Say hello.\n/add <a> <b> - Add two numbers.\n/add <a>\n/about [topic] <words...>"}
        "/help nothing"
        sendMessage {"chat_id":1,"reply_to_message_id":13,"text":"There is no command \"nothing\".\n\nCommands:\n/start - Say hello.\n/add <a> <b> - Add two numbers.\n/add <a>\n/about [topic] <words...>"}
        "/help add twice"
        sendMessage {"chat_id":1,"reply_to_message_id":15,"text":"\"twice\" is too much.\nUsage:\n/help [command]"}
    "#]].assert_eq(&talk(app, &QUESTIONS).await);
}

#[tokio::test(start_paused = true)]
async fn a_help_command_of_ones_own_replaces_it() {
    let texts = ["/help", "/help start", "/راهنما"];
    let own = app().command("help", async || "my own help");
    expect![[r#"
        "/help"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"my own help"}
        "/help start"
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"my own help"}
        "/راهنما"
    "#]]
    .assert_eq(&talk(own, &texts).await);
    let own = App::collect_module(concat!(module_path!(), "::help_as_an_alias"));
    expect![[r#"
        "/help"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"راهنمای خودم"}
        "/help start"
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"راهنمای خودم"}
        "/راهنما"
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"راهنمای خودم"}
    "#]]
    .assert_eq(&talk(own, &texts).await);
}

mod help_as_an_alias {
    #[bale::command("راهنما", alias = "Help")]
    fn guide() -> &'static str {
        "راهنمای خودم"
    }
}

#[tokio::test(start_paused = true)]
async fn there_is_no_help_without_commands_to_show() {
    let echo = async |Text(text): Text| text;
    let texts = ["/help", "/help start"];
    let without = app().help(false).on_message(echo);
    expect![[r#"
        "/help"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"/help"}
        "/help start"
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"/help start"}
    "#]]
    .assert_eq(&talk(without, &texts).await);
    let no_commands = App::new().on_message(echo);
    expect![[r#"
        "/help"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"/help"}
        "/help start"
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"/help start"}
    "#]]
    .assert_eq(&talk(no_commands, &texts).await);
    let all_hidden = App::collect_module(concat!(module_path!(), "::all_hidden")).on_message(echo);
    expect![[r#"
        "/help"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"/help"}
        "/help start"
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"/help start"}
    "#]]
    .assert_eq(&talk(all_hidden, &texts).await);
}

mod all_hidden {
    #[bale::command(hidden)]
    fn secret() -> &'static str {
        "?"
    }
}

#[tokio::test(start_paused = true)]
async fn a_long_help_takes_several_messages() {
    let mut app = App::new();
    let name = "x".repeat(58);
    for number in 0..200 {
        app = app.command(format!("{name}{number:03} {{argument}}").leak(), async || "");
    }
    let rig = Rig::start(app);
    rig.says("/help");
    rig.emulator.idle().await;
    let pages: Vec<(usize, usize)> = rig
        .emulator
        .calls()
        .iter()
        .filter(|call| call.method == "sendMessage")
        .map(|call| {
            let text = call.params["text"].as_str().expect("a text");
            (text.chars().count(), text.lines().count())
        })
        .collect();
    expect![[r#"
        [
            (
                4078,
                56,
            ),
            (
                4069,
                55,
            ),
            (
                4069,
                55,
            ),
            (
                2589,
                35,
            ),
        ]
    "#]]
    .assert_debug_eq(&pages);
}
