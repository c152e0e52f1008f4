//! Calls over hyper itself, without what a client for any server has to do for each of them: addresses and
//! headers are made once, and all connections go to one server, so they lie on a stack.

use std::{
    collections::VecDeque,
    error::Error as StdError,
    future::poll_fn,
    pin::Pin,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use futures_core::Stream as _;
use hyper::{
    HeaderMap, Method, Request, Uri,
    body::{Body as _, Frame, Incoming, SizeHint},
    client::conn::http1::{self, SendRequest},
    header::{ACCEPT, CONTENT_TYPE, HOST, HeaderValue, USER_AGENT},
};
use hyper_util::client::legacy::connect::HttpConnector;
use reqwest::Url;
use tokio::time::{Instant, timeout};
use tower_service::Service;

use super::{
    body::{Body, Content, UnreadableFile},
    http::{self, CONNECT_TIMEOUT, IDLE_TIMEOUT, Pieces, TCP_KEEPALIVE},
    tls::Tls,
    transport::{Call, Reply, TransportError, TransportErrorKind},
};
use crate::{BoxFuture, error::Error, methods};

/// No more idle connections than a bot has handlers at once by default.
const MAX_IDLE: usize = 256;

#[cfg(feature = "rustls")]
type Connector = hyper_rustls::HttpsConnector<HttpConnector>;
#[cfg(not(feature = "rustls"))]
type Connector = HttpConnector;

pub(super) struct Lean {
    connector: Connector,
    server: Uri,
    /// What a call with a JSON body sends.
    headers: HeaderMap,
    /// One path a method, made when first called; with the token: never printed.
    paths: Box<[OnceLock<Uri>]>,
    idle: Mutex<VecDeque<Idle>>,
}

/// A connection that waits for its next call.
struct Idle {
    sender: SendRequest<Outgoing>,
    since: Instant,
}

impl Lean {
    /// Calls to the server of this address; none if it has a name and a password, which only reqwest sends.
    pub(super) fn new(base: &Url, tls: Tls) -> Result<Option<Self>, Error> {
        if !base.username().is_empty() || base.password().is_some() {
            return Ok(None);
        }
        let host = http::host(base)?;
        let server = format!("{}://{}/", base.scheme(), host.to_str().unwrap_or_default());
        let server = Uri::try_from(server).map_err(|_| http::unusable())?;
        let mut headers = HeaderMap::with_capacity(8);
        headers.insert(HOST, host);
        headers.insert(USER_AGENT, HeaderValue::from_static(http::USER_AGENT));
        headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Ok(Some(Self {
            connector: connector(tls),
            server,
            headers,
            paths: methods::ALL.iter().map(|_| OnceLock::new()).collect(),
            idle: Mutex::default(),
        }))
    }

    /// Sends one call; `url` makes its address if it is not known yet.
    pub(super) fn send(
        &self,
        call: Call,
        url: impl Fn(&str) -> Url,
    ) -> BoxFuture<'_, Result<Reply, TransportError>> {
        let path = || Uri::try_from(url(call.method).path()).unwrap_or_default();
        let uri = match call.index.and_then(|index| self.paths.get(index)) {
            Some(slot) => slot.get_or_init(path).clone(),
            None => path(),
        };
        match call.body {
            Body::Json(json) => Box::pin(self.carry(self.request(uri, Outgoing::Whole(json)))),
            body => Box::pin(async move {
                let (content_type, body) = outgoing(body).await?;
                let mut request = self.request(uri, body);
                request.headers_mut().insert(CONTENT_TYPE, content_type);
                self.carry(request).await
            }),
        }
    }

    fn request(&self, uri: Uri, body: Outgoing) -> Request<Outgoing> {
        let mut request = Request::new(body);
        *request.method_mut() = Method::POST;
        *request.uri_mut() = uri;
        *request.headers_mut() = self.headers.clone();
        request
    }

    async fn carry(&self, mut request: Request<Outgoing>) -> Result<Reply, TransportError> {
        loop {
            let kept = self.take();
            let is_kept = kept.is_some();
            let mut sender = match kept {
                Some(sender) => sender,
                None => Box::pin(self.connect()).await?,
            };
            match sender.try_send_request(request).await {
                Ok(response) => {
                    let status = response.status().as_u16();
                    let body = http::read(&mut response.into_body()).await?;
                    self.keep(sender);
                    return Ok(Reply::new(status, body));
                }
                Err(mut error) => match error.take_message() {
                    // The server had closed the connection, so not a byte of the call was sent.
                    Some(unsent) if is_kept => request = unsent,
                    unsent => {
                        let kind = match unsent {
                            Some(_) => TransportErrorKind::Connect,
                            None => TransportErrorKind::Interrupted,
                        };
                        return Err(failed(error.into_error(), kind));
                    }
                },
            }
        }
    }

    async fn connect(&self) -> Result<SendRequest<Outgoing>, TransportError> {
        let error = |error: Box<dyn StdError + Send + Sync>| {
            TransportError::new(TransportErrorKind::Connect, error)
        };
        let mut connector = self.connector.clone();
        let connecting = async {
            poll_fn(|cx| connector.poll_ready(cx)).await?;
            connector.call(self.server.clone()).await
        };
        let stream = match timeout(CONNECT_TIMEOUT, connecting).await {
            #[allow(clippy::useless_conversion, reason = "without TLS it is another error")]
            Ok(stream) => stream.map_err(|failure| error(failure.into()))?,
            Err(_) => return Err(error("no connection within 10 s".into())),
        };
        let (sender, connection) =
            http1::handshake(stream).await.map_err(|failure| error(failure.into()))?;
        // What ends a connection early is told to the call that was on it.
        tokio::spawn(async { drop(connection.await) });
        Ok(sender)
    }

    /// The connection that was used last, if one is there.
    fn take(&self) -> Option<SendRequest<Outgoing>> {
        let mut idle = self.idle();
        // One is not ready while its server has answered, but still reads.
        let place = idle.iter().rposition(|idle| idle.sender.is_ready())?;
        let taken = idle.remove(place)?;
        if taken.since.elapsed() < IDLE_TIMEOUT {
            return Some(taken.sender);
        }
        // Those below have waited longer.
        idle.drain(..place);
        None
    }

    fn keep(&self, sender: SendRequest<Outgoing>) {
        if sender.is_closed() {
            return;
        }
        let mut idle = self.idle();
        let now = Instant::now();
        while let Some(oldest) = idle.front() {
            if idle.len() < MAX_IDLE
                && !oldest.sender.is_closed()
                && now.duration_since(oldest.since) < IDLE_TIMEOUT
            {
                break;
            }
            idle.pop_front();
        }
        idle.push_back(Idle { sender, since: now });
    }

    fn idle(&self) -> MutexGuard<'_, VecDeque<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn connector(tls: Tls) -> Connector {
    let mut tcp = HttpConnector::new();
    tcp.set_nodelay(true);
    tcp.set_keepalive(Some(TCP_KEEPALIVE));
    tcp.enforce_http(false);
    with_tls(tcp, tls)
}

