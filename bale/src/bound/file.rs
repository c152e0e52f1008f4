//! Received files with their bot: what they are, and the way to their bytes.

use std::{fmt, ops::Deref, path::Path, sync::Arc};

use bytes::Bytes;

use super::Message;
use crate::{
    client::{Bot, Download},
    error::Error,
    types,
};

/// A received file, bound to its bot. It dereferences to its data, which has the `file_id`, and clones in no
/// time.
///
/// ```
/// # use bale::{Document, Photo};
/// /// Counts the lines of a text, of one megabyte at most.
/// #[bale::on_message]
/// async fn count(document: Document) -> bale::Result<String> {
///     let bytes = document.download().limit(1_000_000).read().await?;
///     Ok(format!("{} lines", bytes.split(|byte| *byte == b'\n').count()))
/// }
///
/// #[bale::on_message]
/// async fn keep(photo: Photo) -> bale::Result {
///     photo.save("latest.jpg").await?;
///     Ok(())
/// }
/// ```
///
/// Bale lets bots download files of at most 20 MB. A name that a sender gave (`file_name`) is no safe path.
pub struct Attachment<T> {
    data: Data<T>,
    bot: Bot,
}

/// Like chats, files come inside messages.
enum Data<T> {
    Own(Arc<T>),
    /// A message that has one.
    Of(Arc<types::Message>),
}

/// A file of any kind.
pub type Document = Attachment<types::Document>;
/// A photo: the data is that of its largest size.
pub type Photo = Attachment<types::PhotoSize>;
/// A music file.
pub type Audio = Attachment<types::Audio>;
/// A video.
pub type Video = Attachment<types::Video>;
/// A voice note.
pub type Voice = Attachment<types::Voice>;
/// A GIF or a video without sound.
pub type Animation = Attachment<types::Animation>;
/// A sticker.
pub type Sticker = Attachment<types::Sticker>;

/// What an [`Attachment`] can be.
pub trait Media: sealed::Media {
    /// The id to download or send it with.
    fn file_id(&self) -> &str;

    /// Where a message has it.
    #[doc(hidden)]
    fn of(message: &types::Message) -> Option<&Self>;
}

mod sealed {
    pub trait Media {}
}

impl<T: Media> Attachment<T> {
    /// Binds a file to its bot.
    pub fn new(data: impl Into<Arc<T>>, bot: Bot) -> Self {
        Self { data: Data::Own(data.into()), bot }
    }

    fn of(message: &Message) -> Option<Self> {
        T::of(message)?;
        Some(Self { data: Data::Of(Arc::clone(message.data())), bot: message.bot().clone() })
    }

    /// The bot it arrived at.
    pub fn bot(&self) -> &Bot {
        &self.bot
    }

    /// The download of it, for a limit, a report of the progress, or a writer.
    pub fn download(&self) -> Download {
        self.bot.download(self.file_id())
    }

    /// Downloads it into memory.
    ///
    /// # Errors
    ///
    /// As [`Download::read`].
    pub async fn read(&self) -> Result<Bytes, Error> {
        self.download().read().await
    }

    /// Downloads it to a path and gives the number of bytes. What is there before is replaced at the end.
    ///
    /// # Errors
    ///
    /// As [`Download::save`].
    pub async fn save(&self, path: impl AsRef<Path>) -> Result<u64, Error> {
        self.download().save(path).await
    }
}

impl Photo {
    /// The same picture in all its sizes, as they came: ascending.
    pub fn sizes(&self) -> &[types::PhotoSize] {
        match &self.data {
            Data::Own(size) => std::slice::from_ref(size),
            Data::Of(message) => message.photo.as_deref().unwrap_or_default(),
        }
    }
}

impl<T: Media> Deref for Attachment<T> {
    type Target = T;

    fn deref(&self) -> &T {
        match &self.data {
            Data::Own(data) => data,
            Data::Of(message) => T::of(message).expect("`Attachment::of` has seen it"),
        }
    }
}

impl<T> Clone for Attachment<T> {
    fn clone(&self) -> Self {
        let data = match &self.data {
            Data::Own(data) => Data::Own(Arc::clone(data)),
            Data::Of(message) => Data::Of(Arc::clone(message)),
        };
        Self { data, bot: self.bot.clone() }
    }
}

/// Shows the data only.
impl<T: Media + fmt::Debug> fmt::Debug for Attachment<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

/// To send it again, by its id.
impl<T: Media> From<&Attachment<T>> for types::InputFile {
    fn from(file: &Attachment<T>) -> Self {
        Self::file_id(file.file_id())
    }
}

macro_rules! media {
    ($($type:ident $verb:ident: $doc:literal, $way:expr;)*) => {
        $(
            impl sealed::Media for types::$type {}

            impl Media for types::$type {
                fn file_id(&self) -> &str {
                    &self.file_id
                }

                fn of(message: &types::Message) -> Option<&Self> {
                    let way: fn(&types::Message) -> Option<&Self> = $way;
                    way(message)
                }
            }
        )*

        /// The files that a message can have.
        impl Message {
            $(
                #[doc = $doc]
                pub fn $verb(&self) -> Option<Attachment<types::$type>> {
                    Attachment::of(self)
                }
            )*
        }
    };
}

media! {
    Document document: "The file, if it has one.", |message| message.document.as_deref();
    PhotoSize photo: "The photo in its largest size, if it has one; all of them are [`Photo::sizes`].",
        |message| largest(message.photo.as_deref()?);
    Audio audio: "The music, if it has any.", |message| message.audio.as_deref();
    Video video: "The video, if it has one.", |message| message.video.as_deref();
    Voice voice: "The voice note, if it has one.", |message| message.voice.as_deref();
    Animation animation: "The animation, if it has one; it is then its [`document`](Self::document) too.",
        |message| message.animation.as_deref();
    Sticker sticker: "The sticker, if it has one.", |message| message.sticker.as_deref();
}

/// The last of the largest: where sizes are not told, the last one is the original.
fn largest(sizes: &[types::PhotoSize]) -> Option<&types::PhotoSize> {
    sizes.iter().max_by_key(|size| size.width.saturating_mul(size.height))
}
