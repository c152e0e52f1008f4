//! The control API: what people do, what goes wrong, what time it is, as JSON over HTTP.

use std::time::Duration;

use axum::{
    body::Body,
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use super::{events, secured};
use crate::emulator::{
    ControlError, Emulator, NewMessage, Quirks,
    control::{Act, NewFault},
};

/// The longest `wait`, in seconds.
const LONGEST_WAIT: f64 = 30.0;

/// Answers `/control/<path>`.
pub(crate) async fn answer(
    face: &super::Face,
    parts: &Parts,
    path: &str,
    body: &Bytes,
) -> Response {
    let method = &parts.method;
    let emulator = match chosen(face, parts) {
        Ok(emulator) => emulator,
        Err(error) => {
            let (status, body) = refused(StatusCode::BAD_REQUEST, &error.to_string());
            return (status, [(header::CONTENT_TYPE, "application/json")], body.to_string())
                .into_response();
        }
    };
    let result = match (method.as_str(), path) {
        ("GET", "events") => return events::stream(emulator, face.closing.clone()),
        ("GET", "transcript") => return text(emulator.transcript()),
        ("GET", "test") => return text(emulator.transcript_as_test()),
        ("POST", "transcript") => replay(emulator, body).await,
        ("POST", "message") => message(emulator, body).await,
        ("POST", _) => post(emulator, path, body),
        ("GET", "calls") => to_value(emulator.calls()),
        ("GET", "bots") => Ok(bots(face).collect()),
        ("GET", "state") => Ok(state(emulator)),
        ("GET", "quirks") => Ok(emulator.quirks().described()),
        ("GET", _) => {
            if let Some(file_id) = path.strip_prefix("file/") {
                return file(emulator, file_id);
            }
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

/// The bot that `?bot=` names; the first, if it names none.
fn chosen<'f>(face: &'f super::Face, parts: &Parts) -> Result<&'f Emulator, ControlError> {
    let query = parts.uri.query().unwrap_or_default();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let Some((_, wanted)) = pairs.find(|(name, _)| name == "bot") else {
        return Ok(&face.emulators[0]);
    };
    let mut emulators = face.emulators.iter();
    emulators.find(|emulator| emulator.core().bot().id.to_string() == wanted).ok_or_else(|| {
        let known: Vec<_> =
            face.emulators.iter().map(|emulator| emulator.core().bot().id.to_string()).collect();
        let known = known.join(" or ");
        ControlError::new(format_args!("bot: expected {known}, found {wanted:?}"))
    })
}

/// The bots of this server, as `getMe` answers them.
fn bots(face: &super::Face) -> impl Iterator<Item = Value> {
    face.emulators.iter().map(|emulator| crate::emulator::wire::user(emulator.core().bot()))
}

fn refused(status: StatusCode, description: &str) -> (StatusCode, Value) {
    (status, json!({"ok": false, "description": description}))
}

fn text(text: String) -> Response {
    secured([(header::CONTENT_TYPE, "text/plain; charset=utf-8")].into_iter(), Body::from(text))
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

/// Quirks of which those that a body names are as it says.
fn changed(quirks: &Quirks, body: &Bytes) -> Result<Quirks, ControlError> {
    let named: Map<String, Value> = read(body)?;
    let mut all = serde_json::to_value(quirks).map_err(ControlError::new)?;
    for (name, value) in named {
        all[name] = value;
    }
    serde_json::from_value(all).map_err(|error| ControlError::new(format_args!("body: {error}")))
}

/// Turns strict mode on or off.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with strict (true or false)")]
struct Strictness {
    strict: bool,
}

/// Moves the clock.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with advance (seconds) or paused")]
struct Moving {
    advance: Option<u64>,
    paused: Option<bool>,
}

fn post(emulator: &Emulator, path: &str, body: &Bytes) -> Result<Value, Failure> {
    if let Some(act) = Act::read(path, body) {
        let act = act?;
        return Ok(emulator.change(|core, now| act.perform(core, now))?);
    }
    match path {
        "update" if body.is_empty() => {
            return Err(ControlError::new("expected an update, found an empty body").into());
        }
        "update" => return Ok(json!({"update_id": emulator.raw_update(body.clone())})),
        "fault" => emulator.fault(read::<NewFault>(body)?.into_fault()?),
        "faults/clear" => emulator.clear_faults(),
        "quirks" => emulator.set_quirks(changed(&emulator.quirks(), body)?),
        "strict" => emulator.set_strict(read::<Strictness>(body)?.strict),
        "clock" => {
            let moving: Moving = read(body)?;
            if let Some(paused) = moving.paused {
                emulator.pause(paused);
            }
            if let Some(seconds) = moving.advance {
                emulator.advance(Duration::from_secs(seconds));
            }
        }
        "crash" if !emulator.crash() => {
            let text = "the bot is another program: stop that one, and start it again";
            return Err(ControlError::new(text).into());
        }
        "crash" => {}
        "reset" => emulator.reset(),
        _ => return Err(Failure::NoSuchPath),
    }
    Ok(json!({}))
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

async fn replay(emulator: &Emulator, body: &Bytes) -> Result<Value, Failure> {
    let text = std::str::from_utf8(body)
        .map_err(|error| ControlError::new(format_args!("body: expected UTF-8: {error}")))?;
    Ok(json!({"done": emulator.replay(text).await?}))
}

fn messages(emulator: &Emulator, chat_id: &str) -> Result<Value, Failure> {
    let chat_id = chat_id.parse().map_err(|_| {
        ControlError::new(format_args!("chat id: expected an integer, found {chat_id:?}"))
    })?;
    Ok(emulator.messages(chat_id).into())
}

/// Who and what there is, without messages.
fn state(emulator: &Emulator) -> Value {
    let mut state = emulator.info();
    let core = emulator.core();
    let chats = core.world.chats().filter_map(|chat| core.chat_json(chat.id));
    state["chats"] = chats.collect();
    state["users"] = core.world.users().map(crate::emulator::wire::user).collect();
    state["pending"] = core.queue.len().into();
    state
}

/// A file, as a browser shows it: nothing in it may run.
fn file(emulator: &Emulator, file_id: &str) -> Response {
    let file_id = super::with_colons(file_id);
    let core = emulator.core();
    let found = core.world.files.find(&file_id).map(|key| core.world.files.get(key));
    let Some((bytes, stored)) = found.and_then(|file| Some((file.bytes.clone()?, file))) else {
        let body =
            json!({"ok": false, "description": "there is no such file, or only its address"});
        return (StatusCode::NOT_FOUND, body.to_string()).into_response();
    };
    let mime_type = stored.mime_type.as_deref().unwrap_or("application/octet-stream");
    let shown = ["image/", "audio/", "video/"].iter().any(|kind| mime_type.starts_with(kind));
    let disposition = if shown { "inline" } else { "attachment" };
    let headers = [(header::CONTENT_TYPE, mime_type), (header::CONTENT_DISPOSITION, disposition)];
    secured(headers.into_iter(), Body::from(bytes))
}

fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, ControlError> {
    serde_json::from_slice(body).map_err(|error| ControlError::new(format_args!("body: {error}")))
}

fn to_value(result: impl Serialize) -> Result<Value, Failure> {
    Ok(serde_json::to_value(result).map_err(ControlError::new)?)
}
