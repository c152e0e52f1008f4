//! Files to send inside an album or a sticker set, as the wire has them: by reference.

use serde::{Deserialize, Serialize};

use super::{wire, wire::string_enum};

/// One item of an album, told apart by `type` on the wire.
///
/// Source: docs.bale.ai, `InputMedia`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum InputMedia {
    /// A photo.
    Photo(InputMediaPhoto),
    /// A video.
    Video(InputMediaVideo),
    /// An animation. Whether albums may have one is doubtful.
    Animation(InputMediaAnimation),
    /// A music file.
    Audio(InputMediaAudio),
    /// A file of any kind.
    Document(InputMediaDocument),
}

string_enum! {
    /// The kind of an album's item.
    ///
    /// Source: docs.bale.ai, `InputMedia.type`.
    pub enum InputMediaType {
        /// A photo.
        Photo = "photo",
        /// A video.
        Video = "video",
        /// An animation.
        Animation = "animation",
        /// A music file.
        Audio = "audio",
        /// A file of any kind.
        Document = "document",
    }
}

macro_rules! items {
    ($($variant:ident($item:ident))*) => {
        impl InputMedia {
            /// The kind of the item: its `type` on the wire.
            pub fn kind(&self) -> InputMediaType {
                match self { $( Self::$variant(_) => InputMediaType::$variant, )* }
            }

            /// The file: a file id, an address, or `attach://<field>`.
            pub fn media(&self) -> &str {
                match self { $( Self::$variant(item) => &item.media, )* }
            }

            /// The caption.
            pub fn caption(&self) -> Option<&str> {
                match self { $( Self::$variant(item) => item.caption.as_deref(), )* }
            }
        }

        $(
            impl From<$item> for InputMedia {
                fn from(item: $item) -> Self {
                    Self::$variant(item)
                }
            }

            impl $item {
                /// An item without a caption: `media` is a file id, an address, or `attach://<field>`.
                pub fn new(media: impl Into<String>) -> Self {
                    Self { media: media.into(), ..Self::default() }
                }

                /// Sets the caption, up to 4096 characters.
                #[must_use]
                pub fn caption(mut self, caption: impl Into<String>) -> Self {
                    self.caption = Some(caption.into());
                    self
                }
            }
        )*
    };
}

items! {
    Photo(InputMediaPhoto)
    Video(InputMediaVideo)
    Animation(InputMediaAnimation)
    Audio(InputMediaAudio)
    Document(InputMediaDocument)
}

/// A photo of an album.
///
/// Source: docs.bale.ai, `InputMediaPhoto`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct InputMediaPhoto {
    /// A file id, an address, or `attach://<field>`.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub media: String,
    /// The caption, up to 4096 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
}

/// A video of an album.
///
/// Source: docs.bale.ai, `InputMediaVideo`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct InputMediaVideo {
    /// A file id, an address, or `attach://<field>`.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub media: String,
    /// The caption, up to 4096 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// A small picture: a file id, an address, or `attach://<field>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<String>,
    /// Width in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<i64>,
    /// Height in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<i64>,
    /// Length in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<i64>,
}

/// An animation of an album.
///
/// Source: docs.bale.ai, `InputMediaAnimation`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct InputMediaAnimation {
    /// A file id, an address, or `attach://<field>`.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub media: String,
    /// The caption, up to 4096 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// A small picture: a file id, an address, or `attach://<field>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<String>,
    /// Width in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<i64>,
    /// Height in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<i64>,
    /// Length in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<i64>,
}

/// A music file of an album.
///
/// Source: docs.bale.ai, `InputMediaAudio`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct InputMediaAudio {
    /// A file id, an address, or `attach://<field>`.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub media: String,
    /// The caption, up to 4096 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// A small picture: a file id, an address, or `attach://<field>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<String>,
    /// Length in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<i64>,
    /// The title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// A file of an album.
///
/// Source: docs.bale.ai, `InputMediaDocument`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct InputMediaDocument {
    /// A file id, an address, or `attach://<field>`.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub media: String,
    /// The caption, up to 4096 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// A small picture: a file id, an address, or `attach://<field>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<String>,
}

/// A sticker to add to a set. Undocumented: the fields come from client libraries.
///
/// Source: docs.bale.ai names it (`createNewStickerSet`) without its fields.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct InputSticker {
    /// A file id, an address, or `attach://<field>`. Undocumented.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub sticker: String,
    /// The emoji it stands for. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emoji_list: Option<Vec<String>>,
    /// The format. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::{super::wire::check::*, *};

    #[test]
    fn each_item_names_its_type() {
        let photo = InputMedia::from(InputMediaPhoto::new("1:a").caption("first"));
        travels(r#"{"type":"photo","media":"1:a","caption":"first"}"#, &photo);
        assert_eq!(
            (photo.kind(), photo.media(), photo.caption()),
            (InputMediaType::Photo, "1:a", Some("first"))
        );
        travels(
            r#"{"type":"video","media":"attach://v","thumbnail":"attach://t","width":1,"height":2,"duration":3}"#,
            &InputMedia::Video(InputMediaVideo {
                media: "attach://v".to_owned(),
                caption: None,
                thumbnail: Some("attach://t".to_owned()),
                width: Some(1),
                height: Some(2),
                duration: Some(3),
            }),
        );
        keeps::<InputMedia>(
            r#"{"type":"animation","media":"m","caption":"c","thumbnail":"t","width":1,"height":2,"duration":3}"#,
        );
        keeps::<InputMedia>(
            r#"{"type":"audio","media":"m","caption":"c","thumbnail":"t","duration":3,"title":"t"}"#,
        );
        travels(
            r#"{"type":"document","media":"https://example.com/a"}"#,
            &InputMedia::from(InputMediaDocument::new("https://example.com/a")),
        );
    }

    #[test]
    fn an_item_of_no_known_type_is_refused() {
        refuses::<InputMedia>(
            r#"{"type":"story","media":"m"}"#,
            "unknown variant `story`, expected one of `photo`, `video`, `animation`, `audio`, `document` at line 1 column 15",
        );
        refuses::<InputMedia>(r#"{"media":"m"}"#, "missing field `type` at line 1 column 13");
    }

    #[test]
    fn a_sticker_to_add_keeps_every_field() {
        keeps::<InputSticker>(r#"{"sticker":"1:s","emoji_list":["e"],"format":"static"}"#);
    }
}
