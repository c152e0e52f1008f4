//! What tests make people do. The control API over HTTP has the same shape.

use super::{
    Emulator,
    control::{
        Blocking, Coming, ControlError, Edit, Going, NewAlbum, NewChat, NewContact, NewLocation,
        NewMedia, NewMember, NewMessage, NewUser, NewWebAppData, Paying, Press, Refusing,
        ReplyPress, SentAlbum, SentCallback, SentPayment, SentUpdate,
    },
    state::ChatType,
};

impl Emulator {
    /// `user_id` writes `text` in `chat_id`; user and chat are created on the way. The chat is private when
    /// the two ids are equal, else a group.
    pub fn message(&self, chat_id: i64, user_id: i64, text: impl Into<String>) -> SentUpdate {
        self.push_message(NewMessage::new(chat_id, user_id, text))
            .expect("only a reply or a chat type can be wrong, and this has neither")
    }

    /// A user writes a message that says more than [`Emulator::message`] can.
    ///
    /// # Errors
    ///
    /// When the message replied to does not exist, or the chat is of another type.
    pub fn push_message(&self, message: NewMessage) -> Result<SentUpdate, ControlError> {
        self.change(|core, now| core.act(now, message))
    }

    /// A user changes the text of a message, or the caption of a file.
    ///
    /// # Errors
    ///
    /// When there is no such message, or somebody else wrote it.
    pub fn edited_message(
        &self,
        chat_id: i64,
        user_id: i64,
        message_id: i64,
        text: impl Into<String>,
    ) -> Result<SentUpdate, ControlError> {
        let edit = Edit { chat_id, user_id, message_id, text: text.into() };
        self.change(|core, now| core.act(now, edit))
    }

    /// A user presses an inline button of a message. The message need not have that button.
    ///
    /// # Errors
    ///
    /// When there is no such message.
    pub fn callback(
        &self,
        chat_id: i64,
        user_id: i64,
        message_id: i64,
        data: impl Into<String>,
    ) -> Result<SentCallback, ControlError> {
        let press = Press { chat_id, user_id, message_id, data: data.into(), old_client: false };
        self.change(|core, now| core.act(now, press))
    }

    /// [`Emulator::callback`] from a client too old to show an answer: the query's id starts with `1`.
    ///
    /// Source: docs.bale.ai#answerCallbackQuery (official).
    ///
    /// # Errors
    ///
    /// When there is no such message.
    pub fn callback_from_old_client(
        &self,
        chat_id: i64,
        user_id: i64,
        message_id: i64,
        data: impl Into<String>,
    ) -> Result<SentCallback, ControlError> {
        let press = Press { chat_id, user_id, message_id, data: data.into(), old_client: true };
        self.change(|core, now| core.act(now, press))
    }

    /// Makes the bot know a chat nobody has written in, so that it can write first. Without this, and
    /// without a message from there, calls answer 404 `no such group or user`.
    ///
    /// # Errors
    ///
    /// When the chat is known as another type.
    pub fn add_chat(&self, chat_id: i64, chat_type: ChatType) -> Result<(), ControlError> {
        let chat = NewChat { chat_id, chat_type, title: None, username: None };
        self.change(|core, now| core.act(now, chat)).map(drop)
    }

    /// Names a person. The bot does not know them by that, and cannot write to them yet.
    pub fn name_person(&self, user_id: i64, first_name: impl Into<String>) {
        let user = NewUser { user_id, first_name: first_name.into(), username: None };
        self.change(|core, now| core.act(now, user)).expect("anybody can have a name");
    }

    /// Makes the bot an administrator of a group with this title.
    ///
    /// # Errors
    ///
    /// When the chat is known as another type.
    pub fn add_group(&self, chat_id: i64, title: impl Into<String>) -> Result<(), ControlError> {
        let (title, chat_type) = (Some(title.into()), ChatType::Group);
        let chat = NewChat { chat_id, chat_type, title, username: None };
        self.change(|core, now| core.act(now, chat)).map(drop)
    }

    /// A user sends a file.
    ///
    /// # Errors
    ///
    /// When the message replied to does not exist, or the user may not send that there.
    pub fn push_media(&self, media: NewMedia) -> Result<SentUpdate, ControlError> {
        self.change(|core, now| core.act(now, media))
    }

    /// A user sends several files at once: a message and an update each, all with one `media_group_id`.
    ///
    /// # Errors
    ///
    /// As [`Emulator::push_media`], and when there are fewer than two files, or files of different chats or people,
    /// or of kinds that make no album: photos, videos and animations do, documents and audio with their own kind.
    /// Then nothing is sent.
    pub fn push_album(&self, album: NewAlbum) -> Result<SentAlbum, ControlError> {
        self.change(|core, now| core.act(now, album))
    }

    /// A user wants to hear no more of the bot: what it sends to their private chat is refused with 403
    /// `Forbidden: bot was blocked by the user`. It ends by `blocked` being `false`, or when they write.
    ///
    /// Source: errors; libraries know the prefix, the rest is Telegram's and unverified.
    ///
    /// # Errors
    ///
    /// When there is no private chat with them.
    pub fn block(&self, user_id: i64, blocked: bool) -> Result<(), ControlError> {
        let blocking = Blocking { user_id, blocked: Some(blocked) };
        self.change(|core, now| core.act(now, blocking)).map(drop)
    }

    /// A user shares their own phone number, as a button with `request_contact` asks them to.
    ///
    /// # Errors
    ///
    /// When the user may not write there.
    pub fn contact(
        &self,
        chat_id: i64,
        user_id: i64,
        phone_number: impl Into<String>,
    ) -> Result<SentUpdate, ControlError> {
        let phone_number = phone_number.into();
        let contact =
            NewContact { chat_id, user_id, phone_number, first_name: None, last_name: None };
        self.change(|core, now| core.act(now, contact))
    }

