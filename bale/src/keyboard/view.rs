//! A text with buttons under it.

use crate::{
    bound::{CallbackQuery, Chat, Message},
    client::Request,
    error::Error,
    methods::{SendMessage, Violation},
    route::callback::CallbackDataError,
    types::{InlineKeyboardButton, InlineKeyboardMarkup},
};

use super::Pages;

/// What the button says whose message is out of reach.
const TOO_OLD: &str = "این پیام قدیمی است و دیگر تغییر نمی‌کند.";

/// What can be put into a row: a button, or the outcome of making one.
///
/// `buy::button("خرید", 42, 1)` may fail. A row takes it as it is, and the failure is told when the
/// [`View`] is sent.
pub trait IntoButton {
    /// The button.
    ///
    /// # Errors
    /// If its data is nothing a button can carry.
    fn into_button(self) -> Result<InlineKeyboardButton, CallbackDataError>;
}

impl IntoButton for InlineKeyboardButton {
    fn into_button(self) -> Result<InlineKeyboardButton, CallbackDataError> {
        Ok(self)
    }
}

impl IntoButton for Result<InlineKeyboardButton, CallbackDataError> {
    fn into_button(self) -> Result<InlineKeyboardButton, CallbackDataError> {
        self
    }
}

/// A text with buttons under it, to be sent or put in the place of another.
///
/// ```
/// use bale::{keyboard::View, types::InlineKeyboardButton};
///
/// let view = View::new("مطمئنید؟")
///     .row([InlineKeyboardButton::callback("بله", "yes"), InlineKeyboardButton::callback("خیر", "no")]);
/// let (text, keyboard) = view.into_parts()?;
/// assert_eq!(keyboard.inline_keyboard[0].len(), 2);
/// # Ok::<(), bale::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a view is nothing until it is sent or shown"]
pub struct View {
    text: String,
    keyboard: InlineKeyboardMarkup,
    /// The first mistake, told when the view is used.
    problem: Option<Problem>,
}

/// What was expected of the buttons, and what was found.
type Problem = (&'static str, String);

impl View {
    /// A text without buttons.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), keyboard: InlineKeyboardMarkup::new(), problem: None }
    }

    /// Adds a row of buttons below the others. A row without buttons is left out.
    pub fn row<R>(mut self, buttons: R) -> Self
    where
        R: IntoIterator<Item: IntoButton>,
    {
        let buttons: Result<Vec<_>, _> = buttons.into_iter().map(IntoButton::into_button).collect();
        match buttons {
            Ok(row) if row.is_empty() => self,
            Ok(row) => {
                self.keyboard.inline_keyboard.push(row);
                self
            }
            Err(error) => self.with_problem(("buttons with data that fits", error.to_string())),
        }
    }

    /// Adds several rows.
    pub fn rows<R>(self, rows: impl IntoIterator<Item = R>) -> Self
    where
        R: IntoIterator<Item: IntoButton>,
    {
        rows.into_iter().fold(self, Self::row)
    }

    /// Adds the row by which the user turns pages, if there is more than one. `to` gives the data of a
    /// button that leads to a page: `fruits::data`, or `|page| goods::data(category, page)`.
    pub fn pages(
        self,
        pages: &Pages,
        to: impl Fn(super::Page) -> Result<String, CallbackDataError>,
    ) -> Self {
        self.row(pages.buttons(to))
    }

    /// The text and the keyboard, for any other method that takes both.
    ///
    /// # Errors
    /// If one of the buttons could not be made.
    pub fn into_parts(self) -> Result<(String, InlineKeyboardMarkup), Error> {
        match self.problem {
            None => Ok((self.text, self.keyboard)),
            Some((expected, found)) => {
                Err(Error::violation(Violation { parameter: "reply_markup", expected, found }))
            }
        }
    }

    pub(super) fn with_problem(mut self, problem: Problem) -> Self {
        self.problem.get_or_insert(problem);
        self
    }
}

/// `label` behind a mark that says whether it is on: `✅` or `⬜`.
///
/// ```
/// assert_eq!(bale::keyboard::check("اعلان‌ها", true), "✅ اعلان‌ها");
/// ```
pub fn check(label: &str, on: bool) -> String {
    format!("{} {label}", if on { '✅' } else { '⬜' })
}

impl Message {
    /// Sends a view to the same chat, without quoting.
    ///
    /// # Errors
    /// If one of its buttons could not be made, and as [`Bot::send_message`](crate::Bot::send_message).
    pub async fn answer_view(&self, view: View) -> Result<Self, Error> {
        send(view, |text| self.answer(text)).await
    }
}

impl Chat {
    /// Sends a view to the chat.
    ///
    /// # Errors
    /// As [`Message::answer_view`].
    pub async fn send_view(&self, view: View) -> Result<Message, Error> {
        send(view, |text| self.send(text)).await
    }
}

async fn send(
    view: View,
    request: impl FnOnce(String) -> Request<SendMessage>,
) -> Result<Message, Error> {
    let (text, keyboard) = view.into_parts()?;
    let request = request(text);
    if keyboard.inline_keyboard.is_empty() {
        request.await
    } else {
        request.reply_markup(keyboard).await
    }
}

impl CallbackQuery {
    /// Puts a view in the place of the message with the pressed button; of a message with a file, it
    /// replaces the caption.
    ///
    /// Nothing is changed if the message is like that already, as after a press on the number of the page
    /// or a double press. The press is left to be answered: by you, by the text you return, or else empty
    /// when the handler ends. If Bale did not say which message it was, the user is told that it is too
    /// old.
    ///
    /// # Errors
    /// If one of the buttons could not be made, and as
    /// [`Bot::edit_message_text`](crate::Bot::edit_message_text), but for a message that "is not modified".
    pub async fn show(&self, view: View) -> Result<(), Error> {
        let (text, keyboard) = view.into_parts()?;
        let Some(message) = self.message() else {
            return self.answer(TOO_OLD).await.map(drop);
        };
        let old = (message.text.as_deref(), message.reply_markup.as_ref());
        if old == (Some(text.as_str()), Some(&keyboard)) {
            return Ok(());
        }
        let edited = if message.text.is_none() && has_file(&message) {
            message.edit_caption(text).reply_markup(keyboard).await
        } else {
            message.edit(text).reply_markup(keyboard).await
        };
        match edited {
            Err(error) if !error.is_not_modified() => Err(error),
            Ok(_) | Err(_) => Ok(()),
        }
    }
}

fn has_file(message: &Message) -> bool {
    message.caption.is_some()
        || message.photo().is_some()
        || message.document().is_some()
        || message.video().is_some()
}