#[cfg(feature = "rustls")]
fn with_tls(tcp: HttpConnector, tls: Tls) -> Connector {
    let builder = hyper_rustls::HttpsConnectorBuilder::new().with_tls_config(tls);
    builder.https_or_http().enable_http1().wrap_connector(tcp)
}

#[cfg(not(feature = "rustls"))]
fn with_tls(tcp: HttpConnector, _: Tls) -> Connector {
    tcp
}

/// The body of a request.
enum Outgoing {
    Whole(Bytes),
    /// Boxed, so that the usual call does not carry the room for it.
    Streamed {
        content: Box<Content>,
        length: Option<u64>,
    },
}

async fn outgoing(body: Body) -> Result<(HeaderValue, Outgoing), TransportError> {
    let mut encoded = body.encode().await?;
    let content_type = HeaderValue::try_from(encoded.content_type)
        .map_err(|error| TransportError::new(TransportErrorKind::Unsupported, error))?;
    let body = match encoded.content.take_whole() {
        Some(whole) => Outgoing::Whole(whole),
        None => Outgoing::Streamed { content: Box::new(encoded.content), length: encoded.length },
    };
    Ok((content_type, body))
}

impl hyper::body::Body for Outgoing {
    type Data = Bytes;
    type Error = UnreadableFile;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, UnreadableFile>>> {
        match self.get_mut() {
            Self::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Whole(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Self::Streamed { content, .. } => {
                let chunk = ready!(Pin::new(&mut **content).poll_next(cx));
                Poll::Ready(chunk.map(|chunk| chunk.map(Frame::data)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Streamed { length: Some(length), .. } => SizeHint::with_exact(*length),
            Self::Streamed { length: None, .. } => SizeHint::default(),
        }
    }
}

impl Pieces for Incoming {
    fn length(&self) -> Option<u64> {
        self.size_hint().exact()
    }

    async fn piece(&mut self) -> Result<Option<Bytes>, TransportError> {
        loop {
            match poll_fn(|cx| Pin::new(&mut *self).poll_frame(cx)).await {
                None => return Ok(None),
                Some(Ok(frame)) => {
                    // Or trailers, which say nothing to us.
                    if let Ok(data) = frame.into_data() {
                        return Ok(Some(data));
                    }
                }
                Some(Err(error)) => return Err(failed(error, TransportErrorKind::Interrupted)),
            }
        }
    }
}

/// The file of the call that broke it off, if that is the cause.
fn unreadable(error: &(dyn StdError + 'static)) -> Option<TransportError> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(unreadable) = error.downcast_ref::<UnreadableFile>() {
            return Some(http::cannot_read(unreadable.to_string()));
        }
        cause = error.source();
    }
    None
}

fn failed(error: hyper::Error, kind: TransportErrorKind) -> TransportError {
    unreadable(&error).unwrap_or_else(|| TransportError::new(kind, error))
}
