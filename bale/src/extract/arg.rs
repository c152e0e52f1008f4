//! Arguments: pieces of the user's text, parsed into the handler's types.

use std::{borrow::Cow, error::Error as StdError, fmt, str::FromStr};

use super::{Extract, FromUpdate, Reject};
use crate::{context::Context, event, text::ascii_digits};

/// Characters of a wrong argument that are repeated to the user or the log.
const SHOWN: usize = 64;

/// An argument that could not be read.
#[derive(Debug)]
pub struct ArgError {
    /// The capture's name.
    pub name: &'static str,
    /// What the user wrote; `None` if it is missing.
    pub found: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
    /// Where the capture stands, if whoever read it did not know its name.
    position: Option<usize>,
}

impl ArgError {
    /// The argument `name` is missing.
    pub fn missing(name: &'static str) -> Self {
        Self { name, found: None, source: None, position: None }
    }

    /// `found` cannot be read as argument `name`.
    pub fn invalid(
        name: &'static str,
        found: impl Into<String>,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        let (found, source) = (Some(found.into()), Some(source.into()));
        Self { name, found, source, position: None }
    }

    /// Gives it the name of its capture, if it knows only the position.
    pub(crate) fn named(self, name: impl FnOnce(usize) -> Option<&'static str>) -> Self {
        let name = self.position.and_then(name).unwrap_or(self.name);
        Self { name, position: None, ..self }
    }

    /// The beginning of what the user wrote: enough to recognise it in a reply or a log.
    pub(crate) fn excerpt(text: &str) -> Cow<'_, str> {
        match text.char_indices().nth(SHOWN) {
            Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
            None => Cow::Borrowed(text),
        }
    }
}

impl fmt::Display for ArgError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.found, &self.source) {
            (None, _) => write!(f, "argument `{}` is missing", self.name),
            (Some(found), source) => {
                write!(f, "`{}` is no `{}`", Self::excerpt(found), self.name)?;
                source.as_ref().map_or(Ok(()), |source| write!(f, ": {source}"))
            }
        }
    }
}

impl StdError for ArgError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

/// A type that a capture `{name}` can be read as: every [`FromStr`] type.
///
/// Numbers may be written with Persian (`۱۲`) or Arabic (`١٢`) digits.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from the user's text",
    label = "the type of a capture must implement `FromStr`, with an error that implements `std::error::Error`",
    note = "a capture is owned: `String`, not `&str`",
    note = "an `Option<T>` is captured by `{{name?}}`, a `Vec<T>` by `{{name...}}`"
)]
pub trait FromArg: Sized {
    /// Reads the argument `name` from `text`.
    ///
    /// # Errors
    /// If `text` does not parse.
    fn from_arg(name: &'static str, text: &str) -> Result<Self, ArgError>;

    /// The capture `index` of the pattern, called `name`: what an attribute calls.
    #[doc(hidden)]
    fn capture(cx: &Context, index: usize, name: &'static str) -> Result<Self, Reject> {
        read(cx, index, name).map_err(Reject::Usage)
    }
}

#[diagnostic::do_not_recommend]
impl<T> FromArg for T
where
    T: FromStr,
    T::Err: Into<Box<dyn StdError + Send + Sync>>,
{
    fn from_arg(name: &'static str, text: &str) -> Result<Self, ArgError> {
        text.parse::<T>()
            .or_else(|error| match ascii_digits(text) {
                Cow::Owned(ascii) => ascii.parse().map_err(|_: T::Err| error),
                Cow::Borrowed(_) => Err(error),
            })
            .map_err(|error| ArgError::invalid(name, text, error))
    }
}

/// A type that an optional capture `{name?}` can be read as: `Option<T>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot take an optional argument",
    label = "an optional capture `{{name?}}` must be an `Option<T>` of a type that implements `FromStr`"
)]
pub trait FromOptionalArg: Sized {
    /// Reads the argument `name`, if there is one.
    ///
    /// # Errors
    /// If there is one and it does not parse.
    fn from_optional_arg(name: &'static str, text: Option<&str>) -> Result<Self, ArgError>;

    /// The capture `index` of the pattern, called `name`: what an attribute calls.
    #[doc(hidden)]
    fn capture(cx: &Context, index: usize, name: &'static str) -> Result<Self, Reject> {
        let text = cx.captures().get(index, cx.subject());
        Self::from_optional_arg(name, text.as_deref()).map_err(Reject::Usage)
    }
}

#[diagnostic::do_not_recommend]
impl<T: FromArg> FromOptionalArg for Option<T> {
    fn from_optional_arg(name: &'static str, text: Option<&str>) -> Result<Self, ArgError> {
        text.map(|text| T::from_arg(name, text)).transpose()
    }
}

/// A type that a rest capture `{name...}` can be read as: `String` (at least one character),
/// `Option<String>`, or `Vec<T>` (words; possibly none).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot take the rest of a text",
    label = "a rest capture `{{name...}}` must be a `String`, an `Option<String>`, \
             or a `Vec<T>` of a type that implements `FromStr`"
)]
pub trait FromRestArg: Sized {
    /// Reads the argument `name` from the rest of the text; `words` are its words, unquoted.
    ///
    /// # Errors
    /// If something is missing or does not parse.
    fn from_rest_arg(
        name: &'static str,
        rest: &str,
        words: &mut dyn Iterator<Item = Cow<'_, str>>,
    ) -> Result<Self, ArgError>;

