//! Messages with files, and the way to files that were received.
//!
//! A file is an [`InputFile`]: one that Bale knows by its id, one it fetches from an address, or one to
//! upload. Such calls travel as forms, because the server refuses files by id and address in JSON.

use super::{ChatId, SentMessage, as_form, first_of, limits};
use crate::types::{self, InputFile, InputMedia, ReplyMarkup};

methods! {
    first first_of(2);

    /// Sends a photo of at most 10 MB (5 MB by address).
    ///
    /// # Errors
    ///
    /// As [`send_message`](crate::client::Bot::send_message), and
    /// [`is_bad_request`](crate::error::Error::is_bad_request) before the call if the file is too large or is
    /// not there.
    ///
    /// Source: docs.bale.ai#sendphoto
    sendPhoto SendPhoto send_photo(
        /// Where to.
        chat_id: ChatId,
        /// The photo, 10 MB at most.
        photo: InputFile where limits::photo,
    ) {
        /// The caption, 0 to 4096 characters of Bale's Markdown.
        caption: String where limits::caption,
        /// The message of the same chat that this one replies to.
        reply_to_message_id: i64,
        /// The keyboard. Data of inline buttons has 1 to 64 bytes.
        reply_markup: ReplyMarkup where limits::markup,
    } -> SentMessage => {
        /// bot.send_photo(sara, InputFile::url("https://example.com/cat.jpg")).caption("A cat").await?;
        /// assert_eq!(emulator.messages(sara)[1]["caption"], "A cat");
    };

    /// Sends a music file, MP3 or M4A, of at most 50 MB (20 MB by address).
    ///
    /// # Errors
    ///
    /// As [`send_photo`](crate::client::Bot::send_photo).
    ///
    /// Source: docs.bale.ai#sendaudio
    sendAudio SendAudio send_audio(
        /// Where to.
        chat_id: ChatId,
        /// The music, 50 MB at most.
        audio: InputFile where limits::file,
    ) {
        /// Length in seconds. Undocumented.
        duration: i64,
        /// The title of the track. Undocumented.
        title: String,
        /// The caption, 0 to 4096 characters of Bale's Markdown.
        caption: String where limits::caption,
        /// The message of the same chat that this one replies to.
        reply_to_message_id: i64,
        /// The keyboard. Data of inline buttons has 1 to 64 bytes.
        reply_markup: ReplyMarkup where limits::markup,
    } -> SentMessage => {
        /// let song = InputFile::bytes("song.mp3", "ID3");
        /// bot.send_audio(sara, song).title("Bahar").duration(215).await?;
        /// assert_eq!(emulator.messages(sara)[1]["audio"]["title"], "Bahar");
    };

    /// Sends a file of any kind, of at most 50 MB; by address only GIF, PDF and ZIP, of at most 20 MB.
    ///
    /// # Errors
    ///
    /// As [`send_photo`](crate::client::Bot::send_photo).
    ///
    /// Source: docs.bale.ai#senddocument
    sendDocument SendDocument send_document(
        /// Where to.
        chat_id: ChatId,
        /// The file, 50 MB at most.
        document: InputFile where limits::file,
    ) {
        /// The caption, 0 to 4096 characters of Bale's Markdown.
        caption: String where limits::caption,
        /// The message of the same chat that this one replies to.
        reply_to_message_id: i64,
        /// The keyboard. Data of inline buttons has 1 to 64 bytes.
        reply_markup: ReplyMarkup where limits::markup,
    } -> SentMessage => {
        /// let report = InputFile::bytes("may.csv", "tea,coffee\n4,2\n");
        /// bot.send_document(sara, report).caption("Drunk in May").await?;
        /// assert_eq!(emulator.messages(sara)[1]["document"]["file_name"], "may.csv");
    };

    /// Sends a video, MPEG-4, of at most 50 MB (20 MB by address).
    ///
    /// # Errors
    ///
    /// As [`send_photo`](crate::client::Bot::send_photo).
    ///
    /// Source: docs.bale.ai#sendvideo
    sendVideo SendVideo send_video(
        /// Where to.
        chat_id: ChatId,
        /// The video, 50 MB at most.
        video: InputFile where limits::file,
    ) {
        /// The caption, 0 to 4096 characters of Bale's Markdown.
        caption: String where limits::caption,
        /// The message of the same chat that this one replies to.
        reply_to_message_id: i64,
        /// The keyboard. Data of inline buttons has 1 to 64 bytes.
        reply_markup: ReplyMarkup where limits::markup,
    } -> SentMessage => {
        /// bot.send_video(sara, InputFile::bytes("film.mp4", "ftyp")).caption("A film").await?;
        /// assert_eq!(emulator.messages(sara)[1]["video"]["file_name"], "film.mp4");
    };

    /// Sends a GIF, or a video without sound (H.264 in MPEG-4), of at most 50 MB (20 MB by address).
    ///
    /// # Errors
    ///
    /// As [`send_photo`](crate::client::Bot::send_photo).
    ///
    /// Source: docs.bale.ai#sendanimation
    sendAnimation SendAnimation send_animation(
        /// Where to.
        chat_id: ChatId,
        /// The animation, 50 MB at most.
        animation: InputFile where limits::file,
    ) {
        /// Length in seconds. Undocumented.
        duration: i64,
        /// Width in pixels. Undocumented.
        width: i64,
        /// Height in pixels. Undocumented.
        height: i64,
        /// The caption, 0 to 4096 characters of Bale's Markdown.
        caption: String where limits::caption,
        /// The message of the same chat that this one replies to.
        reply_to_message_id: i64,
        /// The keyboard. Data of inline buttons has 1 to 64 bytes.
        reply_markup: ReplyMarkup where limits::markup,
    } -> SentMessage => {
        /// bot.send_animation(sara, InputFile::bytes("cat.gif", "GIF89a")).width(320).height(240).await?;
        /// assert_eq!(emulator.messages(sara)[1]["animation"]["width"], 320);
    };

    /// Sends a voice note of at most 50 MB; by address `audio/ogg` of at most 1 MB, and what is larger, up to
    /// 20 MB, arrives as a file.
    ///
    /// # Errors
    ///
    /// As [`send_photo`](crate::client::Bot::send_photo).
    ///
    /// Source: docs.bale.ai#sendvoice
    sendVoice SendVoice send_voice(
        /// Where to.
        chat_id: ChatId,
        /// The voice note, 50 MB at most.
        voice: InputFile where limits::file,
    ) {
        /// The caption, 0 to 4096 characters of Bale's Markdown.
        caption: String where limits::caption,
        /// The message of the same chat that this one replies to.
        reply_to_message_id: i64,
        /// The keyboard. Data of inline buttons has 1 to 64 bytes.
        reply_markup: ReplyMarkup where limits::markup,
    } -> SentMessage => {
        /// bot.send_voice(sara, InputFile::bytes("note.ogg", "OggS")).await?;
        /// assert_eq!(emulator.messages(sara)[1]["voice"]["mime_type"], "audio/ogg");
    };

    /// Sends photos, videos, documents or music as one album.
    ///
    /// Documents go with documents only, and music with music. How many items an album may have is not
    /// documented; Telegram takes 2 to 10. The answer has one message an item.
    ///
    /// # Errors
    ///
    /// As [`send_photo`](crate::client::Bot::send_photo).
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
    } -> Vec<SentMessage> => {
        /// let may = InputMediaDocument::new(InputFile::bytes("may.csv", "4,2")).caption("Two months");
        /// let june = InputMediaDocument::new(InputFile::bytes("june.csv", "5,1"));
        /// bot.send_media_group(sara, [may, june]).await?;
        /// let album = emulator.messages(sara).split_off(1);
        /// assert_eq!(album[0]["media_group_id"], album[1]["media_group_id"]);
    };

    /// Sends a sticker. The method is undocumented, and works.
    ///
    /// # Errors
    ///
    /// As [`send_photo`](crate::client::Bot::send_photo).
    ///
    /// Source: client libraries and live use; not on docs.bale.ai.
    sendSticker SendSticker send_sticker(
        /// Where to. Undocumented.
        chat_id: ChatId,
        /// The sticker: an id, or a `.webp` file of at most 50 MB. Undocumented.
        sticker: InputFile where limits::file,
    ) {
        /// The message of the same chat that this one replies to. Undocumented.
        reply_to_message_id: i64,
        /// The keyboard. Undocumented.
        reply_markup: ReplyMarkup where limits::markup,
    } -> SentMessage => {
        /// bot.send_sticker(sara, InputFile::bytes("cat.webp", "RIFF")).await?;
        /// assert_eq!(emulator.messages(sara)[1]["sticker"]["type"], "regular");
    };

    /// Asks where a file of at most 20 MB can be downloaded. The address lives for 3600 seconds; ask again for
    /// another.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::error::Error::is_not_found) or
    /// [`is_bad_request`](crate::error::Error::is_bad_request) if there is no such file or it is too large.
    ///
    /// Source: docs.bale.ai#getfile
    getFile GetFile get_file(
        /// The file's id. It contains colons.
        file_id: String,
    ) {} -> types::File, body = as_form => {
        /// let sent = bot.send_document(sara, InputFile::bytes("may.csv", "4,2")).await?;
        /// let document = sent.document.as_ref().expect("it was sent");
        /// let file = bot.get_file(&document.file_id).await?;
        /// let path = file.file_path.as_deref().expect("it is small");
        /// assert_eq!(emulator.file(path).as_deref(), Some("4,2".as_bytes()));
    };
}
