//! A message and everything it can hold.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{FileKey, Right};
use crate::emulator::time::Time;

/// A kind of message that is a file. Album items, `send…` methods and the fields of a message bear its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum MediaKind {
    /// A picture.
    Photo,
    /// A music file.
    Audio,
    /// Any file.
    Document,
    /// A video.
    Video,
    /// A GIF or a silent clip.
    Animation,
    /// A voice note.
    Voice,
    /// A sticker; it has no caption.
    Sticker,
}

impl MediaKind {
    /// As the wire writes it, which is also the parameter of its method.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Photo => "photo",
            Self::Audio => "audio",
            Self::Document => "document",
            Self::Video => "video",
            Self::Animation => "animation",
            Self::Voice => "voice",
            Self::Sticker => "sticker",
        }
    }

    /// What a restricted member needs to send it.
    pub(crate) fn right(self) -> Right {
        match self {
            Self::Photo => Right::CanSendPhotos,
            Self::Audio | Self::Voice => Right::CanSendAudios,
            Self::Document => Right::CanSendDocuments,
            Self::Video | Self::Animation => Right::CanSendVideos,
            Self::Sticker => Right::CanSendMessages,
        }
    }
}

/// A file in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Media {
    pub(crate) kind: MediaKind,
    pub(crate) file: FileKey,
    pub(crate) caption: Option<String>,
    pub(crate) thumbnail: Option<FileKey>,
    /// Seconds; 0 when nobody said.
    pub(crate) duration: i64,
    /// Of a track.
    pub(crate) title: Option<String>,
    /// Width and height, where the call said more than the file does.
    pub(crate) size: (Option<i64>, Option<i64>),
}

/// A point on the map, in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Place {
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
}

/// A phone contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ContactCard {
    pub(crate) phone_number: String,
    pub(crate) first_name: String,
    pub(crate) last_name: Option<String>,
    pub(crate) user_id: Option<i64>,
}

/// A payment request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Invoice {
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) payload: String,
    /// Rials.
    pub(crate) total: i64,
}

/// What a paid invoice leaves in the chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Receipt {
    pub(crate) payload: String,
    /// Rials.
    pub(crate) total: i64,
    pub(crate) charge_id: String,
    pub(crate) provider_charge_id: String,
}

/// What a message says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Content {
    Text(String),
    Media(Media),
    Location(Place),
    Contact(ContactCard),
    Invoice(Invoice),
    /// These users came.
    Joined(Vec<i64>),
    /// This user went.
    Left(i64),
    Paid(Receipt),
    WebAppData(String),
}

impl Content {
    /// What a restricted member needs to send it.
    pub(crate) fn right(&self) -> Right {
        match self {
            Self::Media(media) => media.kind.right(),
            _ => Right::CanSendMessages,
        }
    }

    /// Whether the server wrote it about something that happened.
    pub(crate) fn is_service(&self) -> bool {
        matches!(self, Self::Joined(_) | Self::Left(_) | Self::Paid(_) | Self::WebAppData(_))
    }

    /// Where a caption would stand.
    pub(crate) fn caption_mut(&mut self) -> Option<&mut Option<String>> {
        match self {
            Self::Media(media) if media.kind != MediaKind::Sticker => Some(&mut media.caption),
            _ => None,
        }
    }
}

/// Where a forwarded message was first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Forward {
    pub(crate) author: i64,
    /// The chat, if it was a channel.
    pub(crate) channel: Option<i64>,
    pub(crate) message_id: i64,
    pub(crate) sent: Time,
}

/// A message as the server stores it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StoredMessage {
    pub(crate) message_id: i64,
    pub(crate) sent: Time,
    pub(crate) edited: Option<Time>,
    /// Id of a known user, or of the bot.
    pub(crate) author: i64,
    pub(crate) content: Content,
    pub(crate) reply_to: Option<i64>,
    pub(crate) reply_markup: Option<Value>,
    pub(crate) forward: Option<Forward>,
    pub(crate) album: Option<String>,
}

impl StoredMessage {
    pub(super) fn new(message_id: i64, sent: Time, draft: Draft) -> Self {
        let Draft { author, content, reply_to, reply_markup, forward, album } = draft;
        let edited = None;
        Self { message_id, sent, edited, author, content, reply_to, reply_markup, forward, album }
    }
}

/// What a new message starts from.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) author: i64,
    pub(crate) content: Content,
    pub(crate) reply_to: Option<i64>,
    pub(crate) reply_markup: Option<Value>,
    pub(crate) forward: Option<Forward>,
    pub(crate) album: Option<String>,
}

impl Draft {
    /// `author` says this, to nobody in particular.
    pub(crate) fn new(author: i64, content: Content) -> Self {
        Self { author, content, reply_to: None, reply_markup: None, forward: None, album: None }
    }
}
