//! What the attributes write breaks no lint, however strict the author is.
#![forbid(unsafe_code)]
#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    unused,
    unused_qualifications,
    elided_lifetimes_in_paths,
    single_use_lifetimes,
    let_underscore_drop,
    clippy::all,
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use bale::{Bot, CallbackQuery, HandlerError, Message, Result, Text, Update};

/// A command.
#[bale::command("lints {a} {b?} {c...}", alias = "fusseln")]
async fn command(message: &Message, a: u8, b: Option<u8>, c: String) -> Result {
    message.reply(format!("{a} {b:?} {c}")).await?;
    Ok(())
}

/// Another one.
#[bale::command]
pub(crate) async fn lints_of_visible_functions() {}

/// A message.
#[bale::on_message("lints")]
fn message() -> &'static str {
    "text"
}

/// A button.
#[bale::on_callback("lints:{a}")]
pub(crate) async fn button(query: CallbackQuery, a: u8) -> Result<String> {
    query.answer("sold").await?;
    Ok(a.to_string())
}

#[bale::on_edited_message(priority = 2)]
async fn edited(Text(text): Text) -> String {
    text
}

#[bale::on_update]
async fn update(update: &Update) {
    assert!(update.update_id != -1);
}

#[bale::on_start]
async fn start(_: Bot) {}

#[bale::on_stop]
async fn stop() {}

#[bale::on_error]
async fn error(error: HandlerError, _: &Message) -> String {
    error.to_string()
}

mod program {
    #[bale::main]
    async fn main() {}
}
