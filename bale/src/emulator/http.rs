//! The HTTP face: `/bot<token>/<method>`, `/file/bot<token>/<file_path>`, `/control/…` and a page that explains
//! them.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    Router,
    body::{Body, HttpBody, to_bytes},
    extract::{Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts,
        uri::Authority,
    },
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_core::Stream;
use tokio::sync::watch;

use super::{
    Emulator, core,
    core::{Delivery, Reply},
    decode::decode,
    refusal::Refusal,
};

mod control;
mod events;
mod page;

/// The largest body read: an upload of 50 MB and what is wrapped around it.
///
/// Source: docs.bale.ai#sendDocument (50 MB), official; the wrapping is ours.
const LARGEST_BODY: usize = 55 * 1024 * 1024;

const HELP: &str = include_str!("http/help.txt");

/// What every request needs.
pub(crate) struct Face {
    /// One a bot, never none.
    pub(crate) emulators: Vec<Emulator>,
    /// Whether only this machine can connect; then no other name may be used for it either.
    pub(crate) only_local: bool,
    pub(crate) closing: watch::Receiver<bool>,
}

impl Face {
    /// The server of the bot with this token; any, if there is none, and that refuses the token.
    fn of_token(&self, token: &str) -> &Emulator {
        let [first, others @ ..] = &self.emulators[..] else {
            unreachable!("there is one at least")
        };
        // Mostly there is one, which then is not even asked.
        others.iter().find(|emulator| emulator.core().token() == token).unwrap_or(first)
    }
}

/// All paths; there are too few shapes of them for a routing table, and `/bot<token>/…` fits into none.
pub(crate) fn router(face: Arc<Face>) -> Router {
    Router::new().fallback(answer).with_state(face)
}

/// Resolves when the server is told to stop, or nobody is left to tell it.
pub(crate) async fn closed(closing: &mut watch::Receiver<bool>) {
    // An error means that the sender is gone, which is a reason to stop as well.
    drop(closing.wait_for(|closing| *closing).await);
}

async fn answer(State(face): State<Arc<Face>>, request: Request) -> Response {
    let mut closing = face.closing.clone();
    tokio::select! {
        response = route(&face, request) => response,
        () = closed(&mut closing) => broken_off(None),
    }
}

async fn route(face: &Face, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    if face.only_local && !is_local(&parts.headers) {
        let text = "only http://localhost and http://127.0.0.1 are served\n";
        return (StatusCode::FORBIDDEN, text).into_response();
    }
    let path = parts.uri.path();
    if let Some(file) = page::file(path, &parts.headers) {
        return file;
    }
    if path == "/" {
        return HELP.into_response();
    }
    let Some(body) = read(body).await else { return send(Reply::refusal(&Refusal::too_large())) };
    if let Some(path) = path.strip_prefix("/control/") {
        return control::answer(face, &parts, path, &body).await;
    }
    if let Some((token, path)) = path.strip_prefix("/file").and_then(bot_path) {
        return download(face.of_token(&token), &parts.method, &token, path).await;
    }
    match bot_path(path).filter(|(_, method)| !method.contains('/')) {
        Some((token, method)) => {
            bot_call(face.of_token(&token), &parts, &token, method, body).await
        }
        None => send(Reply::refusal(&Refusal::not_found())),
    }
}

/// One request as a client of this machine makes it: its status and body. None if it is no HTTP.
#[cfg(any(test, fuzzing))]
pub(crate) async fn ask(
    emulator: &Emulator,
    verb: &str,
    path: &str,
    body: Bytes,
) -> Option<(u16, Bytes)> {
    let request = Request::builder().method(verb).uri(path).header(header::HOST, "localhost");
    let request = request.body(Body::from(body)).ok()?;
    let (_, closing) = watch::channel(false);
    let face = Face { emulators: vec![emulator.clone()], only_local: true, closing };
    let response = route(&face, request).await;
    let status = response.status().as_u16();
    // A connection that is broken off is no answer.
    Some((status, to_bytes(response.into_body(), usize::MAX).await.ok()?))
}

/// The whole body, unless it is or says it is too large.
async fn read(body: Body) -> Option<Bytes> {
    let announced = body.size_hint().lower();
    if announced > LARGEST_BODY as u64 {
        return None;
    }
    // The other reason to fail is a client that went away, and it reads no answer.
    to_bytes(body, LARGEST_BODY).await.ok()
}

