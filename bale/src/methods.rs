//! The methods of the Bot API: one table row each.
//!
//! A row gives a struct of the parameters, which is plain data (build it, compare it, keep it), and the
//! same call on [`Bot`], which is awaited:
//!
//! ```
//! use bale::{client::Bot, error::Error, methods::SendMessage};
//!
//! async fn greet(bot: &Bot) -> Result<(), Error> {
//!     bot.send_message("@news", "hello").reply_to_message_id(7).await?;
//!     // The same with the data first, for code that handles any method:
//!     bot.execute(SendMessage::new("@news", "hello").reply_to_message_id(7)).await?;
//!     Ok(())
//! }
//! ```

use std::{fmt::Debug, time::Duration};

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    bound::Bind,
    client::{Bot, transport::Body},
};

pub(crate) use self::bot::{GetRawUpdates, RawUpdates};
pub use self::{
    bot::{
        AskReview, Close, DeleteWebhook, GetMe, GetUpdates, GetWebhookInfo, LogOut, SetWebhook,
        Updates,
    },
    chat::{
        CreateChatInviteLink, DeleteChatPhoto, ExportChatInviteLink, GetChat, InviteLink,
        LeaveChat, PinChatMessage, RevokeChatInviteLink, SendChatAction, SetChatDescription,
        SetChatPhoto, SetChatTitle, UnpinAllChatMessages, UnpinChatMessage,
    },
    chat_id::ChatId,
    media::{
        GetFile, SendAnimation, SendAudio, SendDocument, SendMediaGroup, SendPhoto, SendSticker,
        SendVideo, SendVoice,
    },
    member::{
        BanChatMember, GetChatAdministrators, GetChatMember, GetChatMembersCount, InviteUser,
        PromoteChatMember, RestrictChatMember, UnbanChatMember,
    },
    message::{
        AnswerCallbackQuery, CopyMessage, DeleteMessage, EditMessageCaption,
        EditMessageReplyMarkup, EditMessageText, ForwardMessage, MessageOrTrue, SendContact,
        SendLocation, SendMessage, SentMessage,
    },
    payment::{AnswerPreCheckoutQuery, CreateInvoiceLink, InquireTransaction, SendInvoice},
    sticker::{
        AddStickerToSet, CreateNewStickerSet, DeleteStickerFromSet, GetStickerSet,
        UploadStickerFile,
    },
};

/// A method of the Bot API, with its parameters.
///
/// Every method that Bale documents has a row in this module. Implement it yourself for one that this
/// version does not know, and call it with [`Bot::execute`]:
///
/// ```
/// use bale::methods::Method;
/// use serde::Serialize;
///
/// #[derive(Debug, Clone, Serialize)]
/// struct InviteUser {
///     chat_id: i64,
///     user_id: i64,
/// }
///
/// impl Method for InviteUser {
///     const NAME: &'static str = "inviteUser";
///     type Response = bool;
/// }
/// ```
pub trait Method: Debug + Serialize + Send + Sync + 'static {
    /// The name on the wire, as `sendMessage`.
    const NAME: &'static str;

    /// The method's place in [`ALL`], if it has one.
    #[doc(hidden)]
    const INDEX: Option<usize> = None;

    /// What the server answers with. What the caller gets is this, [bound](Bind) to the bot.
    type Response: DeserializeOwned + Bind + Send;

    /// How long the whole call may take; `usual` is the bot's setting.
    fn timeout(&self, usual: Duration) -> Duration {
        usual
    }

    /// Checks the documented limits, so that a call that must fail is not made.
    ///
    /// # Errors
    ///
    /// For the first parameter that breaks a limit.
    fn check(&self) -> Result<(), Violation> {
        Ok(())
    }

    /// Encodes the parameters, as [`Body::new`] does: as JSON, unless a file is among them.
    ///
    /// # Errors
    ///
    /// If a parameter cannot be encoded.
    fn body(&self) -> Result<Body, serde_json::Error> {
        Body::new(self)
    }

    /// Called with each answer, before the caller gets it.
    #[doc(hidden)]
    fn answered(_response: &Self::Response, _bot: &Bot) {}
}

