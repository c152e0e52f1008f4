//! An update with its bot.

use std::{
    ops::Deref,
    sync::{Arc, atomic::AtomicBool},
};

use super::{CallbackQuery, Chat, Message, PreCheckoutQuery, User};
use crate::{
    client::Bot,
    types::{self, UpdateKind},
};

/// An update with its bot.
#[derive(Clone)]
pub struct Update {
    data: Arc<types::Update>,
    pub(super) bot: Bot,
    /// Shared by every [`CallbackQuery`] and [`PreCheckoutQuery`] taken out of this update.
    answered: Option<Arc<AtomicBool>>,
}

impl Update {
    /// Binds an update to its bot.
    pub fn new(data: impl Into<Arc<types::Update>>, bot: Bot) -> Self {
        let data = data.into();
        let is_query =
            matches!(data.kind, UpdateKind::CallbackQuery(_) | UpdateKind::PreCheckoutQuery(_));
        let answered = is_query.then(Arc::default);
        Self { data, bot, answered }
    }

    /// The message of any sort, new or edited, of a chat or a channel.
    pub fn any_message(&self) -> Option<Message> {
        match &self.data.kind {
            UpdateKind::Message(message)
            | UpdateKind::EditedMessage(message)
            | UpdateKind::ChannelPost(message)
            | UpdateKind::EditedChannelPost(message) => {
                Some(Message::new(Arc::clone(message), self.bot.clone()))
            }
            _ => None,
        }
    }

    /// The new message, if it is one.
    pub fn message(&self) -> Option<Message> {
        self.data.message().map(|data| Message::new(Arc::clone(data), self.bot.clone()))
    }

    /// The edited message, if it is one.
    pub fn edited_message(&self) -> Option<Message> {
        self.data.edited_message().map(|data| Message::new(Arc::clone(data), self.bot.clone()))
    }

    /// The press on a button, if it is one. All of them taken from one update (or its clones) know whether
    /// it was answered.
    pub fn callback_query(&self) -> Option<CallbackQuery> {
        let (data, answered) = (self.data.callback_query()?, self.answered.as_ref()?);
        let (data, answered) = (Arc::clone(data), Arc::clone(answered));
        Some(CallbackQuery { data, bot: self.bot.clone(), answered })
    }

    /// The payment that waits for approval, if it is one. All of them taken from one update (or its clones) know
    /// whether it was answered.
    pub fn pre_checkout_query(&self) -> Option<PreCheckoutQuery> {
        let (data, answered) = (self.data.pre_checkout_query()?, self.answered.as_ref()?);
        let (data, answered) = (Arc::clone(data), Arc::clone(answered));
        Some(PreCheckoutQuery { data, bot: self.bot.clone(), answered })
    }

    /// The chat it happened in, if it is known.
    pub fn chat(&self) -> Option<Chat> {
        if let Some(message) = self.any_message() {
            return Some(message.chat());
        }
        self.callback_query()?.chat()
    }

    /// Who did it, if it is known.
    pub fn user(&self) -> Option<User> {
        if let Some(message) = self.any_message() {
            return message.author();
        }
        if let Some(query) = self.callback_query() {
            return Some(query.user());
        }
        self.data.user().map(|user| User::new(user.clone(), self.bot.clone()))
    }
}

impl Deref for Update {
    type Target = types::Update;

    fn deref(&self) -> &types::Update {
        &self.data
    }
}
