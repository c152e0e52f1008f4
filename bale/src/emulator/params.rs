//! The parameters of a call as a server sees them: names and loosely typed values.

use std::{collections::BTreeMap, fmt};

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::{refusal::Refusal, state::ChatRef};

/// A file that came with a multipart body.
#[derive(Clone, PartialEq)]
pub(crate) struct Upload {
    pub(crate) file_name: String,
    pub(crate) mime_type: Option<String>,
    pub(crate) bytes: Bytes,
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("file_name", &self.file_name)
            .field("size", &self.bytes.len())
            .finish()
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Param {
    Value(Value),
    File(Upload),
}

/// What a call says under a name.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Given<'p> {
    Value(&'p Value),
    File,
}

impl Param {
    fn given(&self) -> Given<'_> {
        match self {
            Self::Value(value) => Given::Value(value),
            Self::File(_) => Given::File,
        }
    }
}

/// Named values of a call. Unknown names are carried along and ignored by the methods; `strict` tells of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Params {
    named: BTreeMap<String, Param>,
    /// Whether they came in a JSON body, which Bale reads more strictly in places.
    in_json: bool,
    /// What was at the addresses that they name, or why that is not known.
    fetched: BTreeMap<String, Result<Upload, String>>,
}

impl Params {
    /// Sets a value; the last one given for a name counts.
    pub(crate) fn set(&mut self, name: impl Into<String>, value: Value) {
        self.named.insert(name.into(), Param::Value(value));
    }

    /// Sets a file.
    pub(crate) fn set_file(&mut self, name: impl Into<String>, file: Upload) {
        self.named.insert(name.into(), Param::File(file));
    }

    /// Remembers that the body was JSON.
    pub(crate) fn mark_json(&mut self) {
        self.in_json = true;
    }

    /// Whether the body was JSON.
    pub(crate) fn is_json(&self) -> bool {
        self.in_json
    }

    /// Everything that was said, by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, Given<'_>)> {
        self.named.iter().map(|(name, param)| (&**name, param.given()))
    }

    /// What was said under a name.
    pub(crate) fn given(&self, name: &str) -> Option<Given<'_>> {
        self.named.get(name).map(Param::given)
    }

    /// Sets what was found at an address.
    pub(crate) fn set_fetched(&mut self, url: String, found: Result<Upload, String>) {
        self.fetched.insert(url, found);
    }

    /// What was found at an address, or why not; none if nobody looked.
    pub(crate) fn fetched(&self, url: &str) -> Option<&Result<Upload, String>> {
        self.fetched.get(url)
    }

    /// Whether a JSON body said this nested.
    pub(crate) fn is_json_nested(&self, name: &str) -> bool {
        self.in_json && matches!(self.value(name), Some(Value::Object(_)))
    }

    /// Whether a JSON body said this as a text.
    pub(crate) fn is_json_text(&self, name: &str) -> bool {
        self.in_json && matches!(self.value(name), Some(Value::String(_)))
    }

    /// Whether a JSON body said this as a number.
    pub(crate) fn is_json_number(&self, name: &str) -> bool {
        self.in_json && matches!(self.value(name), Some(Value::Number(_)))
    }

    /// The file with this name.
    pub(crate) fn file(&self, name: &str) -> Option<&Upload> {
        match self.named.get(name) {
            Some(Param::File(file)) => Some(file),
            Some(Param::Value(_)) | None => None,
        }
    }

    /// As the log shows them: values as they came, a file as its name and size.
    pub(crate) fn to_json(&self) -> Value {
        let entries = self.named.iter().map(|(name, param)| {
            let value = match param {
                Param::Value(value) => value.clone(),
                Param::File(file) => json!({"file_name": file.file_name, "size": file.bytes.len()}),
            };
            (name.clone(), value)
        });
        Value::Object(entries.collect::<Map<_, _>>())
    }

    /// The value, unless it is absent, `null` or a file.
    fn value(&self, name: &str) -> Option<&Value> {
        match self.named.get(name) {
            Some(Param::Value(Value::Null) | Param::File(_)) | None => None,
            Some(Param::Value(value)) => Some(value),
        }
    }

    /// A whole number, written as a number or as text. An empty text counts as absent.
    pub(crate) fn integer(&self, name: &str) -> Result<Option<i64>, Refusal> {
        let number = match self.value(name) {
            None => return Ok(None),
            Some(Value::String(text)) if text.is_empty() => return Ok(None),
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(value) => value.as_i64(),
        };
        number
            .map(Some)
            .ok_or_else(|| Refusal::bad_request(format_args!("{name} must be an integer")))
    }

    /// A whole number that has to be there.
    pub(crate) fn required_integer(&self, name: &str) -> Result<i64, Refusal> {
        self.integer(name)?.ok_or_else(|| missing(name))
    }

    /// A text.
    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Refusal::bad_request(format_args!("{name} must be a string"))),
        }
    }

    /// A text that has to be there; it may be empty.
    pub(crate) fn required_text(&self, name: &str) -> Result<&str, Refusal> {
        self.text(name)?.ok_or_else(|| missing(name))
    }

    /// A switch: `true` and `false` in any letter case, `1` and `0`.
    pub(crate) fn boolean(&self, name: &str) -> Result<Option<bool>, Refusal> {
        let text = match self.value(name) {
            None => return Ok(None),
            Some(Value::String(text)) => text.to_ascii_lowercase(),
            Some(value) => value.to_string(),
        };
        match text.as_str() {
            "true" | "1" => Ok(Some(true)),
            "false" | "0" => Ok(Some(false)),
            _ => Err(Refusal::bad_request(format_args!("{name} must be a boolean"))),
        }
    }

    /// A nested value: JSON text outside JSON bodies, and nested or text inside them.
    pub(crate) fn nested(&self, name: &str) -> Result<Option<Value>, Refusal> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text)
                .map(Some)
                .map_err(|_| Refusal::bad_request(format_args!("can't parse {name} JSON object"))),
            Some(value) => Ok(Some(value.clone())),
        }
    }

    /// A nested value that has to be there.
    pub(crate) fn required_nested(&self, name: &str) -> Result<Value, Refusal> {
        self.nested(name)?.ok_or_else(|| missing(name))
    }

    /// A number with a fraction, written as a number or as text, that has to be there.
    pub(crate) fn required_float(&self, name: &str) -> Result<f64, Refusal> {
        self.float(name)?.ok_or_else(|| missing(name))
    }

    /// A finite number with a fraction, written as a number or as text.
    pub(crate) fn float(&self, name: &str) -> Result<Option<f64>, Refusal> {
        let number = match self.value(name) {
            None => return Ok(None),
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(value) => value.as_f64(),
        };
        number
            .filter(|number: &f64| number.is_finite())
            .map(Some)
            .ok_or_else(|| Refusal::bad_request(format_args!("{name} must be a number")))
    }

    /// `chat_id`: a number, a number as text, or `@username`.
    pub(crate) fn chat(&self) -> Result<ChatRef, Refusal> {
        self.chat_named("chat_id")
    }

    /// A chat under another name than `chat_id`.
    pub(crate) fn chat_named(&self, name: &str) -> Result<ChatRef, Refusal> {
        match self.value(name) {
            Some(Value::String(text)) if text.starts_with('@') => {
                Ok(ChatRef::Username(text[1..].to_owned()))
            }
            _ => self.required_integer(name).map(ChatRef::Id),
        }
    }
}

