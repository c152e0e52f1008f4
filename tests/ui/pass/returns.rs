//! Whatever each kind of handler may return.

use std::fmt;

use bale::{BoxError, Message, Outcome, Pass, Text, handler::IntoOutcome};

#[derive(Debug)]
struct Sold;

impl fmt::Display for Sold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sold")
    }
}

impl std::error::Error for Sold {}

type Answer = Result<Option<String>, Sold>;

#[bale::command]
async fn returns_nothing() {}

#[bale::command]
async fn returns_text() -> &'static str {
    "text"
}

#[bale::command]
async fn returns_string() -> String {
    String::new()
}

#[bale::command]
async fn returns_option() -> Option<&'static str> {
    None
}

#[bale::command]
async fn returns_pass() -> Pass {
    Pass
}

#[bale::command]
async fn returns_outcome() -> Outcome {
    Outcome::Done
}

#[bale::command]
async fn returns_result() -> bale::Result {
    Err("a text is an error too".into())
}

#[bale::command]
async fn returns_result_of_pass() -> Result<Pass, BoxError> {
    Ok(Pass)
}

#[bale::command]
async fn returns_own_error() -> Result<(), Sold> {
    Err(Sold)
}

#[bale::command]
async fn returns_text_error() -> Result<&'static str, String> {
    Err("no".to_owned())
}

#[bale::command]
async fn returns_api_error(message: Message) -> Result<(), bale::Error> {
    message.reply("Hello").await?;
    Ok(())
}

#[bale::command]
async fn returns_alias() -> Answer {
    Ok(None)
}

#[bale::command]
async fn returns_opaque() -> impl IntoOutcome<bale::event::command> {
    "a type without a name"
}

#[bale::command]
async fn returns_opaque_inside() -> Result<impl IntoOutcome<bale::event::command>, Sold> {
    Ok(Some("a type without a name"))
}

#[bale::on_message("returns")]
async fn message() -> Result<Option<String>, std::num::ParseIntError> {
    Ok(Some("12".parse::<u8>()?.to_string()))
}

#[bale::on_edited_message(priority = 1)]
async fn edited(Text(text): Text) -> String {
    text
}

#[bale::on_callback("returns")]
async fn callback() -> &'static str {
    "done"
}

#[bale::on_error]
async fn error(_: Message) -> Option<&'static str> {
    Some("Something went wrong.")
}

#[bale::on_update]
async fn update(message: Option<&Message>) -> Option<()> {
    let text = message?.text.as_deref()?;
    assert_ne!(text, "never");
    Some(())
}

#[bale::on_start]
async fn start() -> Result<(), Sold> {
    Ok(())
}

#[bale::on_stop]
async fn stop() -> bale::Result {
    Ok(())
}
