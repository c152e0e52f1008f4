//! The keyboard under a message.

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeStruct};

use super::{WebAppInfo, wire};

/// Buttons under a message.
///
/// ```
/// use bale::types::{InlineKeyboardButton, InlineKeyboardMarkup};
///
/// let markup = InlineKeyboardMarkup::new()
///     .row([InlineKeyboardButton::callback("Yes", "answer:yes"), InlineKeyboardButton::callback("No", "answer:no")])
///     .row([InlineKeyboardButton::url("What is this?", "https://example.com")]);
/// assert_eq!(markup.inline_keyboard.len(), 2);
/// ```
///
/// Source: docs.bale.ai, `InlineKeyboardMarkup`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct InlineKeyboardMarkup {
    /// The buttons, row by row.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub inline_keyboard: Vec<Vec<InlineKeyboardButton>>,
}

impl InlineKeyboardMarkup {
    /// A keyboard without buttons; [`row`](Self::row) adds them.
    pub fn new() -> Self {
        Self::default()
    }

    /// A keyboard with all its rows at once.
    pub fn from_rows<R>(rows: impl IntoIterator<Item = R>) -> Self
    where
        R: IntoIterator<Item: Into<InlineKeyboardButton>>,
    {
        rows.into_iter().fold(Self::new(), Self::row)
    }

    /// Adds a row of buttons below the others.
    #[must_use]
    pub fn row<R>(mut self, buttons: R) -> Self
    where
        R: IntoIterator<Item: Into<InlineKeyboardButton>>,
    {
        self.inline_keyboard.push(buttons.into_iter().map(Into::into).collect());
        self
    }
}

/// A button under a message. It does one thing.
///
/// Source: docs.bale.ai, `InlineKeyboardButton`.
#[derive(Debug, Clone, PartialEq)]
pub struct InlineKeyboardButton {
    /// What it says.
    pub text: String,
    /// What it does.
    pub action: InlineKeyboardAction,
}

/// What a button under a message does. On the wire it is one field beside the text.
///
/// Source: docs.bale.ai, `InlineKeyboardButton`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum InlineKeyboardAction {
    /// Opens an address (`url`).
    Url(String),
    /// Sends the data to the bot as a callback query (`callback_data`): 1 to 64 bytes of UTF-8.
    CallbackData(String),
    /// Opens a mini app (`web_app`).
    WebApp(WebAppInfo),
    /// Copies a text (`copy_text`).
    CopyText(CopyTextButton),
    /// Lets the user choose a chat and puts the bot's name and this text into it. Undocumented, legacy.
    SwitchInlineQuery(String),
    /// Puts the bot's name and this text into the current chat. Undocumented, legacy.
    SwitchInlineQueryCurrentChat(String),
    /// Pays (`pay`). Undocumented.
    Pay,
    /// Nothing that this version knows; only in received messages.
    Unknown(UnknownAction),
}

/// What a received button does, if this version does not know it. There is no way to make one, so a button
/// of your own always does something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownAction(());

impl InlineKeyboardButton {
    /// A button that sends `data` (1 to 64 bytes of UTF-8) to the bot as a callback query.
    pub fn callback(text: impl Into<String>, data: impl Into<String>) -> Self {
        Self { text: text.into(), action: InlineKeyboardAction::CallbackData(data.into()) }
    }

    /// A button that opens an address.
    pub fn url(text: impl Into<String>, url: impl Into<String>) -> Self {
        Self { text: text.into(), action: InlineKeyboardAction::Url(url.into()) }
    }

    /// A button that opens the mini app at an HTTPS address.
    pub fn web_app(text: impl Into<String>, url: impl Into<String>) -> Self {
        Self { text: text.into(), action: InlineKeyboardAction::WebApp(WebAppInfo::new(url)) }
    }

    /// A button that copies a text of 1 to 256 characters.
    pub fn copy_text(text: impl Into<String>, copied: impl Into<String>) -> Self {
        let copied = CopyTextButton { text: copied.into() };
        Self { text: text.into(), action: InlineKeyboardAction::CopyText(copied) }
    }

    /// A button that lets the user choose a chat and puts the bot's name and `query` into it.
    /// Undocumented, legacy.
    pub fn switch_inline_query(text: impl Into<String>, query: impl Into<String>) -> Self {
        Self { text: text.into(), action: InlineKeyboardAction::SwitchInlineQuery(query.into()) }
    }

    /// A button that puts the bot's name and `query` into the current chat. Undocumented, legacy.
    pub fn switch_inline_query_current_chat(
        text: impl Into<String>,
        query: impl Into<String>,
    ) -> Self {
        let action = InlineKeyboardAction::SwitchInlineQueryCurrentChat(query.into());
        Self { text: text.into(), action }
    }
}

