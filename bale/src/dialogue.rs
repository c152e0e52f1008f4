//! Conversations: what one update leaves for the next.
//!
//! | way | survives a restart | looks like |
//! |---|---|---|
//! | [`Talk`] of a [`Dialogue`] | as its [`Storage`](crate::storage::Storage) does | handlers that go from state to state |
//! | [`Message::ask`](crate::Message::ask) | no | questions, one below the other, in one handler |

pub(crate) use self::store::Store;
#[cfg(any(test, fuzzing))]
pub(crate) use self::store::rewrite;
pub use self::{
    ask::{Answer, Ask, AskError},
    talk::{Dialogue, DialogueError, Scope, Talk},
};

mod ask;
mod store;
mod talk;
