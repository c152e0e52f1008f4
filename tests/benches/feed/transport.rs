//! A Bot API server without a socket: hands out prepared updates as fast as they are asked for.

use std::{
    future::{pending, ready},
    sync::atomic::{AtomicUsize, Ordering},
};

use bale::{
    BoxFuture,
    client::transport::{Body, Call, Reply, Transport, TransportError},
};
use serde::Deserialize;

#[derive(Debug)]
pub struct Feed {
    /// Each as JSON; the update at index `i` has the id `i + 1`.
    updates: Vec<String>,
    confirmed: AtomicUsize,
}

#[derive(Deserialize)]
struct Poll {
    offset: Option<i64>,
    limit: usize,
    timeout: u64,
}

impl Feed {
    /// The updates' ids must count up from 1.
    pub fn new(updates: Vec<String>) -> Self {
        Self { updates, confirmed: AtomicUsize::new(0) }
    }

    /// The answer to a poll; none if the poll is to be held, which is for ever.
    fn poll(&self, poll: &Poll) -> Option<String> {
        let below = poll.offset.and_then(|offset| usize::try_from(offset - 1).ok()).unwrap_or(0);
        let first = self.confirmed.fetch_max(below, Ordering::Relaxed).max(below);
        let rest = &self.updates[first..];
        if rest.is_empty() && poll.timeout > 0 {
            return None;
        }
        let batch = &rest[..rest.len().min(poll.limit)];
        let length: usize = batch.iter().map(|update| update.len() + 1).sum();
        let mut answer = String::with_capacity(length + 32);
        answer.push_str(r#"{"ok":true,"result":["#);
        for (i, update) in batch.iter().enumerate() {
            if i > 0 {
                answer.push(',');
            }
            answer.push_str(update);
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
                    Some(answer) => answer,
                    None => return Box::pin(pending()),
                }
            }
            ("getMe", _) => {
                r#"{"ok":true,"result":{"id":123456,"is_bot":true,"first_name":"feed"}}"#.to_owned()
            }
            _ => r#"{"ok":true,"result":true}"#.to_owned(),
        };
        Box::pin(ready(Ok(Reply::new(200, answer))))
    }
}
