//! Chats: what they are called, what is pinned in them, and the ways in.

use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;

use super::{ChatId, first_of, limits};
use crate::{
    bound::Bind,
    client::Bot,
    types::{self, ChatAction, InputFile},
};

methods! {
    first first_of(3);

    /// Shows what the bot is doing, for 6 seconds at most.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::error::Error::is_not_found) if the bot does not know the chat,
    /// [`is_forbidden`](crate::error::Error::is_forbidden) if it may not write there.
    ///
    /// Source: docs.bale.ai#sendchataction
    sendChatAction SendChatAction send_chat_action(
        /// Where. It is sent as a string: the server refuses a number here.
        chat_id: ChatId as "ChatId::as_text",
        /// What the bot is doing.
        action: ChatAction,
    ) {} -> bool => {
        /// bot.send_chat_action(sara, ChatAction::Typing).await?;
        /// assert_eq!(emulator.calls()[0].params["action"], "typing");
    };

    /// Describes a chat, or a user through the private chat with the same id.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::error::Error::is_not_found) if the bot does not know the chat or never met
    /// the user.
    ///
    /// Source: docs.bale.ai#getchat
    getChat GetChat get_chat(
        /// The chat.
        chat_id: ChatId,
    ) {} -> types::ChatFullInfo => {
        /// let chat = bot.get_chat(group).await?;
        /// assert!(chat.kind.is_group_chat());
        /// assert_eq!(chat.title.as_deref(), Some("Tea"));
    };

    /// Sets the photo of a group or channel: an upload of at most 10 MB.
    ///
    /// # Errors
    ///
    /// As [`set_chat_title`](crate::client::Bot::set_chat_title), and
    /// [`is_bad_request`](crate::error::Error::is_bad_request) before the call if the file is too large, is
    /// not there or is no upload.
    ///
    /// Source: docs.bale.ai#setchatphoto
    setChatPhoto SetChatPhoto set_chat_photo(
        /// The chat.
        chat_id: ChatId,
        /// The photo. It must be an upload.
        photo: InputFile where limits::uploaded_photo,
    ) {} -> bool => {
        /// bot.set_chat_photo(group, InputFile::bytes("cat.png", "PNG")).await?;
        /// let chat = bot.get_chat(group).await?;
        /// let photo = chat.photo.as_ref().expect("it was set");
        /// assert_eq!(bot.download(&photo.big_file_id).read().await?, "PNG");
    };

    /// Removes the photo of a group or channel.
    ///
    /// # Errors
    ///
    /// As [`set_chat_title`](crate::client::Bot::set_chat_title).
    ///
    /// Source: docs.bale.ai#deletechatphoto
    deleteChatPhoto DeleteChatPhoto delete_chat_photo(
        /// The chat.
        chat_id: ChatId,
    ) {} -> bool => {
        /// bot.set_chat_photo(group, InputFile::bytes("cat.png", "PNG")).await?;
        /// bot.delete_chat_photo(group).await?;
        /// assert!(bot.get_chat(group).await?.photo.is_none());
    };

    /// Renames a group or channel. How long a title may be is not documented.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::error::Error::is_not_found) if the bot does not know the chat,
    /// [`is_forbidden`](crate::error::Error::is_forbidden) if it may not change it,
    /// [`is_bad_request`](crate::error::Error::is_bad_request) if it is a private chat.
    ///
    /// Source: docs.bale.ai#setchattitle
    setChatTitle SetChatTitle set_chat_title(
        /// The chat.
        chat_id: ChatId,
        /// The new title.
        title: String,
    ) {} -> bool => {
        /// bot.set_chat_title(group, "Tea and coffee").await?;
        /// assert_eq!(bot.get_chat(group).await?.title.as_deref(), Some("Tea and coffee"));
    };

    /// Sets the description of a group or channel. How long it may be is not documented.
    ///
    /// # Errors
    ///
    /// As [`set_chat_title`](crate::client::Bot::set_chat_title).
    ///
    /// Source: docs.bale.ai#setchatdescription
    setChatDescription SetChatDescription set_chat_description(
        /// The chat.
        chat_id: ChatId,
        /// The new description.
        description: String,
    ) {} -> bool => {
        /// bot.set_chat_description(group, "For all who drink").await?;
        /// assert_eq!(bot.get_chat(group).await?.description.as_deref(), Some("For all who drink"));
    };

    /// Makes the bot leave a group or channel.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::error::Error::is_not_found) if the bot does not know the chat.
    ///
    /// Source: docs.bale.ai#leavechat
    leaveChat LeaveChat leave_chat(
        /// The chat.
        chat_id: ChatId,
    ) {} -> bool => {
        /// bot.leave_chat(group).await?;
        /// let chat = emulator.chat(group).expect("the others stay");
        /// assert_eq!(chat["members"].as_array().map(Vec::len), Some(1));
    };

    /// Pins a message, where the bot has the right `can_pin_messages`.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::error::Error::is_not_found) or
    /// [`is_bad_request`](crate::error::Error::is_bad_request) if there is no such message,
    /// [`is_forbidden`](crate::error::Error::is_forbidden) if the bot may not pin.
    ///
    /// Source: docs.bale.ai#pinchatmessage
    pinChatMessage PinChatMessage pin_chat_message(
        /// The chat of the message.
        chat_id: ChatId,
        /// The message.
        message_id: i64,
    ) {} -> bool => {
        /// bot.pin_chat_message(group, 1).await?;
        /// assert_eq!(emulator.chat(group).expect("it is known")["pinned"][0], 1);
    };

    /// Unpins one message, where the bot has the right `can_pin_messages`.
    ///
    /// # Errors
    ///
    /// As [`pin_chat_message`](crate::client::Bot::pin_chat_message).
    ///
    /// Source: docs.bale.ai#unpinchatmessage
    unpinChatMessage UnpinChatMessage unpin_chat_message(
        /// The chat of the message.
        chat_id: ChatId,
        /// The message. It cannot be left out, unlike Telegram's.
        message_id: i64,
    ) {} -> bool => {
        /// bot.pin_chat_message(group, 1).await?;
        /// bot.unpin_chat_message(group, 1).await?;
        /// assert!(emulator.chat(group).expect("it is known")["pinned"][0].is_null());
    };

    /// Unpins every message of a chat.
    ///
    /// # Errors
    ///
    /// As [`pin_chat_message`](crate::client::Bot::pin_chat_message).
    ///
    /// Source: docs.bale.ai#unpinallchatmessages
    unpinAllChatMessages UnpinAllChatMessages unpin_all_chat_messages(
        /// The chat.
        chat_id: ChatId,
    ) {} -> bool => {
        /// bot.pin_chat_message(group, 1).await?;
        /// bot.unpin_all_chat_messages(group).await?;
        /// assert!(emulator.chat(group).expect("it is known")["pinned"][0].is_null());
    };

    /// Makes another link by which users can join. It begins with `ble.ir/join/`, without `https://`.
    ///
    /// What the server answers is not documented: a link with its details, or only the link, which then is
    /// all that is set.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::error::Error::is_not_found) if the bot does not know the chat,
    /// [`is_forbidden`](crate::error::Error::is_forbidden) if it may not invite.
    ///
    /// Source: docs.bale.ai#createchatinvitelink
    createChatInviteLink CreateChatInviteLink create_chat_invite_link(
        /// The chat.
        chat_id: ChatId,
    ) {} -> InviteLink => {
        /// let link = bot.create_chat_invite_link(group).await?;
        /// emulator.join_by_link(link.invite_link, omid)?;
        /// assert_eq!(bot.get_chat_members_count(group).await?, 3);
    };

    /// Revokes a link by which users can join, and makes another. The answer is as that of
    /// [`create_chat_invite_link`](crate::client::Bot::create_chat_invite_link).
    ///
    /// # Errors
    ///
    /// As [`create_chat_invite_link`](crate::client::Bot::create_chat_invite_link).
    ///
    /// Source: docs.bale.ai#revokechatinvitelink
    revokeChatInviteLink RevokeChatInviteLink revoke_chat_invite_link(
        /// The chat.
        chat_id: ChatId,
        /// The link to revoke.
        invite_link: String,
    ) {} -> InviteLink => {
        /// let old = bot.create_chat_invite_link(group).await?;
        /// let new = bot.revoke_chat_invite_link(group, &old.invite_link).await?;
        /// let refused = emulator.join_by_link(old.invite_link, omid).unwrap_err();
        /// assert!(refused.to_string().starts_with("invite_link: expected a link that works"));
        /// assert!(emulator.join_by_link(new.invite_link, omid).is_ok());
    };

    /// Gives the main link by which users can join. If there is one already, it is revoked.
    ///
    /// # Errors
    ///
    /// As [`create_chat_invite_link`](crate::client::Bot::create_chat_invite_link).
    ///
    /// Source: docs.bale.ai#exportchatinvitelink
    exportChatInviteLink ExportChatInviteLink export_chat_invite_link(
        /// The chat.
        chat_id: ChatId,
    ) {} -> String => {
        /// let link = bot.export_chat_invite_link(group).await?;
        /// emulator.join_by_link(link, omid)?;
        /// assert_eq!(bot.get_chat_members_count(group).await?, 3);
    };
}

