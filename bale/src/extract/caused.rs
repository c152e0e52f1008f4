//! Errors by their type.

use std::{error::Error as StdError, fmt, marker::PhantomData, ops::Deref};

use super::{Extract, FromUpdate, Reject};
use crate::{context::Context, event, handler::HandlerError};

/// The error of type `E` that a handler failed with, or that is among the causes of its error.
///
/// An `on_error` handler with this parameter gets only such errors; it goes before those that take all.
///
/// ```
/// use bale::{Error, extract::Caused};
///
/// /// Bale says no: too often, or to a user who blocked the bot.
/// #[bale::on_error]
/// async fn refused(error: Caused<Error>) {
///     eprintln!("{:?}: {}", error.code(), error.handler_error());
/// }
/// ```
pub struct Caused<E> {
    failure: HandlerError,
    kind: PhantomData<fn() -> E>,
}

impl<E> Caused<E> {
    /// The failure as a whole: handler, place and update.
    pub fn handler_error(&self) -> &HandlerError {
        &self.failure
    }
}

impl<E> Clone for Caused<E> {
    fn clone(&self) -> Self {
        Self { failure: self.failure.clone(), kind: PhantomData }
    }
}

impl<E: StdError + 'static> Deref for Caused<E> {
    type Target = E;

    fn deref(&self) -> &E {
        self.failure.find().expect("it was there when the parameter was taken")
    }
}

impl<E: StdError + 'static> fmt::Debug for Caused<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Caused").field(&**self).finish()
    }
}

impl<E: StdError + 'static> fmt::Display for Caused<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}

#[diagnostic::do_not_recommend]
impl<'u, E: StdError + 'static> FromUpdate<'u, event::on_error> for Caused<E> {
    fn from_update(cx: &'u Context) -> Extract<'u, Self> {
        let failure = cx.error().filter(|failure| failure.find::<E>().is_some());
        let caused = failure.map(|failure| Self { failure: failure.clone(), kind: PhantomData });
        Extract::Ready(caused.ok_or_else(|| {
            let name = std::any::type_name::<E>();
            Reject::NotMine(format!("the error is no `{name}`").into())
        }))
    }
}
