//! Messages, what they contain, and presses on their buttons.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    Animation, Audio, Chat, Document, InlineKeyboardMarkup, Invoice, PhotoSize, Poll, Sticker,
    SuccessfulPayment, User, Video, Voice, WebAppData, wire, wire::string_enum,
};

/// A message.
///
/// Channel posts are expected to arrive as messages without [`from`](Self::from).
///
/// What few messages have is boxed: a text message is moved about far more often than a document is
/// looked at.
///
/// Source: docs.bale.ai, `Message`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Message {
    /// The id, counted from 1 in each chat and not unique across chats; 0 in the stub that editing
    /// methods answer with.
    pub message_id: i64,
    /// When it was sent, in Unix seconds; 0 where the server does not say.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub date: i64,
    /// The chat it is in.
    pub chat: Chat,
    /// The sender; missing for channel posts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<User>,
    /// The sender, when a chat posts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender_chat: Option<Box<Chat>>,
    /// The author of the forwarded message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forward_from: Option<Box<User>>,
    /// The channel of the forwarded message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forward_from_chat: Option<Box<Chat>>,
    /// The id of the forwarded message in its channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forward_from_message_id: Option<i64>,
    /// When the forwarded message was sent, in Unix seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forward_date: Option<i64>,
    /// Where the forwarded message comes from. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forward_origin: Option<Box<ForwardOrigin>>,
    /// The message this one replies to, without a further reply inside.
    #[serde(default, with = "wire::arc", skip_serializing_if = "Option::is_none")]
    pub reply_to_message: Option<Arc<Message>>,
    /// When it was last edited, in Unix seconds. Also read as `edite_date`.
    #[serde(alias = "edite_date", skip_serializing_if = "Option::is_none")]
    pub edit_date: Option<i64>,
    /// What the messages of one album share. Sources disagree on whether it is a string or an integer;
    /// both are read.
    #[serde(
        default,
        deserialize_with = "wire::string_or_integer",
        skip_serializing_if = "Option::is_none"
    )]
    pub media_group_id: Option<String>,
    /// The text, up to 4096 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The marked parts of the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entities: Option<Vec<MessageEntity>>,
    /// The caption of a file, up to 4096 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// The marked parts of the caption.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption_entities: Option<Vec<MessageEntity>>,
    /// An animation; [`document`](Self::document) is then set too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub animation: Option<Box<Animation>>,
    /// A music file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audio: Option<Box<Audio>>,
    /// Any file; also set beside an audio, a video or an animation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<Box<Document>>,
    /// A photo in its sizes, ascending: the last one is the original.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub photo: Option<Vec<PhotoSize>>,
    /// A sticker.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sticker: Option<Box<Sticker>>,
    /// A video.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video: Option<Box<Video>>,
    /// A voice note.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voice: Option<Box<Voice>>,
    /// A contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<Box<Contact>>,
    /// A point on the map.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// A poll. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub poll: Option<Box<Poll>>,
    /// Users who joined, perhaps the bot itself among them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_chat_members: Option<Vec<User>>,
    /// A user who left, perhaps the bot itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_chat_member: Option<Box<User>>,
    /// A request to pay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoice: Option<Box<Invoice>>,
    /// The receipt of a payment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub successful_payment: Option<Box<SuccessfulPayment>>,
    /// Data sent by a mini app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web_app_data: Option<Box<WebAppData>>,
    /// The buttons under the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_markup: Option<InlineKeyboardMarkup>,
    /// The new title of the chat. Undocumented, legacy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_chat_title: Option<String>,
    /// The new picture of the chat. Undocumented, legacy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_chat_photo: Option<Vec<PhotoSize>>,
    /// Always `true`: the picture of the chat was deleted. Undocumented, legacy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete_chat_photo: Option<bool>,
    /// Always `true`: the group was created. Undocumented, legacy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_chat_created: Option<bool>,
    /// Always `true`: the supergroup was created. Undocumented, legacy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supergroup_chat_created: Option<bool>,
    /// Always `true`: the channel was created. Undocumented, legacy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_chat_created: Option<bool>,
    /// The message that was pinned. Undocumented, legacy.
    #[serde(default, with = "wire::arc", skip_serializing_if = "Option::is_none")]
    pub pinned_message: Option<Arc<Message>>,
}

impl Message {
    /// Whether it tells what became of the chat (somebody came or left, a new title, a pinned message, ..) or of a
    /// payment, and has no content that somebody wrote.
    pub fn is_service(&self) -> bool {
        self.new_chat_members.is_some()
            || self.left_chat_member.is_some()
            || self.successful_payment.is_some()
            || self.pinned_message.is_some()
            || self.new_chat_title.is_some()
            || self.new_chat_photo.is_some()
            || self.delete_chat_photo.is_some()
            || self.group_chat_created.is_some()
            || self.supergroup_chat_created.is_some()
            || self.channel_chat_created.is_some()
    }

