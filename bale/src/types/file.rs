//! Received files: pictures, music, videos, voice notes, stickers.

use serde::{Deserialize, Serialize};

use super::{wire, wire::string_enum};

/// One size of a picture or of a thumbnail.
///
/// Source: docs.bale.ai, `PhotoSize`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PhotoSize {
    /// The id to download or send it with. It contains colons.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub file_id: String,
    /// The same for every bot, and no use for downloading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_unique_id: Option<String>,
    /// Width in pixels.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub width: i64,
    /// Height in pixels.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub height: i64,
    /// Size in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_size: Option<i64>,
}

/// A GIF or a video without sound.
///
/// Source: docs.bale.ai, `Animation`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Animation {
    /// The id to download or send it with. It contains colons.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub file_id: String,
    /// The same for every bot, and no use for downloading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_unique_id: Option<String>,
    /// Width in pixels.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub width: i64,
    /// Height in pixels.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub height: i64,
    /// Length in seconds.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub duration: i64,
    /// A small picture of it. Also read as `thumb`.
    #[serde(alias = "thumb", skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<PhotoSize>,
    /// The file's name, as the sender gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// The MIME type, as the sender gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// Size in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_size: Option<i64>,
}

/// A music file.
///
/// Source: docs.bale.ai, `Audio`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Audio {
    /// The id to download or send it with. It contains colons.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub file_id: String,
    /// The same for every bot, and no use for downloading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_unique_id: Option<String>,
    /// Length in seconds.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub duration: i64,
    /// The title, as the sender or the file gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The file's name, as the sender gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// The MIME type, as the sender gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// Size in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_size: Option<i64>,
}

/// A file of any kind.
///
/// Source: docs.bale.ai, `Document`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Document {
    /// The id to download or send it with. It contains colons.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub file_id: String,
    /// The same for every bot, and no use for downloading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_unique_id: Option<String>,
    /// A small picture of it. Also read as `thumb`.
    #[serde(alias = "thumb", skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<PhotoSize>,
    /// The file's name, as the sender gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// The MIME type, as the sender gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// Size in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_size: Option<i64>,
}

/// A video.
///
/// Source: docs.bale.ai, `Video`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Video {
    /// The id to download or send it with. It contains colons.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub file_id: String,
    /// The same for every bot, and no use for downloading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_unique_id: Option<String>,
    /// Width in pixels.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub width: i64,
    /// Height in pixels.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub height: i64,
    /// Length in seconds.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub duration: i64,
    /// The file's name, as the sender gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// The MIME type, as the sender gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// Size in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_size: Option<i64>,
    /// A small picture of it (`thumb` on the wire). Undocumented. Also read as `thumbnail`.
    #[serde(rename = "thumb", alias = "thumbnail", skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<PhotoSize>,
}

/// A voice note.
///
/// Source: docs.bale.ai, `Voice`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Voice {
    /// The id to download or send it with. It contains colons.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub file_id: String,
    /// The same for every bot, and no use for downloading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_unique_id: Option<String>,
    /// Length in seconds. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<i64>,
    /// The MIME type. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// Size in bytes. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_size: Option<i64>,
}

/// A sticker.
///
/// Source: docs.bale.ai, `Sticker`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Sticker {
    /// The id to download or send it with. It contains colons.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub file_id: String,
    /// The same for every bot, and no use for downloading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_unique_id: Option<String>,
    /// The kind of sticker (`type` on the wire).
    #[serde(rename = "type", default, deserialize_with = "wire::null_as_default")]
    pub kind: StickerType,
    /// Width in pixels.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub width: i64,
    /// Height in pixels.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub height: i64,
    /// Size in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_size: Option<i64>,
    /// A small picture of it. Undocumented. Also read as `thumb`.
    #[serde(alias = "thumb", skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<PhotoSize>,
    /// The name of its set. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set_name: Option<String>,
    /// The emoji it stands for. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emoji: Option<String>,
    /// Whether it is animated. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_animated: Option<bool>,
    /// Whether it is a video. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_video: Option<bool>,
}

string_enum! {
    /// The kind of a sticker.
    ///
    /// Source: docs.bale.ai, `Sticker.type`.
    pub enum StickerType {
        /// A sticker to send.
        Regular = "regular",
        /// A mask to put on a photo.
        Mask = "mask",
    }
}

/// A set of stickers: up to 200 emoji, 50 videos or 120 regular ones.
///
/// Source: docs.bale.ai, `StickerSet`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct StickerSet {
    /// The name it is found by.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub name: String,
    /// The title that people see.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub title: String,
    /// The stickers.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub stickers: Vec<Sticker>,
    /// A small picture of the set. Also read as `thumb`.
    #[serde(alias = "thumb", skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<PhotoSize>,
}

/// A file that is ready for download, up to 20 MB.
///
/// Source: docs.bale.ai, `File`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct File {
    /// The id it was asked by. It contains colons.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub file_id: String,
    /// The same for every bot, and no use for downloading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_unique_id: Option<String>,
    /// Size in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_size: Option<i64>,
    /// What to append to the address of files; it works for one hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_path: Option<String>,
}
