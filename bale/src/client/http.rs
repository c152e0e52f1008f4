//! The transport that Bale is spoken over: HTTP/1.1 with keep-alive, or HTTP/2 where both sides want it.

use std::{
    fmt,
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use futures_core::Stream;
use reqwest::{
    Client, ClientBuilder, Method, Proxy, Request, Response, Url,
    header::{self, ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap, HeaderValue, LOCATION},
    redirect,
};

#[cfg(feature = "lean")]
use super::lean::Lean;
use super::{
    body::{Body, Content, Encoded, UnreadableFile},
    tls::{self, Tls},
    token::Token,
    transport::{
        Call, Chunks, Fetch, Opened, Reply, Transport, TransportError, TransportErrorKind,
    },
};
use crate::{BoxFuture, error::Error, methods};

#[cfg(feature = "http2")]
mod http2;
#[cfg(test)]
mod tests;

pub(super) const USER_AGENT: &str = concat!("bale-bot/", env!("CARGO_PKG_VERSION"));
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Less than the minute or so after which servers close idle connections: a call that goes out on a
/// connection just closed fails, and nobody knows whether it arrived.
pub(super) const IDLE_TIMEOUT: Duration = Duration::from_secs(30);
/// Long polls are silent for a minute; networks that drop silent connections are told of their life.
pub(super) const TCP_KEEPALIVE: Duration = Duration::from_secs(30);
/// A hundred full updates are a few megabytes; whatever sends more is no Bot API.
const MAX_BODY: usize = 64 << 20;
/// A file may lie on another server; whatever sends further than this sends in circles.
const MAX_REDIRECTS: usize = 5;

pub(super) struct Http {
    client: Client,
    /// What polls instead, where HTTP/2 is offered.
    #[cfg(feature = "http2")]
    polls: Option<Client>,
    /// The address of the bot, with its token: never printed.
    base: Url,
    /// What a call with a JSON body sends: what is there, reqwest and hyper do not make anew for each call.
    headers: HeaderMap,
    /// The address of the bot's files, with its token and a slash at its end: never printed.
    files: Url,
    token: Token,
    /// One address a method, made when first called.
    methods: Box<[OnceLock<Url>]>,
    /// What makes the calls instead; downloads, which may go to other servers, it leaves to us.
    #[cfg(feature = "lean")]
    lean: Option<Lean>,
}

impl Http {
    /// With the feature `lean`, `lean` says whether reqwest is passed by; with `http2`, `http2` whether to offer that.
    pub(super) fn new(
        api_url: &str,
        token: &Token,
        proxy: Option<&str>,
        #[cfg(feature = "lean")] lean: bool,
        #[cfg(feature = "http2")] http2: bool,
    ) -> Result<Self, Error> {
        let mut base = web_url(api_url).map_err(|found| {
            Error::setup(format!(
                "the API address must be an http:// or https:// URL, found {found}"
            ))
        })?;
        if base.query().is_some() || base.fragment().is_some() {
            return Err(Error::setup("the API address must end with its path, found `?` or `#`"));
        }
        if names_a_bot(&base) {
            return Err(Error::setup(
                "the API address must end before `/bot<token>`, which is added to it",
            ));
        }
        let mut encrypted = base.scheme() == "https";
        let above = base.path().trim_end_matches('/').to_owned();
        let mut files = base.clone();
        files.set_path(&format!("{above}/file/bot{}/", token.reveal()));
        base.set_path(&format!("{above}/bot{}", token.reveal()));

        let proxy = proxy.map(|proxy| {
            // The address may hold a password, so neither it nor reqwest's error is quoted.
            let url = web_url(proxy).map_err(|found| {
                Error::setup(format!("the proxy must be an http:// or https:// URL, found {found}"))
            })?;
            encrypted |= url.scheme() == "https";
            Proxy::all(url)
                .map_err(|_| Error::setup("the proxy's address is not one that can be used"))
        });
        let proxy = proxy.transpose()?;
        let tls = tls::config(encrypted)?;
        // A proxy is spoken to by reqwest.
        #[cfg(feature = "lean")]
        let lean = if lean && proxy.is_none() { Lean::new(&base, tls.clone())? } else { None };
        #[cfg(feature = "http2")]
        let is_offered = http2 && base.scheme() == "https";
        #[cfg(all(feature = "http2", feature = "lean"))]
        let is_offered = is_offered && lean.is_none();
        #[cfg(feature = "http2")]
        let (client, polls) = if is_offered {
            let tls = tls::offer_http2(tls);
            let polls = http2::offer(settings(proxy.clone()), http2::POLLS_IDLE_TIMEOUT);
            let client = http2::offer(settings(proxy), IDLE_TIMEOUT);
            (built(client, tls.clone())?, Some(built(polls, tls)?))
        } else {
            (built(settings(proxy).http1_only(), tls)?, None)
        };
        #[cfg(not(feature = "http2"))]
        let client = built(settings(proxy).http1_only(), tls)?;
        let (base, headers) = usual_head(&client, base)?;
        // HTTP/2 has another name for it, and where a server chooses HTTP/1.1 it is added.
        #[cfg(feature = "http2")]
        let headers = if polls.is_some() { without(headers, &HOST) } else { headers };
        let methods = methods::ALL.iter().map(|_| OnceLock::new()).collect();
        Ok(Self {
            client,
            #[cfg(feature = "http2")]
            polls,
            base,
            headers,
            files,
            token: token.clone(),
            methods,
            #[cfg(feature = "lean")]
            lean,
        })
    }

    fn url(&self, method: &str) -> Url {
        let mut url = self.base.clone();
        // Only URLs like `mailto:` have no segments, and those are refused in `new`.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.push(method);
        }
        url
    }

    /// The client that makes calls of this method.
    fn client(&self, #[allow(unused, reason = "HTTP/2 asks")] method: &str) -> &Client {
        #[cfg(feature = "http2")]
        if let Some(polls) = self.polls.as_ref().filter(|_| method == "getUpdates") {
            return polls;
        }
        &self.client
    }

    /// The request of a call, without its body.
    fn request(&self, method: &str, index: Option<usize>) -> Request {
        let known = index.and_then(|index| self.methods.get(index));
        let url = match known {
            Some(slot) => slot.get_or_init(|| self.url(method)).clone(),
            None => self.url(method),
        };
        // A `RequestBuilder` is copied at every step.
        let mut request = Request::new(Method::POST, url);
        *request.headers_mut() = self.headers.clone();
        request
    }

    /// The path is appended as it is, as Bale says, so it may have a query; but it must stay below the
    /// bot's files.
    fn file_url(&self, path: &str) -> Result<Url, TransportError> {
        // A fragment would never be sent.
        let path = path.trim_start_matches('/').replace('#', "%23");
        Url::parse(&format!("{}{path}", self.files))
            .ok()
            .filter(|url| url.path().starts_with(self.files.path()))
            .ok_or_else(|| refused("the path that the server gave for the file leads elsewhere"))
    }

    async fn fetch(&self, fetch: Fetch) -> Result<Opened, TransportError> {
        let mut url = self.file_url(&fetch.file_path)?;
        for _ in 0..=MAX_REDIRECTS {
            let request = self.client.get(url.clone()).header(header::USER_AGENT, USER_AGENT);
            let response = request.send().await.map_err(failed)?;
            let status = response.status();
            let Some(location) =
                response.headers().get(LOCATION).filter(|_| status.is_redirection())
            else {
                let length = response.content_length();
                return Ok(Opened::streamed(status.as_u16(), length, Arriving(response)));
            };
            let location = location.to_str().ok().and_then(|location| url.join(location).ok());
            let location = location.ok_or_else(|| refused("the server redirects to no URL"))?;
            self.check_redirect(&url, &location)?;
            url = location;
        }
        Err(refused("the server redirects for ever"))
    }

    /// We add nothing to a redirect, so the token can only leave inside the address that the server gives.
    fn check_redirect(&self, from: &Url, to: &Url) -> Result<(), TransportError> {
        match (from.scheme(), to.scheme()) {
            (_, "https") | ("http", "http") => {}
            (from, to) => {
                let problem = format!("from {from}:// to {to}://, expected https://");
                return Err(refused(format!("the server redirects {problem}")));
            }
        }
        if to.origin() != self.files.origin() && self.token.redact(to.as_str()) != to.as_str() {
            return Err(refused(
                "the server redirects to another one, with the token in the address",
            ));
        }
        Ok(())
    }
}