    /// The capture `index` of the pattern, called `name`: what an attribute calls.
    #[doc(hidden)]
    fn capture(cx: &Context, index: usize, name: &'static str) -> Result<Self, Reject> {
        let (captures, subject) = (cx.captures(), cx.subject());
        let rest = captures.get(index, subject).unwrap_or(Cow::Borrowed(""));
        let mut words = captures.rest_words(index, subject);
        Self::from_rest_arg(name, &rest, &mut words).map_err(Reject::Usage)
    }
}

#[diagnostic::do_not_recommend]
impl FromRestArg for String {
    fn from_rest_arg(
        name: &'static str,
        rest: &str,
        _words: &mut dyn Iterator<Item = Cow<'_, str>>,
    ) -> Result<Self, ArgError> {
        if rest.is_empty() { Err(ArgError::missing(name)) } else { Ok(rest.to_owned()) }
    }
}

#[diagnostic::do_not_recommend]
impl FromRestArg for Option<String> {
    fn from_rest_arg(
        _name: &'static str,
        rest: &str,
        _words: &mut dyn Iterator<Item = Cow<'_, str>>,
    ) -> Result<Self, ArgError> {
        Ok((!rest.is_empty()).then(|| rest.to_owned()))
    }
}

#[diagnostic::do_not_recommend]
impl<T: FromArg> FromRestArg for Vec<T> {
    fn from_rest_arg(
        name: &'static str,
        _rest: &str,
        words: &mut dyn Iterator<Item = Cow<'_, str>>,
    ) -> Result<Self, ArgError> {
        words.map(|word| T::from_arg(name, &word)).collect()
    }
}

fn read<T: FromArg>(cx: &Context, index: usize, name: &'static str) -> Result<T, ArgError> {
    match cx.captures().get(index, cx.subject()) {
        Some(text) => T::from_arg(name, &text),
        None => Err(ArgError::missing(name)),
    }
}

/// The capture `index` of the pattern, which the handler does not name.
fn positional<T: FromArg>(cx: &Context, index: usize) -> Result<T, Reject> {
    read(cx, index, "argument")
        .map_err(|error| Reject::Usage(ArgError { position: Some(index), ..error }))
}

/// A type that a button's data can carry: every [`Display`](fmt::Display) type.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written into a button's data",
    label = "the type of a capture of `#[bale::on_callback]` must implement `Display`"
)]
pub trait ToArg {
    fn to_arg(&self) -> &dyn fmt::Display;
}

#[diagnostic::do_not_recommend]
impl<T: fmt::Display> ToArg for T {
    fn to_arg(&self) -> &dyn fmt::Display {
        self
    }
}

/// The captures of a pattern, in order, for handlers given at run time (an annotated function names
/// them as parameters instead).
///
/// ```
/// # use bale::{App, extract::Args};
/// # let _ =
/// App::new().command("add {a} {b}", async |Args((a, b)): Args<(i64, i64)>| format!("{}", a + b));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Args<T>(
    /// A tuple with one element a capture.
    pub T,
);

/// A tuple that [`Args`] can be: of [`FromArg`] types, up to six.
pub trait FromArgs: Sized {
    /// Reads the captures.
    ///
    /// # Errors
    /// If one is missing or does not parse.
    fn from_args(cx: &Context) -> Result<Self, Reject>;
}

macro_rules! tuples {
    ($($index:literal $type:ident),*) => {
        impl<$($type: FromArg),*> FromArgs for ($($type,)*) {
            fn from_args(cx: &Context) -> Result<Self, Reject> {
                Ok(($(positional::<$type>(cx, $index)?,)*))
            }
        }
    };
}

tuples!(0 A);
tuples!(0 A, 1 B);
tuples!(0 A, 1 B, 2 C);
tuples!(0 A, 1 B, 2 C, 3 D);
tuples!(0 A, 1 B, 2 C, 3 D, 4 E);
tuples!(0 A, 1 B, 2 C, 3 D, 4 E, 5 F);

#[diagnostic::do_not_recommend]
impl<'u, K: event::WithPattern, T: FromArgs> FromUpdate<'u, K> for Args<T> {
    fn from_update(cx: &'u Context) -> Extract<'u, Self> {
        Extract::Ready(T::from_args(cx).map(Args))
    }
}
