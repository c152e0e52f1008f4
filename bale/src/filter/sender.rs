//! Filters on who sent an update.

use std::fmt;

use super::{Filter, Node};
use crate::types::User;

/// A person, as `from = ..` names them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sender {
    /// By id.
    Id(i64),
    /// By username, with or without `@`, in any case.
    Username(String),
}

/// Updates that one of these people caused: who wrote the message, pressed the button, or pays. They are ids,
/// usernames, or lists of such.
///
/// ```
/// use bale::filter;
///
/// const ADMINS: [i64; 2] = [5, 6];
/// let _ = filter::from(ADMINS).or(filter::from("sara"));
/// ```
pub fn from(senders: impl IntoSenders) -> Filter {
    Filter(Node::From(senders.into_senders().into()))
}

/// What names people.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name people",
    label = "not an id or a username",
    note = "`from` takes ids (`i64`), usernames (`&str` or `String`), and arrays, slices or `Vec`s of these"
)]
pub trait IntoSenders {
    /// Gives the people.
    fn into_senders(self) -> Vec<Sender>;
}

impl IntoSenders for Sender {
    fn into_senders(self) -> Vec<Sender> {
        vec![self]
    }
}

impl IntoSenders for i64 {
    fn into_senders(self) -> Vec<Sender> {
        vec![Sender::Id(self)]
    }
}

impl IntoSenders for String {
    fn into_senders(self) -> Vec<Sender> {
        vec![Sender::Username(self)]
    }
}

impl IntoSenders for &str {
    fn into_senders(self) -> Vec<Sender> {
        self.to_owned().into_senders()
    }
}

impl<T: IntoSenders> IntoSenders for Vec<T> {
    fn into_senders(self) -> Vec<Sender> {
        self.into_iter().flat_map(T::into_senders).collect()
    }
}

impl<T: IntoSenders, const N: usize> IntoSenders for [T; N] {
    fn into_senders(self) -> Vec<Sender> {
        self.into_iter().flat_map(T::into_senders).collect()
    }
}

impl<T: IntoSenders + Clone> IntoSenders for &[T] {
    fn into_senders(self) -> Vec<Sender> {
        self.to_vec().into_senders()
    }
}

impl Sender {
    pub(super) fn is(&self, user: &User) -> bool {
        match self {
            Self::Id(id) => *id == user.id,
            Self::Username(name) => {
                let name = name.trim_start_matches('@');
                user.username.as_deref().is_some_and(|username| username.eq_ignore_ascii_case(name))
            }
        }
    }
}

impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "{id}"),
            Self::Username(name) => write!(f, "@{}", name.trim_start_matches('@')),
        }
    }
}
