//! Messages with files.

use super::{ChatId, first_of, limits};
use crate::types::{self, InputFile, InputMedia, ReplyMarkup};

methods! {
    first first_of(2);

    /// Sends a photo of at most 10 MB (5 MB by address).
    ///
    /// # Errors
    ///
    /// As [`send_message`](crate::client::Bot::send_message).
    ///
    /// Source: docs.bale.ai#sendphoto
    sendPhoto SendPhoto send_photo(
        /// Where to.
        chat_id: ChatId,
        /// The photo, 10 MB at most.
        photo: InputFile where limits::photo,
    ) {
        /// The caption, 0 to 4096 characters.
        caption: String where limits::caption,
        /// The message of the same chat that this one replies to.
        reply_to_message_id: i64,
        /// The keyboard. Data of inline buttons has 1 to 64 bytes.
        reply_markup: ReplyMarkup where limits::markup,
    } -> types::Message;

    /// Sends photos, videos, documents or music as one album.
    ///
    /// Documents go with documents only, and music with music. How many items an album may have is not
    /// documented; Telegram takes 2 to 10. The answer has one message an item.
    ///
    /// ```
    /// use bale::{client::Bot, error::Error, types::{InputFile, InputMedia, InputMediaPhoto}};
    ///
    /// async fn holiday(bot: &Bot, film: &bale::types::Video) -> Result<(), Error> {
    ///     let first = InputMediaPhoto::new(InputFile::path("beach.jpg")).caption("Kish");
    ///     bot.send_media_group("@news", [first.into(), InputMedia::video(film)]).await?;
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`send_message`](crate::client::Bot::send_message).
    ///
    /// Source: docs.bale.ai#sendmediagroup
    sendMediaGroup SendMediaGroup send_media_group(
        /// Where to.
        chat_id: ChatId,
        /// The items. A photo has 10 MB at most, another file 50 MB, a caption 0 to 4096 characters.
        media: (Vec<InputMedia>) where limits::album,
    ) {
        /// The message of the same chat that the album replies to.
        reply_to_message_id: i64,
        /// The keyboard. Undocumented.
        reply_markup: ReplyMarkup where limits::markup,
    } -> Vec<types::Message>;
}
