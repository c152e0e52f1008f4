//! Reading updates, so that one that is odd or broken is repaired, kept as text or reported, and never
//! costs its neighbours.

use std::{borrow::Cow, fmt, sync::Arc};

use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeOwned, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Value, value::RawValue};

use super::{
    CallbackQuery, Message, Poll, PreCheckoutQuery, ShippingQuery, UnknownUpdate, Update,
    UpdateKind, update::for_each_kind,
};

/// Reads the `result` of `getUpdates`, each update alone.
///
/// # Errors
///
/// If the text is not a JSON array. An update inside it that cannot be read is an error in its own
/// place.
pub fn parse_updates(
    result_array: &RawValue,
) -> Result<Vec<Result<Update, UndecodableUpdate>>, serde_json::Error> {
    if let Some(updates) = all_at_once(result_array.get()) {
        return Ok(updates.into_iter().map(Ok).collect());
    }
    let elements: Vec<&RawValue> = serde_json::from_str(result_array.get())?;
    Ok(elements.into_iter().map(|element| Update::from_raw(element.get())).collect())
}

/// The updates in one pass, if there is nothing to repair or to keep as text: the usual case, which
/// should not pay for the others.
fn all_at_once(result_array: &str) -> Option<Vec<Update>> {
    serde_json::from_str(result_array).ok().map(|Known(updates)| updates)
}

/// Updates of which every one is well-formed and of a known kind; anything else is refused.
pub(crate) struct Known(pub(crate) Vec<Update>);

impl<'de> Deserialize<'de> for Known {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(KnownVisitor)
    }
}

struct KnownVisitor;

impl<'de> Visitor<'de> for KnownVisitor {
    type Value = Known;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of updates")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Known, A::Error> {
        let mut updates = Vec::new();
        while let Some(Fields { update_id, kind, .. }) = elements.next_element()? {
            let kind = kind.ok_or_else(|| de::Error::missing_field("message"))?;
            updates.push(Update { update_id, kind });
        }
        Ok(Known(updates))
    }
}

impl Update {
    /// Reads an update from its JSON.
    ///
    /// What serde would refuse is repaired where that is possible: of a key that appears twice, the last
    /// one counts, and half a surrogate pair becomes U+FFFD. What still cannot be read becomes
    /// [`UpdateKind::Unknown`], with the text and the reason.
    ///
    /// # Errors
    ///
    /// If not even an `update_id` can be read.
    pub fn from_raw(raw: &str) -> Result<Self, UndecodableUpdate> {
        let (update_id, kind, error) = match decode::<Fields>(raw) {
            Ok(Fields { update_id, kind: Some(kind), .. }) => return Ok(Self { update_id, kind }),
            Ok(Fields { update_id, unknown, .. }) => (update_id, unknown, None),
            Err(error) => {
                let outline = Outline::read(raw);
                let Some(update_id) = outline.update_id else {
                    return Err(UndecodableUpdate {
                        raw: raw.to_owned(),
                        reason: error.to_string(),
                    });
                };
                (update_id, outline.kind, Some(error.to_string()))
            }
        };
        let unknown = UnknownUpdate { kind: kind.unwrap_or_default(), raw: raw.to_owned(), error };
        Ok(Self { update_id, kind: UpdateKind::Unknown(Arc::new(unknown)) })
    }
}

impl Update {
    /// An update of which nothing can be read, under the id that it was given.
    pub(crate) fn unreadable(update_id: i64, raw: String, error: String) -> Self {
        let unknown = UnknownUpdate { kind: String::new(), raw, error: Some(error) };
        Self { update_id, kind: UpdateKind::Unknown(Arc::new(unknown)) }
    }
}

/// Reads as [`Update::from_raw`] does, and so only from JSON.
impl<'de> Deserialize<'de> for Update {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Self::from_raw(raw.get()).map_err(de::Error::custom)
    }
}

/// An update without a readable id.
#[derive(Clone, PartialEq, Eq)]
pub struct UndecodableUpdate {
    raw: String,
    reason: String,
}

impl UndecodableUpdate {
    /// The text, as it was received and whole.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// Why it could not be read.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for UndecodableUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot read an update: {}: {}", Clipped(&self.reason), Clipped(&self.raw))
    }
}

impl fmt::Debug for UndecodableUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UndecodableUpdate")
            .field("raw", &Clipped(&self.raw))
            .field("reason", &Clipped(&self.reason))
            .finish()
    }
}

impl std::error::Error for UndecodableUpdate {}

/// Shows the first 2 kB of a text.
pub(super) struct Clipped<'a>(pub(super) &'a str);

impl Clipped<'_> {
    const LIMIT: usize = 2048;

    /// What is shown, and how many bytes are not.
    fn split(&self) -> (&str, usize) {
        let mut end = self.0.len().min(Self::LIMIT);
        while !self.0.is_char_boundary(end) {
            end -= 1;
        }
        (&self.0[..end], self.0.len() - end)
    }
}

impl fmt::Display for Clipped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.split() {
            (all, 0) => f.write_str(all),
            (start, rest) => write!(f, "{start}… and {rest} bytes more"),
        }
    }
}

impl fmt::Debug for Clipped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.split() {
            (all, 0) => write!(f, "{all:?}"),
            (start, rest) => write!(f, "{start:?}… and {rest} bytes more"),
        }
    }
}

