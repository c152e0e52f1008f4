//! Which handler an update reaches, and with which arguments.

use bale::{App, Message, Pass, Result, Text};
use expect_test::expect;

use crate::rig::Rig;

/// Say hello.
#[bale::command]
async fn start() -> &'static str {
    "سلام!"
}

/// Add two numbers.
#[bale::command("add {a} {b}", alias = "جمع")]
async fn add(message: Message, a: i64, b: i64) -> Result {
    message.reply((a + b).to_string()).await?;
    Ok(())
}

#[bale::command("say {name?}")]
fn say(name: Option<String>) -> String {
    name.unwrap_or_else(|| "nobody".to_owned())
}

#[bale::command("list {words...}", hidden)]
async fn list(words: Vec<String>) -> String {
    format!("{words:?}")
}

#[bale::on_message("سلام")]
async fn hello() -> &'static str {
    "علیک"
}

#[bale::on_message]
async fn echo(Text(text): Text) -> Option<String> {
    (text != "quiet").then_some(text)
}

#[bale::on_message(priority = 1)]
async fn passes() -> Pass {
    Pass
}

fn app() -> App {
    App::collect_module(module_path!())
}

#[tokio::test(start_paused = true)]
async fn a_command_is_answered() {
    let rig = Rig::start(app());
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"سلام!"}
    "#]]
    .assert_eq(&rig.ask("/start").await);
}

#[tokio::test(start_paused = true)]
async fn arguments_are_parsed() {
    let rig = Rig::start(app());
    expect![[""]].assert_eq(&rig.ask("/add ۲ 3").await);
}
