//! Who and what the emulated server knows: users, chats, their messages, files, pressed buttons.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub(crate) use self::{
    chat::{Chat, InviteLink},
    file::{FileKey, Files, NewFile},
    member::Standing,
    message::{
        ContactCard, Content, Draft, Forward, Invoice, Media, Place, Receipt, StoredMessage,
    },
    messages::Messages,
    payment::{Payment, PaymentState, Payments},
    sticker::{StickerFormat, StickerSet},
};
pub use self::{member::Right, message::MediaKind};
use super::{quirks::Quirks, refusal::Refusal};

mod chat;
mod file;
mod member;
mod message;
mod messages;
mod payment;
mod sticker;

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
    pub(crate) quirks: Quirks,
    bot_id: i64,
    users: BTreeMap<i64, User>,
    chats: BTreeMap<i64, Chat>,
    buttons: Vec<PressedButton>,
    pub(crate) files: Files,
    pub(crate) sticker_sets: BTreeMap<String, StickerSet>,
    pub(crate) payments: Payments,
    albums: u64,
    invite_links: u64,
}

impl World {
    /// A world with nobody in it but the bot.
    pub(crate) fn new(bot: User, quirks: Quirks) -> Self {
        Self {
            quirks,
            bot_id: bot.id,
            files: Files::of_bot(bot.id),
            users: BTreeMap::from([(bot.id, bot)]),
            chats: BTreeMap::new(),
            buttons: Vec::new(),
            sticker_sets: BTreeMap::new(),
            payments: Payments::default(),
            albums: 0,
            invite_links: 0,
        }
    }

    /// The user, if anybody met them.
    pub(crate) fn user(&self, user_id: i64) -> Option<&User> {
        self.users.get(&user_id)
    }

    /// The user a call names.
    pub(crate) fn known_user(&self, user_id: i64) -> Result<&User, Refusal> {
        self.user(user_id).ok_or_else(Refusal::unknown_chat)
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

    /// The chat, created on the way as this kind. A private chat brings its user; in a group or channel the
    /// bot is an administrator with every right.
    pub(crate) fn open(&mut self, chat_id: i64, kind: ChatType) -> &mut Chat {
        if kind == ChatType::Private {
            self.meet(chat_id);
        }
        let bot_id = self.bot_id;
        self.chats.entry(chat_id).or_insert_with(|| Chat::new(chat_id, kind, bot_id))
    }

    /// Everybody anybody met, the bot as well.
    pub(crate) fn users(&self) -> impl Iterator<Item = &User> {
        self.users.values()
    }

    /// All chats.
    pub(crate) fn chats(&self) -> impl Iterator<Item = &Chat> {
        self.chats.values()
    }

    /// The chat with this id.
    pub(crate) fn chat_by_id(&self, chat_id: i64) -> Option<&Chat> {
        self.chats.get(&chat_id)
    }

    /// The chat with this id, to change it.
    pub(crate) fn chat_by_id_mut(&mut self, chat_id: i64) -> Option<&mut Chat> {
        self.chats.get_mut(&chat_id)
    }

    /// The chat a call names.
    pub(crate) fn chat(&self, name: &ChatRef) -> Result<&Chat, Refusal> {
        self.find(name).and_then(|id| self.chats.get(&id)).ok_or_else(Refusal::unknown_chat)
    }

    /// The chat a call names, to change it.
    pub(crate) fn chat_mut(&mut self, name: &ChatRef) -> Result<&mut Chat, Refusal> {
        self.find(name).and_then(|id| self.chats.get_mut(&id)).ok_or_else(Refusal::unknown_chat)
    }

    /// The chat a call names, if the bot is in it. Confidence of the refusal: inferred.
    pub(crate) fn joined(&self, name: &ChatRef) -> Result<&Chat, Refusal> {
        let chat = self.chat(name)?;
        if chat.is_blocked {
            return Err(Refusal::blocked());
        }
        if chat.has(self.bot_id) { Ok(chat) } else { Err(Refusal::permission_denied()) }
    }

    /// The group or channel a call names, to change it, if the bot has this right there.
    pub(crate) fn administered(
        &mut self,
        name: &ChatRef,
        right: Right,
    ) -> Result<&mut Chat, Refusal> {
        let bot_id = self.bot_id;
        let chat = self.chat_mut(name)?;
        if chat.kind == ChatType::Private {
            return Err(Refusal::not_for_private_chats());
        }
        if chat.may(bot_id, right) { Ok(chat) } else { Err(Refusal::permission_denied()) }
    }

    fn find(&self, name: &ChatRef) -> Option<i64> {
        match name {
            ChatRef::Id(id) => Some(*id),
            ChatRef::Username(name) => self
                .chats
                .values()
                .filter(|chat| {
                    !self.quirks.usernames_of_channels_only || chat.kind == ChatType::Channel
                })
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

    /// The id of a new album.
    pub(crate) fn new_album(&mut self) -> String {
        self.albums += 1;
        format!("{}", 1000 + self.albums)
    }

    /// The chat to which this invite link leads.
    pub(crate) fn chat_of_invite_link(&self, link: &str) -> Option<i64> {
        let mut chats = self.chats.values();
        let leads = |chat: &&Chat| chat.invite_links.iter().any(|known| known.link == link);
        chats.find(leads).map(|chat| chat.id)
    }

    /// An invite link nobody has yet. Source: types (no scheme), confidence library.
    pub(crate) fn new_invite_link(&mut self) -> String {
        self.invite_links += 1;
        format!("ble.ir/join/EMU{:07}", self.invite_links)
    }
}
