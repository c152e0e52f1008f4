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
    pub photo: Option<Box<ChatPhoto>>,
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

/// What everybody who was told of the chat knows.
impl From<&ChatFullInfo> for Chat {
    fn from(info: &ChatFullInfo) -> Self {
        Self {
            id: info.id,
            kind: info.kind.clone(),
            title: info.title.clone(),
            username: info.username.clone(),
            first_name: info.first_name.clone(),
            last_name: info.last_name.clone(),
            photo: info.photo.clone().map(Box::new),
            ..Self::default()
        }
    }
}

/// The private chat with a user.
impl From<&User> for Chat {
    fn from(user: &User) -> Self {
        Self {
            id: user.id,
            kind: ChatType::Private,
            username: user.username.clone(),
            first_name: Some(user.first_name.clone()),
            last_name: user.last_name.clone(),
            ..Self::default()
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

impl ChatFullInfo {
    /// The user of a private chat. Whether it is a bot, the server does not say.
    pub fn user(&self) -> Option<User> {
        self.kind.is_private_chat().then(|| User {
            id: self.id,
            first_name: self.first_name.clone().unwrap_or_default(),
            last_name: self.last_name.clone(),
            username: self.username.clone(),
            ..User::default()
        })
    }
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

#[cfg(test)]
mod tests {
    use super::{super::wire::check::*, *};

    #[test]
    fn a_user_has_every_field() {
        travels(
            r#"{"id":4294967297,"is_bot":true,"first_name":"Sara","last_name":"Karimi","username":"sara","language_code":"fa"}"#,
            &User {
                id: 4_294_967_297,
                is_bot: true,
                first_name: "Sara".to_owned(),
                last_name: Some("Karimi".to_owned()),
                username: Some("sara".to_owned()),
                language_code: Some("fa".to_owned()),
            },
        );
    }

    #[test]
    fn a_user_is_an_id_at_least() {
        let user = User { id: 5, ..User::default() };
        reads(r#"{"id":5}"#, &user);
        reads(
            r#"{"id":5,"is_bot":null,"first_name":null,"last_name":null,"username":null,"language_code":null,"badge":[1]}"#,
            &user,
        );
        refuses::<User>(r#"{"first_name":"Sara"}"#, "missing field `id` at line 1 column 21");
        refuses::<User>(r#"{"id":null}"#, "invalid type: null, expected i64 at line 1 column 10");
    }

    #[test]
    fn a_user_can_be_named_and_reached() {
        let user = User {
            id: 5,
            first_name: "Sara".to_owned(),
            last_name: Some("Karimi".to_owned()),
            username: Some("sara".to_owned()),
            ..User::default()
        };
        assert_eq!(user.mention().as_deref(), Some("@sara"));
        assert_eq!(user.full_name(), "Sara Karimi");
        assert_eq!(user.chat_id(), 5);
        assert_eq!(User::default().mention(), None);
        assert_eq!(User { last_name: user.last_name, ..User::default() }.full_name(), "Karimi");
    }

    #[test]
    fn a_chat_has_every_field() {
        travels(
            r#"{"id":7,"type":"group","title":"Family","username":"fam","first_name":"A","last_name":"B",
                "photo":{"small_file_id":"1:s","small_file_unique_id":"s","big_file_id":"1:b","big_file_unique_id":"b"},
                "all_members_are_administrators":true,"pinned_message":{"message_id":3,"date":1,"chat":{"id":7,"type":"group"}}}"#,
            &Chat {
                id: 7,
                kind: ChatType::Group,
                title: Some("Family".to_owned()),
                username: Some("fam".to_owned()),
                first_name: Some("A".to_owned()),
                last_name: Some("B".to_owned()),
                photo: Some(Box::new(ChatPhoto {
                    small_file_id: "1:s".to_owned(),
                    small_file_unique_id: Some("s".to_owned()),
                    big_file_id: "1:b".to_owned(),
                    big_file_unique_id: Some("b".to_owned()),
                })),
                all_members_are_administrators: Some(true),
                pinned_message: Some(Arc::new(Message {
                    message_id: 3,
                    date: 1,
                    chat: Chat { id: 7, kind: ChatType::Group, ..Chat::default() },
                    ..Message::default()
                })),
            },
        );
    }

    #[test]
    fn a_chat_is_an_id_at_least() {
        reads(r#"{"id":7}"#, &Chat { id: 7, ..Chat::default() });
        reads(r#"{"id":7,"type":null,"pinned_message":null}"#, &Chat { id: 7, ..Chat::default() });
        let kind = ChatType::Other("supergroup".to_owned());
        travels(r#"{"id":7,"type":"supergroup"}"#, &Chat { id: 7, kind, ..Chat::default() });
        refuses::<Chat>(r#"{"type":"group"}"#, "missing field `id` at line 1 column 16");
    }

    #[test]
    fn a_chat_is_named_by_its_title_or_its_user() {
        let title = Some("Family".to_owned());
        assert_eq!(Chat { title, ..Chat::default() }.name(), "Family");
        let first_name = Some("Sara".to_owned());
        assert_eq!(Chat { first_name, ..Chat::default() }.name(), "Sara");
        assert_eq!(Chat::default().name(), "");
        let username = Some("fam".to_owned());
        assert_eq!(Chat { username, ..Chat::default() }.mention().as_deref(), Some("@fam"));
    }

    #[test]
    fn chat_types_are_told_apart() {
        let kinds = |kind: &str| {
            let kind = ChatType::from(kind);
            (kind.is_private_chat(), kind.is_group_chat(), kind.is_channel_chat())
        };
        assert_eq!(kinds("private"), (true, false, false));
        assert_eq!(kinds("group"), (false, true, false));
        assert_eq!(kinds("channel"), (false, false, true));
        assert_eq!(kinds("supergroup"), (false, false, false));
    }

    #[test]
    fn full_info_and_links_keep_every_field() {
        keeps::<ChatFullInfo>(
            r#"{"id":7,"type":"channel","title":"t","username":"u","first_name":"f","last_name":"l",
                "photo":{"small_file_id":"s","big_file_id":"b"},"bio":"b","description":"d","invite_link":"ble.ir/join/x",
                "linked_chat_id":"9","accent_color_id":1,"max_reaction_count":2,"accepted_gift_types":{"any":true},
                "sticker_set_name":"s","can_set_sticker_set":false}"#,
        );
        reads(
            r#"{"id":7,"linked_chat_id":9}"#,
            &ChatFullInfo {
                id: 7,
                linked_chat_id: Some("9".to_owned()),
                ..ChatFullInfo::default()
            },
        );
        keeps::<ChatInviteLink>(
            r#"{"invite_link":"ble.ir/join/x","creator":{"id":1,"is_bot":false,"first_name":""},"creates_join_request":true,
                "is_primary":true,"is_revoked":false,"name":"n","expire_date":5,"member_limit":6,"pending_join_request_count":7}"#,
        );
    }
}
