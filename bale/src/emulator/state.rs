//! Who and what the emulated server knows: users, chats, their messages, pressed buttons.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{refusal::Refusal, time::Time};

/// A person or the bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) id: i64,
    pub(crate) is_bot: bool,
    pub(crate) first_name: String,
    pub(crate) username: Option<String>,
}

/// What kind of chat it is. Bale has these three and no supergroup.
///
/// Source: docs.bale.ai#chat (official).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChatType {
    /// One user and the bot; the chat has the user's id.
    Private,
    /// Several users; the id is positive, and often above 2^32.
    Group,
    /// One voice, many readers; messages have no `from`.
    Channel,
}

impl ChatType {
    /// As the wire writes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Group => "group",
            Self::Channel => "channel",
        }
    }
}

/// How a call names a chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ChatRef {
    Id(i64),
    Username(String),
}

/// A message as the server stores it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StoredMessage {
    pub(crate) message_id: i64,
    pub(crate) sent: Time,
    pub(crate) edited: Option<Time>,
    /// Id of a known user, or of the bot.
    pub(crate) author: i64,
    pub(crate) text: String,
    pub(crate) reply_to: Option<i64>,
    pub(crate) reply_markup: Option<Value>,
}

/// What a new message starts from.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) author: i64,
    pub(crate) text: String,
    pub(crate) reply_to: Option<i64>,
    pub(crate) reply_markup: Option<Value>,
}

/// A chat and its messages.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Chat {
    pub(crate) id: i64,
    pub(crate) kind: ChatType,
    pub(crate) title: Option<String>,
    pub(crate) username: Option<String>,
    pub(crate) messages: BTreeMap<i64, StoredMessage>,
    last_message_id: i64,
}

impl Chat {
    /// The private chat a user has or would have.
    pub(crate) fn private(user_id: i64) -> Self {
        Self::new(user_id, ChatType::Private)
    }

    fn new(id: i64, kind: ChatType) -> Self {
        let title = (kind != ChatType::Private).then(|| format!("Chat {id}"));
        let messages = BTreeMap::new();
        Self { id, kind, title, username: None, messages, last_message_id: 0 }
    }

    /// Stores a message under the next id of this chat, counted from 1.
    pub(crate) fn post(&mut self, now: Time, draft: Draft) -> i64 {
        self.last_message_id += 1;
        let message_id = self.last_message_id;
        let Draft { author, text, reply_to, reply_markup } = draft;
        let message = StoredMessage {
            message_id,
            sent: now,
            edited: None,
            author,
            text,
            reply_to,
            reply_markup,
        };
        self.messages.insert(message_id, message);
        message_id
    }
}

/// A pressed button and what the bot answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PressedButton {
    pub(crate) id: String,
    pub(crate) answer: Option<ButtonAnswer>,
}

/// What `answerCallbackQuery` showed to the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ButtonAnswer {
    pub(crate) text: Option<String>,
    pub(crate) show_alert: bool,
}

/// Everything the server knows about people and chats.
#[derive(Debug)]
pub(crate) struct World {
    users: BTreeMap<i64, User>,
    chats: BTreeMap<i64, Chat>,
    buttons: Vec<PressedButton>,
}

impl World {
    /// A world with nobody in it but the bot.
    pub(crate) fn new(bot: User) -> Self {
        Self { users: BTreeMap::from([(bot.id, bot)]), chats: BTreeMap::new(), buttons: Vec::new() }
    }

    /// The user, if anybody met them.
    pub(crate) fn user(&self, user_id: i64) -> Option<&User> {
        self.users.get(&user_id)
    }

    /// The user, created on the way.
    pub(crate) fn meet(&mut self, user_id: i64) -> &mut User {
        self.users.entry(user_id).or_insert_with(|| User {
            id: user_id,
            is_bot: false,
            first_name: format!("User {user_id}"),
            username: None,
        })
    }

    /// The chat, created on the way as this kind. A private chat brings its user.
    pub(crate) fn open(&mut self, chat_id: i64, kind: ChatType) -> &mut Chat {
        if kind == ChatType::Private {
            self.meet(chat_id);
        }
        self.chats.entry(chat_id).or_insert_with(|| Chat::new(chat_id, kind))
    }

    /// The chat with this id.
    pub(crate) fn chat_by_id(&self, chat_id: i64) -> Option<&Chat> {
        self.chats.get(&chat_id)
    }

    /// The chat a call names.
    pub(crate) fn chat(&self, name: &ChatRef) -> Result<&Chat, Refusal> {
        self.find(name).and_then(|id| self.chats.get(&id)).ok_or_else(Refusal::unknown_chat)
    }

    /// The chat a call names, to change it.
    pub(crate) fn chat_mut(&mut self, name: &ChatRef) -> Result<&mut Chat, Refusal> {
        self.find(name).and_then(|id| self.chats.get_mut(&id)).ok_or_else(Refusal::unknown_chat)
    }

    fn find(&self, name: &ChatRef) -> Option<i64> {
        match name {
            ChatRef::Id(id) => Some(*id),
            ChatRef::Username(name) => self
                .chats
                .values()
                .find(|chat| {
                    self.username_of(chat).is_some_and(|known| known.eq_ignore_ascii_case(name))
                })
                .map(|chat| chat.id),
        }
    }

    /// The chat's `@name`; a private chat has its user's.
    pub(crate) fn username_of<'w>(&'w self, chat: &'w Chat) -> Option<&'w str> {
        match chat.kind {
            ChatType::Private => self.user(chat.id).and_then(|user| user.username.as_deref()),
            ChatType::Group | ChatType::Channel => chat.username.as_deref(),
        }
    }

    /// Remembers a pressed button. Ids are opaque strings; only those of old clients start with `1`.
    ///
    /// Source: docs.bale.ai#answerCallbackQuery, official.
    pub(crate) fn press(&mut self, old_client: bool) -> String {
        let generation = if old_client { '1' } else { '2' };
        let id = format!("{generation}{:09}", self.buttons.len());
        self.buttons.push(PressedButton { id: id.clone(), answer: None });
        id
    }

    /// The pressed button with this id.
    pub(crate) fn button_mut(&mut self, id: &str) -> Option<&mut PressedButton> {
        let place: usize = id.get(1..)?.parse().ok()?;
        self.buttons.get_mut(place).filter(|button| button.id == id)
    }
}
