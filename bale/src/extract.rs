//! Parameters of handlers: what can be taken out of an update, and by which kind of handler.

use std::{borrow::Cow, fmt};

use crate::{BoxFuture, context::Context, handler::BoxError, registry::Need};

#[doc(hidden)]
pub use self::arg::ToArg;
pub use self::{
    arg::{ArgError, Args, FromArg, FromArgs, FromOptionalArg, FromRestArg},
    builtin::{State, Text},
    caused::Caused,
};

mod arg;
mod builtin;
mod caused;

/// A parameter of a handler of kind `K` (see [`event`](crate::event)).
///
/// Implement it for your own types to make them parameters. `'u` is the life of the update, so a
/// parameter may borrow from it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter of a `#[bale::{K}]` handler",
    label = "not something a `#[bale::{K}]` handler can receive",
    note = "the whole text of a message is `Text(text): Text`; an argument in it is bound by name: write its name into \
            the pattern, like `{{name}}`; a field of a conversation's state as well: `state = Order::Phone {{ name }}`",
    note = "all handlers are offered `Bot`, `Data<T>` of a type under `#[derive(bale::Data)]`, `State<T>` of a type that \
            is `Send + Sync + 'static`, and `Option<..>` of whatever they are offered; beside them\n\
            command, on_message, on_edited_message: `Message`, `Chat`, `User`, `Update`, `Text`, `Photo`, `Document`, ..\n\
            command, on_message, on_callback: `extract::Args` of a tuple\n\
            on_callback: `CallbackQuery`, `Chat`, `User`, `Update`\n\
            on_pre_checkout: `PreCheckoutQuery`, `User`, `Update`\n\
            on_payment: `Payment`, `types::SuccessfulPayment`, `Message`, `Chat`, `User`, `Update`\n\
            on_member_join: `MemberJoin`, `Message`, `Chat`, `User`, `Update`\n\
            on_member_leave: `MemberLeave`, `Message`, `Chat`, `User`, `Update`\n\
            on_channel_post: `Message`, `Chat`, `Update`, `Text`, `Photo`, `Document`, ..\n\
            fallback: `Update`, `Message`, `CallbackQuery`, `Chat`, `User`, `Text`, `Photo`, ..\n\
            filter: what `fallback` is offered, and `PreCheckoutQuery`\n\
            on_update: `Update`, `Message`, `CallbackQuery`, `PreCheckoutQuery`, `Chat`, `User`\n\
            every, cron: `Job`\n\
            job: `Job`, `Payload<T>` of a type that implements `serde::Deserialize`\n\
            middleware: `&Context`, `Next`, and what on_update is offered\n\
            on_error: `HandlerError`, `Update`, `Message`, `CallbackQuery`, `PreCheckoutQuery`, `Chat`, `User`, `Job`",
    note = "a type of your own can be a parameter if it implements `bale::extract::FromUpdate`"
)]
pub trait FromUpdate<'u, K>: Sized {
    /// Application state this parameter needs; checked before the bot starts.
    const NEEDS: &'static [Need] = &[];

    /// Whether every update of this kind has it, so that it never refuses.
    const ALWAYS: bool = false;

    /// Takes the parameter out of the update.
    fn from_update(cx: &'u Context) -> Extract<'u, Self>;
}

/// A parameter that is there at once, or comes later.
#[expect(missing_debug_implementations, reason = "holds a future")]
pub enum Extract<'u, T> {
    /// At once; costs no allocation.
    Ready(Result<T, Reject>),
    /// After some waiting, for example for a call.
    Later(BoxFuture<'u, Result<T, Reject>>),
}

impl<T> Extract<'_, T> {
    /// Waits for the parameter.
    pub async fn resolve(self) -> Result<T, Reject> {
        match self {
            Self::Ready(result) => result,
            Self::Later(future) => future.await,
        }
    }
}

/// Why a parameter could not be taken out of an update.
#[derive(Debug)]
#[non_exhaustive]
pub enum Reject {
    /// The update is not for this handler: the next candidate is tried. The text says why, for
    /// `explain`.
    NotMine(Cow<'static, str>),
    /// Ends the update, about which nothing is left to do. The text says why, for the log.
    Handled(Cow<'static, str>),
    /// Tells the user and ends the update.
    Reply(Cow<'static, str>),
    /// An argument did not parse. Of a command: the usage text goes to the user, if no other handler of
    /// the command takes it. Of a text or a button: it is not for this handler, and the next candidate is
    /// tried.
    Usage(ArgError),
    /// Something broke: `on_error` is told.
    Error(BoxError),
}

impl fmt::Display for Reject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotMine(reason) | Self::Handled(reason) => f.write_str(reason),
            Self::Reply(text) => write!(f, "the user is told: {text}"),
            Self::Usage(error) => write!(f, "{error}"),
            Self::Error(error) => write!(f, "{error}"),
        }
    }
}
