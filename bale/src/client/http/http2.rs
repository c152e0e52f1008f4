//! HTTP/2: how it is offered, and what its failures say about a call.

use std::{error::Error as StdError, time::Duration};

use h2::Reason;
use reqwest::{ClientBuilder, retry};

use crate::client::transport::{TransportError, TransportErrorKind};

#[cfg(test)]
mod tests;

/// A connection is idle for its pool from the moment at which the last call began on it. With the time of other
/// connections, each poll of half a minute would want a new one.
pub(super) const POLLS_IDLE_TIMEOUT: Duration = Duration::from_secs(120);
/// A server that says nothing for this long, while something is asked of it, is asked whether it lives.
const PING_AFTER: Duration = Duration::from_secs(15);
const PONG_WITHIN: Duration = Duration::from_secs(10);
/// What the server may send of one answer before we have read it. A download over 100 ms still gets 10 MB/s. It does not
/// adapt: that begins with 64 KiB, so that each batch of a new connection would take some turns more.
const STREAM_WINDOW: u32 = 1 << 20;
/// The same of all answers: as much as there can be. A call's answer waits behind no downloads that nobody reads.
const CONNECTION_WINDOW: u32 = (1 << 31) - 1;

/// The server chooses by ALPN. What it refuses is sent again at once, twice at most: it was not carried out.
pub(super) fn offer(builder: ClientBuilder, idle: Duration) -> ClientBuilder {
    builder
        .retry(retry::for_host(AnyHost).no_budget().classify_fn(|tried| {
            match tried.error().and_then(refused) {
                Some(_) => tried.retryable(),
                None => tried.success(),
            }
        }))
        .pool_idle_timeout(idle)
        .http2_initial_stream_window_size(STREAM_WINDOW)
        .http2_initial_connection_window_size(CONNECTION_WINDOW)
        .http2_keep_alive_interval(PING_AFTER)
        .http2_keep_alive_timeout(PONG_WITHIN)
}

struct AnyHost;

impl PartialEq<&str> for AnyHost {
    fn eq(&self, _: &&str) -> bool {
        true
    }
}

/// Set if the server surely did nothing about the call: it refused the call's stream, or closed the connection and named an
/// earlier one as the last that it looked at (RFC 9113, 8.7). Another reset, or a connection that ends, says nothing.
pub(super) fn refused(error: &(dyn StdError + 'static)) -> Option<TransportError> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<h2::Error>() {
            // h2 gives the GOAWAY to the streams after the last one and to those that never began, and to no other.
            let text = if error.is_go_away() {
                "it closes the connection"
            } else if error.is_reset() && error.reason() == Some(Reason::REFUSED_STREAM) {
                "it has too many at once"
            } else {
                return None;
            };
            let refused = || TransportError::new(TransportErrorKind::Refused, text);
            return error.is_remote().then(refused);
        }
        cause = error.source();
    }
    None
}
