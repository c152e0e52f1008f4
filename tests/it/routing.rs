//! Which handler an update reaches, with which arguments, and what becomes of what it returns.

use std::fmt::Write as _;

use bale::{
    App, Update,
    app::RunError,
    emulator::{ChatType, Emulator},
    types,
};

use crate::{
    logs::Logs,
    rig::{Rig, bot},
};

mod at_run_time;
mod callbacks;
mod checks;
mod commands;
mod explain;
mod found;
mod help;
mod outcomes;
mod texts;

/// Person 1 writes these texts, one after the other; gives each with the calls that follow.
async fn talk(app: App, texts: &[&str]) -> String {
    let rig = Rig::start(app);
    let mut transcript = String::new();
    for text in texts {
        let _ = write!(transcript, "{text:?}\n{}", rig.ask(text).await);
    }
    transcript
}

/// A running bot that has written message 1 in the private chat 1 and in the channel 9.
async fn met(app: App) -> Rig {
    let emulator = Emulator::new("123456:TEST");
    for (chat, kind) in [(1, ChatType::Private), (9, ChatType::Channel)] {
        emulator.add_chat(chat, kind).expect("the chat is new");
        bot(&emulator).send_message(chat, "welcome").await.expect("the chat is known");
    }
    emulator.clear_calls();
    Rig::against(emulator, app)
}

/// Runs the bot until it stops by itself; gives why, and the server with the calls until then.
async fn run(app: App) -> (RunError, Emulator) {
    let emulator = Emulator::new("123456:TEST");
    let ended = app.bot(bot(&emulator)).run_until(std::future::pending()).await;
    (ended.expect_err("nothing else stops it"), emulator)
}

/// The bot gets this update, of which only the content is given, like `"message":{..}`.
async fn receive(rig: &Rig, update_id: i64, content: &str) -> String {
    rig.emulator.raw_update(format!(r#"{{"update_id":{update_id},{content}}}"#));
    rig.transcript().await
}

/// A message of person 1 in their chat with this content, like `"text":"hello"`.
pub(crate) fn message(content: &str) -> String {
    let comma = if content.is_empty() { "" } else { "," };
    format!(
        r#""message":{{"message_id":1,"date":0,"chat":{{"id":1,"type":"private"}},"from":{{"id":1,"is_bot":false,"first_name":"A"}}{comma}{content}}}"#
    )
}

/// What would happen with an update of this content, for a bot that knows its own name.
pub(crate) async fn explain(app: App, content: &str) -> String {
    let emulator = Emulator::new("123456:TEST");
    let bot = bot(&emulator);
    bot.get_me().await.expect("the emulator knows its bot");
    emulator.clear_calls();
    let json = format!(r#"{{"update_id":3,{content}}}"#);
    let update: types::Update = serde_json::from_str(&json).expect("an update");
    let explanation = app.explain(&Update::new(update, bot)).await.expect("a valid bot");
    assert_eq!(emulator.calls(), [], "nothing is called");
    explanation.to_string()
}
