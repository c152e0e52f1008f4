//! People, and what they do.

use std::{future::Future, panic::Location};

use bytes::Bytes;
use serde_json::Value;

use super::{
    TestBot,
    journal::buttons,
    read::{keyboard, message},
};
use crate::{
    emulator::{
        ControlError, Emulator, MediaKind, MemberStatus, NewMedia, NewMember, NewMessage,
        SentUpdate,
    },
    types::Message,
};

/// A group of a [`TestBot`].
#[derive(Debug, Clone)]
pub struct Group {
    id: i64,
}

impl Group {
    pub(super) fn create(emulator: &Emulator, id: i64, title: &str, members: &[i64]) -> Self {
        let create = || {
            emulator.add_group(id, title)?;
            members.iter().try_for_each(|member| {
                emulator.set_member(&NewMember::new(id, *member, MemberStatus::Member))
            })
        };
        create().expect("the id is new");
        Self { id }
    }

    /// Its id.
    pub fn id(&self) -> i64 {
        self.id
    }
}

/// A person in one chat: the private one, or a group by [`in_chat`](Self::in_chat). What they do is over when the
/// bot has handled it as far as it can without time passing.
#[derive(Debug, Clone)]
pub struct Person {
    pub(super) bot: TestBot,
    id: i64,
    pub(super) chat_id: i64,
}

impl Person {
    pub(super) fn new(bot: TestBot, id: i64) -> Self {
        Self { bot, id, chat_id: id }
    }

    /// Their id, which is that of their private chat as well.
    pub fn id(&self) -> i64 {
        self.id
    }

    /// The same person in a group.
    #[must_use]
    pub fn in_chat(&self, group: &Group) -> Self {
        Self { chat_id: group.id, ..self.clone() }
    }

    /// `سارا`, or `سارا in خانواده`.
    pub(super) fn who(&self) -> String {
        let entries = self.bot.played.journal.entries();
        let name = entries.name(self.id);
        if self.chat_id == self.id {
            name
        } else {
            format!("{name} in {}", entries.name(self.chat_id))
        }
    }

    async fn does<T>(
        &self,
        at: &'static Location<'static>,
        what: &str,
        act: impl FnOnce(&Emulator) -> Result<T, ControlError>,
    ) -> T {
        self.bot.act_at(at, format!("{}{what}", self.who()), act).await
    }

    /// Writes a text.
    #[track_caller]
    pub fn send(&self, text: impl Into<String>) -> impl Future<Output = SentUpdate> {
        let (at, text) = (Location::caller(), text.into());
        async move {
            let message = NewMessage::new(self.chat_id, self.id, &text);
            self.does(at, &format!(": {text}"), |emulator| emulator.push_message(message)).await
        }
    }

    /// Writes a text as a reply to a message.
    #[track_caller]
    pub fn reply(&self, to: &Message, text: impl Into<String>) -> impl Future<Output = SentUpdate> {
        let (at, text, to) = (Location::caller(), text.into(), to.message_id);
        async move {
            let message = NewMessage::new(self.chat_id, self.id, &text).reply_to(to);
            let what = format!(" replies: {text}");
            self.does(at, &what, |emulator| emulator.push_message(message)).await
        }
    }

    /// Writes a text as a reply to the message of this chat with this id.
    #[track_caller]
    pub fn reply_to(
        &self,
        message_id: i64,
        text: impl Into<String>,
    ) -> impl Future<Output = SentUpdate> {
        let (at, text) = (Location::caller(), text.into());
        async move {
            let message = NewMessage::new(self.chat_id, self.id, &text).reply_to(message_id);
            let what = format!(" replies: {text}");
            self.does(at, &what, |emulator| emulator.push_message(message)).await
        }
    }

    /// Changes the text of a message of theirs.
    #[track_caller]
    pub fn edit(
        &self,
        sent: SentUpdate,
        text: impl Into<String>,
    ) -> impl Future<Output = SentUpdate> {
        let (at, text) = (Location::caller(), text.into());
        async move {
            let what = format!(" edits: {text}");
            let edit = |emulator: &Emulator| {
                emulator.edited_message(self.chat_id, self.id, sent.message_id, text)
            };
            self.does(at, &what, edit).await
        }
    }

