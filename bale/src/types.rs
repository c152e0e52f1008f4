//! The data of the Bot API, exactly as it travels: plain values without a connection to a bot.
//!
//! Fields have the names they have on the wire, except that `type` is `kind`. Ids are 64-bit numbers,
//! dates are Unix seconds, amounts of money are Rials, files are counted in bytes.
//!
//! # What is read, and how
//!
//! Bale's documentation and its answers do not always agree, so reading is lenient:
//!
//! - Fields that are not modelled are ignored, and `null` is the same as an absent field.
//! - A required field that is missing becomes the default of its type: `false`, `0`, an empty text. The
//!   exceptions are those without which a value would be someone else: the ids of updates, users, chats,
//!   messages and queries, and the user or chat they belong to.
//! - A value that an enumeration does not know is kept in its `Other` variant.
//! - An update of a kind that is not known, or one that cannot be read, is kept as
//!   [`UpdateKind::Unknown`] with its whole text.
//!
//! Fields marked "undocumented" are not on the page of the Bot API; client libraries were seen to read
//! them, and they may never arrive.
//!
//! # In tests
//!
//! Received types are structs of public fields with a default:
//!
//! ```
//! use bale::types::{Chat, ChatType, Message};
//!
//! let message = Message {
//!     message_id: 1,
//!     chat: Chat { id: 7, kind: ChatType::Private, ..Chat::default() },
//!     text: Some("hello".to_owned()),
//!     ..Message::default()
//! };
//! # assert_eq!(message.text.as_deref(), Some("hello"));
//! ```

mod bot;
mod chat;
pub(crate) mod decode;
mod file;
mod grid;
mod inline_keyboard;
pub(crate) mod input_file;
mod keyboard;
mod media;
mod member;
mod message;
mod payment;
mod poll;
mod update;
mod web_app;
mod wire;

pub use self::{
    bot::{BotCommand, ResponseParameters, WebhookInfo},
    chat::{Chat, ChatAction, ChatFullInfo, ChatInviteLink, ChatPhoto, ChatType, User},
    decode::{UndecodableUpdate, parse_updates},
    file::{
        Animation, Audio, Document, File, PhotoSize, Sticker, StickerSet, StickerType, Video, Voice,
    },
    inline_keyboard::{
        CopyTextButton, InlineKeyboardAction, InlineKeyboardButton, InlineKeyboardMarkup,
        UnknownAction,
    },
    input_file::InputFile,
    keyboard::{
        KeyboardAction, KeyboardButton, ReplyKeyboardMarkup, ReplyKeyboardRemove, ReplyMarkup,
    },
    media::{
        InputMedia, InputMediaAnimation, InputMediaAudio, InputMediaDocument, InputMediaPhoto,
        InputMediaType, InputMediaVideo, InputSticker,
    },
    member::{ChatMember, ChatMemberStatus, ChatPermissions},
    message::{
        CallbackQuery, Contact, ForwardOrigin, Location, Message, MessageEntity, MessageEntityType,
        MessageId,
    },
    payment::{
        Currency, Invoice, InvoiceClosedStatus, LabeledPrice, OrderInfo, PreCheckoutQuery,
        ShippingAddress, ShippingQuery, SuccessfulPayment, Transaction, TransactionStatus,
    },
    poll::{Poll, PollOption, PollType},
    update::{UnknownUpdate, Update, UpdateKind},
    web_app::{WebAppData, WebAppInfo, WebAppInitData, WebAppUser},
};
