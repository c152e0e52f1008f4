//! Who the bot is, whom it talks to, and what is written on the door of a chat.

use serde_json::Value;

use super::{
    file::{self, LARGEST_PHOTO},
    send::filled,
};
use crate::emulator::{
    core::Core,
    params::Params,
    refusal::Refusal,
    state::{Chat, ChatRef, ChatType, Right},
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

/// `logOut` and `close`, of which nothing but the answer is known. Source: methods, confidence library.
pub(super) fn do_nothing(_: &mut Core, _: Time, _: &Params) -> Result<Value, Refusal> {
    Ok(true.into())
}

/// `askReview`. Whether the form appears is up to the server; here it never does.
///
/// Source: docs.bale.ai#askReview, official; that an unknown user is refused is inferred.
pub(super) fn ask_review(core: &mut Core, _: Time, params: &Params) -> Result<Value, Refusal> {
    core.world.known_user(params.required_integer("user_id")?)?;
    if params.required_integer("delay_seconds")? < 0 {
        return Err(Refusal::bad_request("delay_seconds must not be negative"));
    }
    Ok(true.into())
}

/// `getChat`: a chat, or a user met anywhere as the private chat they would have.
pub(super) fn get_chat(core: &mut Core, _: Time, params: &Params) -> Result<Value, Refusal> {
    let name = params.chat()?;
    match (core.world.chat(&name), name) {
        (Ok(chat), _) => Ok(wire::chat_full(&core.world, chat)),
        (Err(_), ChatRef::Id(user_id)) if core.world.user(user_id).is_some() => {
            let chat = Chat::new(user_id, ChatType::Private, core.bot().id);
            Ok(wire::chat_full(&core.world, &chat))
        }
        (Err(refusal), _) => Err(refusal),
    }
}

/// `sendChatAction`. One library found that a number as `chat_id` is refused; others send it, so it is
/// taken unless the quirks say otherwise.
pub(super) fn send_chat_action(
    core: &mut Core,
    _: Time,
    params: &Params,
) -> Result<Value, Refusal> {
    if core.world.quirks.chat_action_needs_text_id && params.is_json_number("chat_id") {
        return Err(Refusal::malformed());
    }
    core.world.joined(&params.chat()?)?;
    let action = params.required_text("action")?;
    if !ACTIONS.contains(&action) {
        return Err(Refusal::bad_request("wrong parameter action in request"));
    }
    Ok(true.into())
}

/// `leaveChat`.
pub(super) fn leave_chat(core: &mut Core, now: Time, params: &Params) -> Result<Value, Refusal> {
    let chat = core.world.joined(&params.chat()?)?;
    if chat.kind == ChatType::Private {
        return Err(Refusal::not_for_private_chats());
    }
    let (chat_id, bot_id) = (chat.id, core.bot().id);
    core.exit(now, chat_id, bot_id, bot_id, false);
    Ok(true.into())
}

/// `setChatTitle`. No limit is known.
pub(super) fn set_chat_title(core: &mut Core, _: Time, params: &Params) -> Result<Value, Refusal> {
    let title = filled(params, "title")?.to_owned();
    changeable(core, params)?.title = Some(title);
    Ok(true.into())
}

/// `setChatDescription`. An empty one is none. No limit is known.
pub(super) fn set_chat_description(
    core: &mut Core,
    _: Time,
    params: &Params,
) -> Result<Value, Refusal> {
    let description = params.required_text("description")?.to_owned();
    changeable(core, params)?.description = Some(description).filter(|text| !text.is_empty());
    Ok(true.into())
}

/// `setChatPhoto`, by upload only. Source: docs.bale.ai#setChatPhoto, official.
pub(super) fn set_chat_photo(core: &mut Core, _: Time, params: &Params) -> Result<Value, Refusal> {
    changeable(core, params)?;
    let photo = file::uploaded(core, params, "photo", LARGEST_PHOTO)?;
    changeable(core, params)?.photo = Some(photo);
    Ok(true.into())
}

/// `deleteChatPhoto`. That there is none is no error.
pub(super) fn delete_chat_photo(
    core: &mut Core,
    _: Time,
    params: &Params,
) -> Result<Value, Refusal> {
    changeable(core, params)?.photo = None;
    Ok(true.into())
}

fn changeable<'c>(core: &'c mut Core, params: &Params) -> Result<&'c mut Chat, Refusal> {
    core.world.administered(&params.chat()?, Right::CanChangeInfo)
}
