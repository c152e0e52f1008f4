//! What people do: they write, edit and press buttons, and the bot gets updates.

use std::{error::Error as StdError, fmt};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub(crate) use self::{
    act::{Act, Deed, Deeds, NewUser},
    content::{NewContact, NewLocation, NewWebAppData, ReplyPress},
    fault::NewFault,
    member::{Blocking, Coming, Going},
    payment::{Paying, Refusing},
};
pub use self::{
    album::{NewAlbum, SentAlbum},
    content::NewMedia,
    member::{MemberStatus, NewMember},
    payment::SentPayment,
};
use super::{
    core::Core,
    state::{Chat, ChatRef, ChatType, Content, Draft, Right, Standing, StoredMessage},
    time::Time,
    wire,
};

mod act;
mod album;
mod content;
mod fault;
mod member;
mod payment;

/// A message from a user. Users and chats that nobody knows are created on the way: a chat whose id is its
/// user's is private, any other is a group unless [`chat_type`](Self::chat_type) says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with chat_id, user_id and text")]
#[non_exhaustive]
pub struct NewMessage {
    /// Where it is written.
    pub chat_id: i64,
    /// Who writes it.
    pub user_id: i64,
    /// What it says.
    pub text: String,
    /// The user's name; `User <id>` when nobody ever said.
    pub first_name: Option<String>,
    /// The user's name without `@`.
    pub username: Option<String>,
    /// The kind of a new chat.
    pub chat_type: Option<ChatType>,
    /// The chat's title; `Chat <id>` when nobody ever said.
    pub title: Option<String>,
    /// Id of a message of the same chat.
    pub reply_to_message_id: Option<i64>,
}

impl NewMessage {
    /// `user_id` writes `text` in `chat_id`.
    pub fn new(chat_id: i64, user_id: i64, text: impl Into<String>) -> Self {
        Self {
            chat_id,
            user_id,
            text: text.into(),
            first_name: None,
            username: None,
            chat_type: None,
            title: None,
            reply_to_message_id: None,
        }
    }

    /// Names the user.
    #[must_use]
    pub fn first_name(mut self, first_name: impl Into<String>) -> Self {
        self.first_name = Some(first_name.into());
        self
    }

    /// Gives the user a name without `@`.
    #[must_use]
    pub fn username(mut self, username: impl Into<String>) -> Self {
        self.username = Some(username.into());
        self
    }

    /// Says what kind a new chat is.
    #[must_use]
    pub fn chat_type(mut self, chat_type: ChatType) -> Self {
        self.chat_type = Some(chat_type);
        self
    }

    /// Gives the chat a title.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Answers a message of the same chat.
    #[must_use]
    pub fn reply_to(mut self, message_id: i64) -> Self {
        self.reply_to_message_id = Some(message_id);
        self
    }
}

/// A user's new text for their message, or the new caption of their file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with chat_id, user_id, message_id and text")]
pub(crate) struct Edit {
    pub(crate) chat_id: i64,
    pub(crate) user_id: i64,
    pub(crate) message_id: i64,
    pub(crate) text: String,
}

/// A pressed inline button.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with chat_id, user_id, message_id and data")]
pub(crate) struct Press {
    pub(crate) chat_id: i64,
    pub(crate) user_id: i64,
    pub(crate) message_id: i64,
    pub(crate) data: String,
    /// Whether the client is too old to show an answer; the query's id then starts with `1`.
    #[serde(default)]
    pub(crate) old_client: bool,
}

/// A chat the bot knows before anybody writes in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with chat_id and chat_type")]
pub(crate) struct NewChat {
    pub(crate) chat_id: i64,
    pub(crate) chat_type: ChatType,
    pub(crate) title: Option<String>,
    pub(crate) username: Option<String>,
}

/// The update that a message or an edit became.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SentUpdate {
    /// Id of the update.
    pub update_id: i64,
    /// Id of the message in its chat.
    pub message_id: i64,
}

/// The update that a pressed button became.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SentCallback {
    /// Id of the update.
    pub update_id: i64,
    /// What the bot has to name in `answerCallbackQuery`.
    pub callback_query_id: String,
}

/// What a user sends, and where.
#[derive(Debug)]
pub(crate) struct Saying {
    pub(crate) chat_id: i64,
    pub(crate) user_id: i64,
    /// The kind of a new chat.
    pub(crate) chat_type: Option<ChatType>,
    pub(crate) reply_to: Option<i64>,
    pub(crate) album: Option<String>,
    pub(crate) content: Content,
}

impl Saying {
    /// `user_id` sends this to `chat_id`.
    pub(crate) fn new(chat_id: i64, user_id: i64, content: Content) -> Self {
        Self { chat_id, user_id, chat_type: None, reply_to: None, album: None, content }
    }
}

