//! The bot of the contest with teloxide: its dispatcher, which its documentation recommends where a bot must keep up. By
//! default that keeps the order of a chat, and handles chats at once.

use std::env;

use teloxide::prelude::*;

// Its examples have a thread for each core. Here there is one core, and one thread is what that is best used with.
#[tokio::main(flavor = "current_thread")]
async fn main() {
    let variable = |name| env::var(name).expect("the contest sets address and token");
    let url = variable("BALE_API_URL").parse().expect("a URL");
    let bot = Bot::new(variable("BALE_TOKEN")).set_api_url(url);
    let handler = Update::filter_message().endpoint(async |bot: Bot, message: Message| {
        if let Some(text) = message.text() {
            bot.send_message(message.chat.id, text).await?;
        }
        respond(())
    });
    Dispatcher::builder(bot, handler).build().dispatch().await;
}
