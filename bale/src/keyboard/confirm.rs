//! A question with a button for yes and one for no.

use std::{fmt, future::IntoFuture, pin::pin, time::Duration};

use tokio::time::sleep;
use tracing::warn;

use crate::{
    BoxFuture,
    bound::{CallbackQuery, Message},
    client::{Bot, Request, WAIT_TIMEOUT, Waits},
    error::Error,
    methods::SendMessage,
    types::{InlineKeyboardButton, InlineKeyboardMarkup},
};

/// A question with a button for yes and one for no: made by [`Message::confirm`] and
/// [`CallbackQuery::confirm`].
#[must_use = "nothing is asked until this is awaited"]
pub struct Confirm {
    question: String,
    ask: Request<SendMessage>,
    bot: Bot,
    /// The press that led to the question, which is not to spin until there is an answer.
    press: Option<CallbackQuery>,
    user: Option<i64>,
    yes: String,
    no: String,
    not_yours: String,
    no_answer: String,
    timeout: Duration,
}

impl fmt::Debug for Confirm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Confirm")
            .field("question", &self.question)
            .field("user", &self.user)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

impl Message {
    /// Asks the author of this message a question, and waits for the press on yes (`true`) or no. If none
    /// comes in time it is a no; [`answer`](Confirm::answer) tells the difference.
    ///
    /// The question then says what was answered, and has no buttons any more. Others who press are told
    /// that they were not asked. The question does not survive a restart: the update that led to it comes
    /// again, and asks again.
    ///
    /// ```
    /// # use bale::{Message, Result};
    /// async fn delete(message: Message) -> Result<&'static str> {
    ///     if !message.confirm("حذف شود؟").await? {
    ///         return Ok("باشد.");
    ///     }
    ///     Ok("حذف شد.")
    /// }
    /// ```
    pub fn confirm(&self, question: impl Into<String>) -> Confirm {
        let question = question.into();
        let ask = self.reply(question.as_str());
        let author = self.from.as_ref().map(|user| user.id);
        let user = author.filter(|&id| id != self.bot().id());
        Confirm::new(question, ask, self.bot().clone(), user)
    }
}

impl CallbackQuery {
    /// Asks whoever pressed, as [`Message::confirm`] asks the author: below the message with the button, or
    /// in their private chat if Bale did not say which message that was.
    ///
    /// The press is answered first, so a text that the handler returns afterwards is sent to the chat.
    pub fn confirm(&self, question: impl Into<String>) -> Confirm {
        let question = question.into();
        let ask = match self.message() {
            Some(message) => message.reply(question.as_str()),
            None => self.user().send(question.as_str()),
        };
        let confirm = Confirm::new(question, ask, self.bot().clone(), Some(self.from.id));
        Confirm { press: Some(self.clone()), ..confirm }
    }
}

impl Confirm {
    fn new(question: String, ask: Request<SendMessage>, bot: Bot, user: Option<i64>) -> Self {
        Self {
            question,
            ask,
            bot,
            press: None,
            user,
            yes: "بله".to_owned(),
            no: "خیر".to_owned(),
            not_yours: "این پرسش از شما نیست.".to_owned(),
            no_answer: "بی‌پاسخ".to_owned(),
            timeout: WAIT_TIMEOUT,
        }
    }

    /// What the button for yes says: `بله` if not given.
    pub fn yes(mut self, label: impl Into<String>) -> Self {
        self.yes = label.into();
        self
    }

    /// What the button for no says: `خیر` if not given.
    pub fn no(mut self, label: impl Into<String>) -> Self {
        self.no = label.into();
        self
    }

    /// What others who press are told, in up to 200 characters.
    pub fn not_yours(mut self, text: impl Into<String>) -> Self {
        self.not_yours = text.into();
        self
    }

    /// What the message says in place of an answer, if none came in time.
    pub fn no_answer(mut self, text: impl Into<String>) -> Self {
        self.no_answer = text.into();
        self
    }

    /// Asks this person. If nobody is named, below a message of the bot's own or of a channel, whoever
    /// presses first is asked.
    pub fn from_user(mut self, user_id: i64) -> Self {
        self.user = Some(user_id);
        self
    }

    /// Takes the answer of whoever presses first.
    pub fn from_anybody(mut self) -> Self {
        self.user = None;
        self
    }

    /// Waits at most this long; 5 minutes if not given.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Asks, and gives the answer, or `None` if none came in time.
    ///
    /// # Errors
    /// As [`Bot::send_message`](crate::Bot::send_message): the question could not be asked.
    pub async fn answer(self) -> Result<Option<bool>, Error> {
        // No other question has it, in this process or the one before it.
        let mark = format!("confirm-{:016x}:", fastrand::u64(..));
        let button =
            |label: &str, answer| InlineKeyboardButton::callback(label, format!("{mark}{answer}"));
        let keyboard =
            InlineKeyboardMarkup::new().row([button(&self.yes, 'y'), button(&self.no, 'n')]);
        let is_ours = {
            let mark = mark.clone();
            move |query: &CallbackQuery| {
                query.data.as_deref().is_some_and(|data| data.starts_with(&mark))
            }
        };
        // Before the question is sent: a press must not be missed. Until the end: several may come at once.
        let mut presses = self.bot.wait_for().check(is_ours).begin_all();
        if let Some(press) = self.press.as_ref().filter(|press| !press.is_answered()) {
            log("answer the press that led to", press.answer_empty().await);
        }
        let question = self.ask.clone().reply_markup(keyboard).await?;
        let pressed = self.pressed(&mut presses).await;
        let is_yes = pressed
            .as_ref()
            .map(|query| query.data.as_deref().is_some_and(|data| data.ends_with('y')));
        if let Some(query) = &pressed {
            log("answer the press", query.answer_empty().await);
        }
        let outcome = match is_yes {
            Some(true) => &self.yes,
            Some(false) => &self.no,
            None => &self.no_answer,
        };
        let text = format!("{}\n\n{outcome}", self.question);
        log("edit", question.edit(text).reply_markup(InlineKeyboardMarkup::new()).await);
        while let Some(late) = presses.try_next() {
            log("answer a second press to", late.answer_empty().await);
        }
        Ok(is_yes)
    }

    /// The press that counts. The others are answered.
    async fn pressed(&self, presses: &mut Waits<CallbackQuery>) -> Option<CallbackQuery> {
        let mut end = pin!(sleep(self.timeout));
        loop {
            let query = tokio::select! {
                biased;
                query = presses.next() => query?,
                () = &mut end => return None,
            };
            if self.user.is_none_or(|user| user == query.from.id) {
                return Some(query);
            }
            let alert = query.answer(self.not_yours.as_str()).show_alert(true);
            log("answer a stranger's press on", alert.await);
        }
    }
}

/// The answer counts, whatever becomes of the message.
fn log<T>(what: &str, result: Result<T, Error>) {
    if let Err(error) = result {
        warn!("could not {what} a question: {error}");
    }
}

impl IntoFuture for Confirm {
    type Output = Result<bool, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { Ok(self.answer().await? == Some(true)) })
    }
}
