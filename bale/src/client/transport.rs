//! The wall between the framework and the wire: two methods, so that HTTP, the in-process emulator and a
//! test's own double stand behind the same calls and downloads.

use std::{error::Error as StdError, fmt, sync::Arc, time::Duration};

use bytes::Bytes;

pub use super::body::{Attachment, Body, Multipart};
use crate::BoxFuture;

tokio::task_local! {
    /// The update whose handler runs in this task.
    static CAUSE: i64;
}

/// Runs a handler of this update, so that a transport can ask for [`cause`].
pub(crate) fn caused_by<F: Future>(update_id: i64, handler: F) -> impl Future<Output = F::Output> {
    CAUSE.scope(update_id, handler)
}

/// The update whose handler makes the call; none elsewhere, in tasks of its own, and where nobody watches.
#[cfg(feature = "emulator")]
pub(crate) fn cause() -> Option<i64> {
    CAUSE.try_with(|update_id| *update_id).ok()
}

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

    /// The call, of which an empty body is left.
    pub(super) fn take(&mut self) -> Self {
        Self { body: self.body.take(), ..*self }
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

/// One file to download. Like a [`Call`] it carries no token and no address.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Fetch {
    /// Where the file is, as `getFile` says.
    pub file_path: String,
    /// How long nothing may come. The client keeps this time itself; a transport may use it to plan.
    pub timeout: Duration,
}

impl Fetch {
    /// A download of the file at this path.
    pub fn new(file_path: impl Into<String>, timeout: Duration) -> Self {
        Self { file_path: file_path.into(), timeout }
    }
}

/// The answer to a [`Fetch`]: any HTTP status, and the body as it comes.
#[non_exhaustive]
pub struct Opened {
    /// HTTP status code.
    pub status: u16,
    /// How many bytes the body will have, if that is known.
    pub length: Option<u64>,
    /// The body: the file if the status is a success, else why there is none.
    pub chunks: Box<dyn Chunks>,
}

impl Opened {
    /// An answer whose body is in memory.
    pub fn new(status: u16, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        Self::streamed(status, u64::try_from(body.len()).ok(), Whole(Some(body)))
    }

    /// An answer whose body comes piece by piece.
    pub fn streamed(status: u16, length: Option<u64>, chunks: impl Chunks + 'static) -> Self {
        Self { status, length, chunks: Box::new(chunks) }
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened")
            .field("status", &self.status)
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

/// A body on its way, piece by piece.
pub trait Chunks: Send {
    /// The next piece; none at the end.
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, TransportError>>;
}

struct Whole(Option<Bytes>);

impl Chunks for Whole {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, TransportError>> {
        let bytes = self.0.take();
        Box::pin(async { Ok(bytes) })
    }
}

/// Why no reply came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection was made: the server surely never saw the call.
    Connect,
    /// The server said that it did not take the call, as it can over HTTP/2.
    Refused,
    /// The connection broke after the call may have been sent.
    Interrupted,
    /// Time was up; the call may have been sent.
    TimedOut,
    /// A file of the call could not be read to its end: the server never saw the whole call.
    Unreadable,
    /// The transport cannot or will not do this; trying again would end the same.
    Unsupported,
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
            TransportErrorKind::Refused => "the server did not take the call",
            TransportErrorKind::Interrupted => "the connection broke",
            TransportErrorKind::TimedOut => "no answer in time",
            // The source names the file, or all that there is to say; its own source alone would not.
            TransportErrorKind::Unreadable | TransportErrorKind::Unsupported => {
                return fmt::Display::fmt(&self.source, f);
            }
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

    /// Asks for the bytes of a file and waits for the answer's head. Must not panic and must not retry.
    ///
    /// A transport that is not written for this refuses.
    fn open(&self, fetch: Fetch) -> BoxFuture<'_, Result<Opened, TransportError>> {
        drop(fetch);
        Box::pin(async {
            Err(TransportError::new(
                TransportErrorKind::Unsupported,
                "this transport does not download: its `Transport::open` is not written",
            ))
        })
    }
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, call: Call) -> BoxFuture<'_, Result<Reply, TransportError>> {
        (**self).send(call)
    }

    fn open(&self, fetch: Fetch) -> BoxFuture<'_, Result<Opened, TransportError>> {
        (**self).open(fetch)
    }
}