    /// Sends a photo.
    #[track_caller]
    pub fn send_photo(&self, bytes: impl Into<Bytes>) -> impl Future<Output = SentUpdate> {
        self.send_media(MediaKind::Photo, bytes, |photo| photo)
    }

    /// Sends a file with a name.
    #[track_caller]
    pub fn send_document(
        &self,
        file_name: impl Into<String>,
        bytes: impl Into<Bytes>,
    ) -> impl Future<Output = SentUpdate> {
        let file_name = file_name.into();
        self.send_media(MediaKind::Document, bytes, |file| file.file_name(file_name))
    }

    /// Sends a file of any kind; the last argument adds a caption and the like.
    #[track_caller]
    pub fn send_media(
        &self,
        kind: MediaKind,
        bytes: impl Into<Bytes>,
        more: impl FnOnce(NewMedia) -> NewMedia,
    ) -> impl Future<Output = SentUpdate> {
        let at = Location::caller();
        let media = more(NewMedia::new(self.chat_id, self.id, kind, bytes));
        async move {
            let caption = media.caption.iter().map(|text| format!(": {text}"));
            let what = format!(" sends <{}>{}", kind.name(), caption.collect::<String>());
            self.does(at, &what, |emulator| emulator.push_media(media)).await
        }
    }

    /// Shares their own phone number.
    #[track_caller]
    pub fn send_contact(&self, phone: impl Into<String>) -> impl Future<Output = SentUpdate> {
        let (at, phone) = (Location::caller(), phone.into());
        async move {
            let what = format!(" shares their number: {phone}");
            self.does(at, &what, |emulator| emulator.contact(self.chat_id, self.id, phone)).await
        }
    }

    /// Shares a place, in degrees.
    #[track_caller]
    pub fn send_location(&self, latitude: f64, longitude: f64) -> impl Future<Output = SentUpdate> {
        let at = Location::caller();
        async move {
            let what = format!(" shares a place: {latitude}, {longitude}");
            let share =
                |emulator: &Emulator| emulator.location(self.chat_id, self.id, latitude, longitude);
            self.does(at, &what, share).await
        }
    }

    /// Sends data of a mini app that a reply keyboard opened.
    #[track_caller]
    pub fn send_web_app_data(&self, data: impl Into<String>) -> impl Future<Output = SentUpdate> {
        let (at, data) = (Location::caller(), data.into());
        async move {
            let what = format!(" sends data of a mini app: {data}");
            self.does(at, &what, |emulator| emulator.web_app_data(self.chat_id, self.id, data))
                .await
        }
    }

    /// Presses an inline button of the bot's last message that has any, by its text or its data.
    #[track_caller]
    pub fn press(&self, button: impl Into<String>) -> impl Future<Output = ()> {
        let (at, button) = (Location::caller(), button.into());
        async move {
            self.bot.begin(at).await;
            let pressed = self.find_button(&button);
            let (message_id, data) = match pressed {
                Ok(pressed) => pressed,
                Err(problem) => self.bot.fail(at, &format!("{} {problem}", self.who())),
            };
            self.presses(at, &button, message_id, data).await;
        }
    }

    /// Presses a button with this data on the message of this chat with this id, whatever came after it and
    /// whether it still has such a button.
    #[track_caller]
    pub fn press_on(&self, message_id: i64, data: impl Into<String>) -> impl Future<Output = ()> {
        let (at, data) = (Location::caller(), data.into());
        async move { self.presses(at, &data.clone(), message_id, data).await }
    }

