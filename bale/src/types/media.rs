//! Files to send inside an album or a sticker set.

use serde::{Deserialize, Serialize};

use super::{InputFile, wire, wire::string_enum};

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
    ($( $make:ident $variant:ident($item:ident) )*) => {
        impl InputMedia {
            $(
                #[doc = concat!("An item of the type `", stringify!($make), "`, without a caption.")]
                pub fn $make(media: impl Into<InputFile>) -> Self {
                    Self::$variant($item::new(media))
                }
            )*

            /// The kind of the item: its `type` on the wire.
            pub fn kind(&self) -> InputMediaType {
                match self { $( Self::$variant(_) => InputMediaType::$variant, )* }
            }

            /// The file.
            pub fn media(&self) -> &InputFile {
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
                /// An item without a caption.
                pub fn new(media: impl Into<InputFile>) -> Self {
                    Self { media: media.into(), ..Self::default() }
                }
            }
        )*
    };
}

items! {
    photo Photo(InputMediaPhoto)
    video Video(InputMediaVideo)
    animation Animation(InputMediaAnimation)
    audio Audio(InputMediaAudio)
    document Document(InputMediaDocument)
}

impl InputMedia {
    /// The small picture of it.
    pub fn thumbnail(&self) -> Option<&InputFile> {
        match self {
            Self::Photo(_) => None,
            Self::Video(item) => item.thumbnail.as_ref(),
            Self::Animation(item) => item.thumbnail.as_ref(),
            Self::Audio(item) => item.thumbnail.as_ref(),
            Self::Document(item) => item.thumbnail.as_ref(),
        }
    }
}

macro_rules! setters {
    ($($item:ident { $($field:ident)* })*) => { $( impl $item { $( setters! { $field } )* } )* };
    (caption) => { setters! { "Sets the caption, up to 4096 characters.", caption: impl Into<String> } };
    (thumbnail) => { setters! { "Sets the small picture.", thumbnail: impl Into<InputFile> } };
    (width) => { setters! { "Sets the width in pixels.", width: i64 } };
    (height) => { setters! { "Sets the height in pixels.", height: i64 } };
    (duration) => { setters! { "Sets the length in seconds.", duration: i64 } };
    (title) => { setters! { "Sets the title.", title: impl Into<String> } };
    (format) => { setters! { "Sets the format. Undocumented.", format: impl Into<String> } };
    ($doc:literal, $field:ident: $type:ty) => {
        #[doc = $doc]
        #[must_use]
        pub fn $field(mut self, $field: $type) -> Self {
            self.$field = Some($field.into());
            self
        }
    };
}

setters! {
    InputMediaPhoto { caption }
    InputMediaVideo { caption thumbnail width height duration }
    InputMediaAnimation { caption thumbnail width height duration }
    InputMediaAudio { caption thumbnail duration title }
    InputMediaDocument { caption thumbnail }
    InputSticker { format }
}

/// A photo of an album.
///
/// Source: docs.bale.ai, `InputMediaPhoto`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct InputMediaPhoto {
    /// The file.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub media: InputFile,
    /// The caption, up to 4096 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
}

/// A video of an album.
///
/// Source: docs.bale.ai, `InputMediaVideo`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct InputMediaVideo {
    /// The file.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub media: InputFile,
    /// The caption, up to 4096 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// A small picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<InputFile>,
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
    /// The file.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub media: InputFile,
    /// The caption, up to 4096 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// A small picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<InputFile>,
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
    /// The file.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub media: InputFile,
    /// The caption, up to 4096 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// A small picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<InputFile>,
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
    /// The file.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub media: InputFile,
    /// The caption, up to 4096 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// A small picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<InputFile>,
}

/// A sticker to add to a set. Undocumented: the fields come from client libraries.
///
/// Source: docs.bale.ai names it (`createNewStickerSet`) without its fields.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct InputSticker {
    /// The file. Undocumented.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub sticker: InputFile,
    /// The emoji it stands for. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emoji_list: Option<Vec<String>>,
    /// The format. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
}

impl InputSticker {
    /// A sticker without an emoji.
    pub fn new(sticker: impl Into<InputFile>) -> Self {
        Self { sticker: sticker.into(), ..Self::default() }
    }

    /// Sets the emoji it stands for. Undocumented.
    #[must_use]
    pub fn emoji_list<E: Into<String>>(mut self, emoji: impl IntoIterator<Item = E>) -> Self {
        self.emoji_list = Some(emoji.into_iter().map(Into::into).collect());
        self
    }
}

impl<F: Into<InputFile>> From<F> for InputSticker {
    fn from(sticker: F) -> Self {
        Self::new(sticker)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::wire::check::*, *};

    #[test]
    fn each_item_names_its_type() {
        let photo =
            InputMedia::from(InputMediaPhoto::new(InputFile::file_id("1:a")).caption("first"));
        travels(r#"{"type":"photo","media":"1:a","caption":"first"}"#, &photo);
        assert_eq!(
            (photo.kind(), photo.media(), photo.caption(), photo.thumbnail()),
            (InputMediaType::Photo, &InputFile::file_id("1:a"), Some("first"), None)
        );
        travels(
            r#"{"type":"video","media":"attach://v","thumbnail":"attach://t","width":1,"height":2,"duration":3}"#,
            &InputMedia::from(
                InputMediaVideo::new(InputFile::file_id("attach://v"))
                    .thumbnail(InputFile::file_id("attach://t"))
                    .width(1)
                    .height(2)
                    .duration(3),
            ),
        );
        keeps::<InputMedia>(
            r#"{"type":"animation","media":"m","caption":"c","thumbnail":"t","width":1,"height":2,"duration":3}"#,
        );
        keeps::<InputMedia>(
            r#"{"type":"audio","media":"m","caption":"c","thumbnail":"t","duration":3,"title":"t"}"#,
        );
        travels(
            r#"{"type":"document","media":"https://example.com/a"}"#,
            &InputMedia::document(InputFile::url("https://example.com/a")),
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
