//! A Bot API server without a socket: hands out prepared updates as fast as they are asked for.

use std::{
    fmt,
    future::{pending, ready},
    sync::atomic::{AtomicUsize, Ordering},
};

use bale::{
    BoxFuture,
    client::transport::{Body, Call, Reply, Transport, TransportError},
};
use bytes::Bytes;
use serde::Deserialize;

type Write = dyn Fn(usize, &mut String) + Send + Sync;

pub struct Feed {
    count: usize,
    /// Writes the JSON of an update; that at index `i` has the id `i + 1`.
    write: Box<Write>,
    confirmed: AtomicUsize,
}

impl fmt::Debug for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Feed({})", self.count)
    }
}

const ME: &[u8] = br#"{"ok":true,"result":{"id":123456,"is_bot":true,"first_name":"feed"}}"#;
const SENT: &[u8] = br#"{"ok":true,"result":{"message_id":2,"from":{"id":123456,"is_bot":true,"first_name":"feed"},"date":1764000000,"chat":{"id":1,"type":"private","first_name":"user"},"text":"1"}}"#;

#[derive(Deserialize)]
struct Poll {
    offset: Option<i64>,
    limit: usize,
    timeout: u64,
}

impl Feed {
    /// So many updates, written when they are asked for. Their ids must count up from 1.
    pub fn new(count: usize, write: impl Fn(usize, &mut String) + Send + Sync + 'static) -> Self {
        Self { count, write: Box::new(write), confirmed: AtomicUsize::new(0) }
    }

    /// The answer to a poll; none if the poll is to be held, which is for ever.
    fn poll(&self, poll: &Poll) -> Option<String> {
        let below = poll.offset.and_then(|offset| usize::try_from(offset - 1).ok()).unwrap_or(0);
        let first = self.confirmed.fetch_max(below, Ordering::Relaxed).max(below);
        if first == self.count && poll.timeout > 0 {
            return None;
        }
        let mut answer = r#"{"ok":true,"result":["#.to_owned();
        for i in first..self.count.min(first + poll.limit) {
            if i > first {
                answer.push(',');
            }
            (self.write)(i, &mut answer);
        }
        answer.push_str("]}");
        Some(answer)
    }
}

impl Transport for Feed {
    fn send(&self, call: Call) -> BoxFuture<'_, Result<Reply, TransportError>> {
        let answer = match (call.method, &call.body) {
            ("getUpdates", Body::Json(json)) => {
                let poll = serde_json::from_slice(json).expect("polls have offset, limit, timeout");
                match self.poll(&poll) {
                    Some(answer) => answer.into(),
                    None => return Box::pin(pending()),
                }
            }
            ("getMe", _) => Bytes::from_static(ME),
            ("sendMessage", _) => Bytes::from_static(SENT),
            _ => Bytes::from_static(br#"{"ok":true,"result":true}"#),
        };
        Box::pin(ready(Ok(Reply::new(200, answer))))
    }
}
