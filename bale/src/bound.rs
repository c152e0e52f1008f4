//! What arrived, bound to the bot it arrived at: the data of [`types`] with verbs.
//!
//! A bound value dereferences to its data and clones in no time (two reference counts). The verbs return a
//! [`Request`], so optional parameters chain:
//!
//! ```
//! use bale::{bound::Message, error::Error, types::{InlineKeyboardButton, InlineKeyboardMarkup}};
//!
//! async fn ask(message: &Message) -> Result<(), Error> {
//!     let keyboard = InlineKeyboardMarkup::new().row([InlineKeyboardButton::callback("Yes", "yes")]);
//!     let question = message.reply("Really?").reply_markup(keyboard).await?;
//!     question.edit("Too late").await?;
//!     Ok(())
//! }
//! ```

use std::{
    fmt,
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::{
    client::{Awaited, Bot, Request, WaitFor},
    methods::{
        AnswerCallbackQuery, ChatId, DeleteMessage, EditMessageText, GetChat, MessageOrTrue,
        SendChatAction, SendMessage, Updates,
    },
    types::{self, ChatAction, UpdateKind},
};

pub use self::{
    member::{MemberJoin, MemberLeave},
    payment::{Payment, PreCheckoutQuery},
};

mod member;
mod payment;

/// What an answer becomes on its way to the caller: data that has verbs gets the bot it needs for them.
pub trait Bind {
    /// What the caller gets.
    type Bound;

    /// Binds the answer to the bot that asked.
    fn bind(self, bot: &Bot) -> Self::Bound;
}

macro_rules! plain {
    ($($type:ty),* $(,)?) => { $(
        impl Bind for $type {
            type Bound = Self;

            fn bind(self, _bot: &Bot) -> Self {
                self
            }
        }
    )* };
}

plain! {
    bool,
    i64,
    String,
    MessageOrTrue,
    Updates,
    serde_json::Value,
    types::ChatFullInfo,
    types::ChatInviteLink,
    types::ChatMember,
    types::File,
    types::MessageId,
    types::StickerSet,
    types::Transaction,
    types::WebhookInfo,
}

impl<T: Bind> Bind for Vec<T> {
    type Bound = Vec<T::Bound>;

    fn bind(self, bot: &Bot) -> Self::Bound {
        self.into_iter().map(|item| item.bind(bot)).collect()
    }
}

macro_rules! bound {
    ($($type:ident)*) => { $(
        impl Bind for types::$type {
            type Bound = $type;

            fn bind(self, bot: &Bot) -> $type {
                $type::new(self, bot.clone())
            }
        }

        impl $type {
            /// The bot it arrived at.
            pub fn bot(&self) -> &Bot {
                &self.bot
            }
        }

        /// Shows the data only.
        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&**self, f)
            }
        }
    )* };
}

bound! { Update Message Chat User CallbackQuery PreCheckoutQuery }

/// An update with its bot.
#[derive(Clone)]
pub struct Update {
    data: Arc<types::Update>,
    bot: Bot,
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

/// A message with its bot.
#[derive(Clone)]
pub struct Message {
    data: Arc<types::Message>,
    bot: Bot,
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

    /// Deletes the message, within 48 hours.
    pub fn delete(&self) -> Request<DeleteMessage> {
        self.bot.delete_message(self.data.chat.id, self.message_id)
    }

    /// Waits for the next update of a kind from the same person in the same chat: a [`Message`] or a
    /// [`CallbackQuery`]. It goes to nobody else.
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

    /// Who sent it; nobody, for a channel post.
    pub fn author(&self) -> Option<User> {
        self.data.from.as_ref()?;
        Some(User { data: UserData::From(Arc::clone(&self.data)), bot: self.bot.clone() })
    }

    /// The message that this one replies to.
    pub fn reply_to_message(&self) -> Option<Message> {
        let data = self.data.reply_to_message.as_ref()?;
        Some(Self::new(Arc::clone(data), self.bot.clone()))
    }
}

impl Deref for Message {
    type Target = types::Message;

    fn deref(&self) -> &types::Message {
        &self.data
    }
}

/// A chat with its bot.
#[derive(Clone)]
pub struct Chat {
    data: ChatData,
    bot: Bot,
}

/// Chats come inside messages; sharing the message is cheaper than copying the chat out of it.
#[derive(Clone)]
enum ChatData {
    Own(Arc<types::Chat>),
    Of(Arc<types::Message>),
}

impl Chat {
    /// Binds a chat to its bot.
    pub fn new(data: impl Into<Arc<types::Chat>>, bot: Bot) -> Self {
        Self { data: ChatData::Own(data.into()), bot }
    }