    async fn presses(
        &self,
        at: &'static Location<'static>,
        button: &str,
        message_id: i64,
        data: String,
    ) {
        self.does(at, &format!(" presses [{button}]"), |emulator| {
            let sent = emulator.callback(self.chat_id, self.id, message_id, data)?;
            let mut entries = self.bot.played.journal.entries();
            entries.presses.insert(sent.callback_query_id, (self.id, self.chat_id));
            Ok(())
        })
        .await;
    }

    /// The message with this inline button, and the button's data.
    fn find_button(&self, name: &str) -> Result<(i64, String), String> {
        let is_inline = |message: &Value| message["reply_markup"].get("inline_keyboard").is_some();
        let message = self.last_of_bot(is_inline).ok_or_else(|| {
            format!("expected to press [{name}], found no message of the bot with inline buttons")
        })?;
        let rows = message["reply_markup"]["inline_keyboard"].as_array().into_iter().flatten();
        let all: Vec<&Value> = rows.filter_map(Value::as_array).flatten().collect();
        let by = |field: &str| all.iter().find(|button| button[field] == name);
        let button = by("text").or_else(|| by("callback_data")).ok_or_else(|| {
            let found = buttons(&keyboard(&message["reply_markup"]));
            format!("expected to press [{name}], found {}", found.trim_start())
        })?;
        let data = button["callback_data"].as_str().ok_or_else(|| {
            format!("expected [{name}] to be a button that the bot hears of, found {button}")
        })?;
        Ok((message["message_id"].as_i64().unwrap_or_default(), data.to_owned()))
    }

    /// Taps a button of the reply keyboard that is open, which writes its text.
    #[track_caller]
    pub fn tap(&self, button: impl Into<String>) -> impl Future<Output = SentUpdate> {
        let (at, button) = (Location::caller(), button.into());
        async move {
            let what = format!(" taps [{button}]");
            self.does(at, &what, |emulator| emulator.reply_button(self.chat_id, self.id, button))
                .await
        }
    }

    /// Comes into the group.
    #[track_caller]
    pub fn join(&self) -> impl Future<Output = ()> {
        let at = Location::caller();
        async move {
            self.does(at, " joins", |emulator| emulator.join(self.chat_id, self.id)).await;
        }
    }

    /// Adds somebody to the group.
    #[track_caller]
    pub fn add(&self, person: &Person) -> impl Future<Output = ()> {
        let at = Location::caller();
        let added = person.id;
        async move {
            let name = self.bot.entries(|entries| entries.name(added));
            let add = |emulator: &Emulator| emulator.add_member(self.chat_id, added, self.id);
            self.does(at, &format!(" adds {name}"), add).await;
        }
    }

    /// Leaves the group.
    #[track_caller]
    pub fn leave(&self) -> impl Future<Output = ()> {
        let at = Location::caller();
        async move {
            self.does(at, " leaves", |emulator| emulator.leave(self.chat_id, self.id)).await;
        }
    }

    /// Pays the bot's last invoice in the chat: the bot is asked, and if it agrees gets the receipt.
    #[track_caller]
    pub fn pay(&self) -> impl Future<Output = ()> {
        let at = Location::caller();
        async move {
            self.bot.begin(at).await;
            let invoice = self.last_of_bot(|message| message.get("invoice").is_some());
            let Some(id) = invoice.and_then(|message| message["message_id"].as_i64()) else {
                let who = self.who();
                self.bot.fail(at, &format!("{who} expected an invoice to pay, found none"))
            };
            self.does(at, " pays", |emulator| emulator.pay(self.chat_id, self.id, id)).await;
        }
    }

    /// The bot's last message in the chat, as it is now.
    pub fn last_message(&self) -> Option<Message> {
        self.last_of_bot(|_| true).as_ref().and_then(message)
    }

    /// The bot's last message of some sort, as the server has it now.
    pub(super) fn last_of_bot(&self, wanted: impl Fn(&Value) -> bool) -> Option<Value> {
        let (bot_id, _) = self.bot.emulator().account();
        let messages = self.bot.emulator().messages(self.chat_id);
        messages.into_iter().rev().find(|it| it["from"]["id"] == bot_id && wanted(it))
    }
}
