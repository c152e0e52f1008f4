//! Sets of stickers.

use super::{as_form, first_of, limits};
use crate::types::{self, InputFile, InputSticker};

methods! {
    first first_of(5);

    /// Uploads a sticker (`.webp`, `.png`, `.tgs`, `.webm`) of at most 50 MB, to be put into a set later.
    ///
    /// # Errors
    ///
    /// [`is_bad_request`](crate::error::Error::is_bad_request) if it is no sticker; before the call, if it is
    /// too large or is no upload.
    ///
    /// Source: docs.bale.ai#uploadstickerfile
    uploadStickerFile UploadStickerFile upload_sticker_file(
        /// The user who will own it.
        user_id: i64,
        /// The sticker. It must be an upload.
        sticker: InputFile where limits::uploaded_file,
    ) {} -> types::File => {
        /// let file = bot.upload_sticker_file(sara, InputFile::bytes("cat.webp", "RIFF")).await?;
        /// assert_eq!(emulator.file(&file.file_id).as_deref(), Some("RIFF".as_bytes()));
    };

    /// Makes a set of 1 to 50 stickers that belongs to a user.
    ///
    /// # Errors
    ///
    /// [`is_bad_request`](crate::error::Error::is_bad_request) if the name is taken or a sticker is none.
    ///
    /// Source: docs.bale.ai#createnewstickerset
    createNewStickerSet CreateNewStickerSet create_new_sticker_set(
        /// The user who will own it.
        user_id: i64,
        /// The name: letters, digits and `_`, a letter first and `_by_<username of the bot>` last.
        name: String,
        /// The title.
        title: String,
        /// 1 to 50 stickers. The parameter is one word, unlike Telegram's `stickers`.
        sticker: (Vec<InputSticker>) where limits::stickers,
    ) {} -> bool => {
        /// let cat = InputSticker::new(InputFile::bytes("cat.webp", "RIFF")).emoji_list(["🐈"]);
        /// bot.create_new_sticker_set(sara, "cats_by_emulated_bot", "Cats", [cat]).await?;
        /// assert_eq!(bot.get_sticker_set("cats_by_emulated_bot").await?.title, "Cats");
    };

    /// Adds a sticker to a set, in the format of the others. A set has at most 200 emoji, 50 videos or 120
    /// other stickers.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::error::Error::is_not_found) or
    /// [`is_bad_request`](crate::error::Error::is_bad_request) if there is no such set, it is full or of
    /// another format.
    ///
    /// Source: docs.bale.ai#addstickertoset
    addStickerToSet AddStickerToSet add_sticker_to_set(
        /// The user who owns the set.
        user_id: i64,
        /// The name of the set.
        name: String,
        /// The sticker.
        sticker: InputSticker where limits::sticker,
    ) {} -> bool => {
        /// let cat = InputSticker::new(InputFile::bytes("cat.webp", "RIFF")).emoji_list(["🐈"]);
        /// bot.create_new_sticker_set(sara, "cats_by_emulated_bot", "Cats", [cat.clone()]).await?;
        /// bot.add_sticker_to_set(sara, "cats_by_emulated_bot", cat).await?;
        /// assert_eq!(bot.get_sticker_set("cats_by_emulated_bot").await?.stickers.len(), 2);
    };

    /// Describes a set. The method is undocumented; client libraries have it, and nobody saw it work.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::error::Error::is_not_found) if there is no such set, or no such method.
    ///
    /// Source: client libraries; not on docs.bale.ai.
    getStickerSet GetStickerSet get_sticker_set(
        /// The name of the set. Undocumented.
        name: String,
    ) {} -> types::StickerSet => {
        /// let cat = InputSticker::new(InputFile::bytes("cat.webp", "RIFF")).emoji_list(["🐈"]);
        /// bot.create_new_sticker_set(sara, "cats_by_emulated_bot", "Cats", [cat]).await?;
        /// let set = bot.get_sticker_set("cats_by_emulated_bot").await?;
        /// assert_eq!(set.stickers.len(), 1);
    };

    /// Takes a sticker out of its set. The method is undocumented; client libraries have it, and nobody saw it
    /// work.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::error::Error::is_not_found) if there is no such sticker, or no such method.
    ///
    /// Source: client libraries; not on docs.bale.ai.
    deleteStickerFromSet DeleteStickerFromSet delete_sticker_from_set(
        /// The id of the sticker. Undocumented.
        sticker: String,
    ) {} -> bool, body = as_form => {
        /// let cat = InputSticker::new(InputFile::bytes("cat.webp", "RIFF")).emoji_list(["🐈"]);
        /// bot.create_new_sticker_set(sara, "cats_by_emulated_bot", "Cats", [cat]).await?;
        /// let set = bot.get_sticker_set("cats_by_emulated_bot").await?;
        /// bot.delete_sticker_from_set(&set.stickers[0].file_id).await?;
        /// assert!(bot.get_sticker_set("cats_by_emulated_bot").await?.stickers.is_empty());
    };
}
