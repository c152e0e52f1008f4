//! A chat: its members, messages, pins and invite links.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use super::{ChatType, Draft, FileKey, Messages, Right, Standing, StoredMessage};
use crate::emulator::time::Time;

/// How many messages a group or channel takes from a bot in [`LIMITED_TIME`]. Source: limits (peyk), library.
const MOST_MESSAGES: usize = 20;
const LIMITED_TIME: Duration = Duration::from_secs(60);

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
    /// Whether the user of a private chat wants to hear no more of the bot.
    pub(crate) is_blocked: bool,
    last_message_id: i64,
    /// When the bot sent its latest messages.
    sent: VecDeque<Time>,
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
            is_blocked: false,
            last_message_id: 0,
            sent: VecDeque::new(),
        }
    }

    /// Stores a message under the next id of this chat, counted from 1.
    pub(crate) fn post(&mut self, now: Time, draft: Draft) -> i64 {
        self.last_message_id += 1;
        let message_id = self.last_message_id;
        self.messages.insert(StoredMessage::new(message_id, now, draft));
        message_id
    }

    /// [`post`](Self::post) of the bot, which counts against [`turn`](Self::turn).
    pub(crate) fn post_of_bot(&mut self, now: Time, draft: Draft) -> i64 {
        self.sent.push_back(now);
        if self.sent.len() > MOST_MESSAGES {
            self.sent.pop_front();
        }
        self.post(now, draft)
    }

    /// Whether the bot may send so many messages now, else in how many seconds. A private chat has no limit that
    /// anybody knows.
    pub(crate) fn turn(&self, now: Time, messages: usize) -> Result<(), u64> {
        let ended = self.sent.iter().take_while(|at| now.since(**at) >= LIMITED_TIME).count();
        let counted = self.sent.len() - ended;
        if self.kind == ChatType::Private || counted + messages <= MOST_MESSAGES {
            return Ok(());
        }
        let over = counted + messages - MOST_MESSAGES;
        // More than fit at once never fit; the longest wait is as good as any.
        let last = self.sent.get(ended + over - 1).copied().unwrap_or(now);
        let left = LIMITED_TIME.saturating_sub(now.since(last));
        Err(left.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX).max(1))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emulator::state::Content;

    #[test]
    fn a_group_takes_20_messages_a_minute() {
        let at = |seconds| Time::since_epoch(Duration::from_secs(seconds));
        let mut group = Chat::new(9, ChatType::Group, 7);
        for second in 0..20 {
            assert_eq!(group.turn(at(second), 1), Ok(()), "{second}");
            group.post_of_bot(at(second), Draft::new(7, Content::Text("x".into())));
        }
        assert_eq!(group.turn(at(19), 1), Err(41));
        assert_eq!(group.turn(at(19), 3), Err(43));
        assert_eq!(group.turn(at(59), 1), Err(1));
        assert_eq!(group.turn(at(60), 1), Ok(()));
        assert_eq!(group.turn(at(60), 2), Err(1));
        assert_eq!(group.turn(at(79), 21), Err(60));
        group.kind = ChatType::Private;
        assert_eq!(group.turn(at(19), 21), Ok(()));
    }
}
