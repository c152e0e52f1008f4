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

#[cfg(test)]
mod tests {
    use super::{super::wire::check::*, *};

    fn thumbnail() -> PhotoSize {
        PhotoSize { file_id: "1:t".to_owned(), width: 90, height: 60, ..PhotoSize::default() }
    }

    #[test]
    fn every_field_is_kept() {
        let thumbnail =
            r#"{"file_id":"1:t","file_unique_id":"t","width":90,"height":60,"file_size":5}"#;
        keeps::<PhotoSize>(thumbnail);
        keeps::<Animation>(&format!(
            r#"{{"file_id":"1:a","file_unique_id":"a","width":1,"height":2,"duration":3,"thumbnail":{thumbnail},
                "file_name":"a.gif","mime_type":"image/gif","file_size":4}}"#
        ));
        keeps::<Audio>(
            r#"{"file_id":"1:a","file_unique_id":"a","duration":3,"title":"t","file_name":"a.mp3",
                "mime_type":"audio/mpeg","file_size":4}"#,
        );
        keeps::<Document>(&format!(
            r#"{{"file_id":"1:d","file_unique_id":"d","thumbnail":{thumbnail},"file_name":"d.pdf",
                "mime_type":"application/pdf","file_size":4}}"#
        ));
        keeps::<Video>(&format!(
            r#"{{"file_id":"1:v","file_unique_id":"v","width":1,"height":2,"duration":3,"file_name":"v.mp4",
                "mime_type":"video/mp4","file_size":4,"thumb":{thumbnail}}}"#
        ));
        keeps::<Voice>(
            r#"{"file_id":"1:v","file_unique_id":"v","duration":3,"mime_type":"audio/ogg","file_size":4}"#,
        );
        keeps::<StickerSet>(&format!(
            r#"{{"name":"n","title":"t","thumbnail":{thumbnail},"stickers":[{{"file_id":"1:s","file_unique_id":"s",
                "type":"mask","width":1,"height":2,"file_size":3,"thumbnail":{thumbnail},"set_name":"n","emoji":"e",
                "is_animated":false,"is_video":true}}]}}"#
        ));
        keeps::<File>(
            r#"{"file_id":"1:f","file_unique_id":"f","file_size":4,"file_path":"1:f/0"}"#,
        );
    }

    #[test]
    fn a_thumbnail_has_two_spellings() {
        let small = r#"{"file_id":"1:t","width":90,"height":60}"#;
        let thumbnail = Some(thumbnail());
        let document = Document {
            file_id: "1".to_owned(),
            thumbnail: thumbnail.clone(),
            ..Document::default()
        };
        reads(&format!(r#"{{"file_id":"1","thumb":{small}}}"#), &document);
        travels(&format!(r#"{{"file_id":"1","thumbnail":{small}}}"#), &document);
        let video = Video { file_id: "1".to_owned(), thumbnail, ..Video::default() };
        reads(&format!(r#"{{"file_id":"1","thumb":{small}}}"#), &video);
        reads(&format!(r#"{{"file_id":"1","thumbnail":{small}}}"#), &video);
    }

    #[test]
    fn null_and_missing_fields_are_the_same() {
        let voice = Voice { file_id: "1".to_owned(), ..Voice::default() };
        travels(r#"{"file_id":"1"}"#, &voice);
        reads(r#"{"file_id":"1","file_unique_id":null,"duration":null,"bitrate":32}"#, &voice);
        reads("{}", &PhotoSize::default());
        reads(r#"{"file_id":null,"width":null,"height":null}"#, &PhotoSize::default());
        reads(r#"{"stickers":null}"#, &StickerSet::default());
        reads(
            r#"{"type":"animated"}"#,
            &Sticker { kind: StickerType::Other("animated".to_owned()), ..Sticker::default() },
        );
    }
}
