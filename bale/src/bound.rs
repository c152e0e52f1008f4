//! What arrived, bound to the bot it arrived at: the data of [`types`] with verbs.
//!
//! A bound value dereferences to its data and clones in no time (two reference counts). The verbs return a
//! [`Request`], so optional parameters chain:
//!
//! ```
//! use bale::{bound::Message, error::Error, types::{InlineKeyboardButton, InlineKeyboardMarkup}};
//!
//! async fn ask(message: &Message) -> Result<(), Error> {
//!     let keyboard = InlineKeyboardMarkup::new().row([InlineKeyboardButton::callback("Yes", "yes")]);
//!     let question = message.reply("Really?").reply_markup(keyboard).await?;
//!     question.edit("Too late").await?;
//!     Ok(())
//! }
//! ```

use std::fmt;

use crate::{
    client::{Bot, Request},
    methods::{
        ChatId, MessageOrTrue, RawUpdates, SendAnimation, SendAudio, SendContact, SendDocument,
        SendInvoice, SendLocation, SendMediaGroup, SendPhoto, SendSticker, SendVideo, SendVoice,
        SentMessage, Updates,
    },
    types::{self, InputFile, InputMedia, LabeledPrice},
};

pub use self::{
    callback::CallbackQuery,
    chat::{Chat, ChatFullInfo},
    chat_member::ChatMember,
    file::{Animation, Attachment, Audio, Document, Media, Photo, Sticker, Video, Voice},
    member::{MemberJoin, MemberLeave},
    message::Message,
    payment::{Payment, PreCheckoutQuery},
    update::Update,
    user::User,
};

/// Calls another macro with a row for each thing that can be sent beside a text: the functions of
/// [`Message`], the one of [`Bot`], its method, its arguments, and what is sent.
macro_rules! for_each_sendable {
    ($callback:ident $($given:tt)*) => {
        $callback! {
            $($given)*
            reply_photo answer_photo send_photo SendPhoto(photo: impl Into<InputFile>)
                "a photo of at most 10 MB (5 MB by address)";
            reply_audio answer_audio send_audio SendAudio(audio: impl Into<InputFile>)
                "a music file, MP3 or M4A, of at most 50 MB (20 MB by address)";
            reply_document answer_document send_document SendDocument(document: impl Into<InputFile>)
                "a file of any kind, of at most 50 MB (by address only GIF, PDF and ZIP, 20 MB)";
            reply_video answer_video send_video SendVideo(video: impl Into<InputFile>)
                "a video, MPEG-4, of at most 50 MB (20 MB by address)";
            reply_animation answer_animation send_animation SendAnimation(animation: impl Into<InputFile>)
                "a GIF, or a video without sound, of at most 50 MB (20 MB by address)";
            reply_voice answer_voice send_voice SendVoice(voice: impl Into<InputFile>)
                "a voice note of at most 50 MB (1 MB by address)";
            reply_sticker answer_sticker send_sticker SendSticker(sticker: impl Into<InputFile>)
                "a sticker, by its id or as a `.webp` file";
            reply_media_group answer_media_group send_media_group
                SendMediaGroup(media: impl IntoIterator<Item: Into<InputMedia>>)
                "photos, videos, documents or music as one album";
            reply_location answer_location send_location SendLocation(latitude: f64, longitude: f64)
                "a point on the map, in degrees north and east";
            reply_contact answer_contact send_contact
                SendContact(phone_number: impl Into<String>, first_name: impl Into<String>)
                "the phone number of somebody";
            reply_invoice answer_invoice send_invoice SendInvoice(
                title: impl Into<String>,
                description: impl Into<String>,
                payload: impl Into<String>,
                provider_token: impl Into<String>,
                prices: impl IntoIterator<Item: Into<LabeledPrice>>
            ) "a request to pay the sum of `prices`, in Rials";
        }
    };
}

