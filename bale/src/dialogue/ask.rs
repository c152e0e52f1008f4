//! A question in the middle of a handler, and its answer.

use std::{any::type_name, fmt, future::IntoFuture, time::Duration};

use tokio::{sync::mpsc, time::timeout};

use crate::{
    BoxFuture,
    bound::{
        Animation, Audio, CallbackQuery, Chat, Document, Message, Photo, Sticker, Video, Voice,
    },
    client::{Bot, Request, Taken, WAIT_TIMEOUT},
    error::Error,
    extract::FromArg,
    methods::SendMessage,
    route::{other_bot, pattern::split_command},
    text::fold_eq,
    types::{Contact, Location, ReplyMarkup, UpdateKind},
};

/// Answers that are looked at if nothing else is said.
const TRIES: u32 = 3;

/// Texts that end a question if nothing else is said.
const CANCEL_WORDS: [&str; 3] = ["لغو", "/cancel", "cancel"];

/// What a message can be the answer to: a [`String`], a number (also in Persian digits), any other
/// [`FromStr`](std::str::FromStr) type, a [`Photo`] and the other kinds of files, a [`Contact`], a
/// [`Location`], or any [`Message`].
///
/// For a type of your own that is read from text, implement `FromStr`; for one that is made of something else,
/// this:
///
/// ```
/// use bale::{Message, dialogue::Answer};
///
/// /// The number of whoever shared their contact.
/// struct Phone(String);
///
/// impl Answer for Phone {
///     fn from_message(message: &Message) -> Option<Self> {
///         Some(Self(message.contact.as_ref()?.phone_number.clone()))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be asked for",
    label = "not something that a message can be read as",
    note = "say what is asked for, as in `let age: u32 = message.ask(..).await?`; `String` is any text",
    note = "a type of your own implements `FromStr`, if it is read from text, or `bale::dialogue::Answer`"
)]
pub trait Answer: Sized + Send + 'static {
    /// The value, if `message` has one. It must be quick: it holds up the reception of updates.
    fn from_message(message: &Message) -> Option<Self>;
}

#[diagnostic::do_not_recommend]
impl<T: FromArg + Send + 'static> Answer for T {
    fn from_message(message: &Message) -> Option<Self> {
        T::from_arg("answer", message.text.as_deref()?.trim()).ok()
    }
}

macro_rules! answers {
    ($($type:ty = $way:expr;)*) => { $(
        impl Answer for $type {
            fn from_message(message: &Message) -> Option<Self> {
                let way: fn(&Message) -> Option<$type> = $way;
                way(message)
            }
        }
    )* };
}

answers! {
    Message = |message| Some(message.clone());
    Photo = Message::photo;
    Document = Message::document;
    Audio = Message::audio;
    Video = Message::video;
    Voice = Message::voice;
    Animation = Message::animation;
    Sticker = Message::sticker;
    Contact = |message| message.contact.as_deref().cloned();
    Location = |message| message.location;
}

/// A question without an answer.
///
/// Returned from a handler, by `?` for example, it is no failure unless the question could not be sent: the handler
/// ends, and [`on_error`](macro@crate::on_error) is not told. To say something to the person, match it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AskError {
    /// The person wrote one of the [cancel words](Ask::cancel_words).
    #[error("the question was cancelled")]
    Cancelled,
    /// The person sent a command instead. It is handled as commands are.
    #[error("a command came in the place of an answer")]
    Interrupted,
    /// No answer came in time.
    #[error("no answer came within {after:?}")]
    TimedOut {
        /// How long was waited for it.
        after: Duration,
    },
    /// Answers came, and none was of the wanted kind.
    #[error("none of {tries} answers is a `{expected}`")]
    NoneFits {
        /// How many came.
        tries: u32,
        /// The wanted type.
        expected: &'static str,
    },
    /// The question could not be sent.
    #[error("the question could not be asked: {0}")]
    NotAsked(#[from] Error),
}

impl AskError {
    /// Whether something broke, rather than that the person did not want to answer.
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::NotAsked(_))
    }
}

