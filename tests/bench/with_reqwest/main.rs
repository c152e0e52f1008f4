//! The bot of the contest without a framework: reqwest, and a loop that answers a batch before it asks for the next.
//! The chats of a batch are answered at once, each in its order. It panics where anything goes wrong.

use std::{collections::HashMap, env};

use reqwest::Client;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tokio::task::JoinSet;

#[derive(Deserialize)]
struct Envelope<T> {
    result: T,
}

#[derive(Deserialize)]
struct Update {
    update_id: i64,
    message: Option<Message>,
}

#[derive(Deserialize)]
struct Message {
    chat: Chat,
    text: Option<String>,
}

#[derive(Deserialize)]
struct Chat {
    id: i64,
}

#[derive(Serialize)]
struct GetUpdates {
    offset: i64,
    limit: u8,
    timeout: u16,
}

#[derive(Serialize)]
struct SendMessage {
    chat_id: i64,
    text: String,
}

#[derive(Clone)]
struct Api {
    client: Client,
    base: String,
}

impl Api {
    async fn call<T: DeserializeOwned>(&self, method: &str, parameters: &impl Serialize) -> T {
        let url = format!("{}/{method}", self.base);
        let response =
            self.client.post(url).json(parameters).send().await.expect("the server is there");
        let Envelope { result } = response.json().await.expect("the server sends JSON");
        result
    }
}

// One thread is what one core is best used with.
#[tokio::main(flavor = "current_thread")]
async fn main() {
    rustls::crypto::ring::default_provider().install_default().expect("nobody else did");
    let variable = |name| env::var(name).expect("the contest sets address and token");
    let base = format!("{}/bot{}", variable("BALE_API_URL"), variable("BALE_TOKEN"));
    let api = Api { client: Client::new(), base };
    let mut offset = 0;
    loop {
        let poll = GetUpdates { offset, limit: 100, timeout: 30 };
        let updates: Vec<Update> = api.call("getUpdates", &poll).await;
        let mut chats: HashMap<i64, Vec<String>> = HashMap::new();
        for update in updates {
            offset = update.update_id + 1;
            if let Some(Message { chat, text: Some(text) }) = update.message {
                chats.entry(chat.id).or_default().push(text);
            }
        }
        let mut replies = JoinSet::new();
        for (chat_id, texts) in chats {
            replies.spawn(echo(api.clone(), chat_id, texts));
        }
        replies.join_all().await;
    }
}

async fn echo(api: Api, chat_id: i64, texts: Vec<String>) {
    for text in texts {
        let _sent: Message = api.call("sendMessage", &SendMessage { chat_id, text }).await;
    }
}
