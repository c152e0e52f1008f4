//! Pinned messages.

use serde_json::Value;

use crate::emulator::{
    core::Core,
    params::Params,
    refusal::Refusal,
    state::{Chat, Right},
    time::Time,
};

/// `pinChatMessage`. Needs `can_pin_messages`, except in a private chat. Source: methods, official.
pub(super) fn pin_chat_message(
    core: &mut Core,
    _: Time,
    params: &Params,
) -> Result<Value, Refusal> {
    let message_id = params.required_integer("message_id")?;
    let chat = pinnable(core, params)?;
    if !chat.messages.contains_key(&message_id) {
        return Err(Refusal::bad_request("message to pin not found"));
    }
    chat.pinned.retain(|pinned| *pinned != message_id);
    chat.pinned.push(message_id);
    Ok(true.into())
}

/// `unpinChatMessage`, which needs the message's id, unlike Telegram's. Source: methods, official.
pub(super) fn unpin_chat_message(
    core: &mut Core,
    _: Time,
    params: &Params,
) -> Result<Value, Refusal> {
    let message_id = params.required_integer("message_id")?;
    let chat = pinnable(core, params)?;
    if !chat.pinned.contains(&message_id) {
        return Err(Refusal::bad_request("message to unpin not found"));
    }
    chat.pinned.retain(|pinned| *pinned != message_id);
    Ok(true.into())
}

/// `unpinAllChatMessages`.
pub(super) fn unpin_all_chat_messages(
    core: &mut Core,
    _: Time,
    params: &Params,
) -> Result<Value, Refusal> {
    pinnable(core, params)?.pinned.clear();
    Ok(true.into())
}

fn pinnable<'c>(core: &'c mut Core, params: &Params) -> Result<&'c mut Chat, Refusal> {
    let bot_id = core.bot().id;
    let chat = core.world.chat_mut(&params.chat()?)?;
    if chat.may(bot_id, Right::CanPinMessages) {
        Ok(chat)
    } else {
        Err(Refusal::permission_denied())
    }
}
