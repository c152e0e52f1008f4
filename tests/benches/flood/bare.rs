//! The bot without a framework: reqwest, serde_json, and a loop.

use reqwest::{Client, header::CONTENT_TYPE};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tokio::task::JoinSet;

#[derive(Deserialize)]
struct Envelope<T> {
    ok: bool,
    result: Option<T>,
    description: Option<String>,
}

#[derive(Deserialize)]
struct Update {
    update_id: i64,
    message: Option<Message>,
}

#[derive(Deserialize)]
struct Message {
    message_id: i64,
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
    reply_to_message_id: i64,
}

/// Answers updates until it is ended.
pub async fn run(port: u16) {
    let api = Api { client: client(), base: format!("http://127.0.0.1:{port}/bot123456:BENCH") };
    let mut offset = 0;
    loop {
        let poll = GetUpdates { offset, limit: 100, timeout: 30 };
        let updates: Vec<Update> = api.call("getUpdates", &poll).await;
        let mut replies = JoinSet::new();
        for update in updates {
            offset = update.update_id + 1;
            if let Some(message) = update.message {
                replies.spawn(echo(api.clone(), message));
            }
        }
        while let Some(ended) = replies.join_next().await {
            ended.expect("no reply fails on loopback");
        }
    }
}

async fn echo(api: Api, message: Message) {
    let argument = message.text.as_deref().and_then(|text| text.strip_prefix("/echo "));
    let Some(n) = argument.and_then(|argument| argument.parse::<u64>().ok()) else { return };
    let reply = SendMessage {
        chat_id: message.chat.id,
        text: n.to_string(),
        reply_to_message_id: message.message_id,
    };
    let _sent: Message = api.call("sendMessage", &reply).await;
}

#[derive(Clone)]
struct Api {
    client: Client,
    base: String,
}

impl Api {
    async fn call<T: DeserializeOwned>(&self, method: &str, parameters: &impl Serialize) -> T {
        let body = serde_json::to_vec(parameters).expect("parameters are plain data");
        let response = self
            .client
            .post(format!("{}/{method}", self.base))
            .header(CONTENT_TYPE, "application/json")
            .body(body)
            .send()
            .await
            .expect("the server is there");
        let body = response.bytes().await.expect("the server answers in full");
        let envelope: Envelope<T> = serde_json::from_slice(&body).expect("the server sends JSON");
        match envelope {
            Envelope { ok: true, result: Some(result), .. } => result,
            Envelope { description, .. } => panic!("{method}: {description:?}"),
        }
    }
}

/// Without a TLS configuration reqwest would look for the machine's CA store, which plain HTTP does not need.
fn client() -> Client {
    let tls = rustls::ClientConfig::builder_with_provider(
        rustls::crypto::ring::default_provider().into(),
    )
    .with_safe_default_protocol_versions()
    .expect("ring knows the default versions")
    .with_root_certificates(rustls::RootCertStore::empty())
    .with_no_client_auth();
    Client::builder()
        .no_proxy()
        .tls_backend_preconfigured(tls)
        .build()
        .expect("the client has all it needs")
}
