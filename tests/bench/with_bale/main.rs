//! The bot of the contest with bale, as its README writes bots: address and token come from the environment, updates
//! are confirmed when they are handled, and chats keep their order.

use bale::{Message, Result, Text};

/// Say hello.
#[bale::command]
async fn start() -> &'static str {
    "سلام!"
}

#[bale::on_message]
async fn echo(message: Message, Text(text): Text) -> Result {
    message.chat().send(text).await?;
    Ok(())
}

#[bale::main]
async fn main() {}