/// What a call with a JSON body sends, and the address to send it to. A name and a password leave the address for a
/// header: there, they would stand in the log lines that hyper writes of it.
fn usual_head(client: &Client, base: Url) -> Result<(Url, HeaderMap), Error> {
    let host = host(&base)?;
    let built = client.post(base).build();
    let mut request = built.map_err(|error| unusable().because(error.without_url()))?;
    let mut headers = std::mem::take(request.headers_mut());
    headers.insert(HOST, host);
    headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
    headers.insert(header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok((request.url().clone(), headers))
}

#[cfg(feature = "http2")]
fn without(mut headers: HeaderMap, name: &header::HeaderName) -> HeaderMap {
    headers.remove(name);
    headers
}

/// The server of an address, as the header says it.
pub(super) fn host(url: &Url) -> Result<HeaderValue, Error> {
    let host = url.host_str().unwrap_or_default();
    let host = match url.port() {
        Some(port) => HeaderValue::try_from(format!("{host}:{port}")),
        None => HeaderValue::try_from(host),
    };
    host.map_err(|_| unusable())
}

pub(super) fn unusable() -> Error {
    Error::setup("the API address is none that can be connected to")
}

async fn answered(
    sent: impl Future<Output = reqwest::Result<Response>>,
) -> Result<Reply, TransportError> {
    let mut response = sent.await.map_err(failed)?;
    Ok(Reply::new(response.status().as_u16(), read(&mut response).await?))
}

fn refused(reason: impl Into<String>) -> TransportError {
    TransportError::new(TransportErrorKind::Unsupported, reason.into())
}

struct Arriving(Response);

impl Chunks for Arriving {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, TransportError>> {
        Box::pin(async { self.0.chunk().await.map_err(interrupted) })
    }
}

/// What is wrong with a file of a call, as soon as something is.
type FileFailure = Arc<OnceLock<String>>;

/// A body that is read while it is sent. Over HTTP/2 hyper says to nobody why it broke off, so it is written down.
struct Leaving {
    content: Content,
    failure: FileFailure,
}

impl Stream for Leaving {
    type Item = Result<Bytes, UnreadableFile>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let chunk = ready!(Pin::new(&mut self.content).poll_next(cx));
        if let Some(Err(error)) = &chunk {
            self.failure.get_or_init(|| error.to_string());
        }
        Poll::Ready(chunk)
    }
}

