//! People, chats, and what is known of a chat.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Message, wire, wire::string_enum};

/// A person or a bot.
///
/// Source: docs.bale.ai, `User`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct User {
    /// The id: 64 bits. It is also the id of the private chat with this user.
    pub id: i64,
    /// Whether this is a bot; `false` where the server does not say.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub is_bot: bool,
    /// The first name; empty where the server does not say.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub first_name: String,
    /// The last name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// The username, without `@`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The language of the user's client; often missing in practice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language_code: Option<String>,
}

impl User {
    /// `@username`, for users that have one.
    pub fn mention(&self) -> Option<String> {
        mention(self.username.as_deref())
    }

    /// The first and the last name.
    pub fn full_name(&self) -> String {
        full_name(Some(&self.first_name), self.last_name.as_deref())
    }

    /// The id of the private chat with this user, which is the user's own id.
    pub fn chat_id(&self) -> i64 {
        self.id
    }
}

/// A private chat, a group or a channel.
///
/// Source: docs.bale.ai, `Chat`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Chat {
    /// The id: 64 bits and positive for every kind of chat, so [`kind`](Self::kind) is the only way to
    /// tell them apart. A private chat has the id of its user.
    pub id: i64,
    /// The kind of chat (`type` on the wire).
    #[serde(rename = "type", default, deserialize_with = "wire::null_as_default")]
    pub kind: ChatType,
    /// The title of a group or channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The username, without `@`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The first name of the user of a private chat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The last name of the user of a private chat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// The picture. Undocumented here; [`ChatFullInfo`] is where it is documented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub photo: Option<ChatPhoto>,
    /// Whether everyone may administer the group. Undocumented, legacy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub all_members_are_administrators: Option<bool>,
    /// The pinned message. Undocumented, legacy.
    #[serde(default, with = "wire::arc", skip_serializing_if = "Option::is_none")]
    pub pinned_message: Option<Arc<Message>>,
}

impl Chat {
    /// `@username`, for chats that have one.
    pub fn mention(&self) -> Option<String> {
        mention(self.username.as_deref())
    }

    /// The title of a group or channel, the full name of a private chat's user; empty if neither is
    /// known.
    pub fn name(&self) -> String {
        match &self.title {
            Some(title) => title.clone(),
            None => full_name(self.first_name.as_deref(), self.last_name.as_deref()),
        }
    }
}

fn mention(username: Option<&str>) -> Option<String> {
    username.map(|username| format!("@{username}"))
}

fn full_name(first: Option<&str>, last: Option<&str>) -> String {
    let names: Vec<_> =
        [first, last].into_iter().flatten().filter(|name| !name.is_empty()).collect();
    names.join(" ")
}

string_enum! {
    /// The kind of a chat. Bale has no supergroups.
    ///
    /// Source: docs.bale.ai, `Chat.type`.
    pub enum ChatType {
        /// A chat with one person.
        Private = "private",
        /// A group.
        Group = "group",
        /// A channel.
        Channel = "channel",
    }
}

impl ChatType {
    /// Whether this is a chat with one person.
    pub fn is_private_chat(&self) -> bool {
        *self == Self::Private
    }

    /// Whether this is a group.
    pub fn is_group_chat(&self) -> bool {
        *self == Self::Group
    }

    /// Whether this is a channel.
    pub fn is_channel_chat(&self) -> bool {
        *self == Self::Channel
    }
}

/// All that `getChat` tells about a chat.
///
/// Source: docs.bale.ai, `ChatFullInfo`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ChatFullInfo {
    /// The id, as in [`Chat::id`].
    pub id: i64,
    /// The kind of chat (`type` on the wire).
    #[serde(rename = "type", default, deserialize_with = "wire::null_as_default")]
    pub kind: ChatType,
    /// The title of a group or channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The username, without `@`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The first name of the user of a private chat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The last name of the user of a private chat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// The picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub photo: Option<ChatPhoto>,
    /// What the user of a private chat wrote about themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bio: Option<String>,
    /// The description of a group or channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The invite link; often without `https://`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invite_link: Option<String>,
    /// The id of the discussion group of a channel, or of the channel of a discussion group. Sources
    /// disagree on whether it is a string or an integer; both are read.
    #[serde(
        default,
        deserialize_with = "wire::string_or_integer",
        skip_serializing_if = "Option::is_none"
    )]
    pub linked_chat_id: Option<String>,
    /// Undocumented, a leftover of Telegram.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accent_color_id: Option<i64>,
    /// Undocumented, a leftover of Telegram.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_reaction_count: Option<i64>,
    /// Undocumented, a leftover of Telegram of no known shape.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted_gift_types: Option<serde_json::Value>,
    /// The group's sticker set. Undocumented, legacy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sticker_set_name: Option<String>,
    /// Whether the bot may choose the group's sticker set. Undocumented, legacy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_set_sticker_set: Option<bool>,
}

/// The picture of a chat, in two sizes.
///
/// Source: docs.bale.ai, `ChatPhoto`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ChatPhoto {
    /// File id of the small size.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub small_file_id: String,
    /// The same for every bot, and no use for downloading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub small_file_unique_id: Option<String>,
    /// File id of the large size.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub big_file_id: String,
    /// The same for every bot, and no use for downloading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub big_file_unique_id: Option<String>,
}

/// A link that lets people join a chat. Undocumented: the shape comes from client libraries.
///
/// Source: docs.bale.ai names the methods (`createChatInviteLink`), not the fields.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ChatInviteLink {
    /// The link, without a scheme: it starts with `ble.ir/join/`.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub invite_link: String,
    /// Who made it. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creator: Option<User>,
    /// Whether joining needs an approval. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creates_join_request: Option<bool>,
    /// Whether it is the chat's primary link. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_primary: Option<bool>,
    /// Whether it was revoked. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_revoked: Option<bool>,
    /// Its name. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// When it ends, in Unix seconds. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expire_date: Option<i64>,
    /// How many members may join by it. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member_limit: Option<i64>,
    /// How many people wait for approval. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pending_join_request_count: Option<i64>,
}

string_enum! {
    /// What the bot is shown to be doing, for up to 6 seconds.
    ///
    /// Source: docs.bale.ai, `sendChatAction`.
    pub enum ChatAction {
        /// Writing a text.
        Typing = "typing",
        /// Sending a photo.
        UploadPhoto = "upload_photo",
        /// Recording a video.
        RecordVideo = "record_video",
        /// Sending a video.
        UploadVideo = "upload_video",
        /// Recording a voice note.
        RecordVoice = "record_voice",
        /// Sending a voice note.
        UploadVoice = "upload_voice",
        /// Choosing a sticker.
        ChooseSticker = "choose_sticker",
    }
}
