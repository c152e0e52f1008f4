//! Messages that are files: one by one and as albums.

use serde_json::Value;

use super::{
    file::{self, LARGEST_FILE, LARGEST_PHOTO},
    send::{self, Frame, caption},
};
use crate::emulator::{
    core::Core,
    params::{Params, missing},
    quirks::JsonMedia,
    refusal::Refusal,
    state::{Content, Media, MediaKind},
    time::Time,
};

/// Defines `send…` of one kind.
macro_rules! senders {
    ($($name:ident: $kind:ident),+ $(,)?) => {$(
        #[doc = concat!("`send", stringify!($kind), "`.")]
        pub(super) fn $name(core: &mut Core, now: Time, params: &Params) -> Result<Value, Refusal> {
            send(core, now, params, MediaKind::$kind)
        }
    )+};
}

senders! {
    send_photo: Photo,
    send_audio: Audio,
    send_document: Document,
    send_video: Video,
    send_animation: Animation,
    send_voice: Voice,
    send_sticker: Sticker,
}

fn send(core: &mut Core, now: Time, params: &Params, kind: MediaKind) -> Result<Value, Refusal> {
    if params.is_json_text(kind.name()) && refused_in_json(core, kind) {
        return Err(Refusal::malformed());
    }
    let frame = Frame::read(params)?;
    frame.admit(core, kind.right())?;
    let caption = match kind {
        MediaKind::Sticker => None,
        _ => caption(params.text("caption")?)?,
    };
    let size = (params.integer("width")?, params.integer("height")?);
    let duration = duration(params.integer("duration")?)?;
    let title = params.text("title")?.map(str::to_owned);
    let file = file::file(core, params, kind.name(), most(kind))?;
    let kind = match params.text(kind.name()) {
        Ok(Some(text)) => fetched_as(params, text, kind)?,
        _ => kind,
    };
    let media = Media { kind, file, caption, thumbnail: None, duration, title, size };
    let message_id = frame.post(core, now, Content::Media(media))?;
    send::shown(core, &params.chat()?, message_id)
}

/// Bytes of a voice note at an address; a larger one is sent as a file. Source: docs.bale.ai#sendVoice, official.
const LARGEST_FETCHED_VOICE: usize = 1024 * 1024;

/// As what a file at an address is sent, if its type will do: a photo has to be a picture, a voice note `audio/ogg`, a
/// document GIF, PDF or ZIP.
///
/// Source: docs.bale.ai#sendDocument and #sendVoice (official), for photos inferred; the wording is Telegram's.
fn fetched_as(params: &Params, text: &str, kind: MediaKind) -> Result<MediaKind, Refusal> {
    let Some(found) = file::fetched(params, text) else { return Ok(kind) };
    let is = found.mime_type.as_deref().unwrap_or_default().to_ascii_lowercase();
    let fits = match kind {
        MediaKind::Photo => is.starts_with("image/"),
        MediaKind::Voice => is == "audio/ogg",
        MediaKind::Document => {
            matches!(&*is, "image/gif" | "application/pdf" | "application/zip")
        }
        _ => true,
    };
    if !fits {
        return Err(Refusal::bad_request("wrong type of the web page content"));
    }
    let too_long = kind == MediaKind::Voice && found.bytes.len() > LARGEST_FETCHED_VOICE;
    Ok(if too_long { MediaKind::Document } else { kind })
}

fn refused_in_json(core: &Core, kind: MediaKind) -> bool {
    match core.world.quirks.json_media {
        JsonMedia::Accepted => false,
        JsonMedia::RefusedForAnimationAndSticker => {
            matches!(kind, MediaKind::Animation | MediaKind::Sticker)
        }
        JsonMedia::Refused => true,
    }
}

/// Bytes of an upload.
fn most(kind: MediaKind) -> usize {
    if kind == MediaKind::Photo { LARGEST_PHOTO } else { LARGEST_FILE }
}

/// Seconds; 0 unless said.
fn duration(seconds: Option<i64>) -> Result<i64, Refusal> {
    match seconds {
        None => Ok(0),
        Some(seconds @ 0..) => Ok(seconds),
        Some(_) => Err(Refusal::bad_request("duration must not be negative")),
    }
}

/// `sendMediaGroup`. No largest album is known for Bale; only an empty one is refused.
pub(super) fn send_media_group(
    core: &mut Core,
    now: Time,
    params: &Params,
) -> Result<Value, Refusal> {
    let items = params.required_nested("media")?;
    let items = items.as_array().filter(|items| !items.is_empty());
    let items = items.ok_or_else(|| Refusal::bad_request("media must be a non-empty array"))?;
    Frame::read(params)?;
    let kinds = items.iter().map(kind_of).collect::<Result<Vec<_>, _>>()?;
    check_mix(&kinds)?;
    for kind in &kinds {
        let chat_id = Frame::read(params)?.admit(core, kind.right())?;
        send::turn(core, now, chat_id, kinds.len())?;
    }
    // All are read before one is posted: an album arrives whole or not at all.
    let mut album = Vec::new();
    for (item, kind) in items.iter().zip(kinds) {
        album.push(read_item(core, params, item, kind)?);
    }
    let (album_id, name) = (core.world.new_album(), params.chat()?);
    let mut answer = Vec::new();
    for media in album {
        let mut frame = Frame::read(params)?;
        frame.reply_markup = None;
        let id = Some(album_id.clone());
        let message_id = frame.post_in_album(core, now, Content::Media(media), id)?;
        answer.push(send::shown(core, &name, message_id)?);
    }
    Ok(answer.into())
}

fn kind_of(item: &Value) -> Result<MediaKind, Refusal> {
    match item.get("type").and_then(Value::as_str) {
        Some("photo") => Ok(MediaKind::Photo),
        Some("video") => Ok(MediaKind::Video),
        Some("animation") => Ok(MediaKind::Animation),
        Some("audio") => Ok(MediaKind::Audio),
        Some("document") => Ok(MediaKind::Document),
        _ => Err(Refusal::bad_request("media type is invalid")),
    }
}

/// Documents and audio group only with their own kind. Source: docs.bale.ai#sendMediaGroup, official.
fn check_mix(kinds: &[MediaKind]) -> Result<(), Refusal> {
    let alone = |kind: &&MediaKind| matches!(kind, MediaKind::Document | MediaKind::Audio);
    match kinds.iter().find(alone) {
        Some(kind) if kinds.iter().any(|other| other != kind) => Err(Refusal::bad_request(
            format_args!("{} can't be mixed with other media types", kind.name()),
        )),
        _ => Ok(()),
    }
}

fn read_item(
    core: &mut Core,
    params: &Params,
    item: &Value,
    kind: MediaKind,
) -> Result<Media, Refusal> {
    let text = |name: &str| item.get(name).and_then(Value::as_str);
    let number = |name: &str| item.get(name).and_then(Value::as_i64);
    let caption = caption(text("caption"))?;
    let duration = duration(number("duration"))?;
    let file = text("media").ok_or_else(|| missing("media"))?;
    let kind = fetched_as(params, file, kind)?;
    let file = file::named_file(core, params, file, most(kind))?;
    let thumbnail = text("thumbnail")
        .map(|thumbnail| file::named_file(core, params, thumbnail, LARGEST_PHOTO))
        .transpose()?;
    let title = text("title").map(str::to_owned);
    let size = (number("width"), number("height"));
    Ok(Media { kind, file, caption, thumbnail, duration, title, size })
}
