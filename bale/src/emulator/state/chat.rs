//! A chat: its members, messages, pins and invite links.

use std::collections::BTreeMap;

use super::{ChatType, Draft, FileKey, Messages, Right, Standing, StoredMessage};
use crate::emulator::time::Time;

/// A link by which people join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InviteLink {
    pub(crate) link: String,
    /// Whether it is the one `exportChatInviteLink` made.
    pub(crate) is_primary: bool,
}

/// A chat and its messages.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Chat {
    pub(crate) id: i64,
    pub(crate) kind: ChatType,
    pub(crate) title: Option<String>,
    pub(crate) username: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) photo: Option<FileKey>,
    pub(crate) messages: Messages,
    /// Ids of pinned messages, the latest pin last.
    pub(crate) pinned: Vec<i64>,
    pub(crate) invite_links: Vec<InviteLink>,
    /// Everybody who is in the chat or banned from it; who is not here is not in the chat. For a private
    /// chat, both sides.
    pub(crate) members: BTreeMap<i64, Standing>,
    last_message_id: i64,
}

impl Chat {
    /// A chat with the bot in it: in a group or channel as an administrator with every right.
    pub(crate) fn new(id: i64, kind: ChatType, bot_id: i64) -> Self {
        let private = kind == ChatType::Private;
        let members = if private {
            BTreeMap::from([(id, Standing::Member), (bot_id, Standing::Member)])
        } else {
            BTreeMap::from([(
                bot_id,
                Standing::Administrator(Right::of_administrators().collect()),
            )])
        };
        Self {
            id,
            kind,
            title: (!private).then(|| format!("Chat {id}")),
            username: None,
            description: None,
            photo: None,
            messages: Messages::default(),
            pinned: Vec::new(),
            invite_links: Vec::new(),
            members,
            last_message_id: 0,
        }
    }

    /// Stores a message under the next id of this chat, counted from 1.
    pub(crate) fn post(&mut self, now: Time, draft: Draft) -> i64 {
        self.last_message_id += 1;
        let message_id = self.last_message_id;
        self.messages.insert(StoredMessage::new(message_id, now, draft));
        message_id
    }

    /// Takes a message away, and its pin.
    pub(crate) fn remove(&mut self, message_id: i64) {
        self.messages.remove(message_id);
        self.pinned.retain(|pinned| *pinned != message_id);
    }

    /// Whether this user is in the chat.
    pub(crate) fn has(&self, user_id: i64) -> bool {
        self.standing(user_id).is_some()
    }

    /// What this user is in the chat; `None` for those who are not in it.
    pub(crate) fn standing(&self, user_id: i64) -> Option<&Standing> {
        self.members.get(&user_id).filter(|standing| **standing != Standing::Banned)
    }

    /// Whether this user was banned.
    pub(crate) fn has_banned(&self, user_id: i64) -> bool {
        self.members.get(&user_id) == Some(&Standing::Banned)
    }

    /// Those who are in the chat, by id.
    pub(crate) fn present(&self) -> impl Iterator<Item = (i64, &Standing)> {
        let present = self.members.iter().filter(|(_, standing)| **standing != Standing::Banned);
        present.map(|(user_id, standing)| (*user_id, standing))
    }

    /// Whether this user may do that here. In a private chat both sides may do everything.
    pub(crate) fn may(&self, user_id: i64, right: Right) -> bool {
        match (self.kind, self.standing(user_id)) {
            (_, None) => false,
            (ChatType::Private, Some(_)) => true,
            (ChatType::Group | ChatType::Channel, Some(standing)) => standing.may(right),
        }
    }

    /// Whether this user may post what needs this right to be sent in a group. In a channel only those
    /// post who may post there.
    pub(crate) fn may_post(&self, user_id: i64, right: Right) -> bool {
        match self.kind {
            ChatType::Channel => self.may(user_id, Right::CanPostMessages),
            ChatType::Private | ChatType::Group => self.may(user_id, right),
        }
    }
}
