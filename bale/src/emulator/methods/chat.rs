//! Who the bot is and whom it talks to.

use serde_json::Value;

use crate::emulator::{
    core::Core,
    params::Params,
    refusal::Refusal,
    state::{Chat, ChatRef},
    time::Time,
    wire,
};

/// Source: docs.bale.ai#sendChatAction, official; `upload_document` is pyrobale's, undocumented.
const ACTIONS: [&str; 8] = [
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "choose_sticker",
    "upload_document",
];

/// `getMe`.
pub(super) fn get_me(core: &mut Core, _: Time, _: &Params) -> Result<Value, Refusal> {
    Ok(wire::user(core.bot()))
}

/// `getChat`: a chat, or a user met anywhere as the private chat they would have.
pub(super) fn get_chat(core: &mut Core, _: Time, params: &Params) -> Result<Value, Refusal> {
    let name = params.chat()?;
    match (core.world.chat(&name), name) {
        (Ok(chat), _) => Ok(wire::chat(&core.world, chat)),
        (Err(_), ChatRef::Id(user_id)) if core.world.user(user_id).is_some() => {
            Ok(wire::chat(&core.world, &Chat::private(user_id)))
        }
        (Err(refusal), _) => Err(refusal),
    }
}

/// `sendChatAction`. One library found that a number as `chat_id` is refused; others send it, so it is taken.
pub(super) fn send_chat_action(
    core: &mut Core,
    _: Time,
    params: &Params,
) -> Result<Value, Refusal> {
    core.world.chat(&params.chat()?)?;
    let action = params.required_text("action")?;
    if !ACTIONS.contains(&action) {
        return Err(Refusal::bad_request("wrong parameter action in request"));
    }
    Ok(true.into())
}
