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

use std::sync::{Arc, atomic::AtomicU32};

use bale::{
    Bot, CallbackQuery, HandlerError, Message, Result, State, Text, Update, User, filter::Filter,
};

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

/// People.
pub(crate) const PEOPLE: [i64; 2] = [1, 2];

/// A filter.
#[bale::filter]
pub(crate) async fn is_known(user: User, _: &Bot, _: State<Shop>) -> Result<bool> {
    if user.id == 0 { Err("nobody".into()) } else { Ok(true) }
}

#[bale::filter]
fn is_stranger() -> Filter {
    is_known::filter().not()
}

#[bale::on_message("filtered", from = 1 | "sara" | PEOPLE, reply, filter = is_stranger)]
async fn filtered() {}

#[bale::on_callback(regex = r"\d+", filter = is_known)]
async fn number() {}

/// State.
#[derive(Debug, Default, bale::State)]
pub(crate) struct Shop {
    name: String,
    owner: Arc<Owner>,
    #[state(skip)]
    visits: AtomicU32,
}

#[derive(Debug, Default)]
struct Owner;

#[bale::command("lints_of_state", reply)]
async fn check(State(name): State<String>, owner: State<Owner>, State(shop): State<Shop>) {
    assert!(name.len() + shop.name.len() > 0, "{owner:?} {:?} {:?}", shop.owner, shop.visits);
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
