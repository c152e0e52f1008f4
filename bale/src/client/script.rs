//! A transport for unit tests: it answers from a list and remembers what was called.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use super::{
    Bot, BotBuilder, RetryPolicy,
    transport::{Body, Call, Reply, Transport, TransportError},
};
use crate::BoxFuture;

#[derive(Debug, Default)]
pub(crate) struct Script {
    replies: Mutex<VecDeque<Result<Reply, TransportError>>>,
    calls: Mutex<Vec<Call>>,
}

impl Script {
    /// A bot whose calls get these bodies, one each, and hang when there is none left.
    pub(crate) fn bot(bodies: &[&str]) -> (Bot, Arc<Self>) {
        let replies = bodies.iter().map(|body| Ok(Reply::new(200, (*body).to_owned()))).collect();
        Self::with(replies)
    }

    pub(crate) fn with(replies: VecDeque<Result<Reply, TransportError>>) -> (Bot, Arc<Self>) {
        // A script has no reply for a second try.
        Self::build(Bot::builder().retry(RetryPolicy::off()), replies)
    }

    /// A bot of one's own settings.
    pub(crate) fn build(
        settings: BotBuilder,
        replies: VecDeque<Result<Reply, TransportError>>,
    ) -> (Bot, Arc<Self>) {
        let script = Arc::new(Self { replies: Mutex::new(replies), ..Self::default() });
        let bot = settings.token("12:secret-secret").transport(Arc::clone(&script));
        (bot.build().unwrap(), script)
    }

    /// What was called since the last time: method and JSON.
    pub(crate) fn calls(&self) -> Vec<(&'static str, String)> {
        let calls = std::mem::take(&mut *self.calls.lock().unwrap());
        calls
            .into_iter()
            .map(|call| {
                let Body::Json(json) = call.body else { panic!("not JSON: {:?}", call.body) };
                (call.method, String::from_utf8(json.to_vec()).unwrap())
            })
            .collect()
    }
}

impl Transport for Script {
    fn send(&self, call: Call) -> BoxFuture<'_, Result<Reply, TransportError>> {
        self.calls.lock().unwrap().push(call);
        let reply = self.replies.lock().unwrap().pop_front();
        Box::pin(async move {
            match reply {
                Some(reply) => reply,
                None => std::future::pending().await,
            }
        })
    }
}
