//! Members of a chat, and what the bot does to them.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::emulator::{
    core::Core,
    params::{Params, missing},
    refusal::Refusal,
    state::{Chat, ChatType, Right, Standing},
    time::Time,
    wire,
};

/// `getChatAdministrators`, the creator first.
pub(super) fn get_chat_administrators(
    core: &mut Core,
    _: Time,
    params: &Params,
) -> Result<Value, Refusal> {
    let chat = core.world.joined(&params.chat()?)?;
    if chat.kind == ChatType::Private {
        return Err(Refusal::not_for_private_chats());
    }
    let mut above: Vec<_> = chat.present().filter(|(_, it)| it.is_above_members()).collect();
    above.sort_by_key(|(_, standing)| **standing != Standing::Creator);
    let shown = |(user_id, standing): (i64, &Standing)| {
        core.world.user(user_id).map(|user| wire::member(user, Some(standing)))
    };
    Ok(above.into_iter().filter_map(shown).collect())
}

/// `getChatMembersCount`, the bot included.
pub(super) fn get_chat_members_count(
    core: &mut Core,
    _: Time,
    params: &Params,
) -> Result<Value, Refusal> {
    Ok(core.world.joined(&params.chat()?)?.present().count().into())
}

/// `getChatMember`. The bot has to be an administrator. Source: docs.bale.ai#getChatMember, official. Who is
/// not in the chat is answered with 404. Source: errors, confidence library.
pub(super) fn get_chat_member(core: &mut Core, _: Time, params: &Params) -> Result<Value, Refusal> {
    let chat = core.world.joined(&params.chat()?)?;
    let above = chat.standing(core.bot().id).is_some_and(Standing::is_above_members);
    if chat.kind != ChatType::Private && !above {
        return Err(Refusal::permission_denied());
    }
    let user = core.world.known_user(params.required_integer("user_id")?)?;
    let standing = chat.standing(user.id).ok_or_else(Refusal::unknown_chat)?;
    Ok(wire::member(user, Some(standing)))
}

/// `banChatMember`. Somebody who is not in the chat can be banned as well.
pub(super) fn ban_chat_member(
    core: &mut Core,
    now: Time,
    params: &Params,
) -> Result<Value, Refusal> {
    let (chat, user_id) = under(core, params, Right::CanRestrictMembers)?;
    let (chat_id, bot_id) = (chat.id, core.bot().id);
    core.exit(now, chat_id, user_id, bot_id, true);
    Ok(true.into())
}

/// `unbanChatMember`. Without `only_if_banned` it also removes somebody who is in the chat.
///
/// Source: docs.bale.ai#unbanChatMember, official.
pub(super) fn unban_chat_member(
    core: &mut Core,
    now: Time,
    params: &Params,
) -> Result<Value, Refusal> {
    let only_if_banned = params.boolean("only_if_banned")?.unwrap_or(false);
    let (chat, user_id) = under(core, params, Right::CanRestrictMembers)?;
    if chat.has_banned(user_id) || !only_if_banned {
        let (chat_id, bot_id) = (chat.id, core.bot().id);
        core.exit(now, chat_id, user_id, bot_id, false);
    }
    Ok(true.into())
}

/// `restrictChatMember`. All rights left on make a plain member again. `until_date` is not kept: only one
/// library sends it. Rights are read from `permissions`, or flat as gyron sends them (library).
pub(super) fn restrict_chat_member(
    core: &mut Core,
    _: Time,
    params: &Params,
) -> Result<Value, Refusal> {
    let permissions = params.nested("permissions")?;
    if permissions.as_ref().is_some_and(|permissions| !permissions.is_object()) {
        return Err(Refusal::bad_request("can't parse permissions JSON object"));
    }
    // A restriction that says nothing is no restriction.
    if permissions.is_none() {
        let flat = Right::of_restricted().map(|right| params.boolean(right.name()));
        if !flat.collect::<Result<Vec<_>, _>>()?.iter().any(Option::is_some) {
            return Err(missing("permissions"));
        }
    }
    let mut left = BTreeSet::new();
    for right in Right::of_restricted() {
        let on = match &permissions {
            Some(permissions) => permissions.get(right.name()).and_then(Value::as_bool),
            None => params.boolean(right.name())?,
        };
        left.extend((on == Some(true)).then_some(right));
    }
    let whole = left.len() == Right::of_restricted().count();
    let standing = if whole { Standing::Member } else { Standing::Restricted(left) };
    change(core, params, Right::CanRestrictMembers, standing)
}

/// `promoteChatMember`. No right at all makes a plain member again. Source: docs.bale.ai#promoteChatMember,
/// official. Rights beyond those of [`Right`] are ignored. That a bot gives no right that it has not is inferred, after
/// Telegram.
pub(super) fn promote_chat_member(
    core: &mut Core,
    _: Time,
    params: &Params,
) -> Result<Value, Refusal> {
    let mut given = BTreeSet::new();
    let seven = !core.world.quirks.ten_administrator_rights;
    for right in Right::of_administrators().filter(|right| !(seven && right.is_of_one_reading())) {
        given.extend((params.boolean(right.name())? == Some(true)).then_some(right));
    }
    let bot_id = core.bot().id;
    let chat = core.world.administered(&params.chat()?, Right::CanPromoteMembers)?;
    if given.iter().any(|right| !chat.may(bot_id, *right)) {
        return Err(Refusal::permission_denied());
    }
    let standing = if given.is_empty() { Standing::Member } else { Standing::Administrator(given) };
    change(core, params, Right::CanPromoteMembers, standing)
}

/// `inviteUser`. Source: old documentation, confidence library. That a banned user is refused is inferred.
pub(super) fn invite_user(core: &mut Core, now: Time, params: &Params) -> Result<Value, Refusal> {
    let user_id = core.world.known_user(params.required_integer("user_id")?)?.id;
    let chat = core.world.administered(&params.chat()?, Right::CanInviteUsers)?;
    if chat.has_banned(user_id) {
        return Err(Refusal::permission_denied());
    }
    if !chat.has(user_id) {
        let (chat_id, bot_id) = (chat.id, core.bot().id);
        core.enter(now, chat_id, user_id, bot_id);
    }
    Ok(true.into())
}

/// Gives a member another standing.
fn change(
    core: &mut Core,
    params: &Params,
    right: Right,
    standing: Standing,
) -> Result<Value, Refusal> {
    let (chat, user_id) = under(core, params, right)?;
    if !chat.has(user_id) {
        return Err(Refusal::unknown_chat());
    }
    chat.members.insert(user_id, standing);
    Ok(true.into())
}

/// The chat and a user the bot may touch with this right: not the creator, not itself, and an administrator
/// only with the right to promote. Confidence inferred, after Telegram.
fn under<'c>(
    core: &'c mut Core,
    params: &Params,
    right: Right,
) -> Result<(&'c mut Chat, i64), Refusal> {
    let bot_id = core.bot().id;
    let user_id = core.world.known_user(params.required_integer("user_id")?)?.id;
    let chat = core.world.administered(&params.chat()?, right)?;
    let untouchable = match chat.standing(user_id) {
        Some(Standing::Creator) => true,
        Some(Standing::Administrator(_)) => !chat.may(bot_id, Right::CanPromoteMembers),
        _ => false,
    };
    if untouchable || user_id == bot_id {
        return Err(Refusal::permission_denied());
    }
    Ok((chat, user_id))
}
