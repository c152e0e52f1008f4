//! Keyboards: buttons under a message and buttons in place of the user's keyboard.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser::SerializeStruct};

use super::{WebAppInfo, wire};

/// Any keyboard a message can be sent with.
///
/// Source: docs.bale.ai, `reply_markup`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ReplyMarkup {
    /// Buttons under the message.
    InlineKeyboard(InlineKeyboardMarkup),
    /// Buttons in place of the user's keyboard.
    Keyboard(ReplyKeyboardMarkup),
    /// Takes the buttons in place of the user's keyboard away.
    Remove(ReplyKeyboardRemove),
}

impl From<InlineKeyboardMarkup> for ReplyMarkup {
    fn from(markup: InlineKeyboardMarkup) -> Self {
        Self::InlineKeyboard(markup)
    }
}

impl From<ReplyKeyboardMarkup> for ReplyMarkup {
    fn from(markup: ReplyKeyboardMarkup) -> Self {
        Self::Keyboard(markup)
    }
}

impl From<ReplyKeyboardRemove> for ReplyMarkup {
    fn from(markup: ReplyKeyboardRemove) -> Self {
        Self::Remove(markup)
    }
}

impl<'de> Deserialize<'de> for ReplyMarkup {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Fields {
            inline_keyboard: Option<Vec<Vec<InlineKeyboardButton>>>,
            keyboard: Option<Vec<Vec<KeyboardButton>>>,
            remove_keyboard: Option<bool>,
            resize_keyboard: Option<bool>,
            one_time_keyboard: Option<bool>,
            selective: Option<bool>,
            is_persistent: Option<bool>,
            input_field_placeholder: Option<String>,
        }

        let fields = Fields::deserialize(deserializer)?;
        if let Some(inline_keyboard) = fields.inline_keyboard {
            Ok(Self::InlineKeyboard(InlineKeyboardMarkup { inline_keyboard }))
        } else if let Some(keyboard) = fields.keyboard {
            Ok(Self::Keyboard(ReplyKeyboardMarkup {
                keyboard,
                resize_keyboard: fields.resize_keyboard,
                one_time_keyboard: fields.one_time_keyboard,
                selective: fields.selective,
                is_persistent: fields.is_persistent,
                input_field_placeholder: fields.input_field_placeholder,
            }))
        } else if let Some(remove_keyboard) = fields.remove_keyboard {
            Ok(Self::Remove(ReplyKeyboardRemove { remove_keyboard, selective: fields.selective }))
        } else {
            Err(de::Error::custom("expected `inline_keyboard`, `keyboard` or `remove_keyboard`"))
        }
    }
}

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

/// A button under a message.
///
/// Source: docs.bale.ai, `InlineKeyboardButton`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(from = "FlatButton")]
pub struct InlineKeyboardButton {
    /// What it says.
    pub text: String,
    /// What it does.
    pub action: InlineKeyboardAction,
}

/// What a button under a message does. On the wire it is one field beside the text.
///
/// Source: docs.bale.ai, `InlineKeyboardButton`.
#[derive(Debug, Clone, PartialEq, Default)]
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
    Pay(bool),
    /// Nothing that this version knows; only in received messages.
    #[default]
    None,
}

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
}

impl Serialize for InlineKeyboardButton {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut button = serializer.serialize_struct("InlineKeyboardButton", 2)?;
        button.serialize_field("text", &self.text)?;
        match &self.action {
            InlineKeyboardAction::Url(url) => button.serialize_field("url", url)?,
            InlineKeyboardAction::CallbackData(data) => {
                button.serialize_field("callback_data", data)?
            }
            InlineKeyboardAction::WebApp(app) => button.serialize_field("web_app", app)?,
            InlineKeyboardAction::CopyText(copied) => {
                button.serialize_field("copy_text", copied)?
            }
            InlineKeyboardAction::SwitchInlineQuery(query) => {
                button.serialize_field("switch_inline_query", query)?;
            }
            InlineKeyboardAction::SwitchInlineQueryCurrentChat(query) => {
                button.serialize_field("switch_inline_query_current_chat", query)?;
            }
            InlineKeyboardAction::Pay(pay) => button.serialize_field("pay", pay)?,
            InlineKeyboardAction::None => {}
        }
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

impl From<FlatButton> for InlineKeyboardButton {
    fn from(flat: FlatButton) -> Self {
        use InlineKeyboardAction as Action;

        let current_chat = flat.switch_inline_query_current_chat;
        let action = flat
            .url
            .map(Action::Url)
            .or(flat.callback_data.map(Action::CallbackData))
            .or(flat.web_app.map(Action::WebApp))
            .or(flat.copy_text.map(Action::CopyText))
            .or(flat.switch_inline_query.map(Action::SwitchInlineQuery))
            .or(current_chat.map(Action::SwitchInlineQueryCurrentChat))
            .or(flat.pay.map(Action::Pay))
            .unwrap_or_default();
        Self { text: flat.text, action }
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

/// Buttons in place of the user's keyboard. Pressing one sends its text as a message.
///
/// ```
/// use bale::types::{KeyboardButton, ReplyKeyboardMarkup};
///
/// let markup = ReplyKeyboardMarkup::new()
///     .row(["Menu", "Help"])
///     .row([KeyboardButton::contact("Send my number")])
///     .one_time();
/// assert_eq!(markup.keyboard[0][1], KeyboardButton::text("Help"));
/// ```
///
/// Source: docs.bale.ai, `ReplyKeyboardMarkup`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ReplyKeyboardMarkup {
    /// The buttons, row by row.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub keyboard: Vec<Vec<KeyboardButton>>,
    /// Whether the keyboard is only as high as its buttons need.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resize_keyboard: Option<bool>,
    /// Whether the keyboard hides after one press.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub one_time_keyboard: Option<bool>,
    /// Whether only the mentioned users see it. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selective: Option<bool>,
    /// Whether the keyboard stays open. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_persistent: Option<bool>,
    /// What the empty input field says. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_field_placeholder: Option<String>,
}

impl ReplyKeyboardMarkup {
    /// A keyboard without buttons, only as high as its buttons will need; [`row`](Self::row) adds them.
    pub fn new() -> Self {
        Self::default().resize()
    }