/// Reads a value and, if that fails, reads it once more from a repaired text.
pub(crate) fn decode<T: DeserializeOwned>(text: &str) -> Result<T, serde_json::Error> {
    let error = match serde_json::from_str(text) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    // `Value` keeps the last of two equal keys.
    let Ok(mut value) = serde_json::from_str::<Value>(&without_lone_surrogates(text)) else {
        return Err(error);
    };
    without_second_spellings(&mut value);
    // As text once more: reading a `Value` would be a second reader of each type in the program.
    serde_json::from_str(&value.to_string()).map_err(|second| {
        // Both name the same mistake, but only the first knows its line and column.
        let (first, second) = (without_place(&error), without_place(&second));
        if first == second { error } else { de::Error::custom(second) }
    })
}

/// What an error says, without the line and column.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&place).unwrap_or(&text).to_owned()
}

/// Fields that serde reads under two names, and so refuses to see twice.
const SPELLINGS: [(&str, &str); 3] =
    [("thumbnail", "thumb"), ("edit_date", "edite_date"), ("post_code", "post_cod")];

/// Where both spellings of a field appear, leaves the one that says something.
fn without_second_spellings(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (usual, other) in SPELLINGS {
                if fields.contains_key(usual) && fields.contains_key(other) {
                    let silent = if fields[usual].is_null() { usual } else { other };
                    fields.remove(silent);
                }
            }
            fields.values_mut().for_each(without_second_spellings);
        }
        Value::Array(elements) => elements.iter_mut().for_each(without_second_spellings),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Replaces each `\ud800`-like escape that is half a pair with `\ufffd`.
fn without_lone_surrogates(text: &str) -> String {
    let mut repaired = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        repaired.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = match (escaped_unit(rest), rest.get(6..).and_then(escaped_unit)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(0xD800..=0xDFFF), _) => {
                repaired.push_str("\\ufffd");
                rest = &rest[6..];
                continue;
            }
            // The backslash and what it escapes, which may be a backslash too.
            _ => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
        };
        repaired.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    repaired.push_str(rest);
    repaired
}

/// The UTF-16 unit of a text that starts with `\uXXXX`.
fn escaped_unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u16::from_str_radix(digits, 16).ok()
}

/// What an update consists of, read in one pass.
struct Fields {
    update_id: i64,
    kind: Option<UpdateKind>,
    /// The first key that is not known and not null.
    unknown: Option<String>,
}

macro_rules! fields {
    ($( $name:ident: $variant:ident($type:ident), )*) => {
        fn is_known(key: &str) -> bool {
            matches!(key, $( stringify!($name) )|*)
        }

        fn read_kind<'de, A: MapAccess<'de>>(key: &str, map: &mut A) -> Result<Option<UpdateKind>, A::Error> {
            match key {
                $( stringify!($name) => {
                    let content: Option<Shared<$type>> = map.next_value()?;
                    Ok(content.map(|Shared(content)| UpdateKind::$variant(content)))
                } )*
                _ => map.next_value::<IgnoredAny>().map(|_| None),
            }
        }
    };
}

for_each_kind!(fields);

/// Content that is shared as soon as it is read, so that it is not moved from hand to hand.
struct Shared<T>(Arc<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Shared<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(|content| Self(Arc::new(content)))
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

/// A key of an object, borrowed where the text has it as it is.
#[derive(Deserialize)]
struct Key<'k>(#[serde(borrow)] Cow<'k, str>);

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an update")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
        let mut update_id = None;
        let mut kind: Option<UpdateKind> = None;
        let mut unknown = None;
        while let Some(Key(key)) = map.next_key()? {
            if key == "update_id" {
                if update_id.replace(map.next_value()?).is_some() {
                    return Err(de::Error::duplicate_field("update_id"));
                }
            } else if is_known(&key) {
                match &kind {
                    None => kind = read_kind(&key, &mut map)?,
                    Some(kind) if kind.name() == key => {
                        return Err(de::Error::custom(format_args!("duplicate field `{key}`")));
                    }
                    // An update has one kind; of several, the first counts.
                    Some(_) => drop(map.next_value::<IgnoredAny>()?),
                }
            } else if map.next_value::<Option<IgnoredAny>>()?.is_some() {
                unknown.get_or_insert_with(|| key.into_owned());
            }
        }
        let update_id = update_id.ok_or_else(|| de::Error::missing_field("update_id"))?;
        Ok(Fields { update_id, kind, unknown })
    }
}

/// What can be said of an update whose content cannot be read, up to the place where its text breaks.
#[derive(Default)]
struct Outline {
    update_id: Option<i64>,
    kind: Option<String>,
}

impl Outline {
    fn read(raw: &str) -> Self {
        let mut outline = Self::default();
        // Its result is no news: the text is known to be bad, and what was seen stays in `outline`.
        let _ = outline.deserialize(&mut serde_json::Deserializer::from_str(raw));
        outline
    }
}

impl<'de> DeserializeSeed<'de> for &mut Outline {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Outline {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an update")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key == "update_id" {
                // It may come twice, and only one of the two be an id.
                self.update_id = map.next_value::<Value>()?.as_i64().or(self.update_id);
                continue;
            }
            let value = map.next_value::<Option<IgnoredAny>>();
            let better = match self.kind.as_deref() {
                None => true,
                Some(kind) => is_known(&key) && !is_known(kind),
            };
            if better && !matches!(value, Ok(None)) {
                self.kind = Some(key);
            }
            value?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
