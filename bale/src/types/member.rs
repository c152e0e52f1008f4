//! Members of a chat and what they may do.

use serde::{Deserialize, Serialize};

use super::{User, wire, wire::string_enum};

/// A member of a chat, of any status: `ChatMemberOwner`, `ChatMemberAdministrator`,
/// `ChatMemberMember` and `ChatMemberRestricted` of the Bot API in one.
///
/// Which rights are present depends on the status; an absent right says nothing about it.
///
/// Source: docs.bale.ai, `ChatMember`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ChatMember {
    /// What the member is in the chat.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub status: ChatMemberStatus,
    /// The member.
    pub user: User,
    /// Restricted members: `false` for one who is not in the chat any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_member: Option<bool>,
    /// Administrators: may delete messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_delete_messages: Option<bool>,
    /// Administrators: may manage video chats.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_manage_video_chats: Option<bool>,
    /// Administrators: may restrict members.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_restrict_members: Option<bool>,
    /// Administrators: may add administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_promote_members: Option<bool>,
    /// Administrators and restricted members: may change title, picture and description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_change_info: Option<bool>,
    /// Administrators and restricted members: may invite users.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_invite_users: Option<bool>,
    /// Administrators: may post stories.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_post_stories: Option<bool>,
    /// Administrators: may post in the channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_post_messages: Option<bool>,
    /// Administrators: may edit messages of others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_edit_messages: Option<bool>,
    /// Administrators and restricted members: may pin messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_pin_messages: Option<bool>,
    /// Restricted members: may send texts. Undocumented for administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_send_messages: Option<bool>,
    /// Restricted members: may send audio files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_send_audios: Option<bool>,
    /// Restricted members: may send documents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_send_documents: Option<bool>,
    /// Restricted members: may send photos.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_send_photos: Option<bool>,
    /// Restricted members: may send videos.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_send_videos: Option<bool>,
    /// Administrators: the bot may change their rights. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_be_edited: Option<bool>,
    /// Administrators: hidden as the author of what they do. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_anonymous: Option<bool>,
    /// Administrators: may manage the chat. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_manage_chat: Option<bool>,
    /// Administrators: may manage topics. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_manage_topics: Option<bool>,
    /// Administrators: may remove users. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_kick_user: Option<bool>,
    /// Administrators: may send messages. Undocumented; another spelling of
    /// [`can_send_messages`](Self::can_send_messages).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_send_message: Option<bool>,
    /// Administrators: may send media. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_send_media: Option<bool>,
    /// Administrators: may send media. Undocumented; another spelling of
    /// [`can_send_media`](Self::can_send_media).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_send_media_messages: Option<bool>,
    /// Administrators: may send animations and stickers. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_send_gif_stickers: Option<bool>,
    /// Administrators: may forward messages from the chat. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_forward_message_from: Option<bool>,
    /// Administrators: may send gift packets. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_send_gift_packet: Option<bool>,
    /// Administrators: may send links. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_send_link_message: Option<bool>,
    /// Administrators: may send forwarded messages. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_send_forwarded_message: Option<bool>,
    /// Administrators: may reply to stories. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_reply_to_story: Option<bool>,
    /// Administrators: may see the members. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_see_members: Option<bool>,
    /// Administrators: may add stories. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_add_story: Option<bool>,
}

impl ChatMember {
    /// Whether this is the one who owns the chat.
    pub fn is_owner(&self) -> bool {
        self.status.is_owner()
    }

    /// Whether this is an administrator; the owner is not one.
    pub fn is_admin(&self) -> bool {
        self.status.is_admin()
    }

    /// Whether the user is in the chat: the owner, an administrator, a member, or a restricted member who
    /// did not leave. Bale answers with an error about users who never were.
    pub fn is_in_chat(&self) -> bool {
        match &self.status {
            ChatMemberStatus::Creator
            | ChatMemberStatus::Administrator
            | ChatMemberStatus::Member => true,
            ChatMemberStatus::Restricted => self.is_member != Some(false),
            ChatMemberStatus::Other(_) => false,
        }
    }
}

