//! What a call of the bot means to the people it is for.

use serde_json::Value;

use crate::{
    emulator::{Emulator, ReceivedCall},
    types::Message,
};

/// What the bot did.
#[derive(Debug)]
pub(super) enum Kind {
    /// It wrote.
    Message(Box<Message>),
    /// It changed a message, which now says this.
    Edit(String),
    /// It answered a pressed button with a text.
    Answer { query_id: String, text: String, is_alert: bool },
    /// Anything else, or a call that failed.
    Other,
}

/// What a call that ended did, in which chat, and whether a strict test has to expect it.
pub(super) fn outcome(call: &ReceivedCall, emulator: &Emulator) -> Vec<(Kind, Option<i64>, bool)> {
    let params = &call.params;
    let result = call.reply.as_ref().filter(|reply| reply["ok"] == true).map(|it| &it["result"]);
    let named = integer(&params["chat_id"]);
    let method = call.method.as_str();
    // Reading changes nothing for anybody, and what a fault did is the test's own doing.
    let is_owed = !call.faulted
        && !["deleteWebhook", "setWebhook"].contains(&method)
        && !["get", "inquire"].iter().any(|reads| method.starts_with(reads));
    let other = vec![(Kind::Other, named, is_owed)];
    let Some(result) = result else { return other };
    match method {
        "answerCallbackQuery" => {
            let text = text(&params["text"]);
            if text.is_empty() {
                return vec![(Kind::Other, None, false)];
            }
            let is_alert = matches!(&params["show_alert"], Value::Bool(true))
                || params["show_alert"] == "true";
            let query_id = self::text(&params["callback_query_id"]);
            vec![(Kind::Answer { query_id, text, is_alert }, None, is_owed)]
        }
        "editMessageText" | "editMessageCaption" | "editMessageReplyMarkup" => {
            let said = params.get("text").or_else(|| params.get("caption")).unwrap_or(&Value::Null);
            vec![(Kind::Edit(text(said)), named, is_owed)]
        }
        _ if ["send", "forward", "copy"].iter().any(|way| method.starts_with(way)) => {
            let all = result.as_array().map_or(std::slice::from_ref(result), Vec::as_slice);
            let messages: Vec<_> =
                all.iter().filter_map(|result| sent(result, named, emulator)).collect();
            if messages.is_empty() {
                return other;
            }
            let deed = |message: Message| {
                let chat_id = Some(message.chat.id);
                (Kind::Message(Box::new(message)), chat_id, is_owed)
            };
            messages.into_iter().map(deed).collect()
        }
        _ => other,
    }
}

/// The message that a method answered with, or whose id it did.
fn sent(result: &Value, chat_id: Option<i64>, emulator: &Emulator) -> Option<Message> {
    let id = result.get("message_id")?;
    if result.get("chat").is_some() {
        return message(result);
    }
    let messages = emulator.messages(chat_id?);
    message(messages.iter().find(|message| message["message_id"] == *id)?)
}

/// A message as the framework reads it. A keyboard that is not inline is no part of it.
pub(super) fn message(json: &Value) -> Option<Message> {
    let mut json = json.clone();
    let is_inline = json["reply_markup"].get("inline_keyboard").is_some();
    if let (Some(object), false) = (json.as_object_mut(), is_inline) {
        object.remove("reply_markup");
    }
    serde_json::from_value(json).ok()
}

/// What a message says: its text or its caption.
pub(super) fn said(message: &Message) -> Option<&str> {
    message.text.as_deref().or(message.caption.as_deref())
}

/// A message in words.
pub(super) fn describe(message: &Message) -> String {
    let what = [
        (message.photo.is_some(), "photo"),
        (message.animation.is_some(), "animation"),
        (message.video.is_some(), "video"),
        (message.audio.is_some(), "audio"),
        (message.voice.is_some(), "voice"),
        (message.sticker.is_some(), "sticker"),
        (message.document.is_some(), "document"),
        (message.contact.is_some(), "contact"),
        (message.location.is_some(), "location"),
        (message.invoice.is_some(), "invoice"),
    ];
    let what = what.iter().find(|(is_it, _)| *is_it).map(|(_, name)| format!("<{name}>"));
    [what.as_deref(), said(message)].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// The texts of the buttons of a `reply_markup`, inline or not.
pub(super) fn keyboard(markup: &Value) -> Vec<Vec<String>> {
    // In a form it is JSON in a text.
    let parsed = markup.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
    let markup = parsed.as_ref().unwrap_or(markup);
    let rows = markup.get("inline_keyboard").or_else(|| markup.get("keyboard"));
    let label = |button: &Value| text(button.get("text").unwrap_or(button));
    let rows = rows.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_array);
    rows.map(|row| row.iter().map(label).collect()).collect()
}

fn integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
