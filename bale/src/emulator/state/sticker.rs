//! Sticker sets.

use super::FileKey;

/// What kind of sticker a set holds; all of a set are of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StickerFormat {
    /// WEBP or PNG.
    Static,
    /// TGS.
    Animated,
    /// WEBM.
    Video,
}

impl StickerFormat {
    /// How many stickers a set holds. Source: docs.bale.ai#addStickerToSet, official.
    pub(crate) fn most(self) -> usize {
        match self {
            Self::Static | Self::Animated => 120,
            Self::Video => 50,
        }
    }
}

/// A sticker set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StickerSet {
    pub(crate) owner: i64,
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) format: StickerFormat,
    pub(crate) stickers: Vec<FileKey>,
}
