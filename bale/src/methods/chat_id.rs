//! Which chat a call is about.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::types;

/// A chat, or the private chat with a user: by id, or by `@username`.
///
/// ```
/// use bale::methods::ChatId;
///
/// assert_eq!(ChatId::from(5_000_000_000), ChatId::Id(5_000_000_000));
/// assert_eq!(ChatId::from("@news"), ChatId::Username("@news".to_owned()));
/// ```
///
/// Usernames are documented for channels; for other chats the server may not know them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ChatId {
    /// The id of the chat. The private chat with a user has the user's id.
    Id(i64),
    /// The username with its `@`.
    Username(String),
}

impl ChatId {
    /// Serializes as a string where the server refuses a number.
    pub(super) fn as_text<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// As the server reads it: the digits of the id, or the username.
impl fmt::Display for ChatId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "{id}"),
            Self::Username(username) => f.write_str(username),
        }
    }
}

impl Serialize for ChatId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Id(id) => serializer.serialize_i64(*id),
            Self::Username(username) => serializer.serialize_str(username),
        }
    }
}

// There is no `From<i32>`: it would make an unsuffixed literal an `i32`, and ids are larger.
impl From<i64> for ChatId {
    fn from(id: i64) -> Self {
        Self::Id(id)
    }
}

impl From<&str> for ChatId {
    fn from(username: &str) -> Self {
        Self::Username(username.to_owned())
    }
}

impl From<String> for ChatId {
    fn from(username: String) -> Self {
        Self::Username(username)
    }
}

impl From<&ChatId> for ChatId {
    fn from(chat: &ChatId) -> Self {
        chat.clone()
    }
}

macro_rules! from_id {
    ($($type:ident)*) => { $(
        impl From<&types::$type> for ChatId {
            fn from(value: &types::$type) -> Self {
                Self::Id(value.id)
            }
        }
    )* };
}

from_id! { Chat ChatFullInfo User }