/// What a call hears that leaves out what it needs.
pub(crate) fn missing(name: &str) -> Refusal {
    Refusal::bad_request(format_args!("{name} is empty"))
}

#[cfg(test)]
impl From<Value> for Params {
    fn from(value: Value) -> Self {
        let Value::Object(fields) = value else { panic!("parameters are a JSON object") };
        let mut params = Self::default();
        for (name, value) in fields {
            params.set(name, value);
        }
        params
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_switches_may_be_written_as_text() {
        let params = Params::from(
            json!({"a": 7, "b": "-7", "c": "", "d": null, "e": 7.5, "f": "True", "g": 0}),
        );
        assert_eq!(params.integer("a"), Ok(Some(7)));
        assert_eq!(params.integer("b"), Ok(Some(-7)));
        assert_eq!(params.integer("c"), Ok(None));
        assert_eq!(params.integer("d"), Ok(None));
        assert_eq!(params.integer("e"), Err(Refusal::bad_request("e must be an integer")));
        assert_eq!(params.required_integer("x"), Err(Refusal::bad_request("x is empty")));
        assert_eq!(params.boolean("f"), Ok(Some(true)));
        assert_eq!(params.boolean("g"), Ok(Some(false)));
        assert_eq!(params.boolean("b"), Err(Refusal::bad_request("b must be a boolean")));
        assert_eq!(params.text("a"), Err(Refusal::bad_request("a must be a string")));
    }

    #[test]
    fn a_chat_is_a_number_or_a_name() {
        let chat = |value: Value| Params::from(json!({"chat_id": value})).chat();
        assert_eq!(chat(json!(5_000_000_000_i64)), Ok(ChatRef::Id(5_000_000_000)));
        assert_eq!(chat(json!("12")), Ok(ChatRef::Id(12)));
        assert_eq!(chat(json!("@news")), Ok(ChatRef::Username("news".into())));
        assert_eq!(chat(json!("news")), Err(Refusal::bad_request("chat_id must be an integer")));
        assert_eq!(chat(json!(null)), Err(Refusal::bad_request("chat_id is empty")));
    }

    #[test]
    fn nested_values_come_nested_or_as_text() {
        let markup = json!({"remove_keyboard": true});
        let params = Params::from(json!({"a": markup, "b": markup.to_string(), "c": "{"}));
        assert_eq!(params.nested("a"), Ok(Some(markup.clone())));
        assert_eq!(params.nested("b"), Ok(Some(markup)));
        assert_eq!(params.nested("c"), Err(Refusal::bad_request("can't parse c JSON object")));
    }
}