/// Set if the body is still to be read.
fn fill(request: &mut Request, encoded: Encoded) -> Result<Option<FileFailure>, TransportError> {
    let Encoded { content_type, length, mut content } = encoded;
    let content_type = HeaderValue::try_from(content_type)
        .map_err(|error| TransportError::new(TransportErrorKind::Unsupported, error))?;
    request.headers_mut().insert(CONTENT_TYPE, content_type);
    if let Some(length) = length {
        request.headers_mut().insert(CONTENT_LENGTH, length.into());
    }
    if let Some(bytes) = content.take_whole() {
        *request.body_mut() = Some(bytes.into());
        return Ok(None);
    }
    let failure = FileFailure::default();
    let leaving = Leaving { content, failure: Arc::clone(&failure) };
    *request.body_mut() = Some(reqwest::Body::wrap_stream(leaving));
    Ok(Some(failure))
}

/// The body of an answer, as its library hands it over.
pub(super) trait Pieces {
    /// How many bytes it has, if that is known before it came.
    fn length(&self) -> Option<u64>;
    async fn piece(&mut self) -> Result<Option<Bytes>, TransportError>;
}

impl Pieces for Response {
    fn length(&self) -> Option<u64> {
        self.content_length()
    }

    async fn piece(&mut self) -> Result<Option<Bytes>, TransportError> {
        self.chunk().await.map_err(interrupted)
    }
}

/// The whole body. One that comes in one piece, as nearly all do, is not copied.
pub(super) async fn read(body: &mut impl Pieces) -> Result<Bytes, TransportError> {
    let announced = body.length().and_then(|length| usize::try_from(length).ok());
    let Some(first) = body.piece().await? else { return Ok(Bytes::new()) };
    if announced == Some(first.len()) {
        return Ok(first);
    }
    let mut whole = Vec::with_capacity(announced.unwrap_or(0).clamp(first.len(), MAX_BODY));
    let mut next = Some(first);
    while let Some(piece) = next {
        if whole.len() + piece.len() > MAX_BODY {
            return Err(TransportError::new(
                TransportErrorKind::Interrupted,
                "the answer is longer than 64 MiB",
            ));
        }
        whole.extend_from_slice(&piece);
        next = body.piece().await?;
    }
    Ok(whole.into())
}