/// Questions about rights: the function, the field, and what it is to do so.
macro_rules! rights {
    ($($may:ident $right:ident $what:literal;)*) => {
        impl ChatMember {
            $(
                #[doc = concat!("Whether the member may ", $what, ": the owner may, whose rights the server does not list, and who has the right.")]
                pub fn $may(&self) -> bool {
                    self.is_owner() || self.$right == Some(true)
                }
            )*
        }
    };
}

rights! {
    may_delete_messages can_delete_messages "delete messages of others";
    may_manage_video_chats can_manage_video_chats "manage video chats";
    may_restrict_members can_restrict_members "restrict and ban members";
    may_promote_members can_promote_members "add administrators";
    may_change_info can_change_info "change title, picture and description";
    may_invite_users can_invite_users "invite users";
    may_post_stories can_post_stories "post stories";
    may_post_messages can_post_messages "post in the channel";
    may_edit_messages can_edit_messages "edit messages of others";
    may_pin_messages can_pin_messages "pin messages";
}

string_enum! {
    /// What a member is in a chat. Values such as `left`, `kicked` or `banned` are undocumented and
    /// arrive as `Other`.
    ///
    /// Source: docs.bale.ai, `ChatMember.status`.
    pub enum ChatMemberStatus {
        /// The owner.
        Creator = "creator",
        /// An administrator.
        Administrator = "administrator",
        /// A member without special rights.
        Member = "member",
        /// A member with fewer rights than the others.
        Restricted = "restricted",
    }
}

impl ChatMemberStatus {
    /// Whether this is the one who owns the chat.
    pub fn is_owner(&self) -> bool {
        *self == Self::Creator
    }

    /// Whether this is an administrator; the owner is not one.
    pub fn is_admin(&self) -> bool {
        *self == Self::Administrator
    }
}

