//! Messages the bot sends, edits and deletes, and its answers to pressed buttons.

use std::time::Duration;

use serde_json::Value;

use super::markup;
use crate::emulator::{
    core::Core,
    params::Params,
    refusal::Refusal,
    state::{ButtonAnswer, Chat, ChatType, Draft, StoredMessage},
    time::Time,
    wire,
};

/// Characters of a text. Source: docs.bale.ai#sendMessage, official.
const LONGEST_TEXT: usize = 4096;

/// Characters of an answer to a button. Source: docs.bale.ai#answerCallbackQuery, official.
const LONGEST_ANSWER: usize = 200;

/// How long a message can be deleted. Source: docs.bale.ai#deleteMessage, official.
const DELETABLE_FOR: Duration = Duration::from_secs(48 * 60 * 60);

/// `sendMessage`.
pub(super) fn send_message(core: &mut Core, now: Time, params: &Params) -> Result<Value, Refusal> {
    let name = params.chat()?;
    let text = text_of(params)?.to_owned();
    let reply_to = params.integer("reply_to_message_id")?;
    let reply_markup = params.nested("reply_markup")?;
    if let Some(markup) = &reply_markup {
        markup::check(markup)?;
    }
    let author = core.bot().id;
    let chat = core.world.chat_mut(&name)?;
    if reply_to.is_some_and(|id| !chat.messages.contains_key(&id)) {
        return Err(Refusal::bad_request("message to be replied not found"));
    }
    let message_id = chat.post(now, Draft { author, text, reply_to, reply_markup });
    let chat = core.world.chat(&name)?;
    Ok(wire::message(&core.world, chat, &chat.messages[&message_id]))
}

/// `editMessageText`. Without `reply_markup` the keyboard goes, as in Telegram: what Bale does is an open
/// question. The same text again is no error: that Bale refuses it is not confirmed.
pub(super) fn edit_message_text(
    core: &mut Core,
    now: Time,
    params: &Params,
) -> Result<Value, Refusal> {
    let name = params.chat()?;
    let message_id = params.required_integer("message_id")?;
    let text = text_of(params)?.to_owned();
    let reply_markup = params.nested("reply_markup")?;
    if let Some(markup) = &reply_markup {
        markup::check_inline(markup)?;
    }
    let bot = core.bot().id;
    let chat = core.world.chat_mut(&name)?;
    let message = stored(chat, message_id, "message to edit not found")?;
    if message.author != bot {
        return Err(Refusal::bad_request("message can't be edited"));
    }
    message.text = text;
    message.reply_markup = reply_markup;
    message.edited = Some(now);
    Ok(wire::edit_stub(&core.world, core.world.chat(&name)?))
}

/// `deleteMessage`: the bot's own anywhere, anybody's in a private chat.
pub(super) fn delete_message(
    core: &mut Core,
    now: Time,
    params: &Params,
) -> Result<Value, Refusal> {
    let name = params.chat()?;
    let message_id = params.required_integer("message_id")?;
    let bot = core.bot().id;
    let chat = core.world.chat_mut(&name)?;
    let kind = chat.kind;
    let message = stored(chat, message_id, "message to delete not found")?;
    if message.author != bot && kind != ChatType::Private {
        return Err(Refusal::permission_denied());
    }
    if now.since(message.sent) >= DELETABLE_FOR {
        return Err(Refusal::bad_request("message can't be deleted"));
    }
    chat.messages.remove(&message_id);
    Ok(true.into())
}

/// `answerCallbackQuery`. A second answer replaces the first.
pub(super) fn answer_callback_query(
    core: &mut Core,
    _: Time,
    params: &Params,
) -> Result<Value, Refusal> {
    let id = params.required_text("callback_query_id")?;
    let text = params.text("text")?.map(str::to_owned);
    if text.as_ref().is_some_and(|text| text.chars().count() > LONGEST_ANSWER) {
        return Err(Refusal::bad_request("text is too long"));
    }
    let show_alert = params.boolean("show_alert")?.unwrap_or(false);
    let button = core.world.button_mut(id).ok_or_else(|| {
        Refusal::bad_request("query is too old and response timeout expired or query ID is invalid")
    })?;
    button.answer = Some(ButtonAnswer { text, show_alert });
    Ok(true.into())
}

fn text_of(params: &Params) -> Result<&str, Refusal> {
    let text = params.text("text")?.unwrap_or_default();
    match text.chars().count() {
        0 => Err(Refusal::bad_request("message text is empty")),
        1..=LONGEST_TEXT => Ok(text),
        _ => Err(Refusal::bad_request("message is too long")),
    }
}

fn stored<'c>(
    chat: &'c mut Chat,
    message_id: i64,
    missing: &str,
) -> Result<&'c mut StoredMessage, Refusal> {
    chat.messages.get_mut(&message_id).ok_or_else(|| Refusal::bad_request(missing))
}