    /// The sender: [`from`](Self::from) under another name.
    pub fn author(&self) -> Option<&User> {
        self.from.as_ref()
    }
}

/// The id of a message, as `copyMessage` answers.
///
/// Source: docs.bale.ai, `MessageId`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct MessageId {
    /// The id in its chat.
    pub message_id: i64,
}

/// A marked part of a text.
///
/// Source: docs.bale.ai, `MessageEntity`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct MessageEntity {
    /// What the mark means (`type` on the wire).
    #[serde(rename = "type", default, deserialize_with = "wire::null_as_default")]
    pub kind: MessageEntityType,
    /// Where the part starts, in UTF-16 code units.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub offset: i64,
    /// How long the part is, in UTF-16 code units.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub length: i64,
    /// The address of a link. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The mentioned user. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<Box<User>>,
}

string_enum! {
    /// What a marked part of a text is.
    ///
    /// Source: docs.bale.ai, `MessageEntity.type`.
    pub enum MessageEntityType {
        /// `@username`.
        Mention = "mention",
        /// `/command`.
        BotCommand = "bot_command",
    }
}

/// Where a forwarded message comes from. Undocumented.
///
/// Source: docs.bale.ai does not describe it; client libraries read it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ForwardOrigin {
    /// The kind of origin (`type` on the wire). Undocumented.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// When the original was sent, in Unix seconds. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<i64>,
    /// The author. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender_user: Option<User>,
    /// The chat. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chat: Option<Chat>,
    /// The id of the original in its chat. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_id: Option<i64>,
}

/// A shared contact.
///
/// Source: docs.bale.ai, `Contact`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Contact {
    /// The phone number.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub phone_number: String,
    /// The first name; empty where the server does not say.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub first_name: String,
    /// The last name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// The user with this number. The contact is the sender's own if this is the sender's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<i64>,
}

/// A point on the map.
///
/// Source: docs.bale.ai, `Location`.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Location {
    /// The longitude, in degrees.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub longitude: f64,
    /// The latitude, in degrees.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub latitude: f64,
}

impl Location {
    /// An address that shows the point on a map.
    pub fn link(&self) -> String {
        format!("https://maps.google.com/maps?q={},{}", self.latitude, self.longitude)
    }
}

/// A press on a button of an inline keyboard. It must be answered with `answerCallbackQuery`.
///
/// Source: docs.bale.ai, `CallbackQuery`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct CallbackQuery {
    /// The id to answer with.
    pub id: String,
    /// Who pressed.
    pub from: User,
    /// The message with the button; may be missing, or lack content and date, when it is very old.
    #[serde(default, with = "wire::arc", skip_serializing_if = "Option::is_none")]
    pub message: Option<Arc<Message>>,
    /// The data of the button, 1 to 64 bytes. A client may send data that no button has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// Undocumented, legacy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chat_instance: Option<String>,
    /// Undocumented, legacy: Bale has no inline mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inline_message_id: Option<String>,
}

impl CallbackQuery {
    /// Who pressed: [`from`](Self::from) under another name.
    pub fn user(&self) -> &User {
        &self.from
    }

    /// Whether the press comes from a client too old to show an answer: its id starts with `1`.
    pub fn is_from_old_client(&self) -> bool {
        self.id.starts_with('1')
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{ChatType, wire::check::*},
        *,
    };

    fn message(message_id: i64) -> Message {
        let chat = Chat { id: 7, kind: ChatType::Group, ..Chat::default() };
        Message { message_id, chat, ..Message::default() }
    }

