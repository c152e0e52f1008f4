//! Messages that change or go, and answers to pressed buttons.

use std::time::Duration;

use serde_json::Value;

use super::{
    markup,
    send::{caption, shown, text_of},
};
use crate::emulator::{
    core::Core,
    params::Params,
    refusal::Refusal,
    state::{ButtonAnswer, ChatType, Content, Right},
    time::Time,
    wire,
};

/// Characters of an answer to a button. Source: docs.bale.ai#answerCallbackQuery, official.
const LONGEST_ANSWER: usize = 200;

/// How long a message can be deleted. Source: docs.bale.ai#deleteMessage, official.
const DELETABLE_FOR: Duration = Duration::from_secs(48 * 60 * 60);

/// `editMessageText`. The same text again is no error: that Bale refuses it is not confirmed.
pub(super) fn edit_message_text(
    core: &mut Core,
    now: Time,
    params: &Params,
) -> Result<Value, Refusal> {
    let new = text_of(params)?.to_owned();
    edit(core, now, params, |content| match content {
        Content::Text(text) => {
            *text = new;
            Ok(())
        }
        _ => Err(Refusal::bad_request("there is no text in the message to edit")),
    })
}

/// `editMessageCaption`. An empty or absent one takes the caption away.
pub(super) fn edit_message_caption(
    core: &mut Core,
    now: Time,
    params: &Params,
) -> Result<Value, Refusal> {
    let new = caption(params.text("caption")?)?;
    edit(core, now, params, |content| match content.caption_mut() {
        Some(caption) => {
            *caption = new;
            Ok(())
        }
        None => Err(Refusal::bad_request("there is no caption in the message to edit")),
    })
}

/// `editMessageReplyMarkup`. Without `reply_markup` the keyboard goes whatever the quirks say: else the call
/// would do nothing.
pub(super) fn edit_message_reply_markup(
    core: &mut Core,
    now: Time,
    params: &Params,
) -> Result<Value, Refusal> {
    edit_with(core, now, params, |_| Ok(()), |keyboard| *keyboard = None)
}

fn edit(
    core: &mut Core,
    now: Time,
    params: &Params,
    change: impl FnOnce(&mut Content) -> Result<(), Refusal>,
) -> Result<Value, Refusal> {
    let keeps = core.world.quirks.edits_keep_keyboard;
    edit_with(core, now, params, change, |keyboard| {
        if !keeps {
            *keyboard = None;
        }
    })
}

/// Changes a message of the bot. `leave_out` is what happens to a keyboard that the call does not name;
/// what Bale does is an open question.
fn edit_with(
    core: &mut Core,
    now: Time,
    params: &Params,
    change: impl FnOnce(&mut Content) -> Result<(), Refusal>,
    leave_out: impl FnOnce(&mut Option<Value>),
) -> Result<Value, Refusal> {
    let name = params.chat()?;
    let message_id = params.required_integer("message_id")?;
    let reply_markup = params.nested("reply_markup")?;
    if let Some(markup) = &reply_markup {
        markup::check_inline(markup)?;
    }
    let bot = core.bot().id;
    core.world.joined(&name)?;
    let refuses_unmodified = core.world.quirks.unmodified_edits_refused;
    let chat = core.world.chat_mut(&name)?;
    // Posts have no author whom anybody sees. Source: docs.bale.ai#promoteChatMember (can_edit_messages), official.
    let edits_posts = chat.kind == ChatType::Channel && chat.may(bot, Right::CanEditMessages);
    let message = chat.messages.get_mut(&message_id);
    let message = message.ok_or_else(|| Refusal::bad_request("message to edit not found"))?;
    let may = message.author == bot || edits_posts;
    if !may || message.forward.is_some() || message.content.is_service() {
        return Err(Refusal::bad_request("message can't be edited"));
    }
    let before = message.clone();
    change(&mut message.content)?;
    match reply_markup {
        Some(markup) => message.reply_markup = Some(markup),
        None => leave_out(&mut message.reply_markup),
    }
    if refuses_unmodified && *message == before {
        return Err(Refusal::bad_request("message is not modified"));
    }
    message.edited = Some(now);
    if core.world.quirks.edits_answer_stub {
        return Ok(wire::edit_stub(&core.world, core.world.chat(&name)?));
    }
    shown(core, &name, message_id)
}

/// `deleteMessage`: the bot's own anywhere, anybody's in a private chat or with the right to.
///
/// Source: docs.bale.ai#deleteMessage, official.
pub(super) fn delete_message(
    core: &mut Core,
    now: Time,
    params: &Params,
) -> Result<Value, Refusal> {
    let name = params.chat()?;
    let message_id = params.required_integer("message_id")?;
    let bot = core.bot().id;
    let chat = core.world.joined(&name)?;
    let message = chat.messages.get(&message_id);
    let message = message.ok_or_else(|| Refusal::bad_request("message to delete not found"))?;
    let anybodys = chat.kind == ChatType::Private || chat.may(bot, Right::CanDeleteMessages);
    if message.author != bot && !anybodys {
        return Err(Refusal::permission_denied());
    }
    if now.since(message.sent) >= DELETABLE_FOR {
        return Err(Refusal::bad_request("message can't be deleted"));
    }
    core.world.chat_mut(&name)?.remove(message_id);
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