/// What somebody becomes who writes without having come in: in a channel, only administrators write.
fn newcomer(kind: ChatType) -> Standing {
    match kind {
        ChatType::Private | ChatType::Group => Standing::Member,
        ChatType::Channel => Standing::Administrator([Right::CanPostMessages].into()),
    }
}

/// Something that cannot happen in the emulated world, as an edit of a message that does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlError(String);

impl ControlError {
    pub(crate) fn new(description: impl fmt::Display) -> Self {
        Self(description.to_string())
    }
}

impl fmt::Display for ControlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for ControlError {}

impl Core {
    /// A user writes.
    pub(crate) fn write(&mut self, now: Time, new: NewMessage) -> Result<SentUpdate, ControlError> {
        let content = Content::Text(new.text);
        let saying = Saying {
            chat_id: new.chat_id,
            user_id: new.user_id,
            chat_type: new.chat_type,
            reply_to: new.reply_to_message_id,
            album: None,
            content,
        };
        let kind = self.admit(&saying)?;
        let user = self.world.meet(new.user_id);
        if let Some(first_name) = new.first_name {
            user.first_name = first_name;
        }
        user.username = new.username.or_else(|| user.username.take());
        let chat = self.world.open(new.chat_id, kind);
        chat.title = new.title.or_else(|| chat.title.take());
        self.say(now, saying)
    }

    /// A user sends something; both sides are made known on the way.
    pub(crate) fn say(&mut self, now: Time, saying: Saying) -> Result<SentUpdate, ControlError> {
        let kind = self.admit(&saying)?;
        let Saying { chat_id, user_id, content, reply_to, album, .. } = saying;
        self.world.meet(user_id);
        let chat = self.world.open(chat_id, kind);
        // Whoever writes to a bot has unblocked it.
        chat.is_blocked = false;
        chat.members.entry(user_id).or_insert_with(|| newcomer(kind));
        let message_id = chat.post(now, Draft { reply_to, album, ..Draft::new(user_id, content) });
        Ok(self.push_message(now, "message", chat_id, message_id))
    }

    /// The kind of the chat, if the user can write there and the bot can hear it.
    pub(crate) fn admit(&self, saying: &Saying) -> Result<ChatType, ControlError> {
        let Saying { chat_id, user_id, .. } = *saying;
        let kind = self.kind_for(chat_id, user_id, saying.chat_type)?;
        let known = self.world.chat_by_id(chat_id);
        if let Some(reply_to) = saying.reply_to {
            known.filter(|chat| chat.messages.contains_key(&reply_to)).ok_or_else(|| {
                ControlError::new(format_args!(
                    "reply_to_message_id: expected a message of chat {chat_id}, found {reply_to}"
                ))
            })?;
        }
        let Some(chat) = known else { return Ok(kind) };
        if !chat.has(self.bot().id) {
            return Err(ControlError::new(format_args!(
                "chat_id: the bot is not in chat {chat_id} and would not hear of it"
            )));
        }
        let is_new = !chat.members.contains_key(&user_id);
        if !is_new && !chat.may_post(user_id, saying.content.right()) {
            return Err(ControlError::new(format_args!(
                "user_id: user {user_id} may not send that in chat {chat_id}"
            )));
        }
        Ok(kind)
    }

    fn kind_for(
        &self,
        chat_id: i64,
        user_id: i64,
        asked: Option<ChatType>,
    ) -> Result<ChatType, ControlError> {
        let known = self.world.chat_by_id(chat_id).map(|chat| chat.kind);
        let usual = if chat_id == user_id { ChatType::Private } else { ChatType::Group };
        let kind = asked.or(known).unwrap_or(usual);
        if let Some(known) = known.filter(|known| *known != kind) {
            return Err(ControlError::new(format_args!(
                "chat_type: chat {chat_id} is a {} chat, found {}",
                known.name(),
                kind.name()
            )));
        }
        if asked == Some(ChatType::Private) && chat_id != user_id {
            return Err(ControlError::new(format_args!(
                "chat_id: a private chat has the id of its user, expected {user_id}, found {chat_id}"
            )));
        }
        Ok(kind)
    }

    /// A user changes their message.
    pub(crate) fn edit(&mut self, now: Time, edit: Edit) -> Result<SentUpdate, ControlError> {
        let Edit { chat_id, user_id, message_id, text } = edit;
        let message = self.message_of(chat_id, message_id)?;
        let author = message.author;
        let mut content = message.content.clone();
        match &mut content {
            Content::Text(old) => *old = text,
            other => match other.caption_mut() {
                Some(caption) => *caption = Some(text).filter(|text| !text.is_empty()),
                None => {
                    return Err(ControlError::new(format_args!(
                        "message_id: message {message_id} has neither a text nor a caption"
                    )));
                }
            },
        }
        if author != user_id {
            return Err(ControlError::new(format_args!(
                "user_id: message {message_id} was written by {author}, found {user_id}"
            )));
        }
        let chat = self.world.chat_mut(&ChatRef::Id(chat_id));
        if let Some(message) = chat.ok().and_then(|chat| chat.messages.get_mut(&message_id)) {
            message.content = content;
            message.edited = Some(now);
        }
        Ok(self.push_message(now, "edited_message", chat_id, message_id))
    }

