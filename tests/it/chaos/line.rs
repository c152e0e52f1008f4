//! The line between bot and server: it notes each poll, and now and then puts updates out of order, or twice.

use std::sync::{Arc, Mutex};

use bale::{
    BoxFuture,
    client::transport::{
        Call, Fetch, Opened, Reply, Transport, TransportError, TransportErrorKind,
    },
    emulator::EmulatorTransport,
};
use fastrand::Rng;
use serde_json::Value;
use tokio::time::Instant;

/// How a call of the poller ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// An answer that is one.
    Answered,
    /// The server says how long to wait.
    Paused,
    /// It did not reach the server.
    Unreachable,
    Failed,
}

/// A poll, or another call by which the poller finds out whether the server is there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Poll {
    pub(super) life: usize,
    pub(super) began: Instant,
    pub(super) outcome: Outcome,
}

#[derive(Debug)]
pub(super) struct Line {
    pub(super) life: usize,
    pub(super) server: EmulatorTransport,
    pub(super) polls: Arc<Mutex<Vec<Poll>>>,
    pub(super) shuffles: u8,
    pub(super) random: Mutex<Rng>,
}

impl Line {
    fn note(&self, began: Instant, outcome: Outcome) {
        let poll = Poll { life: self.life, began, outcome };
        self.polls.lock().expect("nothing panics here").push(poll);
    }

    /// The same updates in another order, some of them twice.
    fn shuffled(&self, reply: Reply) -> Reply {
        let mut random = self.random.lock().expect("nothing panics here");
        if self.shuffles == 0 || random.u8(..self.shuffles) != 0 {
            return reply;
        }
        let Ok(mut answer) = serde_json::from_slice::<Value>(&reply.body) else { return reply };
        let Some(updates) = answer["result"].as_array_mut() else { return reply };
        let twice: Vec<Value> = updates.iter().filter(|_| random.u8(..5) == 0).cloned().collect();
        updates.extend(twice);
        random.shuffle(updates);
        Reply::new(reply.status, answer.to_string())
    }
}

impl Transport for Line {
    fn send(&self, call: Call) -> BoxFuture<'_, Result<Reply, TransportError>> {
        if !matches!(call.method, "getUpdates" | "getMe" | "deleteWebhook") {
            return self.server.send(call);
        }
        let polls = call.method == "getUpdates";
        let began = Instant::now();
        Box::pin(async move {
            let result = self.server.send(call).await;
            let outcome = match &result {
                Ok(reply) if reply.status == 200 => Outcome::Answered,
                Ok(reply) if reply.status == 429 => Outcome::Paused,
                Err(error) if error.kind() == TransportErrorKind::Connect => Outcome::Unreachable,
                _ => Outcome::Failed,
            };
            self.note(began, outcome);
            result.map(|reply| if polls { self.shuffled(reply) } else { reply })
        })
    }

    fn open(&self, fetch: Fetch) -> BoxFuture<'_, Result<Opened, TransportError>> {
        self.server.open(fetch)
    }
}
