//! Conversations: what one update leaves for the next.
//!
//! | way | survives a restart | looks like |
//! |---|---|---|
//! | states, a [`Dialogue`] | as its [`Storage`](crate::storage::Storage) does | handlers that go from state to state |
//! | [`Message::ask`](crate::Message::ask) | no | questions, one below the other, in one handler |
//!
//! The same conversation, in states:
//!
#![cfg_attr(feature = "macros", doc = "```")]
#![cfg_attr(not(feature = "macros"), doc = "```ignore")]
//! use bale::{Dialogue, Exit, Goto, Text, dialogue::Step};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Dialogue, Serialize, Deserialize)]
//! #[dialogue(ttl = "2d")]
//! enum Order {
//!     Name,
//!     Phone { name: String },
//! }
//!
//! #[bale::command]
//! async fn order() -> Step {
//!     Goto(Order::Name).reply("نام؟")
//! }
//!
//! #[bale::on_message(state = Order::Name)]
//! async fn name(Text(name): Text) -> Step {
//!     Goto(Order::Phone { name }).reply("شماره؟")
//! }
//!
//! #[bale::on_message("{phone}", state = Order::Phone { name })]
//! async fn phone(phone: u64, name: String) -> Step {
//!     Exit.reply(format!("{name}، {phone}: ثبت شد."))
//! }
//!
//! #[bale::on_message(state = Order::Phone)]
//! async fn no_phone() -> &'static str {
//!     "یک عدد، لطفاً."
//! }
//!
//! #[bale::command(lane = "none")]
//! async fn cancel() -> Step {
//!     Exit::of::<Order>().reply("لغو شد.")
//! }
//! ```
//!
//! and as questions:
//!
//! ```
//! # use bale::{Message, Result};
//! async fn order(message: Message) -> Result<String> {
//!     let name: String = message.ask("نام؟").await?;
//!     let phone: u64 = message.ask("شماره؟").retry("یک عدد، لطفاً.").await?;
//!     Ok(format!("{name}، {phone}: ثبت شد."))
//! }
//! ```
//!
//! # Which state a handler is for
//!
//! - `state = Order::Name`: only in this state. `state = Order::Name | Order::Phone`: in one of these.
//!   `state = Order::_`: in any. Without `state` the handler runs whatever the state.
//! - `state = Order::Phone { name }`: as above, and the field is the parameter of its name; `{ name: old }` and
//!   `(name, _)` as in any pattern. It is given away, or lent to a parameter that is a reference.
//! - [`On::state`](crate::app::On::state) does the same without attributes. [`Talk`] is a parameter with the whole state,
//!   which may be none, and goes on in the middle of a handler.
//!
//! Handlers of a state come before others, but for commands: as in a question, nobody is caught in a conversation. So
//! `/help` is no answer, but to a handler of that command; and a text with `lane = "none"`, say a button that
//! cancels, comes first as well. [`App::explain`](crate::App::explain) says in which state the conversation is.
//!
//! # What is kept
//!
//! The state is read once an update, and only if one of its handlers wants it. A step ([`Goto`], [`Exit`],
//! [`Talk::goto`], [`Talk::exit`]) is written together with the mark that the update made it. If the process dies before
//! the update is confirmed, it comes again, finds the state as it found it the first time, and makes no second step:
//! what is sent may be sent twice, but no step is lost or doubled. A handler with `state = ..` that makes no step leaves
//! the state as it is, which is written as well, so that its update is never taken for an answer to what was asked after
//! it. That is so of each conversation of an update by
//! itself, if it has several.
//!
//! # When two updates meet
//!
//! Updates of one chat wait for each other, so two meet where one has `lane = "none"`, or where a person's conversation is
//! the same in all chats, or where several processes work for one bot. Whoever writes second is:
//!
//! | who was faster | what becomes of the slower update |
//! |---|---|
//! | a later update of the chat, that ended the conversation: `/cancel` | nothing more: its step and its text are left out, since the person was answered by the other one |
//! | a later update of the chat, that brought the conversation on | its step is left out; the person is [told](crate::App::storage_trouble) to try again, and `on_error` gets [`DialogueError::Overtaken`] |
//! | any other | it is handled anew, as the conversation is then. After three times it is as in the row above |
//!
//! So what a handler does before its step may be done again. A text that [`Goto::reply`] sends is sent after the step.

#[doc(hidden)]
pub use self::condition::{in_state, state};
#[cfg(any(test, fuzzing))]
pub(crate) use self::store::rewrite;
pub use self::{
    ask::{Answer, Ask, AskError},
    step::{Exit, Goto, Step},
    talk::{Dialogue, DialogueError, Scope, Storable, Talk},
};
pub(crate) use self::{at::mark_space, condition::in_state_that, store::Store};

mod ask;
mod at;
mod condition;
mod step;
mod store;
mod talk;
mod variants;
