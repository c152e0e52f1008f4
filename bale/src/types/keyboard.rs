//! Any keyboard, and the one in place of the user's keyboard.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser::SerializeStruct};

use super::{InlineKeyboardButton, InlineKeyboardMarkup, WebAppInfo, wire};

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

/// A button in place of the user's keyboard. It does one thing. On the wire a plain string is one too.
///
/// Source: docs.bale.ai, `KeyboardButton`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(from = "StringOrButton")]
pub struct KeyboardButton {
    /// What it says.
    pub text: String,
    /// What it does.
    pub action: KeyboardAction,
}

/// What a button in place of the user's keyboard does. On the wire it is one field beside the text, or
/// none.
///
/// Source: docs.bale.ai, `KeyboardButton`.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub enum KeyboardAction {
    /// Sends the text of the button.
    #[default]
    Text,
    /// Sends the user's phone number (`request_contact`).
    RequestContact,
    /// Sends the user's location (`request_location`).
    RequestLocation,
    /// Opens a mini app that can send data back (`web_app`).
    WebApp(WebAppInfo),
}

impl KeyboardButton {
    /// A button that sends its text.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), action: KeyboardAction::Text }
    }

    /// A button that sends the user's phone number.
    pub fn contact(text: impl Into<String>) -> Self {
        Self { text: text.into(), action: KeyboardAction::RequestContact }
    }

    /// A button that sends the user's location.
    pub fn location(text: impl Into<String>) -> Self {
        Self { text: text.into(), action: KeyboardAction::RequestLocation }
    }

    /// A button that opens the mini app at an HTTPS address.
    pub fn web_app(text: impl Into<String>, url: impl Into<String>) -> Self {
        Self { text: text.into(), action: KeyboardAction::WebApp(WebAppInfo::new(url)) }
    }
}

impl Serialize for KeyboardButton {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut button = serializer.serialize_struct("KeyboardButton", 2)?;
        button.serialize_field("text", &self.text)?;
        match &self.action {
            KeyboardAction::Text => Ok(()),
            KeyboardAction::RequestContact => button.serialize_field("request_contact", &true),
            KeyboardAction::RequestLocation => button.serialize_field("request_location", &true),
            KeyboardAction::WebApp(app) => button.serialize_field("web_app", app),
        }?;
        button.end()
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
                let action = if let Some(app) = web_app {
                    KeyboardAction::WebApp(app)
                } else if request_contact == Some(true) {
                    KeyboardAction::RequestContact
                } else if request_location == Some(true) {
                    KeyboardAction::RequestLocation
                } else {
                    KeyboardAction::Text
                };
                Self { text, action }
            }
        }
    }
}

/// Takes the buttons in place of the user's keyboard away.
///
/// Source: docs.bale.ai, `ReplyKeyboardRemove`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReplyKeyboardRemove {
    /// Always `true`, and so read as `true` where it is missing.
    #[serde(deserialize_with = "null_as_true")]
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

fn null_as_true<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Option::deserialize(deserializer).map(|value| value.unwrap_or(true))
}

#[cfg(test)]
mod tests {
    use super::{super::wire::check::*, *};

    #[test]
    fn a_keyboard_is_built_row_by_row() {
        let markup = ReplyKeyboardMarkup::new()
            .row(["a", "b"])
            .row([KeyboardButton::contact("c"), KeyboardButton::location("d")])
            .row([KeyboardButton::web_app("e", "https://example.com")])
            .one_time();
        travels(
            r#"{"keyboard":[[{"text":"a"},{"text":"b"}],
                [{"text":"c","request_contact":true},{"text":"d","request_location":true}],
                [{"text":"e","web_app":{"url":"https://example.com"}}]],"resize_keyboard":true,"one_time_keyboard":true}"#,
            &markup,
        );
        let rows = ReplyKeyboardMarkup::from_rows([vec!["a".to_owned()], vec![]]);
        assert_eq!(rows.keyboard, [vec![KeyboardButton::text("a")], vec![]]);
    }

    #[test]
    fn every_field_is_kept() {
        keeps::<ReplyKeyboardMarkup>(
            r#"{"keyboard":[],"resize_keyboard":false,"one_time_keyboard":false,"selective":true,"is_persistent":true,
                "input_field_placeholder":"p"}"#,
        );
        keeps::<ReplyKeyboardRemove>(r#"{"remove_keyboard":true,"selective":true}"#);
        travels(r#"{"remove_keyboard":true}"#, &ReplyKeyboardRemove::new());
    }

    #[test]
    fn a_plain_string_is_a_button() {
        reads(
            r#"{"keyboard":[["a",{"text":"b","request_contact":null},{"text":"c","request_location":false}]]}"#,
            &ReplyKeyboardMarkup::default().row(["a", "b", "c"]),
        );
    }

    #[test]
    fn a_markup_is_told_by_its_key() {
        travels(
            r#"{"inline_keyboard":[[{"text":"a","url":"https://example.com"}]]}"#,
            &ReplyMarkup::from(
                InlineKeyboardMarkup::new()
                    .row([InlineKeyboardButton::url("a", "https://example.com")]),
            ),
        );
        let keyboard = ReplyKeyboardMarkup {
            selective: Some(true),
            is_persistent: Some(true),
            input_field_placeholder: Some("p".to_owned()),
            ..ReplyKeyboardMarkup::new().one_time()
        };
        travels(
            r#"{"keyboard":[],"resize_keyboard":true,"one_time_keyboard":true,"selective":true,"is_persistent":true,
                "input_field_placeholder":"p"}"#,
            &ReplyMarkup::from(keyboard),
        );
        travels(
            r#"{"remove_keyboard":true,"selective":false}"#,
            &ReplyMarkup::from(ReplyKeyboardRemove {
                selective: Some(false),
                ..ReplyKeyboardRemove::new()
            }),
        );
        refuses::<ReplyMarkup>(
            r#"{"force_reply":true}"#,
            "expected `inline_keyboard`, `keyboard` or `remove_keyboard`",
        );
    }
}