/// A question, asked when awaited: made by [`Message::ask`], [`CallbackQuery::ask`] and [`Chat::ask`].
///
/// The person's next message is the answer, and goes to no handler. If it is of the wrong kind, they are told and
/// may try again.
///
/// - A [cancel word](Self::cancel_words) ends the question.
/// - Any other command ends it too, and then goes its usual way: nobody is caught in a question.
/// - What others write in the chat goes its usual way, so several people can be asked at once.
///
/// The handler that asks holds its chat's place in the order: other updates of the chat wait for its end, unless
/// their handler has `lane = "none"`. What it knows is in memory: **a question does not survive a restart**, nor does
/// the update that led to it come again if it was asked for longer than
/// [`App::confirm_deadline`](crate::App::confirm_deadline).
#[must_use = "nothing is asked until this is awaited"]
pub struct Ask<T> {
    bot: Bot,
    question: Request<SendMessage>,
    chat: i64,
    user: Option<i64>,
    retry: Option<String>,
    tries: u32,
    timeout: Duration,
    cancel_words: Vec<String>,
    answer: fn(&Message) -> Option<T>,
}

impl<T> fmt::Debug for Ask<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ask")
            .field("for", &type_name::<T>())
            .field("chat", &self.chat)
            .field("user", &self.user)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// What came.
enum Came<T> {
    Answer(T),
    /// Not an answer, the last one that is looked at if `true`.
    Wrong(bool),
    CancelWord,
    Command,
}

impl<T: Answer> Ask<T> {
    fn new(bot: &Bot, chat: i64, user: Option<i64>, question: Request<SendMessage>) -> Self {
        Self {
            bot: bot.clone(),
            question,
            chat,
            user,
            retry: None,
            tries: TRIES,
            timeout: WAIT_TIMEOUT,
            cancel_words: CANCEL_WORDS.map(str::to_owned).into(),
            answer: T::from_message,
        }
    }

    /// Only this person may answer.
    pub fn from_user(mut self, user_id: i64) -> Self {
        self.user = Some(user_id);
        self
    }

    /// A keyboard for the question.
    pub fn reply_markup(mut self, keyboard: impl Into<ReplyMarkup>) -> Self {
        self.question = self.question.reply_markup(keyboard);
        self
    }

    /// What is said to an answer of the wrong kind; the question, if not given.
    pub fn retry(mut self, text: impl Into<String>) -> Self {
        self.retry = Some(text.into());
        self
    }

    /// How many answers are looked at, at least 1; 3 if not given.
    pub fn tries(mut self, tries: u32) -> Self {
        self.tries = tries.max(1);
        self
    }

    /// How long is waited for each answer; 5 minutes if not given.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The texts that end the question, in any Persian or Arabic spelling; `لغو`, `/cancel` and `cancel` if not
    /// given. Without `/cancel` among them, a command handler of that name runs instead.
    pub fn cancel_words(mut self, words: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.cancel_words = words.into_iter().map(Into::into).collect();
        self
    }

    async fn run(self) -> Result<T, AskError> {
        let (sender, mut came) = mpsc::unbounded_channel();
        // It decides where updates arrive, so that of messages that arrive together none is lost.
        let mut sender = Some(sender);
        let mut left = self.tries;
        let take = move |update: &_, bot: &Bot| {
            let Some(open) = &sender else { return Taken::No };
            let Some(came) = look(update, bot, &self.cancel_words, self.answer, left) else {
                return Taken::No;
            };
            left -= 1;
            let taken = match came {
                Came::Wrong(false) => Taken::AndMore,
                Came::Wrong(true) | Came::Answer(_) | Came::CancelWord => Taken::Last,
                Came::Command => Taken::No,
            };
            let is_sent = open.send(came).is_ok();
            if taken != Taken::AndMore {
                sender = None;
            }
            if is_sent { taken } else { Taken::No }
        };
        let place = self.bot.waiting().add(Some(self.chat), self.user, Box::new(take));
        self.question.clone().await?;
        let timed_out = AskError::TimedOut { after: self.timeout };
        loop {
            let Ok(Some(mut last)) = timeout(self.timeout, came.recv()).await else {
                // What came at the very last moment was taken, so it counts.
                drop(place);
                came.close();
                return match came.recv().await {
                    Some(Came::Answer(answer)) => Ok(answer),
                    _ => Err(timed_out),
                };
            };
            while let Ok(later) = came.try_recv() {
                last = later;
            }
            match last {
                Came::Answer(answer) => return Ok(answer),
                Came::CancelWord => return Err(AskError::Cancelled),
                Came::Command => return Err(AskError::Interrupted),
                Came::Wrong(true) => {
                    let expected = type_name::<T>();
                    return Err(AskError::NoneFits { tries: self.tries, expected });
                }
                Came::Wrong(false) => {
                    let again = self.question.clone();
                    match self.retry.clone() {
                        Some(text) => {
                            again.map(|question| SendMessage { text, ..question }).await?
                        }
                        None => again.await?,
                    };
                }
            }
        }
    }
}

