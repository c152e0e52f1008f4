//! The bot of the contest with frankenstein. It has no dispatcher, so this is the loop of its examples; the chats of a
//! batch are answered at once, each in its order, as a careful author would.

use std::{collections::HashMap, env};

use frankenstein::{
    AsyncTelegramApi,
    client_reqwest::Bot,
    methods::{GetUpdatesParams, SendMessageParams},
    updates::UpdateContent,
};
use tokio::task::JoinSet;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let variable = |name| env::var(name).expect("the contest sets address and token");
    let bot = Bot::new_url(format!("{}/bot{}", variable("BALE_API_URL"), variable("BALE_TOKEN")));
    let mut offset = 0;
    loop {
        let poll =
            GetUpdatesParams::builder().offset(offset).limit(100_u32).timeout(30_u32).build();
        let updates = bot.get_updates(&poll).await.expect("the server is there").result;
        let mut chats: HashMap<i64, Vec<String>> = HashMap::new();
        for update in updates {
            offset = i64::from(update.update_id) + 1;
            if let UpdateContent::Message(message) = update.content {
                if let Some(text) = message.text {
                    chats.entry(message.chat.id).or_default().push(text);
                }
            }
        }
        let mut replies = JoinSet::new();
        for (chat_id, texts) in chats {
            replies.spawn(echo(bot.clone(), chat_id, texts));
        }
        replies.join_all().await;
    }
}

async fn echo(bot: Bot, chat_id: i64, texts: Vec<String>) {
    for text in texts {
        let answer = SendMessageParams::builder().chat_id(chat_id).text(text).build();
        bot.send_message(&answer).await.expect("the server answers");
    }
}
