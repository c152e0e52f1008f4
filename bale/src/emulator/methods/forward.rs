//! Forwarding and copying.

use serde_json::{Value, json};

use super::send::{shown, turn};
use crate::emulator::{
    core::Core,
    params::Params,
    refusal::Refusal,
    state::{ChatType, Content, Draft, Forward},
    time::Time,
};

/// `forwardMessage`. A message that was forwarded keeps its first origin.
pub(super) fn forward_message(
    core: &mut Core,
    now: Time,
    params: &Params,
) -> Result<Value, Refusal> {
    let (content, forward) = original(core, params, "message to forward not found")?;
    let message_id = repost(core, now, params, content, Some(forward))?;
    shown(core, &params.chat()?, message_id)
}

/// `copyMessage`. Service messages and receipts cannot be copied. Source: docs.bale.ai#copyMessage, official.
pub(super) fn copy_message(core: &mut Core, now: Time, params: &Params) -> Result<Value, Refusal> {
    let (content, _) = original(core, params, "message to copy not found")?;
    if content.is_service() {
        return Err(Refusal::bad_request("message can't be copied"));
    }
    let message_id = repost(core, now, params, content, None)?;
    Ok(json!({"message_id": message_id}))
}

/// What the message says and where it was first.
fn original(core: &Core, params: &Params, missing: &str) -> Result<(Content, Forward), Refusal> {
    let chat = core.world.joined(&params.chat_named("from_chat_id")?)?;
    let message_id = params.required_integer("message_id")?;
    let message = chat.messages.get(&message_id).ok_or_else(|| Refusal::bad_request(missing))?;
    let here = || Forward {
        author: message.author,
        channel: (chat.kind == ChatType::Channel).then_some(chat.id),
        message_id,
        sent: message.sent,
    };
    Ok((message.content.clone(), message.forward.clone().unwrap_or_else(here)))
}

fn repost(
    core: &mut Core,
    now: Time,
    params: &Params,
    content: Content,
    forward: Option<Forward>,
) -> Result<i64, Refusal> {
    let name = params.chat()?;
    let author = core.bot().id;
    let chat = core.world.joined(&name)?;
    if !chat.may_post(author, content.right()) {
        return Err(Refusal::permission_denied());
    }
    turn(core, now, chat.id, 1)?;
    let draft = Draft { forward, ..Draft::new(author, content) };
    Ok(core.world.chat_mut(&name)?.post_of_bot(now, draft))
}