impl Serialize for InlineKeyboardButton {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut button = serializer.serialize_struct("InlineKeyboardButton", 2)?;
        button.serialize_field("text", &self.text)?;
        match &self.action {
            InlineKeyboardAction::Url(url) => button.serialize_field("url", url),
            InlineKeyboardAction::CallbackData(data) => {
                button.serialize_field("callback_data", data)
            }
            InlineKeyboardAction::WebApp(app) => button.serialize_field("web_app", app),
            InlineKeyboardAction::CopyText(copied) => button.serialize_field("copy_text", copied),
            InlineKeyboardAction::SwitchInlineQuery(query) => {
                button.serialize_field("switch_inline_query", query)
            }
            InlineKeyboardAction::SwitchInlineQueryCurrentChat(query) => {
                button.serialize_field("switch_inline_query_current_chat", query)
            }
            InlineKeyboardAction::Pay => button.serialize_field("pay", &true),
            InlineKeyboardAction::Unknown(_) => Ok(()),
        }?;
        button.end()
    }
}

/// A button as the wire has it: one of the optional fields is the action.
#[derive(Deserialize)]
struct FlatButton {
    #[serde(default, deserialize_with = "wire::null_as_default")]
    text: String,
    url: Option<String>,
    callback_data: Option<String>,
    web_app: Option<WebAppInfo>,
    copy_text: Option<CopyTextButton>,
    switch_inline_query: Option<String>,
    switch_inline_query_current_chat: Option<String>,
    pay: Option<bool>,
}

/// By hand and not by `serde(from = ..)`: rustc would suggest the `From` to authors who forget a `?` behind a button.
impl<'de> Deserialize<'de> for InlineKeyboardButton {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use InlineKeyboardAction as Action;

        let flat = FlatButton::deserialize(deserializer)?;
        let current_chat = flat.switch_inline_query_current_chat;
        let action = flat
            .url
            .map(Action::Url)
            .or(flat.callback_data.map(Action::CallbackData))
            .or(flat.web_app.map(Action::WebApp))
            .or(flat.copy_text.map(Action::CopyText))
            .or(flat.switch_inline_query.map(Action::SwitchInlineQuery))
            .or(current_chat.map(Action::SwitchInlineQueryCurrentChat))
            .or((flat.pay == Some(true)).then_some(Action::Pay))
            .unwrap_or(Action::Unknown(UnknownAction(())));
        Ok(Self { text: flat.text, action })
    }
}

/// What a button copies.
///
/// Source: docs.bale.ai, `CopyTextButton`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct CopyTextButton {
    /// The text, 1 to 256 characters.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::{super::wire::check::*, *};

    fn button(action: InlineKeyboardAction) -> InlineKeyboardButton {
        InlineKeyboardButton { text: "a".to_owned(), action }
    }

    #[test]
    fn a_keyboard_is_built_row_by_row() {
        let first = [
            InlineKeyboardButton::callback("a", "1:ب"),
            InlineKeyboardButton::url("b", "https://example.com"),
        ];
        let second = [
            InlineKeyboardButton::web_app("c", "https://example.com"),
            InlineKeyboardButton::copy_text("d", "copied"),
        ];
        let markup = InlineKeyboardMarkup::new().row(first.clone()).row(second.clone());
        travels(
            r#"{"inline_keyboard":[[{"text":"a","callback_data":"1:ب"},{"text":"b","url":"https://example.com"}],
                [{"text":"c","web_app":{"url":"https://example.com"}},{"text":"d","copy_text":{"text":"copied"}}]]}"#,
            &markup,
        );
        assert_eq!(InlineKeyboardMarkup::from_rows([first, second]), markup);
    }

    #[test]
    fn legacy_actions_are_kept() {
        travels(
            r#"{"text":"a","switch_inline_query":""}"#,
            &InlineKeyboardButton::switch_inline_query("a", ""),
        );
        travels(
            r#"{"text":"a","switch_inline_query_current_chat":"q"}"#,
            &InlineKeyboardButton::switch_inline_query_current_chat("a", "q"),
        );
        travels(r#"{"text":"a","pay":true}"#, &button(InlineKeyboardAction::Pay));
    }

    #[test]
    fn a_button_may_do_nothing_known() {
        let unknown = button(InlineKeyboardAction::Unknown(UnknownAction(())));
        reads(r#"{"text":"a","login_url":{}}"#, &unknown);
        reads(r#"{"text":"a","url":null,"callback_data":null,"pay":false}"#, &unknown);
        reads("{}", &InlineKeyboardButton { text: String::new(), ..unknown });
    }

    #[test]
    fn a_keyboard_may_be_missing() {
        reads("{}", &InlineKeyboardMarkup::new());
        reads(r#"{"inline_keyboard":null}"#, &InlineKeyboardMarkup::new());
    }
}
