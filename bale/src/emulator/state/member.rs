//! What people are in a chat, and what they may do there.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// Something a member of a group or channel may do, under its name on the wire.
///
/// Source: docs.bale.ai#chatMemberAdministrator, #chatMemberRestricted and #promoteChatMember (official);
/// `CanPromoteMembers`, `CanPinMessages` and `CanPostStories` are in one reading of the last (library).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Right {
    /// An administrator's: deletes messages of others.
    CanDeleteMessages,
    /// An administrator's: manages video chats.
    CanManageVideoChats,
    /// An administrator's: bans, unbans and restricts members.
    CanRestrictMembers,
    /// An administrator's: makes others administrators.
    CanPromoteMembers,
    /// Changes title, description and photo.
    CanChangeInfo,
    /// Invites people and makes invite links.
    CanInviteUsers,
    /// An administrator's: posts stories.
    CanPostStories,
    /// An administrator's: posts in a channel.
    CanPostMessages,
    /// An administrator's: edits posts of a channel.
    CanEditMessages,
    /// Pins and unpins messages.
    CanPinMessages,
    /// Any member's, unless restricted: sends texts, contacts, locations and stickers.
    CanSendMessages,
    /// Any member's, unless restricted: sends audio and voice.
    CanSendAudios,
    /// Any member's, unless restricted: sends documents.
    CanSendDocuments,
    /// Any member's, unless restricted: sends photos.
    CanSendPhotos,
    /// Any member's, unless restricted: sends videos and animations.
    CanSendVideos,
}

/// Every right, in the order of the wire; whether administrators have it, whether a restriction names it.
const RIGHTS: [(Right, &str, bool, bool); 15] = [
    (Right::CanDeleteMessages, "can_delete_messages", true, false),
    (Right::CanManageVideoChats, "can_manage_video_chats", true, false),
    (Right::CanRestrictMembers, "can_restrict_members", true, false),
    (Right::CanPromoteMembers, "can_promote_members", true, false),
    (Right::CanChangeInfo, "can_change_info", true, true),
    (Right::CanInviteUsers, "can_invite_users", true, true),
    (Right::CanPostStories, "can_post_stories", true, false),
    (Right::CanPostMessages, "can_post_messages", true, false),
    (Right::CanEditMessages, "can_edit_messages", true, false),
    (Right::CanPinMessages, "can_pin_messages", true, true),
    (Right::CanSendMessages, "can_send_messages", false, true),
    (Right::CanSendAudios, "can_send_audios", false, true),
    (Right::CanSendDocuments, "can_send_documents", false, true),
    (Right::CanSendPhotos, "can_send_photos", false, true),
    (Right::CanSendVideos, "can_send_videos", false, true),
];

impl Right {
    /// As the wire writes it.
    pub(crate) fn name(self) -> &'static str {
        RIGHTS[self as usize].1
    }

    /// Whether only one reading of the page has it among what an administrator can be given.
    pub(crate) fn is_of_one_reading(self) -> bool {
        matches!(self, Self::CanPromoteMembers | Self::CanPinMessages | Self::CanPostStories)
    }

    /// Those an administrator can have.
    pub(crate) fn of_administrators() -> impl Iterator<Item = Self> {
        RIGHTS.iter().filter(|row| row.2).map(|row| row.0)
    }

    /// Those a restriction leaves or takes.
    pub(crate) fn of_restricted() -> impl Iterator<Item = Self> {
        RIGHTS.iter().filter(|row| row.3).map(|row| row.0)
    }

    /// Those a plain member has.
    fn of_members() -> impl Iterator<Item = Self> {
        RIGHTS.iter().filter(|row| !row.2).map(|row| row.0)
    }
}

/// What somebody is in a chat. Who is not in it and not banned has no standing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    Creator,
    Administrator(BTreeSet<Right>),
    Member,
    /// With the rights that are left.
    Restricted(BTreeSet<Right>),
    /// Not in the chat and kept out of it.
    Banned,
}

impl Standing {
    /// Whether somebody of this standing may do that. Every administrator may send.
    pub(crate) fn may(&self, right: Right) -> bool {
        match self {
            Self::Creator => true,
            Self::Administrator(rights) => {
                rights.contains(&right) || Right::of_members().any(|sent| sent == right)
            }
            Self::Member => Right::of_members().any(|sent| sent == right),
            Self::Restricted(rights) => rights.contains(&right),
            Self::Banned => false,
        }
    }

    /// Whether nobody but the creator can touch it.
    pub(crate) fn is_above_members(&self) -> bool {
        matches!(self, Self::Creator | Self::Administrator(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_each_right_at_its_place() {
        for (place, (right, name, ..)) in RIGHTS.into_iter().enumerate() {
            assert_eq!((right as usize, right.name()), (place, name));
            assert_eq!(serde_json::to_value(right).unwrap(), name);
        }
    }

    #[test]
    fn members_send_and_administrators_do_what_they_were_given() {
        let pin = Standing::Administrator(BTreeSet::from([Right::CanPinMessages]));
        let muted = Standing::Restricted(BTreeSet::from([Right::CanPinMessages]));
        for (standing, send, pin_messages, ban) in [
            (Standing::Creator, true, true, true),
            (pin, true, true, false),
            (Standing::Member, true, false, false),
            (muted, false, true, false),
            (Standing::Banned, false, false, false),
        ] {
            let may = [Right::CanSendMessages, Right::CanPinMessages, Right::CanRestrictMembers]
                .map(|right| standing.may(right));
            assert_eq!(may, [send, pin_messages, ban], "{standing:?}");
        }
    }
}