/// The functions that send something to a [`Chat`] or a [`User`].
macro_rules! sends {
    (
        $type:ident $to:literal
        $(
            $reply:ident $answer:ident $send:ident $method:ident($($argument:ident: $kind:ty),* $(,)?)
            $what:literal;
        )*
    ) => {
        impl $type {
            $(
                #[doc = concat!("Sends ", $what, ", ", $to, ".")]
                ///
                #[doc = concat!("[`Bot::", stringify!($send), "`] says more.")]
                pub fn $send(&self, $($argument: $kind),*) -> Request<$method> {
                    self.bot.$send(self.id, $($argument),*)
                }
            )*
        }
    };
}

/// The functions that send something to where a [`Message`] is.
macro_rules! replies {
    ($(
        $reply:ident $answer:ident $send:ident $method:ident($($argument:ident: $kind:ty),* $(,)?)
        $what:literal;
    )*) => {
        impl Message {
            $(
                #[doc = concat!("Sends ", $what, ", to the same chat, as a reply that quotes this message.")]
                ///
                #[doc = concat!("[`Bot::", stringify!($send), "`] says more.")]
                pub fn $reply(&self, $($argument: $kind),*) -> Request<$method> {
                    self.$answer($($argument),*).reply_to_message_id(self.message_id)
                }

                #[doc = concat!("Sends ", $what, ", to the same chat, without quoting.")]
                ///
                #[doc = concat!("[`Bot::", stringify!($send), "`] says more.")]
                pub fn $answer(&self, $($argument: $kind),*) -> Request<$method> {
                    self.bot.$send(self.chat.id, $($argument),*)
                }
            )*
        }
    };
}

for_each_sendable!(replies);
for_each_sendable!(sends Chat "to the chat");
for_each_sendable!(sends User "to the private chat with the user");

mod callback;
mod chat;
mod chat_member;
mod file;
mod member;
mod message;
mod payment;
#[cfg(test)]
mod tests;
mod update;
mod user;

/// What an answer becomes on its way to the caller: data that has verbs gets the bot it needs for them.
pub trait Bind {
    /// What the caller gets.
    type Bound;

    /// Binds the answer to the bot that asked.
    fn bind(self, bot: &Bot) -> Self::Bound;
}

macro_rules! plain {
    ($($type:ty),* $(,)?) => { $(
        impl Bind for $type {
            type Bound = Self;

            fn bind(self, _bot: &Bot) -> Self {
                self
            }
        }
    )* };
}

plain! {
    bool,
    i64,
    String,
    MessageOrTrue,
    Updates,
    RawUpdates,
    serde_json::Value,
    types::ChatInviteLink,
    types::File,
    types::MessageId,
    types::StickerSet,
    types::Transaction,
    types::WebhookInfo,
}

impl Bind for SentMessage {
    type Bound = Message;

    fn bind(self, bot: &Bot) -> Message {
        Message::new(self.0, bot.clone())
    }
}

impl<T: Bind> Bind for Vec<T> {
    type Bound = Vec<T::Bound>;

    fn bind(self, bot: &Bot) -> Self::Bound {
        self.into_iter().map(|item| item.bind(bot)).collect()
    }
}

macro_rules! bound {
    ($($type:ident)*) => { $(
        impl Bind for types::$type {
            type Bound = $type;

            fn bind(self, bot: &Bot) -> $type {
                $type::new(self, bot.clone())
            }
        }

        impl $type {
            /// The bot it arrived at.
            pub fn bot(&self) -> &Bot {
                &self.bot
            }
        }

        /// Shows the data only.
        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&**self, f)
            }
        }
    )* };
}

bound! { Update Message Chat ChatFullInfo ChatMember User CallbackQuery PreCheckoutQuery }

macro_rules! chat_id_of {
    ($($type:ident)*) => { $(
        impl From<&$type> for ChatId {
            fn from(value: &$type) -> Self {
                Self::Id(value.id)
            }
        }
    )* };
}

chat_id_of! { Chat ChatFullInfo User }
