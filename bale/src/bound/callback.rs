//! A press on a button, with its bot.

use std::{
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use super::{Chat, Message, User, chat::ChatData, user::UserData};
use crate::{
    client::{Awaited, Bot, Request, WaitFor},
    methods::AnswerCallbackQuery,
    types,
};

/// A press on a button, with its bot.
///
/// It must be answered, or the button goes on showing that it waits. The framework answers what a handler
/// did not answer through this value (or a clone of it).
#[derive(Clone)]
pub struct CallbackQuery {
    pub(super) data: Arc<types::CallbackQuery>,
    pub(super) bot: Bot,
    pub(super) answered: Arc<AtomicBool>,
}

impl CallbackQuery {
    /// Binds a press to its bot, as not answered yet.
    pub fn new(data: impl Into<Arc<types::CallbackQuery>>, bot: Bot) -> Self {
        Self { data: data.into(), bot, answered: Arc::default() }
    }

    /// Answers with a text of up to 200 characters, shown for a moment at the top, or in a dialog with
    /// [`show_alert(true)`](Request::show_alert).
    ///
    /// A client that is too old does not show it: ask [`can_show_answer`](Self::can_show_answer).
    pub fn answer(&self, text: impl Into<String>) -> Request<AnswerCallbackQuery> {
        self.answer_empty().text(text)
    }

    /// Answers without showing anything: the button only stops waiting.
    pub fn answer_empty(&self) -> Request<AnswerCallbackQuery> {
        self.bot.answer_callback_query(self.id.as_str()).answering(Arc::clone(&self.answered))
    }

    /// Whether the user's client can show an answer. One with an id that starts with `1` cannot: send a
    /// message instead.
    pub fn can_show_answer(&self) -> bool {
        !self.is_from_old_client()
    }

    /// Whether an answer is under way or has arrived. From the moment an answer is awaited this is true,
    /// so that nobody answers a second time beside it; should that call fail or be dropped, it is false
    /// again.
    pub fn is_answered(&self) -> bool {
        self.answered.load(Ordering::Acquire)
    }

    /// The message with the button, if it is not too old.
    pub fn message(&self) -> Option<Message> {
        let data = self.data.message.as_ref()?;
        Some(Message::new(Arc::clone(data), self.bot.clone()))
    }

    /// The chat of the message with the button, if it is known.
    pub fn chat(&self) -> Option<Chat> {
        let data = ChatData::Of(Arc::clone(self.data.message.as_ref()?));
        Some(Chat { data, bot: self.bot.clone() })
    }

    /// Waits for the next update of a kind from the same person, in the same chat if that is known. It
    /// goes to nobody else.
    pub fn wait_for<T: Awaited>(&self) -> WaitFor<T> {
        let wait = self.bot.wait_for().from_user(self.data.from.id);
        match &self.data.message {
            Some(message) => wait.in_chat(message.chat.id),
            None => wait,
        }
    }

    /// Who pressed.
    pub fn user(&self) -> User {
        User { data: UserData::Pressing(Arc::clone(&self.data)), bot: self.bot.clone() }
    }
}

impl Deref for CallbackQuery {
    type Target = types::CallbackQuery;

    fn deref(&self) -> &types::CallbackQuery {
        &self.data
    }
}