    /// A user shares a place, in degrees.
    ///
    /// # Errors
    ///
    /// When the user may not write there.
    pub fn location(
        &self,
        chat_id: i64,
        user_id: i64,
        latitude: f64,
        longitude: f64,
    ) -> Result<SentUpdate, ControlError> {
        let location = NewLocation { chat_id, user_id, latitude, longitude };
        self.change(|core, now| core.act(now, location))
    }

    /// A mini app opened from a reply keyboard sends data for a user.
    ///
    /// # Errors
    ///
    /// When the user may not write there.
    pub fn web_app_data(
        &self,
        chat_id: i64,
        user_id: i64,
        data: impl Into<String>,
    ) -> Result<SentUpdate, ControlError> {
        let data = NewWebAppData { chat_id, user_id, data: data.into() };
        self.change(|core, now| core.act(now, data))
    }

    /// A user presses a button of the reply keyboard that is open in the chat, which writes its text.
    ///
    /// # Errors
    ///
    /// When no keyboard is open, it has no such button, or the button asks for something else than its text.
    pub fn reply_button(
        &self,
        chat_id: i64,
        user_id: i64,
        text: impl Into<String>,
    ) -> Result<SentUpdate, ControlError> {
        let press = ReplyPress { chat_id, user_id, text: text.into() };
        self.change(|core, now| core.act(now, press))
    }

    /// Gives somebody, also the bot, a role in a group or channel. The bot hears nothing of it.
    ///
    /// In a group or channel that appears here the bot is an administrator with every right, until this says
    /// otherwise; everybody else who writes in a group is a plain member, and nobody is its creator.
    ///
    /// # Errors
    ///
    /// When the chat is private.
    pub fn set_member(&self, member: &NewMember) -> Result<(), ControlError> {
        self.change(|core, now| core.act(now, member.clone())).map(drop)
    }

    /// Somebody, also the bot, comes into a group or channel; a group is created on the way. `None` in a
    /// channel: nothing is told to the bot there.
    ///
    /// # Errors
    ///
    /// When the chat is private, or they are in it, or banned from it.
    pub fn join(&self, chat_id: i64, user_id: i64) -> Result<Option<SentUpdate>, ControlError> {
        let coming = Coming { user_id, chat_id: Some(chat_id), invite_link: None, by: None };
        self.change(|core, now| core.act(now, coming))
    }

    /// Somebody, also the bot, is added to a group or channel by `by`, whose message says so.
    ///
    /// # Errors
    ///
    /// As [`Emulator::join`], and when `by` is not in a chat that is there already.
    pub fn add_member(
        &self,
        chat_id: i64,
        user_id: i64,
        by: i64,
    ) -> Result<Option<SentUpdate>, ControlError> {
        let coming = Coming { user_id, chat_id: Some(chat_id), invite_link: None, by: Some(by) };
        self.change(|core, now| core.act(now, coming))
    }

    /// [`Emulator::join`] by a link that the bot made.
    ///
    /// # Errors
    ///
    /// As there, and when the link does not work, or not any more.
    pub fn join_by_link(
        &self,
        invite_link: impl Into<String>,
        user_id: i64,
    ) -> Result<Option<SentUpdate>, ControlError> {
        let coming =
            Coming { user_id, chat_id: None, invite_link: Some(invite_link.into()), by: None };
        self.change(|core, now| core.act(now, coming))
    }

    /// Somebody leaves a group or channel; the bot is removed from it. `None` in a channel.
    ///
    /// # Errors
    ///
    /// When the chat is private, or they are not in it.
    pub fn leave(&self, chat_id: i64, user_id: i64) -> Result<Option<SentUpdate>, ControlError> {
        self.change(|core, now| core.act(now, Going { chat_id, user_id }))
    }

    /// A user pays the invoice of a message: the bot gets a `pre_checkout_query` and has ten seconds to
    /// agree; then it gets a message with `successful_payment`.
    ///
    /// Source: docs.bale.ai#preCheckoutQuery (official).
    ///
    /// # Errors
    ///
    /// When there is no such message, or it is no invoice.
    pub fn pay(
        &self,
        chat_id: i64,
        user_id: i64,
        message_id: i64,
    ) -> Result<SentPayment, ControlError> {
        let (chat_id, message_id) = (Some(chat_id), Some(message_id));
        let paying = Paying { user_id, chat_id, message_id, link: None, slow: false };
        self.change(|core, now| core.act(now, paying))
    }

    /// [`Emulator::pay`] for what `createInvoiceLink` answered. The receipt goes to the user's private chat.
    ///
    /// # Errors
    ///
    /// When no such link was made.
    pub fn pay_link(
        &self,
        link: impl Into<String>,
        user_id: i64,
    ) -> Result<SentPayment, ControlError> {
        let paying = Paying {
            user_id,
            chat_id: None,
            message_id: None,
            link: Some(link.into()),
            slow: false,
        };
        self.change(|core, now| core.act(now, paying))
    }

    /// A user thinks better of a payment before the bot answered. The bot learns of it by
    /// `inquireTransaction` only.
    ///
    /// # Errors
    ///
    /// When the payment is not pending.
    pub fn refuse_payment(
        &self,
        pre_checkout_query_id: impl Into<String>,
    ) -> Result<(), ControlError> {
        let refusing = Refusing { pre_checkout_query_id: pre_checkout_query_id.into() };
        self.change(|core, now| core.act(now, refusing)).map(drop)
    }
}
