//! Members of a chat.

use super::{ChatId, first_of};
use crate::types::{self, ChatPermissions};

methods! {
    first first_of(4);

    /// Lists the administrators of a group or channel, the owner among them.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::error::Error::is_not_found) if the bot does not know the chat,
    /// [`is_forbidden`](crate::error::Error::is_forbidden) if it may not see them.
    ///
    /// Source: docs.bale.ai#getchatadministrators
    getChatAdministrators GetChatAdministrators get_chat_administrators(
        /// The chat.
        chat_id: ChatId,
    ) {} -> Vec<types::ChatMember> => {
        /// let administrators = bot.get_chat_administrators(group).await?;
        /// assert_eq!(administrators[0].user.id, bot.id());
    };

    /// Counts the members of a chat.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::error::Error::is_not_found) if the bot does not know the chat.
    ///
    /// Source: docs.bale.ai#getchatmemberscount
    getChatMembersCount GetChatMembersCount get_chat_members_count(
        /// The chat.
        chat_id: ChatId,
    ) {} -> i64 => {
        /// emulator.join(group, omid)?;
        /// assert_eq!(bot.get_chat_members_count(group).await?, 3);
    };

    /// Describes one member of a chat where the bot is an administrator.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::error::Error::is_not_found) if the bot does not know the chat, or the user is no
    /// member; [`is_forbidden`](crate::error::Error::is_forbidden) if the bot is no administrator.
    ///
    /// Source: docs.bale.ai#getchatmember
    getChatMember GetChatMember get_chat_member(
        /// The chat.
        chat_id: ChatId,
        /// The user.
        user_id: i64,
    ) {} -> types::ChatMember => {
        /// let member = bot.get_chat_member(group, sara).await?;
        /// assert_eq!(member.status, ChatMemberStatus::Member);
    };

    /// Bans a user from a group or channel where the bot is an administrator.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::error::Error::is_not_found) if the bot does not know the chat or the user,
    /// [`is_forbidden`](crate::error::Error::is_forbidden) if it may not ban.
    ///
    /// Source: docs.bale.ai#banchatmember
    banChatMember BanChatMember ban_chat_member(
        /// The chat.
        chat_id: ChatId,
        /// The user.
        user_id: i64,
    ) {} -> bool => {
        /// bot.ban_chat_member(group, sara).await?;
        /// assert!(emulator.join(group, sara).is_err());
    };

    /// Lifts a ban. A user who is not banned is removed from the chat, unless `only_if_banned` is set.
    ///
    /// # Errors
    ///
    /// As [`ban_chat_member`](crate::client::Bot::ban_chat_member).
    ///
    /// Source: docs.bale.ai#unbanchatmember
    unbanChatMember UnbanChatMember unban_chat_member(
        /// The chat.
        chat_id: ChatId,
        /// The user.
        user_id: i64,
    ) {
        /// Whether to leave a user alone who is not banned.
        only_if_banned: bool,
    } -> bool => {
        /// bot.ban_chat_member(group, sara).await?;
        /// bot.unban_chat_member(group, sara).only_if_banned(true).await?;
        /// assert!(emulator.join(group, sara).is_ok());
    };

    /// Limits what a member may do. The method is undocumented; client libraries have it, and nobody saw it
    /// work.
    ///
    /// # Errors
    ///
    /// As [`ban_chat_member`](crate::client::Bot::ban_chat_member);
    /// [`is_not_found`](crate::error::Error::is_not_found) also if there is no such method.
    ///
    /// Source: client libraries; not on docs.bale.ai.
    restrictChatMember RestrictChatMember restrict_chat_member(
        /// The chat. Undocumented.
        chat_id: ChatId,
        /// The user. Undocumented.
        user_id: i64,
        /// What the user may still do. Undocumented.
        permissions: ChatPermissions,
    ) {
        /// Until when, in Unix seconds. Undocumented.
        until_date: i64,
    } -> bool => {
        /// let silent = ChatPermissions { can_send_messages: Some(false), ..ChatPermissions::default() };
        /// bot.restrict_chat_member(group, sara, silent).await?;
        /// assert!(emulator.push_message(NewMessage::new(group, sara, "May I?")).is_err());
    };

    /// Makes a user an administrator, or changes what an administrator may do; all `false` makes an ordinary
    /// member again.
    ///
    /// # Errors
    ///
    /// As [`ban_chat_member`](crate::client::Bot::ban_chat_member).
    ///
    /// Source: docs.bale.ai#promotechatmember
    promoteChatMember PromoteChatMember promote_chat_member(
        /// The chat.
        chat_id: ChatId,
        /// The user.
        user_id: i64,
    ) {
        /// May change the title, the photo and so on.
        can_change_info: bool,
        /// May post in a channel.
        can_post_messages: bool,
        /// May edit what others post in a channel.
        can_edit_messages: bool,
        /// May delete messages of others.
        can_delete_messages: bool,
        /// May manage video chats.
        can_manage_video_chats: bool,
        /// May invite users.
        can_invite_users: bool,
        /// May restrict and ban members.
        can_restrict_members: bool,
        /// May make administrators. Undocumented.
        can_promote_members: bool,
        /// May pin messages. Undocumented.
        can_pin_messages: bool,
        /// May post stories. Undocumented.
        can_post_stories: bool,
        /// May be edited by the bot. Undocumented.
        can_be_edited: bool,
        /// May send messages. Undocumented.
        can_send_messages: bool,
        /// May send files. Undocumented.
        can_send_media_messages: bool,
        /// May reply to stories. Undocumented.
        can_reply_to_story: bool,
        /// May send links. Undocumented.
        can_send_link_message: bool,
        /// May forward messages into the chat. Undocumented.
        can_send_forwarded_message: bool,
        /// May see the members. Undocumented.
        can_see_members: bool,
        /// May add stories. Undocumented.
        can_add_story: bool,
        /// May send files. Undocumented: another spelling of `can_send_media_messages`.
        can_send_media: bool,
        /// May send GIFs and stickers. Undocumented.
        can_send_gif_stickers: bool,
        /// May forward messages out of the chat. Undocumented.
        can_forward_message_from: bool,
        /// May send gift packets. Undocumented.
        can_send_gift_packet: bool,
        /// May start calls. Undocumented.
        can_start_call: bool,
        /// May remove members. Undocumented.
        can_kick_user: bool,
        /// May send messages. Undocumented: another spelling of `can_send_messages`.
        can_send_message: bool,
    } -> bool => {
        /// bot.promote_chat_member(group, sara).can_pin_messages(true).await?;
        /// let member = bot.get_chat_member(group, sara).await?;
        /// assert!(member.is_admin());
        /// assert_eq!(member.can_pin_messages, Some(true));
    };

    /// Adds a user to a group or channel. Bale only. The method is undocumented: the older documentation had
    /// it.
    ///
    /// # Errors
    ///
    /// As [`ban_chat_member`](crate::client::Bot::ban_chat_member);
    /// [`is_not_found`](crate::error::Error::is_not_found) also if there is no such method.
    ///
    /// Source: client libraries; no longer on docs.bale.ai.
    inviteUser InviteUser invite_user(
        /// The chat. Undocumented.
        chat_id: ChatId,
        /// The user. Undocumented.
        user_id: i64,
    ) {} -> bool => {
        /// bot.invite_user(group, omid).await?;
        /// assert_eq!(bot.get_chat_members_count(group).await?, 3);
    };
}
