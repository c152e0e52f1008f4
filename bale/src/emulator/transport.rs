//! The emulator behind a bot in the same process: no socket, the same door as HTTP.

use bytes::Bytes;

use super::{
    Emulator,
    core::{Delivery, Request},
    decode::decode,
};
use crate::{
    BoxFuture,
    client::transport::{
        Call, Chunks, Fetch, Opened, Reply, Transport, TransportError, TransportErrorKind, cause,
    },
};

/// Bytes of a file that travel together, as on a line.
const CHUNK: usize = 64 << 10;

/// Carries the calls of a bot in this process to an [`Emulator`]. Time is tokio's, so that a long poll
/// works on a paused clock.
#[derive(Debug, Clone)]
pub struct EmulatorTransport {
    emulator: Emulator,
}

impl EmulatorTransport {
    pub(crate) fn new(emulator: Emulator) -> Self {
        Self { emulator }
    }

    async fn carry(&self, method: &str, content_type: &str, body: Bytes) -> Delivery {
        let token = self.emulator.core().token().to_owned();
        let params = decode(None, Some(content_type), body).await;
        self.emulator.deliver_for(cause(), Request { token: &token, method, params }).await
    }
}

impl Transport for EmulatorTransport {
    fn send(&self, call: Call) -> BoxFuture<'_, Result<Reply, TransportError>> {
        Box::pin(async move {
            let (content_type, body) = call.body.read().await?;
            let delivery =
                tokio::time::timeout(call.timeout, self.carry(call.method, &content_type, body));
            match delivery.await {
                Ok(Delivery::Whole(reply)) => Ok(Reply::new(reply.status, reply.body)),
                Ok(Delivery::Refused) => Err(refused()),
                Ok(Delivery::Lost | Delivery::Truncated(_)) => Err(closed()),
                Err(_) => {
                    let text = "the emulator did not answer";
                    Err(TransportError::new(TransportErrorKind::TimedOut, text))
                }
            }
        })
    }

    fn open(&self, fetch: Fetch) -> BoxFuture<'_, Result<Opened, TransportError>> {
        Box::pin(async move {
            let token = self.emulator.core().token().to_owned();
            let (reply, breaks_at) = match self.emulator.fetch(&token, &fetch.file_path).await {
                Delivery::Whole(reply) => (reply, None),
                Delivery::Truncated(reply) => {
                    let half = reply.body.len() / 2;
                    (reply, Some(half))
                }
                Delivery::Refused => return Err(refused()),
                Delivery::Lost => return Err(closed()),
            };
            let length = u64::try_from(reply.body.len()).ok();
            let left = breaks_at.map_or(reply.body.clone(), |half| reply.body.slice(..half));
            let file = Sending { left, breaks: breaks_at.is_some() };
            Ok(Opened::streamed(reply.status, length, file))
        })
    }
}

fn refused() -> TransportError {
    TransportError::new(TransportErrorKind::Connect, "the emulator refused the connection")
}

fn closed() -> TransportError {
    TransportError::new(TransportErrorKind::Interrupted, "the emulator closed the connection")
}

/// A file on its way.
struct Sending {
    left: Bytes,
    /// Whether the connection breaks when nothing is left.
    breaks: bool,
}

impl Chunks for Sending {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, TransportError>> {
        let chunk = self.left.split_to(self.left.len().min(CHUNK));
        let next = match (chunk.is_empty(), self.breaks) {
            (true, true) => Err(closed()),
            (true, false) => Ok(None),
            (false, _) => Ok(Some(chunk)),
        };
        Box::pin(async { next })
    }
}