/// A parameter that breaks a limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Wire name of the parameter.
    pub parameter: &'static str,
    /// What it must have: "1 to 4096 characters".
    pub expected: &'static str,
    /// What it has instead: "5000 characters".
    pub found: String,
}

/// The type of a field; parentheses hold together what is more than one token.
macro_rules! field {
    (($($type:tt)+)) => { $($type)+ };
    ($type:tt) => { $type };
}

/// The type of an argument for a field. Numbers are taken as they are, because `impl Into<i64>` would make
/// an unsuffixed literal an `i32`, and ids are larger. A list is anything to walk through.
macro_rules! argument {
    (i64) => { i64 };
    (f64) => { f64 };
    (bool) => { bool };
    ((Vec<$item:ty>)) => { impl IntoIterator<Item: Into<$item>> };
    (($($type:tt)+)) => { impl Into<$($type)+> };
    ($type:tt) => { impl Into<$type> };
}

/// The field's value from its argument.
macro_rules! converted {
    ((Vec<$item:ty>), $argument:ident) => {
        $argument.into_iter().map(Into::into).collect()
    };
    ($type:tt, $argument:ident) => {
        $argument.into()
    };
}

/// The hidden lines before a row's example. With a space in front, as the others have.
macro_rules! before_example {
    () => {
        r#" # use bale::{Bot, emulator::{Emulator, NewMessage, OutsideUrls}, types::*};
 # #[tokio::main(flavor = "current_thread")]
 # async fn main() -> Result<(), Box<dyn std::error::Error>> {
 # let emulator = Emulator::new("123456:TEST").strict(true);
 # let mut quirks = emulator.quirks();
 # quirks.outside_urls = OutsideUrls::Unfetched;
 # emulator.set_quirks(quirks);
 # let bot = Bot::builder().token("123456:TEST").transport(emulator.transport()).build()?;
 # let (sara, omid, group) = (1, 2, 9);
 # emulator.message(sara, sara, "hello");
 # emulator.message(omid, omid, "hello");
 # emulator.push_message(NewMessage::new(group, sara, "hello").title("Tea"))?;"#
    };
}