    /// A user presses an inline button. That the message really has such a button is not checked: a bad
    /// client may invent the data.
    pub(crate) fn press(&mut self, now: Time, press: Press) -> Result<SentCallback, ControlError> {
        let Press { chat_id, user_id, message_id, data, old_client } = press;
        self.message_of(chat_id, message_id)?;
        let from = wire::user(self.world.meet(user_id));
        let callback_query_id = self.world.press(old_client);
        let message = self.message_json(chat_id, message_id);
        let mut query =
            json!({"id": callback_query_id, "from": from, "message": message, "data": data});
        if self.world.quirks.undocumented_fields {
            query["chat_instance"] = chat_id.to_string().into();
        }
        let update_id = self
            .queue
            .push(now, |update_id| json!({"update_id": update_id, "callback_query": query}));
        Ok(SentCallback { update_id, callback_query_id })
    }

    /// The bot gets to know a chat.
    pub(crate) fn add_chat(&mut self, new: NewChat) -> Result<(), ControlError> {
        let kind = self.kind_for(new.chat_id, new.chat_id, Some(new.chat_type))?;
        let chat = self.world.open(new.chat_id, kind);
        chat.title = new.title.or_else(|| chat.title.take());
        match kind {
            ChatType::Private => {
                let user = self.world.meet(new.chat_id);
                user.username = new.username.or_else(|| user.username.take());
            }
            ChatType::Group | ChatType::Channel => {
                chat.username = new.username.or_else(|| chat.username.take());
            }
        }
        Ok(())
    }

    /// The messages of a chat, oldest first; none of an unknown chat.
    pub(crate) fn messages(&self, chat_id: i64) -> Vec<Value> {
        self.messages_where(chat_id, |_, _| true)
    }

    /// What the bot wrote in a chat after this message.
    pub(crate) fn replies_after(&self, chat_id: i64, message_id: i64) -> Vec<Value> {
        self.messages_where(chat_id, |id, author| id > message_id && author == self.bot().id)
    }

    fn messages_where(&self, chat_id: i64, wanted: impl Fn(i64, i64) -> bool) -> Vec<Value> {
        let Some(chat) = self.world.chat_by_id(chat_id) else { return Vec::new() };
        chat.messages
            .values()
            .filter(|message| wanted(message.message_id, message.author))
            .map(|message| wire::message_with_keyboard(&self.world, chat, message))
            .collect()
    }

    /// A chat as `getChat` shows it, with `members` (as `getChatMember` shows them) and `pinned` (ids of
    /// messages) besides.
    pub(crate) fn chat_json(&self, chat_id: i64) -> Option<Value> {
        let chat = self.world.chat_by_id(chat_id)?;
        let mut object = wire::chat_full(&self.world, chat);
        let members = chat.members.iter().filter_map(|(user_id, standing)| {
            self.world.user(*user_id).map(|user| wire::member(user, Some(standing)))
        });
        object["members"] = members.collect();
        object["pinned"] = chat.pinned.clone().into();
        Some(object)
    }

    fn message_of(&self, chat_id: i64, message_id: i64) -> Result<&StoredMessage, ControlError> {
        let chat = self.world.chat_by_id(chat_id).ok_or_else(|| {
            ControlError::new(format_args!("chat_id: expected a known chat, found {chat_id}"))
        })?;
        chat.messages.get(&message_id).ok_or_else(|| {
            ControlError::new(format_args!(
                "message_id: expected a message of chat {chat_id}, found {message_id}"
            ))
        })
    }

    fn message_json(&self, chat_id: i64, message_id: i64) -> Value {
        let found = |chat: &Chat| {
            chat.messages.get(&message_id).map(|message| wire::message(&self.world, chat, message))
        };
        self.world.chat_by_id(chat_id).and_then(found).into()
    }

    /// Tells the bot of a message.
    pub(crate) fn push_message(
        &mut self,
        now: Time,
        kind: &str,
        chat_id: i64,
        message_id: i64,
    ) -> SentUpdate {
        let is_post =
            self.world.chat_by_id(chat_id).is_some_and(|chat| chat.kind == ChatType::Channel);
        let kind = match kind {
            "message" if is_post && self.world.quirks.channel_post_updates => "channel_post",
            "edited_message" if is_post && self.world.quirks.channel_post_updates => {
                "edited_channel_post"
            }
            kind => kind,
        };
        let message = self.message_json(chat_id, message_id);
        let update_id =
            self.queue.push(now, |update_id| json!({"update_id": update_id, kind: message}));
        SentUpdate { update_id, message_id }
    }
}