    #[test]
    fn a_text_is_read_whole() {
        travels(
            r#"{"message_id":2,"date":1700000000,"chat":{"id":7,"type":"group"},
                "from":{"id":5,"is_bot":false,"first_name":"Sara"},"text":"/start @sara",
                "entities":[{"type":"bot_command","offset":0,"length":6},{"type":"mention","offset":7,"length":5}],
                "reply_to_message":{"message_id":1,"date":0,"chat":{"id":7,"type":"group"}}}"#,
            &Message {
                date: 1_700_000_000,
                from: Some(User { id: 5, first_name: "Sara".to_owned(), ..User::default() }),
                text: Some("/start @sara".to_owned()),
                entities: Some(vec![
                    MessageEntity {
                        kind: MessageEntityType::BotCommand,
                        offset: 0,
                        length: 6,
                        ..MessageEntity::default()
                    },
                    MessageEntity {
                        kind: MessageEntityType::Mention,
                        offset: 7,
                        length: 5,
                        ..MessageEntity::default()
                    },
                ]),
                reply_to_message: Some(Arc::new(message(1))),
                ..message(2)
            },
        );
    }

    #[test]
    fn every_field_is_kept() {
        let chat = r#"{"id":7,"type":"group"}"#;
        let user = r#"{"id":5,"is_bot":false,"first_name":"Sara"}"#;
        let inner = format!(r#"{{"message_id":1,"date":0,"chat":{chat}}}"#);
        let photo = r#"[{"file_id":"1:p","width":1,"height":2}]"#;
        let entities = format!(
            r#"[{{"type":"text_link","offset":0,"length":1,"url":"https://example.com","user":{user}}}]"#
        );
        keeps::<Message>(&format!(
            r#"{{"message_id":2,"date":1,"chat":{chat},"from":{user},"sender_chat":{chat},"forward_from":{user},
                "forward_from_chat":{chat},"forward_from_message_id":3,"forward_date":4,
                "forward_origin":{{"type":"user","date":5,"sender_user":{user},"chat":{chat},"message_id":6}},
                "reply_to_message":{inner},"edit_date":7,"media_group_id":"8","text":"t","entities":{entities},
                "caption":"c","caption_entities":{entities},
                "animation":{{"file_id":"1:a","width":1,"height":2,"duration":3}},"audio":{{"file_id":"1:b","duration":3}},
                "document":{{"file_id":"1:d"}},"photo":{photo},
                "sticker":{{"file_id":"1:s","type":"regular","width":1,"height":2}},
                "video":{{"file_id":"1:v","width":1,"height":2,"duration":3}},"voice":{{"file_id":"1:o"}},
                "contact":{{"phone_number":"98","first_name":"f","last_name":"l","user_id":5}},
                "location":{{"longitude":51.4,"latitude":35.7}},"poll":{{"id":"9"}},"new_chat_members":[{user}],
                "left_chat_member":{user},"invoice":{{"title":"t","description":"d","total_amount":5}},
                "successful_payment":{{"currency":"IRR","total_amount":5,"invoice_payload":"p"}},
                "web_app_data":{{"data":"d"}},"reply_markup":{{"inline_keyboard":[]}},"new_chat_title":"n",
                "new_chat_photo":{photo},"delete_chat_photo":true,"group_chat_created":true,
                "supergroup_chat_created":true,"channel_chat_created":true,"pinned_message":{inner}}}"#
        ));
    }

    #[test]
    fn null_and_missing_fields_are_the_same() {
        let chat = Chat { id: 7, ..Chat::default() };
        let stub = Message { chat, ..Message::default() };
        reads(r#"{"message_id":0,"chat":{"id":7}}"#, &stub);
        reads(
            r#"{"message_id":0,"chat":{"id":7},"date":null,"from":null,"text":null,"entities":null,"photo":null,
                "media_group_id":null,"reply_to_message":null,"reply_markup":null,"reactions":{"n":[1]}}"#,
            &stub,
        );
    }

    #[test]
    fn a_message_is_known_by_its_id_and_chat() {
        refuses::<Message>(
            r#"{"chat":{"id":7}}"#,
            "missing field `message_id` at line 1 column 17",
        );
        refuses::<Message>(r#"{"message_id":1}"#, "missing field `chat` at line 1 column 16");
    }

    #[test]
    fn other_spellings_are_read() {
        reads(
            r#"{"message_id":1,"chat":{"id":7,"type":"group"},"edite_date":9,"media_group_id":12}"#,
            &Message { edit_date: Some(9), media_group_id: Some("12".to_owned()), ..message(1) },
        );
    }

    #[test]
    fn a_query_is_read_whole() {
        let query = CallbackQuery {
            id: "1234".to_owned(),
            from: User { id: 5, first_name: "Sara".to_owned(), ..User::default() },
            message: Some(Arc::new(message(1))),
            data: Some("buy:1".to_owned()),
            chat_instance: Some("c".to_owned()),
            inline_message_id: Some("i".to_owned()),
        };
        travels(
            r#"{"id":"1234","from":{"id":5,"is_bot":false,"first_name":"Sara"},"data":"buy:1","chat_instance":"c",
                "inline_message_id":"i","message":{"message_id":1,"date":0,"chat":{"id":7,"type":"group"}}}"#,
            &query,
        );
        assert_eq!((query.user().id, query.is_from_old_client()), (5, true));
        refuses::<CallbackQuery>(r#"{"id":"1"}"#, "missing field `from` at line 1 column 10");
    }

    #[test]
    fn small_types_are_read() {
        let place = Location { longitude: 51.4, latitude: 35.0 };
        reads(r#"{"longitude":51.4,"latitude":35}"#, &place);
        assert_eq!(place.link(), "https://maps.google.com/maps?q=35,51.4");
        travels(r#"{"message_id":4}"#, &MessageId { message_id: 4 });
        reads(r#"{"first_name":null}"#, &Contact::default());
        let from = Some(User { id: 5, ..User::default() });
        assert_eq!(Message { from: from.clone(), ..Message::default() }.author(), from.as_ref());
    }
}
