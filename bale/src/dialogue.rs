//! Conversations: what one update leaves for the next.
//!
//! | way | survives a restart | looks like |
//! |---|---|---|
//! | [`Talk`] of a [`Dialogue`] | as its [`Storage`](crate::storage::Storage) does | handlers that go from state to state |
//! | [`Message::ask`](crate::Message::ask) | no | questions, one below the other, in one handler |

#[doc(hidden)]
pub use self::condition::{in_state, state};
pub use self::{
    ask::{Answer, Ask, AskError},
    step::{Exit, Goto, Step},
    talk::{Dialogue, DialogueError, Scope, Talk},
};
pub(crate) use self::{condition::in_state_that, store::Store};

mod ask;
mod at;
mod condition;
mod step;
mod store;
mod talk;
