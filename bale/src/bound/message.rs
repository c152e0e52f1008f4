//! A message with its bot.

use std::{ops::Deref, sync::Arc};

use super::{Chat, User, chat::ChatData, user::UserData};
use crate::{
    client::{Awaited, Bot, Request, WaitFor},
    methods::{
        ChatId, CopyMessage, DeleteMessage, EditMessageCaption, EditMessageReplyMarkup,
        EditMessageText, ForwardMessage, PinChatMessage, SendMessage, UnpinChatMessage,
    },
    types::{self, InlineKeyboardMarkup},
};

/// A message with its bot.
///
/// What `reply` and its like send quotes the message; `answer` and its like send the same without
/// quoting.
#[derive(Clone)]
pub struct Message {
    pub(super) data: Arc<types::Message>,
    pub(super) bot: Bot,
}

impl Message {
    /// Binds a message to its bot. From an [`Arc`] this copies nothing.
    pub fn new(data: impl Into<Arc<types::Message>>, bot: Bot) -> Self {
        Self { data: data.into(), bot }
    }

    /// The shared data, without the bot.
    pub fn data(&self) -> &Arc<types::Message> {
        &self.data
    }

    /// Sends a text to the same chat, as a reply that quotes this message.
    pub fn reply(&self, text: impl Into<String>) -> Request<SendMessage> {
        self.answer(text).reply_to_message_id(self.message_id)
    }

    /// Sends a text to the same chat, without quoting.
    pub fn answer(&self, text: impl Into<String>) -> Request<SendMessage> {
        self.bot.send_message(self.data.chat.id, text)
    }

    /// Replaces the text; the message must be the bot's own.
    pub fn edit(&self, text: impl Into<String>) -> Request<EditMessageText> {
        self.bot.edit_message_text(self.data.chat.id, self.message_id, text)
    }

    /// Replaces the caption; the message must be the bot's own and have a file. An empty caption removes
    /// it.
    pub fn edit_caption(&self, caption: impl Into<String>) -> Request<EditMessageCaption> {
        self.bot.edit_message_caption(self.data.chat.id, self.message_id).caption(caption)
    }

    /// Replaces the buttons under the message, which must be the bot's own. A keyboard without rows
    /// removes them.
    pub fn edit_reply_markup(
        &self,
        keyboard: impl Into<InlineKeyboardMarkup>,
    ) -> Request<EditMessageReplyMarkup> {
        self.bot
            .edit_message_reply_markup(self.data.chat.id, self.message_id)
            .reply_markup(keyboard)
    }

    /// Deletes the message, within 48 hours.
    pub fn delete(&self) -> Request<DeleteMessage> {
        self.bot.delete_message(self.data.chat.id, self.message_id)
    }

    /// Forwards the message to another chat, where it keeps the name of its author.
    pub fn forward(&self, chat_id: impl Into<ChatId>) -> Request<ForwardMessage> {
        self.bot.forward_message(chat_id, self.data.chat.id, self.message_id)
    }

    /// Sends the message once more, to another chat and as if it were the bot's own. Service messages and
    /// receipts cannot be copied.
    pub fn copy(&self, chat_id: impl Into<ChatId>) -> Request<CopyMessage> {
        self.bot.copy_message(chat_id, self.data.chat.id, self.message_id)
    }

    /// Pins the message, where the bot has the right `can_pin_messages`.
    pub fn pin(&self) -> Request<PinChatMessage> {
        self.bot.pin_chat_message(self.data.chat.id, self.message_id)
    }

    /// Unpins the message, where the bot has the right `can_pin_messages`.
    pub fn unpin(&self) -> Request<UnpinChatMessage> {
        self.bot.unpin_chat_message(self.data.chat.id, self.message_id)
    }

    /// Waits for the next update of a kind from the same person in the same chat: a [`Message`] or a
    /// [`CallbackQuery`](super::CallbackQuery). It goes to nobody else.
    pub fn wait_for<T: Awaited>(&self) -> WaitFor<T> {
        let wait = self.bot.wait_for().in_chat(self.data.chat.id);
        match &self.data.from {
            Some(user) => wait.from_user(user.id),
            None => wait,
        }
    }

    /// The chat it is in.
    pub fn chat(&self) -> Chat {
        Chat { data: ChatData::Of(Arc::clone(&self.data)), bot: self.bot.clone() }
    }

    /// The chat in whose name it was posted.
    pub fn sender_chat(&self) -> Option<Chat> {
        Some(Chat::new((**self.data.sender_chat.as_ref()?).clone(), self.bot.clone()))
    }

    /// Who sent it; nobody, for a channel post.
    pub fn author(&self) -> Option<User> {
        self.data.from.as_ref()?;
        Some(User { data: UserData::From(Arc::clone(&self.data)), bot: self.bot.clone() })
    }

    /// Who wrote it, if it was forwarded from a user.
    pub fn forward_from(&self) -> Option<User> {
        Some(self.user(self.data.forward_from.as_ref()?))
    }

    /// Where it was posted, if it was forwarded from a channel.
    pub fn forward_from_chat(&self) -> Option<Chat> {
        Some(Chat::new((**self.data.forward_from_chat.as_ref()?).clone(), self.bot.clone()))
    }

    /// The message that this one replies to.
    pub fn reply_to_message(&self) -> Option<Message> {
        let data = self.data.reply_to_message.as_ref()?;
        Some(Self::new(Arc::clone(data), self.bot.clone()))
    }

    /// The users who joined, perhaps the bot itself among them; empty for other messages.
    pub fn new_chat_members(&self) -> Vec<User> {
        self.data.new_chat_members.iter().flatten().map(|user| self.user(user)).collect()
    }

    /// The user who left, perhaps the bot itself.
    pub fn left_chat_member(&self) -> Option<User> {
        Some(self.user(self.data.left_chat_member.as_ref()?))
    }

    fn user(&self, user: &types::User) -> User {
        User::new(user.clone(), self.bot.clone())
    }
}

impl Deref for Message {
    type Target = types::Message;

    fn deref(&self) -> &types::Message {
        &self.data
    }
}