    /// Sends a text.
    pub fn send(&self, text: impl Into<String>) -> Request<SendMessage> {
        self.bot.send_message(self.id, text)
    }

    /// Shows what the bot is doing, for 6 seconds at most.
    pub fn send_action(&self, action: impl Into<ChatAction>) -> Request<SendChatAction> {
        self.bot.send_chat_action(self.id, action)
    }

    /// Asks for all that is known of the chat.
    pub fn get_info(&self) -> Request<GetChat> {
        self.bot.get_chat(self.id)
    }
}

impl Deref for Chat {
    type Target = types::Chat;

    fn deref(&self) -> &types::Chat {
        match &self.data {
            ChatData::Own(chat) => chat,
            ChatData::Of(message) => &message.chat,
        }
    }
}

/// A user with the bot that knows them.
#[derive(Clone)]
pub struct User {
    data: UserData,
    bot: Bot,
}

/// Like chats, users come inside something else.
#[derive(Clone)]
enum UserData {
    Own(Arc<types::User>),
    /// A message that has a sender.
    From(Arc<types::Message>),
    Pressing(Arc<types::CallbackQuery>),
}

impl User {
    /// Binds a user to a bot.
    pub fn new(data: impl Into<Arc<types::User>>, bot: Bot) -> Self {
        Self { data: UserData::Own(data.into()), bot }
    }

    /// Sends a text to the private chat with the user, who must have written to the bot before.
    pub fn send(&self, text: impl Into<String>) -> Request<SendMessage> {
        self.bot.send_message(self.id, text)
    }

    /// Shows the user what the bot is doing, for 6 seconds at most.
    pub fn send_action(&self, action: impl Into<ChatAction>) -> Request<SendChatAction> {
        self.bot.send_chat_action(self.id, action)
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
        }
    }
}

/// A press on a button, with its bot.
///
/// It must be answered, or the button goes on showing that it waits. The framework answers what a handler
/// did not answer through this value (or a clone of it).
#[derive(Clone)]
pub struct CallbackQuery {
    data: Arc<types::CallbackQuery>,
    bot: Bot,
    answered: Arc<AtomicBool>,
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

macro_rules! chat_id_of {
    ($($type:ident)*) => { $(
        impl From<&$type> for ChatId {
            fn from(value: &$type) -> Self {
                Self::Id(value.id)
            }
        }
    )* };
}

chat_id_of! { Chat User }

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{client::script::Script, types::ChatType};

    const DONE: &str = r#"{"ok":true,"result":true}"#;
    const SENT: &str =
        r#"{"ok":true,"result":{"message_id":9,"date":0,"chat":{"id":7,"type":"private"}}}"#;

    fn user(id: i64) -> types::User {
        types::User { id, first_name: "Sara".to_owned(), ..Default::default() }
    }

    fn message() -> types::Message {
        let chat = types::Chat { id: 7, kind: ChatType::Group, ..Default::default() };
        let quoted = types::Message { message_id: 3, chat: chat.clone(), ..Default::default() };
        types::Message {
            message_id: 4,
            chat,
            from: Some(user(8)),
            reply_to_message: Some(Arc::new(quoted)),
            text: Some("x".to_owned()),
            ..Default::default()
        }
    }

    fn query(id: &str) -> types::CallbackQuery {
        types::CallbackQuery {
            id: id.to_owned(),
            from: user(8),
            message: Some(Arc::new(message())),
            data: Some("buy".to_owned()),
            ..Default::default()
        }
    }

    fn call(method: &'static str, json: &str) -> (&'static str, String) {
        (method, json.to_owned())
    }

