//! People come into chats, leave them, and are given roles.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{ControlError, SentUpdate};
use crate::emulator::{
    core::Core,
    state::{ChatType, Right, Standing},
    time::Time,
};

/// What somebody is in a group or channel.
///
/// Source: docs.bale.ai#chatMember (official); `Left` and `Banned` are what is not reported there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum MemberStatus {
    /// The owner, who may do everything.
    Creator,
    /// Somebody with the rights of [`NewMember::rights`], every one unless said.
    Administrator,
    /// Anybody else.
    Member,
    /// A member with the rights of [`NewMember::rights`] left, none unless said.
    Restricted,
    /// Not in the chat.
    Left,
    /// Not in the chat and kept out of it.
    Banned,
}

/// Gives somebody, also the bot, a role. The bot hears nothing of it: for a join that it hears of, see
/// [`Emulator::join`](crate::emulator::Emulator::join).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with chat_id, user_id and status")]
#[non_exhaustive]
pub struct NewMember {
    /// The group or channel; a group is created on the way.
    pub chat_id: i64,
    /// Whose role it is.
    pub user_id: i64,
    /// The role.
    pub status: MemberStatus,
    /// What an administrator or a restricted member may do.
    pub rights: Option<BTreeSet<Right>>,
}

impl NewMember {
    /// `user_id` is that in `chat_id`.
    pub fn new(chat_id: i64, user_id: i64, status: MemberStatus) -> Self {
        Self { chat_id, user_id, status, rights: None }
    }

    /// Says what they may do.
    #[must_use]
    pub fn rights(mut self, rights: impl IntoIterator<Item = Right>) -> Self {
        self.rights = Some(rights.into_iter().collect());
        self
    }

    fn standing(&self) -> Option<Standing> {
        let rights = self.rights.clone();
        match self.status {
            MemberStatus::Creator => Some(Standing::Creator),
            MemberStatus::Administrator => Some(Standing::Administrator(
                rights.unwrap_or_else(|| Right::of_administrators().collect()),
            )),
            MemberStatus::Member => Some(Standing::Member),
            MemberStatus::Restricted => Some(Standing::Restricted(rights.unwrap_or_default())),
            MemberStatus::Left => None,
            MemberStatus::Banned => Some(Standing::Banned),
        }
    }
}

/// Somebody comes into a chat: by its id, or by a link to it, or because somebody adds them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with user_id, and chat_id or invite_link")]
pub(crate) struct Coming {
    pub(crate) user_id: i64,
    pub(crate) chat_id: Option<i64>,
    pub(crate) invite_link: Option<String>,
    /// Who adds them.
    pub(crate) by: Option<i64>,
}

/// Somebody leaves a chat.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with chat_id and user_id")]
pub(crate) struct Going {
    pub(crate) chat_id: i64,
    pub(crate) user_id: i64,
}

/// A user wants to hear no more of the bot, or again.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with user_id")]
pub(crate) struct Blocking {
    pub(crate) user_id: i64,
    /// `true` unless said.
    pub(crate) blocked: Option<bool>,
}

impl Core {
    /// A user blocks the bot, or lets it write again. The bot hears nothing of it.
    pub(crate) fn block(&mut self, blocking: Blocking) -> Result<(), ControlError> {
        let user_id = blocking.user_id;
        let chat = self.world.chat_by_id_mut(user_id);
        let chat = chat.filter(|chat| chat.kind == ChatType::Private).ok_or_else(|| {
            ControlError::new(format_args!(
                "user_id: expected somebody with a private chat with the bot, found {user_id}"
            ))
        })?;
        chat.is_blocked = blocking.blocked.unwrap_or(true);
        Ok(())
    }

    /// Gives somebody a role.
    pub(crate) fn set_member(&mut self, new: &NewMember) -> Result<(), ControlError> {
        self.many_sided(new.chat_id)?;
        self.world.meet(new.user_id);
        let chat = self.world.chat_by_id(new.chat_id).map_or(ChatType::Group, |chat| chat.kind);
        let members = &mut self.world.open(new.chat_id, chat).members;
        match new.standing() {
            Some(standing) => members.insert(new.user_id, standing),
            None => members.remove(&new.user_id),
        };
        Ok(())
    }

    /// Somebody comes. `None` when the bot hears nothing of it, as in a channel.
    pub(crate) fn join(
        &mut self,
        now: Time,
        coming: &Coming,
    ) -> Result<Option<SentUpdate>, ControlError> {
        let user_id = coming.user_id;
        let chat_id = match (coming.chat_id, &coming.invite_link) {
            (Some(chat_id), None) => chat_id,
            (None, Some(link)) => self.chat_of_link(link)?,
            _ => return Err(ControlError::new("expected either chat_id or invite_link")),
        };
        self.many_sided(chat_id)?;
        let known = self.world.chat_by_id(chat_id);
        if known.is_some_and(|chat| chat.members.contains_key(&user_id)) {
            return Err(ControlError::new(format_args!(
                "user_id: user {user_id} is already in chat {chat_id}, or banned from it"
            )));
        }
        let kind = known.map_or(ChatType::Group, |chat| chat.kind);
        if let (Some(chat), Some(by)) = (known, coming.by.filter(|by| *by != user_id)) {
            if !chat.has(by) {
                return Err(ControlError::new(format_args!(
                    "by: expected a member of chat {chat_id}, found {by}"
                )));
            }
        }
        let by = coming.by.unwrap_or(user_id);
        self.world.meet(user_id);
        self.world.meet(by);
        let chat = self.world.open(chat_id, kind);
        if by != user_id {
            chat.members.entry(by).or_insert(Standing::Member);
        }
        Ok(self.enter(now, chat_id, user_id, by))
    }

    /// Somebody leaves. `None` when the bot hears nothing of it, as in a channel.
    pub(crate) fn leave(
        &mut self,
        now: Time,
        going: Going,
    ) -> Result<Option<SentUpdate>, ControlError> {
        let Going { chat_id, user_id } = going;
        self.many_sided(chat_id)?;
        if !self.world.chat_by_id(chat_id).is_some_and(|chat| chat.has(user_id)) {
            return Err(ControlError::new(format_args!(
                "user_id: expected a member of chat {chat_id}, found {user_id}"
            )));
        }
        // The bot does not leave by its own will here: somebody removed it, and it is told so.
        let by = if user_id == self.bot().id { chat_id } else { user_id };
        Ok(self.exit(now, chat_id, user_id, by, false))
    }

    fn chat_of_link(&self, link: &str) -> Result<i64, ControlError> {
        let link = link.strip_prefix("https://").unwrap_or(link);
        self.world.chat_of_invite_link(link).ok_or_else(|| {
            ControlError::new(format_args!(
                "invite_link: expected a link that works, found {link:?}"
            ))
        })
    }

    fn many_sided(&self, chat_id: i64) -> Result<(), ControlError> {
        match self.world.chat_by_id(chat_id) {
            Some(chat) if chat.kind == ChatType::Private => Err(ControlError::new(format_args!(
                "chat_id: expected a group or channel, found private chat {chat_id}"
            ))),
            _ => Ok(()),
        }
    }
}
