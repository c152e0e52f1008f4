//! Filters on what a message contains.

use super::{Filter, Node};
use crate::types::Message;

macro_rules! contents {
    ($($(#[$doc:meta])* $name:ident $variant:ident |$message:ident| $is_in:expr;)*) => {
        /// Something that a message can contain.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Content {
            $($variant,)*
        }

        impl Content {
            pub(super) fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => stringify!($name),)*
                }
            }

            pub(super) fn is_in(self, message: &Message) -> bool {
                match self {
                    $(Self::$variant => { let $message = message; $is_in })*
                }
            }
        }

        $(
            $(#[$doc])*
            pub fn $name() -> Filter {
                Filter(Node::Content(Content::$variant))
            }
        )*
    };
}

contents! {
    /// Messages with a text.
    text Text |message| message.text.is_some();
    /// Messages with a photo.
    photo Photo |message| message.photo.is_some();
    /// Messages with a video.
    video Video |message| message.video.is_some();
    /// Messages with a voice.
    voice Voice |message| message.voice.is_some();
    /// Messages with an audio.
    audio Audio |message| message.audio.is_some();
    /// Messages with a document.
    document Document |message| message.document.is_some();
    /// Messages with a sticker.
    sticker Sticker |message| message.sticker.is_some();
    /// Messages with an animation.
    animation Animation |message| message.animation.is_some();
    /// Messages with a contact.
    contact Contact |message| message.contact.is_some();
    /// Messages with a location.
    location Location |message| message.location.is_some();
    /// Messages that reply to another one.
    reply Reply |message| message.reply_to_message.is_some();
    /// Messages that were forwarded, from a person or from a chat.
    forwarded Forwarded |message| {
        message.forward_from.is_some()
            || message.forward_from_chat.is_some()
            || message.forward_origin.is_some()
            || message.forward_date.is_some()
    };
}