/// What an update is to a question; none if it has nothing to do with it.
fn look<T>(
    update: &crate::types::Update,
    bot: &Bot,
    cancel_words: &[String],
    answer: fn(&Message) -> Option<T>,
    left: u32,
) -> Option<Came<T>> {
    let UpdateKind::Message(message) = &update.kind else { return None };
    let text = message.text.as_deref().map(str::trim);
    let username = bot.me().and_then(|me| me.username.as_deref());
    if other_bot(message, username).is_some() {
        return None;
    }
    let command = text.and_then(split_command);
    let is_cancel_word = |word: &String| match &command {
        Some(command) => word.strip_prefix('/').is_some_and(|word| fold_eq(word, command.name)),
        None => text.is_some_and(|text| fold_eq(text, word)),
    };
    Some(if cancel_words.iter().any(is_cancel_word) {
        Came::CancelWord
    } else if command.is_some() {
        Came::Command
    } else {
        match answer(&Message::new(message.clone(), bot.clone())) {
            Some(answer) => Came::Answer(answer),
            None => Came::Wrong(left <= 1),
        }
    })
}

impl<T: Answer> IntoFuture for Ask<T> {
    type Output = Result<T, AskError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl Message {
    /// Asks its author something, and waits for the answer in the same chat. In a group the question quotes the
    /// message.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use bale::{Message, Result, dialogue::AskError, types::Contact};
    /// #[bale::command]
    /// async fn order(message: Message) -> Result {
    ///     let name: String = message.ask("نام؟").await?;
    ///     let count: u8 = message.ask("چند تا؟").retry("یک عدد بنویسید.").tries(5).await?;
    ///     let answer = message.ask::<Contact>("شماره؟").timeout(Duration::from_secs(60)).await;
    ///     let phone = match answer {
    ///         Ok(contact) => contact.phone_number,
    ///         Err(AskError::TimedOut { .. }) => "بدون شماره".to_owned(),
    ///         Err(other) => return Err(other.into()),
    ///     };
    ///     message.answer(format!("{count} تا برای {name} ({phone})")).await?;
    ///     Ok(())
    /// }
    /// ```
    pub fn ask<T: Answer>(&self, question: impl Into<String>) -> Ask<T> {
        let request = if self.data().chat.kind.is_private_chat() {
            self.answer(question)
        } else {
            self.reply(question)
        };
        let user = self.from.as_ref().map(|user| user.id);
        Ask::new(self.bot(), self.data().chat.id, user, request)
    }
}

impl CallbackQuery {
    /// Asks the one who pressed something, and waits for the answer in the same chat. [Answer](Self::answer) the press
    /// before, or the button shows that it waits as long as the question does.
    pub fn ask<T: Answer>(&self, question: impl Into<String>) -> Ask<T> {
        // A message that is too old is not told; a private chat has the id of its user.
        let chat = self.message.as_ref().map_or(self.from.id, |message| message.chat.id);
        Ask::new(self.bot(), chat, Some(self.from.id), self.bot().send_message(chat, question))
    }
}

impl Chat {
    /// Asks everybody in the chat something, and waits for the first message. [`Ask::from_user`] waits for one
    /// person's.
    pub fn ask<T: Answer>(&self, question: impl Into<String>) -> Ask<T> {
        Ask::new(self.bot(), self.id, None, self.send(question))
    }
}