    /// A keyboard with all its rows at once.
    pub fn from_rows<R>(rows: impl IntoIterator<Item = R>) -> Self
    where
        R: IntoIterator<Item: Into<KeyboardButton>>,
    {
        rows.into_iter().fold(Self::new(), Self::row)
    }

    /// Adds a row of buttons below the others.
    #[must_use]
    pub fn row<R>(mut self, buttons: R) -> Self
    where
        R: IntoIterator<Item: Into<KeyboardButton>>,
    {
        self.keyboard.push(buttons.into_iter().map(Into::into).collect());
        self
    }

    /// Makes the keyboard only as high as its buttons need, as [`new`](Self::new) does.
    #[must_use]
    pub fn resize(mut self) -> Self {
        self.resize_keyboard = Some(true);
        self
    }

    /// Hides the keyboard after one press.
    #[must_use]
    pub fn one_time(mut self) -> Self {
        self.one_time_keyboard = Some(true);
        self
    }
}

/// A button in place of the user's keyboard. On the wire a plain string is one too.
///
/// Source: docs.bale.ai, `KeyboardButton`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(from = "StringOrButton")]
pub struct KeyboardButton {
    /// What it says, and what pressing it sends.
    pub text: String,
    /// Sends the user's phone number instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_contact: Option<bool>,
    /// Sends the user's location instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_location: Option<bool>,
    /// Opens a mini app that can send data back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web_app: Option<WebAppInfo>,
}

impl KeyboardButton {
    /// A button that sends its text.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// A button that sends the user's phone number.
    pub fn contact(text: impl Into<String>) -> Self {
        Self { request_contact: Some(true), ..Self::text(text) }
    }

    /// A button that sends the user's location.
    pub fn location(text: impl Into<String>) -> Self {
        Self { request_location: Some(true), ..Self::text(text) }
    }

    /// A button that opens the mini app at an HTTPS address.
    pub fn web_app(text: impl Into<String>, url: impl Into<String>) -> Self {
        Self { web_app: Some(WebAppInfo::new(url)), ..Self::text(text) }
    }
}

impl From<&str> for KeyboardButton {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for KeyboardButton {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum StringOrButton {
    String(String),
    Button {
        #[serde(default, deserialize_with = "wire::null_as_default")]
        text: String,
        request_contact: Option<bool>,
        request_location: Option<bool>,
        web_app: Option<WebAppInfo>,
    },
}

impl From<StringOrButton> for KeyboardButton {
    fn from(button: StringOrButton) -> Self {
        match button {
            StringOrButton::String(text) => Self::text(text),
            StringOrButton::Button { text, request_contact, request_location, web_app } => {
                Self { text, request_contact, request_location, web_app }
            }
        }
    }
}

/// Takes the buttons in place of the user's keyboard away.
///
/// Source: docs.bale.ai, `ReplyKeyboardRemove`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReplyKeyboardRemove {
    /// Always `true`.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub remove_keyboard: bool,
    /// Whether only the mentioned users are concerned. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selective: Option<bool>,
}

impl ReplyKeyboardRemove {
    /// Takes the keyboard away for everyone.
    pub fn new() -> Self {
        Self { remove_keyboard: true, selective: None }
    }
}

impl Default for ReplyKeyboardRemove {
    fn default() -> Self {
        Self::new()
    }
}
