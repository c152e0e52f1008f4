//! Links by which people join.

use serde_json::Value;

use crate::emulator::{
    core::Core,
    params::Params,
    refusal::Refusal,
    state::{Chat, InviteLink, Right},
    time::Time,
    wire,
};

/// `createChatInviteLink`: one more link. It answers an object, as pyrobale and Balethon read it (library).
pub(super) fn create_chat_invite_link(
    core: &mut Core,
    _: Time,
    params: &Params,
) -> Result<Value, Refusal> {
    let link = add(core, params, false)?;
    Ok(shown(core, &link))
}

fn shown(core: &Core, link: &InviteLink) -> Value {
    if core.world.quirks.invite_links_are_texts {
        link.link.as_str().into()
    } else {
        wire::invite_link(core.bot(), link)
    }
}

/// `revokeChatInviteLink`: the link is gone and a new one takes its place. It answers the new one as an
/// object, as Balethon reads it; pyrobale reads a string (library).
pub(super) fn revoke_chat_invite_link(
    core: &mut Core,
    _: Time,
    params: &Params,
) -> Result<Value, Refusal> {
    let asked = params.required_text("invite_link")?;
    let asked = asked.strip_prefix("https://").unwrap_or(asked);
    let links = &mut inviting(core, params)?.invite_links;
    let place = links.iter().position(|link| link.link == asked);
    let place = place.ok_or_else(|| Refusal::bad_request("invite link not found"))?;
    let is_primary = links.remove(place).is_primary;
    let link = add(core, params, is_primary)?;
    Ok(shown(core, &link))
}

/// `exportChatInviteLink`: a new primary link; an old one stops working. Source: methods, official.
pub(super) fn export_chat_invite_link(
    core: &mut Core,
    _: Time,
    params: &Params,
) -> Result<Value, Refusal> {
    inviting(core, params)?.invite_links.retain(|link| !link.is_primary);
    Ok(add(core, params, true)?.link.into())
}

fn add(core: &mut Core, params: &Params, is_primary: bool) -> Result<InviteLink, Refusal> {
    inviting(core, params)?;
    let link = InviteLink { link: core.world.new_invite_link(), is_primary };
    inviting(core, params)?.invite_links.push(link.clone());
    Ok(link)
}

fn inviting<'c>(core: &'c mut Core, params: &Params) -> Result<&'c mut Chat, Refusal> {
    core.world.administered(&params.chat()?, Right::CanInviteUsers)
}
