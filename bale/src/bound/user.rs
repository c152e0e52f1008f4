//! A user with the bot that knows them.

use std::{ops::Deref, sync::Arc};

use super::Chat;
use crate::{
    client::{Awaited, Bot, Request, WaitFor},
    methods::{GetChat, SendChatAction, SendMessage},
    types::{self, ChatAction},
};

/// A user with the bot that knows them.
///
/// What is sent goes to the private chat with the user, who must have written to the bot before.
#[derive(Clone)]
pub struct User {
    pub(super) data: UserData,
    pub(super) bot: Bot,
}

/// Like chats, users come inside something else.
#[derive(Clone)]
pub(super) enum UserData {
    Own(Arc<types::User>),
    /// A message that has a sender.
    From(Arc<types::Message>),
    Pressing(Arc<types::CallbackQuery>),
    Member(Arc<types::ChatMember>),
}

impl User {
    /// Binds a user to a bot.
    pub fn new(data: impl Into<Arc<types::User>>, bot: Bot) -> Self {
        Self { data: UserData::Own(data.into()), bot }
    }

    /// The private chat with the user.
    pub fn chat(&self) -> Chat {
        Chat::new(types::Chat::from(&**self), self.bot.clone())
    }

    /// Sends a text to the private chat with the user.
    pub fn send(&self, text: impl Into<String>) -> Request<SendMessage> {
        self.bot.send_message(self.id, text)
    }

    /// Shows the user what the bot is doing, for 6 seconds at most.
    pub fn send_action(&self, action: impl Into<ChatAction>) -> Request<SendChatAction> {
        self.bot.send_chat_action(self.id, action)
    }

    /// Asks for all that is known of the user, such as the picture and the biography.
    pub fn get_info(&self) -> Request<GetChat> {
        self.bot.get_chat(self.id)
    }

    /// Waits for the next update of a kind from the user, in any chat. It goes to nobody else.
    pub fn wait_for<T: Awaited>(&self) -> WaitFor<T> {
        self.bot.wait_for().from_user(self.id)
    }
}

impl Deref for User {
    type Target = types::User;

    fn deref(&self) -> &types::User {
        match &self.data {
            UserData::Own(user) => user,
            UserData::From(message) => {
                message.from.as_ref().expect("`Message::author` has seen the sender")
            }
            UserData::Pressing(query) => &query.from,
            UserData::Member(member) => &member.user,
        }
    }
}
