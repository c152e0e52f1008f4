//! The bot of the contest without a framework and without a client: hyper's connections on a stack, serde_json, and a
//! loop that answers a batch before it asks for the next. The chats of a batch are answered at once, each in its
//! order. It panics where anything goes wrong, and speaks no HTTPS: the floor, not a bot.

use std::{cell::RefCell, collections::HashMap, env, rc::Rc};

use http_body_util::{BodyExt as _, Full};
use hyper::{
    Request,
    body::Bytes,
    client::conn::http1::{self, SendRequest},
};
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tokio::{
    net::TcpStream,
    task::{LocalSet, spawn_local},
};

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

struct Api {
    address: String,
    get_updates: String,
    send_message: String,
    idle: RefCell<Vec<SendRequest<Full<Bytes>>>>,
}

impl Api {
    async fn call<T: DeserializeOwned>(&self, path: &str, parameters: &impl Serialize) -> T {
        let body = serde_json::to_vec(parameters).expect("parameters are plain data");
        let request = Request::post(path)
            .header("host", &self.address)
            .header("content-type", "application/json")
            .body(Full::new(Bytes::from(body)))
            .expect("a request");
        let idle = self.idle.borrow_mut().pop();
        let mut sender = match idle {
            Some(sender) => sender,
            None => self.connect().await,
        };
        sender.ready().await.expect("the connection stays open");
        let response = sender.send_request(request).await.expect("the server is there");
        let body =
            response.into_body().collect().await.expect("the server answers in full").to_bytes();
        self.idle.borrow_mut().push(sender);
        let Envelope { result } = serde_json::from_slice(&body).expect("the server sends JSON");
        result
    }

    async fn connect(&self) -> SendRequest<Full<Bytes>> {
        let stream = TcpStream::connect(&self.address).await.expect("the server is there");
        stream.set_nodelay(true).expect("a socket");
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.expect("HTTP");
        // Nobody waits for it: a connection that fails is seen by who sends on it.
        drop(spawn_local(connection));
        sender
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let variable = |name| env::var(name).expect("the contest sets address and token");
    let (url, token) = (variable("BALE_API_URL"), variable("BALE_TOKEN"));
    let api = Api {
        address: url.strip_prefix("http://").expect("plain HTTP").to_owned(),
        get_updates: format!("/bot{token}/getUpdates"),
        send_message: format!("/bot{token}/sendMessage"),
        idle: RefCell::default(),
    };
    LocalSet::new().run_until(run(Rc::new(api))).await;
}

async fn run(api: Rc<Api>) {
    let mut offset = 0;
    loop {
        let poll = GetUpdates { offset, limit: 100, timeout: 30 };
        let updates: Vec<Update> = api.call(&api.get_updates, &poll).await;
        let mut chats: HashMap<i64, Vec<String>> = HashMap::new();
        for update in updates {
            offset = update.update_id + 1;
            if let Some(Message { chat, text: Some(text) }) = update.message {
                chats.entry(chat.id).or_default().push(text);
            }
        }
        let replies = chats.into_iter().map(|chat| spawn_local(echo(Rc::clone(&api), chat)));
        for reply in replies.collect::<Vec<_>>() {
            reply.await.expect("no reply fails on loopback");
        }
    }
}

async fn echo(api: Rc<Api>, (chat_id, texts): (i64, Vec<String>)) {
    for text in texts {
        let _sent: Message = api.call(&api.send_message, &SendMessage { chat_id, text }).await;
    }
}