/// What a restricted member may do, for `restrictChatMember`. Undocumented: the fields come from
/// client libraries.
///
/// Source: docs.bale.ai does not describe it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ChatPermissions {
    /// May send texts. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_send_messages: Option<bool>,
    /// May send audio files. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_send_audios: Option<bool>,
    /// May send documents. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_send_documents: Option<bool>,
    /// May send photos. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_send_photos: Option<bool>,
    /// May send videos. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_send_videos: Option<bool>,
    /// May change title, picture and description. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_change_info: Option<bool>,
    /// May invite users. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_invite_users: Option<bool>,
    /// May pin messages. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_pin_messages: Option<bool>,
    /// May send media of any kind. Undocumented, in fewer libraries than the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_send_media_messages: Option<bool>,
    /// May send stickers and animations. Undocumented, in fewer libraries than the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_send_other_messages: Option<bool>,
    /// May send links with a preview. Undocumented, in fewer libraries than the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_add_web_page_previews: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::{super::wire::check::*, *};

    fn user() -> User {
        User { id: 5, first_name: "Sara".to_owned(), ..User::default() }
    }

    #[test]
    fn an_owner_has_no_rights_listed() {
        let owner =
            ChatMember { status: ChatMemberStatus::Creator, user: user(), ..ChatMember::default() };
        travels(
            r#"{"status":"creator","user":{"id":5,"is_bot":false,"first_name":"Sara"}}"#,
            &owner,
        );
        assert_eq!((owner.is_owner(), owner.is_admin()), (true, false));
    }

    #[test]
    fn who_is_in_the_chat() {
        let is_in = |status: &str, is_member| {
            ChatMember { status: status.into(), is_member, ..ChatMember::default() }.is_in_chat()
        };
        let told = ["creator", "administrator", "member", "restricted", "left", "kicked", ""]
            .map(|status| is_in(status, None));
        assert_eq!(told, [true, true, true, true, false, false, false]);
        assert_eq!(
            (is_in("restricted", Some(true)), is_in("restricted", Some(false))),
            (true, false)
        );
    }

    #[test]
    fn each_right_is_asked_of_its_field() {
        fn told(member: &ChatMember) -> [bool; 10] {
            [
                member.may_delete_messages(),
                member.may_manage_video_chats(),
                member.may_restrict_members(),
                member.may_promote_members(),
                member.may_change_info(),
                member.may_invite_users(),
                member.may_post_stories(),
                member.may_post_messages(),
                member.may_edit_messages(),
                member.may_pin_messages(),
            ]
        }
        let rights = [
            "can_delete_messages",
            "can_manage_video_chats",
            "can_restrict_members",
            "can_promote_members",
            "can_change_info",
            "can_invite_users",
            "can_post_stories",
            "can_post_messages",
            "can_edit_messages",
            "can_pin_messages",
        ];
        let member = |status: &str, right: &str, has: bool| -> ChatMember {
            let json = format!(r#"{{"status":"{status}","user":{{"id":5}},"{right}":{has}}}"#);
            serde_json::from_str(&json).unwrap()
        };
        for (index, right) in rights.into_iter().enumerate() {
            let mut only = [false; 10];
            only[index] = true;
            assert_eq!(told(&member("administrator", right, true)), only, "{right}");
            assert_eq!(told(&member("administrator", right, false)), [false; 10], "{right}");
        }
        assert_eq!(told(&member("creator", "x", true)), [true; 10]);
        assert_eq!(told(&member("member", "x", true)), [false; 10]);
    }

    #[test]
    fn an_administrator_keeps_every_right() {
        let json = r#"{"status":"administrator","user":{"id":5,"is_bot":false,"first_name":"Sara"},
            "can_delete_messages":true,"can_manage_video_chats":true,"can_restrict_members":true,"can_promote_members":false,
            "can_change_info":true,"can_invite_users":true,"can_post_stories":true,"can_post_messages":true,
            "can_edit_messages":true,"can_pin_messages":true,"can_be_edited":true,"is_anonymous":true,"can_manage_chat":true,
            "can_manage_topics":true,"can_kick_user":true,"can_send_message":true,"can_send_messages":true,
            "can_send_media":true,"can_send_media_messages":true,"can_send_gif_stickers":true,
            "can_forward_message_from":true,"can_send_gift_packet":true,"can_send_link_message":true,
            "can_send_forwarded_message":true,"can_reply_to_story":true,"can_see_members":true,"can_add_story":true}"#;
        keeps::<ChatMember>(json);
        let admin: ChatMember = serde_json::from_str(json).unwrap();
        assert_eq!((admin.is_owner(), admin.is_admin()), (false, true));
    }

    #[test]
    fn a_restricted_member_keeps_every_right() {
        keeps::<ChatMember>(
            r#"{"status":"restricted","user":{"id":5,"is_bot":false,"first_name":"Sara"},"is_member":false,
                "can_send_messages":true,"can_send_audios":true,"can_send_documents":true,"can_send_photos":true,
                "can_send_videos":true,"can_change_info":true,"can_invite_users":true,"can_pin_messages":true}"#,
        );
    }

    #[test]
    fn a_status_may_be_unknown_or_missing_but_not_the_user() {
        let status = ChatMemberStatus::Other("kicked".to_owned());
        reads(
            r#"{"status":"kicked","user":{"id":5,"first_name":"Sara"},"can_pin_messages":null}"#,
            &ChatMember { status, user: user(), ..ChatMember::default() },
        );
        reads(
            r#"{"user":{"id":5,"first_name":"Sara"}}"#,
            &ChatMember { user: user(), ..ChatMember::default() },
        );
        refuses::<ChatMember>(r#"{"status":"member"}"#, "missing field `user` at line 1 column 19");
    }

    #[test]
    fn permissions_keep_every_right() {
        keeps::<ChatPermissions>(
            r#"{"can_send_messages":true,"can_send_audios":true,"can_send_documents":true,"can_send_photos":true,
                "can_send_videos":true,"can_change_info":false,"can_invite_users":false,"can_pin_messages":false,
                "can_send_media_messages":true,"can_send_other_messages":true,"can_add_web_page_previews":true}"#,
        );
        travels("{}", &ChatPermissions::default());
    }
}