/// Rows of the table.
///
/// ```text
/// first 0;                                            place of the first row in `ALL`
/// /// What it does, limits, `# Errors`, source.
/// sendMessage SendMessage send_message(               wire name, struct, function of `Bot`
///     /// Doc comment.
///     text: String where limits::text,                required parameter, with its check
///     chat_id: ChatId as "chat_id::as_text",          serialized by a function of one's own
/// ) {
///     reply_to_message_id: i64,                       optional parameter
///     poll_timeout: i64 as "timeout",                 its name on the wire, where that means something else here
/// } -> Message                                        response
///     , timeout = of_long_poll                        a provided function of `Method` replaced
///     , rule = limits::refusal                        a check that needs more than one parameter
/// => {
///     /// bot.send_message(sara, "hi").await?;        doctest, inside of [`before_example!`]
/// };
/// ```
///
/// A row with an `InputFile` in it, however deep, needs no mark: [`Body::new`] finds it.
macro_rules! methods {
    (
        first $first:expr;
        $(
            $(#[doc = $doc:expr])*
            $wire:ident $method:ident $verb:ident(
                $(
                    $(#[doc = $required_doc:expr])*
                    $required:ident: $required_type:tt
                    $(where $required_check:path)? $(as $required_with:literal)?
                ),* $(,)?
            ) {
                $(
                    $(#[doc = $optional_doc:expr])*
                    $optional:ident: $optional_type:tt
                    $(where $optional_check:path)? $(as $optional_name:literal)?
                ),* $(,)?
            } -> $response:ty $(, $provided:ident = $own:path)* => {
                $(#[doc = $example:expr])+
            };
        )*
    ) => {
        /// Wire names of these rows.
        pub(super) const NAMES: &[&str] = &[$(stringify!($wire)),*];

        #[derive(Clone, Copy)]
        enum Row { $($method),* }

        $(
            $(#[doc = $doc])*
            #[derive(Debug, Clone, PartialEq, ::serde::Serialize)]
            pub struct $method {
                $(
                    $(#[doc = $required_doc])*
                    $(#[serde(serialize_with = $required_with)])?
                    pub $required: field!($required_type),
                )*
                $(
                    $(#[doc = $optional_doc])*
                    #[serde(skip_serializing_if = "Option::is_none" $(, rename = $optional_name)?)]
                    pub $optional: Option<field!($optional_type)>,
                )*
            }

            impl $method {
                #[doc = concat!("The parameters of `", stringify!($wire), "`; those not asked for are left out.")]
                #[allow(clippy::new_without_default, reason = "some rows have no required parameter")]
                pub fn new($($required: argument!($required_type)),*) -> Self {
                    Self {
                        $($required: converted!($required_type, $required),)*
                        $($optional: None,)*
                    }
                }

                $(
                    $(#[doc = $optional_doc])*
                    #[must_use]
                    pub fn $optional(mut self, $optional: argument!($optional_type)) -> Self {
                        self.$optional = Some(converted!($optional_type, $optional));
                        self
                    }
                )*
            }

            impl $crate::methods::Method for $method {
                const NAME: &'static str = stringify!($wire);
                const INDEX: Option<usize> = Some($first + Row::$method as usize);
                type Response = $response;

                fn check(&self) -> Result<(), $crate::methods::Violation> {
                    $($(
                        $required_check(&self.$required)
                            .map_err(|broken| broken.by(stringify!($required)))?;
                    )?)*
                    $($(
                        if let Some(value) = &self.$optional {
                            $optional_check(value)
                                .map_err(|broken| broken.by(stringify!($optional)))?;
                        }
                    )?)*
                    $( rule!($provided = $own, self); )*
                    Ok(())
                }

                $( provided!($provided = $own); )*
            }

            impl $crate::client::Request<$method> {
                $(
                    $(#[doc = $optional_doc])*
                    pub fn $optional(self, $optional: argument!($optional_type)) -> Self {
                        self.map(|method| method.$optional($optional))
                    }
                )*
            }

            impl $crate::client::Bot {
                $(#[doc = $doc])*
                #[doc = concat!("\n Parameters: [`", stringify!($method), "`].\n")]
                #[cfg_attr(feature = "emulator", doc = " ```")]
                #[cfg_attr(not(feature = "emulator"), doc = " ```ignore")]
                #[doc = before_example!()]
                $(#[doc = $example])+
                #[doc = " # Ok(())\n # }\n ```"]
                pub fn $verb(
                    &self,
                    $($required: argument!($required_type)),*
                ) -> $crate::client::Request<$method> {
                    self.execute($method::new($($required),*))
                }
            }
        )*
    };
}

/// A provided function of [`Method`] that a row replaces.
macro_rules! provided {
    (timeout = $own:path) => {
        fn timeout(&self, usual: ::std::time::Duration) -> ::std::time::Duration {
            $own(self, usual)
        }
    };
    (body = $own:path) => {
        fn body(&self) -> Result<$crate::client::transport::Body, ::serde_json::Error> {
            $own(self)
        }
    };
    (rule = $own:path) => {};
    (answered = $own:path) => {
        fn answered(response: &Self::Response, bot: &$crate::client::Bot) {
            $own(response, bot);
        }
    };
}

/// The check of a row's own that [`provided!`] leaves to the others.
macro_rules! rule {
    (rule = $own:path, $method:ident) => {
        $own($method)?;
    };
    ($provided:ident = $own:path, $method:ident) => {};
}

mod bot;
mod chat;
mod chat_id;
mod limits;
mod media;
mod member;
mod message;
mod payment;
mod sticker;

const TABLES: [&[&str]; 7] = [
    bot::NAMES,
    message::NAMES,
    media::NAMES,
    chat::NAMES,
    member::NAMES,
    sticker::NAMES,
    payment::NAMES,
];
/// The body of a row that names a file by its id, but has no [`InputFile`](crate::types::InputFile).
fn as_form(method: &impl Serialize) -> Result<Body, serde_json::Error> {
    Body::form(method)
}

const COUNT: usize = first_of(TABLES.len());

/// Where the rows of a table start in [`ALL`].
const fn first_of(table: usize) -> usize {
    let mut first = 0;
    let mut before = 0;
    while before < table {
        first += TABLES[before].len();
        before += 1;
    }
    first
}

/// Wire names of all methods that have a row.
pub const ALL: &[&str] = &{
    let mut all = [""; COUNT];
    let mut table = 0;
    while table < TABLES.len() {
        let mut row = 0;
        while row < TABLES[table].len() {
            all[first_of(table) + row] = TABLES[table][row];
            row += 1;
        }
        table += 1;
    }
    all
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_has_its_own_place() {
        fn place<M: Method>() -> (Option<usize>, &'static str) {
            (M::INDEX, M::NAME)
        }
        let rows = [
            place::<GetMe>(),
            place::<LogOut>(),
            place::<Close>(),
            place::<GetUpdates>(),
            place::<SetWebhook>(),
            place::<DeleteWebhook>(),
            place::<GetWebhookInfo>(),
            place::<AskReview>(),
            place::<SendMessage>(),
            place::<ForwardMessage>(),
            place::<CopyMessage>(),
            place::<SendLocation>(),
            place::<SendContact>(),
            place::<EditMessageText>(),
            place::<EditMessageCaption>(),
            place::<EditMessageReplyMarkup>(),
            place::<DeleteMessage>(),
            place::<AnswerCallbackQuery>(),
            place::<SendPhoto>(),
            place::<SendAudio>(),
            place::<SendDocument>(),
            place::<SendVideo>(),
            place::<SendAnimation>(),
            place::<SendVoice>(),
            place::<SendMediaGroup>(),
            place::<SendSticker>(),
            place::<GetFile>(),
            place::<SendChatAction>(),
            place::<GetChat>(),
            place::<SetChatPhoto>(),
            place::<DeleteChatPhoto>(),
            place::<SetChatTitle>(),
            place::<SetChatDescription>(),
            place::<LeaveChat>(),
            place::<PinChatMessage>(),
            place::<UnpinChatMessage>(),
            place::<UnpinAllChatMessages>(),
            place::<CreateChatInviteLink>(),
            place::<RevokeChatInviteLink>(),
            place::<ExportChatInviteLink>(),
            place::<GetChatAdministrators>(),
            place::<GetChatMembersCount>(),
            place::<GetChatMember>(),
            place::<BanChatMember>(),
            place::<UnbanChatMember>(),
            place::<RestrictChatMember>(),
            place::<PromoteChatMember>(),
            place::<InviteUser>(),
            place::<UploadStickerFile>(),
            place::<CreateNewStickerSet>(),
            place::<AddStickerToSet>(),
            place::<GetStickerSet>(),
            place::<DeleteStickerFromSet>(),
            place::<SendInvoice>(),
            place::<CreateInvoiceLink>(),
            place::<AnswerPreCheckoutQuery>(),
            place::<InquireTransaction>(),
        ];
        let expected: Vec<_> =
            ALL.iter().enumerate().map(|(index, name)| (Some(index), *name)).collect();
        assert_eq!(rows.to_vec(), expected);
        assert_eq!(ALL.len(), 57);
    }
}