/// A page in a browser could reach this machine under a name of its own, or post to it from elsewhere.
fn is_local(headers: &HeaderMap) -> bool {
    let origin = headers.get(header::ORIGIN).map(|origin| {
        let origin = origin.to_str().unwrap_or_default();
        origin.split_once("://").is_some_and(|(_, authority)| is_local_authority(authority))
    });
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    host.is_some_and(is_local_authority) && origin.unwrap_or(true)
}

fn is_local_authority(authority: &str) -> bool {
    let Ok(authority) = authority.parse::<Authority>() else { return false };
    let host = authority.host().trim_matches(['[', ']']);
    let ip = host.parse::<std::net::IpAddr>();
    host.eq_ignore_ascii_case("localhost") || ip.is_ok_and(|ip| ip.is_loopback())
}

/// Token and rest of `/bot<token>/<rest>`.
fn bot_path(path: &str) -> Option<(String, &str)> {
    let (token, rest) = path.strip_prefix("/bot")?.split_once('/')?;
    (!rest.is_empty()).then(|| (with_colons(token), rest))
}

/// Some clients write the colon as `%3A`; nothing else in a token or in our paths of files can be encoded.
fn with_colons(path: &str) -> String {
    path.replace("%3A", ":").replace("%3a", ":")
}

async fn download(emulator: &Emulator, verb: &Method, token: &str, path: &str) -> Response {
    if verb != Method::GET {
        return send(Reply::refusal(&Refusal::wrong_verb()));
    }
    let mut response = deliver(emulator.fetch(token, &with_colons(path)).await);
    secure(response.headers_mut());
    response
}

async fn bot_call(
    emulator: &Emulator,
    parts: &Parts,
    token: &str,
    method: &str,
    body: Bytes,
) -> Response {
    if parts.method != Method::GET && parts.method != Method::POST {
        return send(Reply::refusal(&Refusal::wrong_verb()));
    }
    let content_type =
        parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let params = decode(parts.uri.query(), content_type, body).await;
    deliver(emulator.deliver(core::Request { token, method, params }).await)
}

fn deliver(delivery: Delivery) -> Response {
    match delivery {
        Delivery::Whole(reply) => send(reply),
        Delivery::Truncated(reply) => send_half(&reply),
        Delivery::Refused | Delivery::Lost => broken_off(None),
    }
}

fn send(reply: Reply) -> Response {
    respond(reply.status, reply.content_type, Body::from(reply.body))
}

fn respond(status: u16, content_type: String, body: Body) -> Response {
    let response = Response::builder().status(status).header(header::CONTENT_TYPE, content_type);
    response.body(body).unwrap_or_else(|error| {
        // Only a fault can ask for such a thing, and its author wants to know.
        (StatusCode::INTERNAL_SERVER_ERROR, format!("no HTTP answer: {error}\n")).into_response()
    })
}

/// An answer that a browser shows, and in which it runs nothing.
fn secured<'h>(headers: impl Iterator<Item = (HeaderName, &'h str)>, body: Body) -> Response {
    let mut response = Response::new(body);
    for (name, value) in headers {
        // The type of a file is what its sender said; one that is no header is none.
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    }
    secure(response.headers_mut());
    response
}

/// What people and bots sent must not run in the page's name.
fn secure(headers: &mut HeaderMap) {
    let policy = HeaderValue::from_static("default-src 'none'; sandbox");
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
}

fn send_half(reply: &Reply) -> Response {
    let half = reply.body.slice(..reply.body.len() / 2);
    let mut response = broken_off(Some(half));
    response.headers_mut().insert(header::CONTENT_LENGTH, reply.body.len().into());
    response
}

/// A response whose connection closes after these bytes of the body, or before anything is sent.
fn broken_off(bytes: Option<Bytes>) -> Response {
    let flush = bytes.is_some();
    respond(200, "application/json".to_owned(), Body::from_stream(BrokenOff { bytes, flush }))
}

struct BrokenOff {
    bytes: Option<Bytes>,
    /// Whether to let the server write out what it has before the end.
    flush: bool,
}

impl Stream for BrokenOff {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(bytes) = self.bytes.take() {
            return Poll::Ready(Some(Ok(bytes)));
        }
        if self.flush {
            self.flush = false;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::ErrorKind::ConnectionReset.into())))
    }
}
