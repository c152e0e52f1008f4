//! From one request to one answer.

use std::{sync::Arc, time::Duration};

use axum::{
    body::{Body, HttpBody as _, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use tokio::time::timeout;
use tracing::{debug, warn};

use super::Shared;
use crate::{
    dispatch::Receipt,
    polling::log_unknown,
    types::{Update, UpdateKind},
};

/// The largest body that is read. Updates have some kilobytes; Bale names no limit.
const LARGEST_BODY: usize = 1 << 20;
/// How long a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(10);

/// Why an update was not taken.
enum Refusal {
    Method,
    Closed,
    Full,
    TooLarge,
    TooSlow,
    /// No update, and the reason.
    NoUpdate(String),
    /// Not even said to be JSON.
    NoJson(String),
}

pub(super) async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    // Before anything else, so that a stranger sees no difference between paths.
    if !shared.secret.ends(request.uri().path()) {
        return StatusCode::NOT_FOUND.into_response();
    }
    match take(&shared, request).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

async fn take(shared: &Shared, request: Request) -> Result<(), Refusal> {
    let (parts, body) = request.into_parts();
    if parts.method != Method::POST {
        return Err(Refusal::Method);
    }
    let door = shared.door.borrow().clone().ok_or(Refusal::Closed)?;
    let _permit = shared.requests.try_acquire().map_err(|_| Refusal::Full)?;
    let body = timeout(BODY_TIME, read(body)).await.map_err(|_| Refusal::TooSlow)??;
    let update = match update(&parts.headers, &body) {
        Ok(update) => update,
        Err(_) if shared.odd.is_hopeless(&body) => {
            warn!("what the webhook got came several times and is no update: it is let go");
            return Ok(());
        }
        Err(refusal) => return Err(refusal),
    };
    if let UpdateKind::Unknown(unknown) = &update.kind {
        log_unknown(update.update_id, unknown);
    }
    let raw = String::from_utf8_lossy(&body);
    match door.push(update, &raw).await {
        Some(Receipt::Safe) => Ok(()),
        Some(Receipt::Refused) => Err(Refusal::Full),
        None => Err(Refusal::Closed),
    }
}

/// The whole body.
async fn read(body: Body) -> Result<Bytes, Refusal> {
    if body.size_hint().lower() > LARGEST_BODY as u64 {
        return Err(Refusal::TooLarge);
    }
    // The other reason to fail is a client that went away, and it reads no answer.
    to_bytes(body, LARGEST_BODY).await.map_err(|_| Refusal::TooLarge)
}

/// The update, whatever the content type says: which one Bale sends is not documented.
fn update(headers: &HeaderMap, body: &[u8]) -> Result<Update, Refusal> {
    let found = match std::str::from_utf8(body) {
        Ok(text) => match Update::from_raw(text) {
            Ok(update) => return Ok(update),
            Err(error) => error.to_string(),
        },
        Err(error) => error.to_string(),
    };
    warn!("the webhook got what is no update: {found}");
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    match content_type.filter(|value| !value.contains("json")) {
        Some(other) => Err(Refusal::NoJson(other.to_owned())),
        None => Err(Refusal::NoUpdate(found)),
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, text) = match self {
            Self::Method => {
                let text =
                    "this is the webhook of a bot: expected a POST with one update as JSON\n";
                let allow = [(header::ALLOW, "POST")];
                return (StatusCode::METHOD_NOT_ALLOWED, allow, text).into_response();
            }
            Self::Closed => {
                (StatusCode::SERVICE_UNAVAILABLE, "the bot does not run: try again\n".to_owned())
            }
            Self::Full => {
                (StatusCode::SERVICE_UNAVAILABLE, "the bot is busy: try again\n".to_owned())
            }
            Self::TooLarge => {
                debug!("the webhook got a body that is too large, or broke off");
                let text = format!("expected at most {LARGEST_BODY} bytes\n");
                (StatusCode::PAYLOAD_TOO_LARGE, text)
            }
            Self::TooSlow => {
                debug!("the webhook got a body that took too long");
                let text = format!("expected the body within {BODY_TIME:?}\n");
                (StatusCode::REQUEST_TIMEOUT, text)
            }
            Self::NoUpdate(found) => {
                (StatusCode::BAD_REQUEST, format!("expected one update as JSON: {found}\n"))
            }
            Self::NoJson(content_type) => {
                let text = format!("expected one update as JSON, found {content_type}\n");
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, text)
            }
        };
        (status, text).into_response()
    }
}