    #[tokio::test]
    async fn the_verbs_of_a_message() {
        let (bot, script) = Script::bot(&[SENT, SENT, DONE, DONE, DONE, SENT, SENT, DONE]);
        let message = Message::new(message(), bot);
        let sent = message.reply("a").await.unwrap();
        message.answer("b").await.unwrap();
        assert_eq!(sent.edit("c").await.unwrap(), MessageOrTrue::True);
        message.delete().await.unwrap();
        message.reply_to_message().unwrap().delete().await.unwrap();
        message.chat().send("d").await.unwrap();
        message.author().unwrap().send("e").await.unwrap();
        message.chat().send_action(ChatAction::Typing).await.unwrap();
        assert_eq!(
            script.calls(),
            [
                call("sendMessage", r#"{"chat_id":7,"text":"a","reply_to_message_id":4}"#),
                call("sendMessage", r#"{"chat_id":7,"text":"b"}"#),
                call("editMessageText", r#"{"chat_id":7,"message_id":9,"text":"c"}"#),
                call("deleteMessage", r#"{"chat_id":7,"message_id":4}"#),
                call("deleteMessage", r#"{"chat_id":7,"message_id":3}"#),
                call("sendMessage", r#"{"chat_id":7,"text":"d"}"#),
                call("sendMessage", r#"{"chat_id":8,"text":"e"}"#),
                call("sendChatAction", r#"{"chat_id":"7","action":"typing"}"#),
            ]
        );
    }

    #[tokio::test]
    async fn a_stub_of_any_sort_is_an_edit_that_worked() {
        let stub =
            r#"{"ok":true,"result":{"message_id":0,"date":0,"chat":{"id":7,"type":"private"}}}"#;
        let bodies =
            [stub, r#"{"ok":true,"result":{"message_id":0}}"#, r#"{"ok":true,"result":false}"#];
        let (bot, _script) = Script::bot(&bodies);
        let message = Message::new(message(), bot);
        let stub = types::Message {
            chat: types::Chat { id: 7, kind: ChatType::Private, ..Default::default() },
            ..Default::default()
        };
        assert_eq!(message.edit("x").await.unwrap(), MessageOrTrue::Message(Box::new(stub)));
        assert_eq!(message.edit("x").await.unwrap(), MessageOrTrue::True);
        assert!(message.edit("x").await.unwrap_err().is_decode());
    }

    #[test]
    fn binding_shares_the_data() {
        let (bot, _script) = Script::bot(&[]);
        let data = Arc::new(message());
        let message = Message::new(Arc::clone(&data), bot.clone());
        let chat = message.chat();
        assert!(std::ptr::eq(&data.chat, &raw const *chat));
        assert!(std::ptr::eq(data.from.as_ref().unwrap(), &raw const *message.author().unwrap()));
        assert_eq!(format!("{message:?}"), format!("{data:?}"));
        let post = types::Message { from: None, ..types::Message::clone(&data) };
        assert!(Message::new(post, bot.clone()).author().is_none());
        assert_eq!(ChatId::from(&chat), ChatId::Id(7));
        assert_eq!(ChatId::from(&User::new(user(8), bot)), ChatId::Id(8));
    }

    #[tokio::test]
    async fn a_query_knows_whether_it_was_answered() {
        let refused =
            r#"{"ok":false,"error_code":400,"description":"Bad Request: query is too old"}"#;
        let (bot, script) = Script::bot(&[refused, DONE]);
        let update = types::Update {
            update_id: 1,
            kind: UpdateKind::CallbackQuery(Arc::new(query("2345"))),
        };
        let update = Update::new(update, bot);
        let query = update.callback_query().unwrap();
        let answered = || update.clone().callback_query().unwrap().is_answered();
        let request = query.answer("done").show_alert(true);
        assert!(!answered());

        query.answer("x".repeat(201)).await.unwrap_err();
        assert!(!answered());
        request.clone().await.unwrap_err();
        assert!(!answered());
        request.await.unwrap();
        assert!(answered());
        let body = r#"{"callback_query_id":"2345","text":"done","show_alert":true}"#;
        let answer = call("answerCallbackQuery", body);
        assert_eq!(script.calls(), [answer.clone(), answer]);

        assert_eq!(update.chat().unwrap().id, 7);
        assert_eq!(update.user().unwrap().id, 8);
        assert_eq!(query.message().unwrap().message_id, 4);
        assert_eq!(query.chat().unwrap().id, 7);
        assert_eq!(query.user().first_name, "Sara");
    }

    #[tokio::test]
    async fn an_answer_that_is_dropped_does_not_count() {
        let (bot, _script) = Script::bot(&[]);
        let old = CallbackQuery::new(query("1234"), bot);
        assert!(!old.can_show_answer());
        let mut answer = old.answer_empty().into_future();
        assert!(!old.is_answered());
        let pending = std::future::poll_fn(|cx| {
            std::task::Poll::Ready(answer.as_mut().poll(cx).is_pending())
        });
        assert!(pending.await);
        assert!(old.is_answered());
        drop(answer);
        assert!(!old.is_answered());
    }

    #[test]
    fn an_update_leads_to_its_chat_and_user() {
        let (bot, _script) = Script::bot(&[]);
        let of = |kind| {
            let update = Update::new(types::Update { update_id: 1, kind }, bot.clone());
            (update.chat().map(|chat| chat.id), update.user().map(|user| user.id))
        };
        assert_eq!(of(UpdateKind::EditedMessage(Arc::new(message()))), (Some(7), Some(8)));
        let payment = types::PreCheckoutQuery { from: user(8), ..Default::default() };
        assert_eq!(of(UpdateKind::PreCheckoutQuery(Arc::new(payment))), (None, Some(8)));
        assert_eq!(of(UpdateKind::Unknown(Arc::default())), (None, None));
    }
}
