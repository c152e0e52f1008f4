//! What people send besides texts: files, contacts, places, data of a mini app.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ControlError, Saying, SentUpdate};
use crate::emulator::{
    core::Core,
    state::{ContactCard, Content, Media, MediaKind, NewFile, Place},
    time::Time,
};

/// A file from a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with chat_id, user_id, kind and base64")]
#[non_exhaustive]
pub struct NewMedia {
    /// Where it is sent.
    pub chat_id: i64,
    /// Who sends it.
    pub user_id: i64,
    /// As what it is sent.
    pub kind: MediaKind,
    /// What is in it.
    #[serde(rename = "base64", with = "as_base64")]
    pub bytes: Bytes,
    /// Its name, as `cat.jpg`.
    pub file_name: Option<String>,
    /// As `image/jpeg`.
    pub mime_type: Option<String>,
    /// The text below it.
    pub caption: Option<String>,
    /// Seconds, for what can be played.
    pub duration: Option<i64>,
    /// Id of a message of the same chat.
    pub reply_to_message_id: Option<i64>,
}

impl NewMedia {
    /// `user_id` sends these bytes to `chat_id`.
    pub fn new(chat_id: i64, user_id: i64, kind: MediaKind, bytes: impl Into<Bytes>) -> Self {
        Self {
            chat_id,
            user_id,
            kind,
            bytes: bytes.into(),
            file_name: None,
            mime_type: None,
            caption: None,
            duration: None,
            reply_to_message_id: None,
        }
    }

    /// Names the file.
    #[must_use]
    pub fn file_name(mut self, file_name: impl Into<String>) -> Self {
        self.file_name = Some(file_name.into());
        self
    }

    /// Says what the bytes are, as `image/jpeg`.
    #[must_use]
    pub fn mime_type(mut self, mime_type: impl Into<String>) -> Self {
        self.mime_type = Some(mime_type.into());
        self
    }

    /// Puts a text below it.
    #[must_use]
    pub fn caption(mut self, caption: impl Into<String>) -> Self {
        self.caption = Some(caption.into());
        self
    }

    /// Says how many seconds it plays.
    #[must_use]
    pub fn duration(mut self, seconds: i64) -> Self {
        self.duration = Some(seconds);
        self
    }

    /// Answers a message of the same chat.
    #[must_use]
    pub fn reply_to(mut self, message_id: i64) -> Self {
        self.reply_to_message_id = Some(message_id);
        self
    }
}

/// Bytes in JSON.
mod as_base64 {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use bytes::Bytes;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(bytes: &Bytes, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Bytes, D::Error> {
        let text = String::deserialize(from)?;
        STANDARD
            .decode(text)
            .map(Bytes::from)
            .map_err(|error| D::Error::custom(format_args!("base64: {error}")))
    }
}

/// A contact a user shares; their own, unless it names somebody else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with chat_id, user_id and phone_number")]
pub(crate) struct NewContact {
    pub(crate) chat_id: i64,
    pub(crate) user_id: i64,
    pub(crate) phone_number: String,
    /// Of somebody else, who then has no user id.
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
}

/// A place a user shares.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with chat_id, user_id, latitude and longitude")]
pub(crate) struct NewLocation {
    pub(crate) chat_id: i64,
    pub(crate) user_id: i64,
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
}

/// What a mini app opened from a reply keyboard sends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with chat_id, user_id and data")]
pub(crate) struct NewWebAppData {
    pub(crate) chat_id: i64,
    pub(crate) user_id: i64,
    pub(crate) data: String,
}

/// A pressed button of a reply keyboard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with chat_id, user_id and text")]
pub(crate) struct ReplyPress {
    pub(crate) chat_id: i64,
    pub(crate) user_id: i64,
    pub(crate) text: String,
}

impl Core {
    /// A user sends a file.
    pub(crate) fn send_media(
        &mut self,
        now: Time,
        new: NewMedia,
    ) -> Result<SentUpdate, ControlError> {
        let saying = self.media(new);
        self.say(now, saying)
    }

    /// The message that a file of a user becomes.
    pub(super) fn media(&mut self, new: NewMedia) -> Saying {
        let mime_type = new.mime_type;
        let bytes = Some(new.bytes);
        let file = self.world.files.add(NewFile { name: new.file_name, mime_type, bytes });
        let media = Media {
            kind: new.kind,
            file,
            caption: new.caption.filter(|_| new.kind != MediaKind::Sticker),
            thumbnail: None,
            duration: new.duration.unwrap_or(0),
            title: None,
            size: (None, None),
        };
        let reply_to = new.reply_to_message_id;
        let saying = Saying::new(new.chat_id, new.user_id, Content::Media(media));
        Saying { reply_to, ..saying }
    }

    /// A user shares a contact.
    pub(crate) fn share_contact(
        &mut self,
        now: Time,
        new: NewContact,
    ) -> Result<SentUpdate, ControlError> {
        let NewContact { chat_id, user_id, phone_number, first_name, last_name } = new;
        let own = first_name.is_none();
        let own_name = || {
            self.world
                .user(user_id)
                .map_or_else(|| format!("User {user_id}"), |user| user.first_name.clone())
        };
        let card = ContactCard {
            phone_number,
            first_name: first_name.unwrap_or_else(own_name),
            last_name,
            user_id: own.then_some(user_id),
        };
        self.say(now, Saying::new(chat_id, user_id, Content::Contact(card)))
    }

    /// A user shares a place.
    pub(crate) fn share_location(
        &mut self,
        now: Time,
        new: NewLocation,
    ) -> Result<SentUpdate, ControlError> {
        let place = Place { latitude: new.latitude, longitude: new.longitude };
        self.say(now, Saying::new(new.chat_id, new.user_id, Content::Location(place)))
    }

    /// A mini app sends data for a user.
    pub(crate) fn send_web_app_data(
        &mut self,
        now: Time,
        new: NewWebAppData,
    ) -> Result<SentUpdate, ControlError> {
        self.say(now, Saying::new(new.chat_id, new.user_id, Content::WebAppData(new.data)))
    }

    /// A user presses a button of the reply keyboard that is open, which writes its text.
    pub(crate) fn press_reply_button(
        &mut self,
        now: Time,
        press: ReplyPress,
    ) -> Result<SentUpdate, ControlError> {
        let ReplyPress { chat_id, user_id, text } = press;
        let button = self.reply_button(chat_id, &text).ok_or_else(|| {
            ControlError::new(format_args!(
                "text: expected a button of the open keyboard of chat {chat_id}, found {text:?}"
            ))
        })?;
        for (asks, instead) in [
            ("request_contact", "contact"),
            ("request_location", "location"),
            ("web_app", "web_app_data"),
        ] {
            if button.get(asks).is_some_and(|asks| *asks != Value::Bool(false)) {
                return Err(ControlError::new(format_args!(
                    "text: this button does not write its text; send a {instead} instead"
                )));
            }
        }
        self.say(now, Saying::new(chat_id, user_id, Content::Text(text)))
    }

    /// The button with this text, on the keyboard that was shown last and not taken away.
    fn reply_button(&self, chat_id: i64, text: &str) -> Option<&Value> {
        let messages = &self.world.chat_by_id(chat_id)?.messages;
        let mut markups = messages.values().rev().filter_map(|it| it.reply_markup.as_ref());
        let last = markups.find(|markup| markup.get("inline_keyboard").is_none())?;
        let rows = last.get("keyboard")?.as_array()?;
        let mut buttons = rows.iter().filter_map(Value::as_array).flatten();
        buttons.find(|button| button.get("text").and_then(Value::as_str) == Some(text))
    }
}