/// What the server answers about an invite link: the details, or nothing but the link. The caller gets a
/// [`ChatInviteLink`](types::ChatInviteLink) in both cases.
#[derive(Debug, Clone, PartialEq)]
pub struct InviteLink(pub types::ChatInviteLink);

/// Reads from JSON only.
impl<'de> Deserialize<'de> for InviteLink {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let answer = Box::<RawValue>::deserialize(deserializer)?;
        let answer = answer.get();
        let link = if answer.starts_with('"') {
            serde_json::from_str(answer)
                .map(|invite_link| types::ChatInviteLink { invite_link, ..Default::default() })
        } else {
            serde_json::from_str(answer)
        };
        link.map(Self).map_err(de::Error::custom)
    }
}

impl Bind for InviteLink {
    type Bound = types::ChatInviteLink;

    fn bind(self, _bot: &Bot) -> types::ChatInviteLink {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::script::Script;

    #[tokio::test]
    async fn an_invite_link_is_an_object_or_a_string() {
        let link = types::ChatInviteLink {
            invite_link: "ble.ir/join/x".to_owned(),
            ..types::ChatInviteLink::default()
        };
        let (bot, _script) = Script::bot(&[
            r#"{"ok":true,"result":{"invite_link":"ble.ir/join/x"}}"#,
            r#"{"ok":true,"result":"ble.ir/join/x"}"#,
            r#"{"ok":true,"result":7}"#,
        ]);
        assert_eq!(bot.create_chat_invite_link(7).await.unwrap(), link);
        assert_eq!(bot.revoke_chat_invite_link(7, "x").await.unwrap(), link);
        assert!(bot.create_chat_invite_link(7).await.unwrap_err().is_decode());
    }
}
