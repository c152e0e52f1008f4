//! The control API: what people do, as JSON over HTTP.

use std::time::Duration;

use axum::{
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::emulator::{ControlError, Emulator, NewMessage};

/// The longest `wait`, in seconds.
const LONGEST_WAIT: f64 = 30.0;

/// Answers `/control/<path>`.
pub(crate) async fn answer(
    emulator: &Emulator,
    method: &Method,
    path: &str,
    body: &Bytes,
) -> Response {
    let result = match (method.as_str(), path) {
        ("POST", "message") => message(emulator, body).await,
        ("POST", _) => post(emulator, path, body),
        ("GET", "calls") => to_value(emulator.calls()),
        ("GET", _) => {
            match path.strip_prefix("chats/").and_then(|path| path.strip_suffix("/messages")) {
                Some(chat_id) => messages(emulator, chat_id),
                None => Err(Failure::NoSuchPath),
            }
        }
        _ => Err(Failure::NoSuchPath),
    };
    let (status, body) = match result {
        Ok(result) => (StatusCode::OK, json!({"ok": true, "result": result})),
        Err(Failure::Refused(error)) => refused(StatusCode::BAD_REQUEST, &error.to_string()),
        Err(Failure::NoSuchPath) => {
            let text = format!("expected a path that GET / lists, found {method} /control/{path}");
            refused(StatusCode::NOT_FOUND, &text)
        }
    };
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

fn refused(status: StatusCode, description: &str) -> (StatusCode, Value) {
    (status, json!({"ok": false, "description": description}))
}

enum Failure {
    Refused(ControlError),
    NoSuchPath,
}

impl From<ControlError> for Failure {
    fn from(error: ControlError) -> Self {
        Self::Refused(error)
    }
}

fn post(emulator: &Emulator, path: &str, body: &Bytes) -> Result<Value, Failure> {
    match path {
        "edited_message" => {
            let edit = read(body)?;
            to_value(emulator.change(|core, now| core.edit(now, edit))?)
        }
        "callback" => {
            let press = read(body)?;
            to_value(emulator.change(|core, now| core.press(now, press))?)
        }
        "chat" => {
            let chat = read(body)?;
            emulator.change(|core, _| core.add_chat(chat))?;
            Ok(json!({}))
        }
        "update" if body.is_empty() => {
            Err(ControlError::new("expected an update, found an empty body").into())
        }
        "update" => Ok(json!({"update_id": emulator.raw_update(body.clone())})),
        "reset" => {
            emulator.reset();
            Ok(json!({}))
        }
        _ => Err(Failure::NoSuchPath),
    }
}

async fn message(emulator: &Emulator, body: &Bytes) -> Result<Value, Failure> {
    let mut fields: Value = read(body)?;
    let wait = fields.as_object_mut().and_then(|fields| fields.remove("wait"));
    let wait = wait.map(|wait| seconds(&wait)).transpose()?;
    let message: NewMessage = serde_json::from_value(fields)
        .map_err(|error| ControlError::new(format_args!("body: {error}")))?;
    let chat_id = message.chat_id;
    let sent = emulator.push_message(message)?;
    let Some(wait) = wait else { return to_value(sent) };
    let replied = emulator.until(|core| {
        let replies = core.replies_after(chat_id, sent.message_id);
        (!replies.is_empty()).then_some(replies)
    });
    // Silence is an answer too: a bot need not reply.
    let replies = tokio::time::timeout(wait, replied).await.unwrap_or_default();
    Ok(json!({"update_id": sent.update_id, "message_id": sent.message_id, "replies": replies}))
}

fn seconds(wait: &Value) -> Result<Duration, ControlError> {
    let seconds = wait.as_f64().filter(|seconds| (0.0..=LONGEST_WAIT).contains(seconds));
    seconds.map(Duration::from_secs_f64).ok_or_else(|| {
        ControlError::new(format_args!("wait: expected 0 to 30 seconds, found {wait}"))
    })
}

fn messages(emulator: &Emulator, chat_id: &str) -> Result<Value, Failure> {
    let chat_id = chat_id.parse().map_err(|_| {
        ControlError::new(format_args!("chat id: expected an integer, found {chat_id:?}"))
    })?;
    Ok(emulator.messages(chat_id).into())
}

fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, ControlError> {
    serde_json::from_slice(body).map_err(|error| ControlError::new(format_args!("body: {error}")))
}

fn to_value(result: impl Serialize) -> Result<Value, Failure> {
    Ok(serde_json::to_value(result).map_err(ControlError::new)?)
}
