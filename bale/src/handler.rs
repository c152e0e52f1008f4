//! What a handler may return, and what becomes of it.

use std::{borrow::Cow, error::Error as StdError, fmt};

use crate::event;

/// Any error a handler can fail with.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// Returned by a handler that leaves the update to the next one that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pass;

/// How a handler ended.
#[derive(Debug)]
pub enum Outcome {
    /// The update is handled.
    Done,
    /// The update is handled, and this text goes back: a reply to a message, an answer to a button.
    Reply(Cow<'static, str>),
    /// Not for this handler: the next one that fits gets it.
    Pass(Why),
    /// The handler failed; `on_error` is told.
    Failed(BoxError),
}

/// Why a handler left an update to the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// It returned [`Pass`].
    Returned,
    /// A parameter refused: its name and reason.
    Parameter(&'static str, Cow<'static, str>),
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Returned => f.write_str("it passed the update on"),
            Self::Parameter(name, reason) => write!(f, "parameter `{name}`: {reason}"),
        }
    }
}

/// What a handler of kind `K` may return.
///
/// `()`, a text (`&'static str`, `String`: sent as a reply to a message, shown as the answer to a
/// button), [`Pass`], an `Option` (`None` does nothing more), and a `Result` of any of these with any
/// error.
#[diagnostic::on_unimplemented(
    message = "a `#[bale::{K}]` handler cannot return `{Self}`",
    label = "not something a `#[bale::{K}]` handler can return",
    note = "a handler returns `()`, a `Result` of one with any error that converts into `bale::BoxError`, or, \
            where there is a message or a button to answer, `&'static str`, `String`, `Option` of them or `bale::Pass`"
)]
pub trait IntoOutcome<K> {
    /// Whether a value of this type can pass the update on.
    const MAY_PASS: bool;

    /// Says what the value means.
    fn into_outcome(self) -> Outcome;
}

#[diagnostic::do_not_recommend]
impl<K> IntoOutcome<K> for () {
    const MAY_PASS: bool = false;

    fn into_outcome(self) -> Outcome {
        Outcome::Done
    }
}

impl<K, T: IntoOutcome<K>, E: Into<BoxError>> IntoOutcome<K> for Result<T, E> {
    const MAY_PASS: bool = T::MAY_PASS;

    fn into_outcome(self) -> Outcome {
        match self {
            Ok(value) => value.into_outcome(),
            Err(error) => Outcome::Failed(error.into()),
        }
    }
}

macro_rules! with_an_answer {
    ($($kind:ident)*) => { $(
        #[diagnostic::do_not_recommend]
        impl IntoOutcome<event::$kind> for &'static str {
            const MAY_PASS: bool = false;

            fn into_outcome(self) -> Outcome {
                Outcome::Reply(Cow::Borrowed(self))
            }
        }

        #[diagnostic::do_not_recommend]
        impl IntoOutcome<event::$kind> for String {
            const MAY_PASS: bool = false;

            fn into_outcome(self) -> Outcome {
                Outcome::Reply(Cow::Owned(self))
            }
        }

        impl<T: IntoOutcome<event::$kind>> IntoOutcome<event::$kind> for Option<T> {
            const MAY_PASS: bool = T::MAY_PASS;

            fn into_outcome(self) -> Outcome {
                self.map_or(Outcome::Done, T::into_outcome)
            }
        }

        #[diagnostic::do_not_recommend]
        impl IntoOutcome<event::$kind> for Pass {
            const MAY_PASS: bool = true;

            fn into_outcome(self) -> Outcome {
                Outcome::Pass(Why::Returned)
            }
        }

        #[diagnostic::do_not_recommend]
        impl IntoOutcome<event::$kind> for Outcome {
            const MAY_PASS: bool = true;

            fn into_outcome(self) -> Outcome {
                self
            }
        }
    )* };
}

with_an_answer!(command on_message on_edited_message on_callback on_error);