impl Transport for Http {
    fn send(&self, call: Call) -> BoxFuture<'_, Result<Reply, TransportError>> {
        #[cfg(feature = "lean")]
        if let Some(lean) = &self.lean {
            return lean.send(call, |method| self.url(method));
        }
        let client = self.client(call.method);
        let mut request = self.request(call.method, call.index);
        match call.body {
            Body::Json(json) => {
                *request.body_mut() = Some(json.into());
                Box::pin(answered(client.execute(request)))
            }
            body => Box::pin(async move {
                let file = fill(&mut request, body.encode().await?)?;
                let answer = answered(client.execute(request)).await;
                match file.as_ref().and_then(|file| file.get()) {
                    Some(text) if answer.is_err() => Err(cannot_read(text.clone())),
                    _ => answer,
                }
            }),
        }
    }

    fn open(&self, fetch: Fetch) -> BoxFuture<'_, Result<Opened, TransportError>> {
        Box::pin(self.fetch(fetch))
    }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").field("host", &self.base.host_str()).finish_non_exhaustive()
    }
}

/// An `http` or `https` URL, or what it is instead, without quoting: it may hold a token or a password.
fn web_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("no URL ({error})"))?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        _ => Err("another scheme".to_owned()),
    }
}

/// Whether the path already ends with `/bot` or `/bot<token>`, as some libraries want their address.
fn names_a_bot(url: &Url) -> bool {
    let last = url.path().trim_end_matches('/').rsplit('/').next();
    let id = last.and_then(|last| last.strip_prefix("bot"));
    id.is_some_and(|id| id.is_empty() || id.starts_with(|first: char| first.is_ascii_digit()))
}

/// The server never saw the whole call.
pub(super) fn cannot_read(text: String) -> TransportError {
    TransportError::new(TransportErrorKind::Unreadable, text)
}

fn failed(error: reqwest::Error) -> TransportError {
    #[cfg(feature = "http2")]
    if let Some(refused) = http2::refused(&error) {
        return refused;
    }
    // The time of a call is the caller's business: what reqwest calls a timeout is a connection that died, by TCP's own
    // count or by pings that nobody answered.
    let kind = if error.is_connect() || error.is_builder() {
        TransportErrorKind::Connect
    } else {
        TransportErrorKind::Interrupted
    };
    TransportError::new(kind, error.without_url())
}

/// Once a head has come, the call had arrived.
fn interrupted(error: reqwest::Error) -> TransportError {
    TransportError::new(TransportErrorKind::Interrupted, error.without_url())
}

/// What every client has.
fn settings(proxy: Option<Proxy>) -> ClientBuilder {
    let builder = Client::builder()
        .redirect(redirect::Policy::none())
        // Without the number it keeps a copy of each request, for a retry that never comes.
        .retry(reqwest::retry::never().max_retries_per_request(0))
        .tcp_nodelay(true)
        .tcp_keepalive(TCP_KEEPALIVE)
        .pool_idle_timeout(IDLE_TIMEOUT)
        .connect_timeout(CONNECT_TIMEOUT)
        .no_proxy();
    match proxy {
        Some(proxy) => builder.proxy(proxy),
        None => builder,
    }
}

fn built(builder: ClientBuilder, tls: Tls) -> Result<Client, Error> {
    with_tls(builder, tls).build().map_err(|error| {
        Error::setup("the HTTP client does not start").because(error.without_url())
    })
}

/// Configured by us: reqwest would panic without a process-wide provider, and would want a CA store even
/// for plain HTTP.
#[cfg(feature = "rustls")]
fn with_tls(builder: ClientBuilder, tls: Tls) -> ClientBuilder {
    builder.tls_backend_preconfigured(tls)
}

#[cfg(not(feature = "rustls"))]
fn with_tls(builder: ClientBuilder, _: Tls) -> ClientBuilder {
    builder
}
