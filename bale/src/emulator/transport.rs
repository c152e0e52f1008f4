//! The emulator behind a bot in the same process: no socket, the same door as HTTP.

use bytes::Bytes;

use super::{
    Emulator,
    core::{Delivery, Request},
    decode::decode,
};
use crate::{
    BoxFuture,
    client::transport::{Call, Reply, Transport, TransportError, TransportErrorKind},
};

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
        self.emulator.deliver(Request { token: &token, method, params }).await
    }
}

impl Transport for EmulatorTransport {
    fn send(&self, call: Call) -> BoxFuture<'_, Result<Reply, TransportError>> {
        Box::pin(async move {
            let (content_type, body) = call.body.read().await?;
            let delivery =
                tokio::time::timeout(call.timeout, self.carry(call.method, &content_type, body));
            let error = |kind, text: &str| Err(TransportError::new(kind, text));
            match delivery.await {
                Ok(Delivery::Whole(reply)) => Ok(Reply::new(reply.status, reply.body)),
                Ok(Delivery::Refused) => {
                    error(TransportErrorKind::Connect, "the emulator refused the connection")
                }
                Ok(Delivery::Lost | Delivery::Truncated(_)) => {
                    error(TransportErrorKind::Interrupted, "the emulator closed the connection")
                }
                Err(_) => error(TransportErrorKind::TimedOut, "the emulator did not answer"),
            }
        })
    }
}
