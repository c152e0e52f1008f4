//! The wall between the framework and the wire: one method, so that HTTP, the in-process emulator and a
//! test's own double stand behind the same calls.

use std::{error::Error as StdError, fmt, sync::Arc, time::Duration};

use bytes::Bytes;

pub use super::body::{Attachment, Body, Multipart};
use crate::BoxFuture;

/// One call of a Bot API method, encoded and ready to go. It carries no token and no address: those
/// belong to the transport.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Call {
    /// Wire name of the method, as `sendMessage`.
    pub method: &'static str,
    /// The encoded parameters.
    pub body: Body,
    /// How long the whole call may take; of an upload, how long it may stand still. The client keeps this
    /// time itself and drops the transport's future when it is up; a transport may use it to plan.
    pub timeout: Duration,
    /// The method's place in the table, so that the HTTP transport need not build its address again.
    pub(crate) index: Option<usize>,
}

impl Call {
    /// A call of `method` with `body`, given up after `timeout`.
    pub fn new(method: &'static str, body: Body, timeout: Duration) -> Self {
        Self { method, body, timeout, index: None }
    }
}

/// What came back: any HTTP status with any body. Whether the call succeeded is read off the body, by the
/// client.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Reply {
    /// HTTP status code.
    pub status: u16,
    /// The whole body, whatever it is.
    pub body: Bytes,
}

impl Reply {
    /// A reply with this status and body.
    pub fn new(status: u16, body: impl Into<Bytes>) -> Self {
        Self { status, body: body.into() }
    }
}

/// Why no reply came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection was made: the server surely never saw the call.
    Connect,
    /// The connection broke after the call may have been sent.
    Interrupted,
    /// Time was up; the call may have been sent.
    TimedOut,
    /// A file of the call could not be read to its end: the server never saw the whole call.
    Unreadable,
}

/// A call that got no reply. Its text never contains the token.
pub struct TransportError {
    kind: TransportErrorKind,
    source: Box<dyn StdError + Send + Sync>,
}

impl TransportError {
    /// An error of this kind. The source's text must not contain the token.
    pub fn new(
        kind: TransportErrorKind,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self { kind, source: source.into() }
    }

    /// What went wrong.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }
}

impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportError")
            .field("kind", &self.kind)
            .field("source", &self.source.to_string())
            .finish()
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            TransportErrorKind::Connect => "could not connect",
            TransportErrorKind::Interrupted => "the connection broke",
            TransportErrorKind::TimedOut => "no answer in time",
            // The source names the file, and its own source alone would not.
            TransportErrorKind::Unreadable => return fmt::Display::fmt(&self.source, f),
        })?;
        // reqwest hides the cause behind a chain of sources; the reader at midnight needs the last one.
        let mut last: &dyn StdError = &*self.source;
        while let Some(next) = last.source() {
            last = next;
        }
        write!(f, ": {last}")
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.source)
    }
}

/// Carries calls to a Bot API server and brings replies back.
///
/// The HTTP transport is the default; `Emulator::transport` (feature `emulator`) answers in the same
/// process without a socket. Implement it to count, delay or falsify calls in a test.
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Sends one call. Must not panic and must not retry.
    fn send(&self, call: Call) -> BoxFuture<'_, Result<Reply, TransportError>>;
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, call: Call) -> BoxFuture<'_, Result<Reply, TransportError>> {
        (**self).send(call)
    }
}
