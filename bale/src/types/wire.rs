//! How fields are read: what Bale may leave out, spell in two ways or send as another type.

use std::{cell::Cell, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeOwned, Visitor},
};

/// Reads `null` as the default value; beside `#[serde(default)]`, a missing field too.
pub(super) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// Reads an id that some answers carry as text and others as a number.
pub(super) fn string_or_integer<'de, D>(deserializer: D) -> Result<Option<String>, D::Error>
where
    D: Deserializer<'de>,
{
    struct Id;

    impl Visitor<'_> for Id {
        type Value = Option<String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string or an integer")
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_str<E>(self, id: &str) -> Result<Self::Value, E> {
            Ok(Some(id.to_owned()))
        }

        fn visit_string<E>(self, id: String) -> Result<Self::Value, E> {
            Ok(Some(id))
        }

        fn visit_i64<E>(self, id: i64) -> Result<Self::Value, E> {
            Ok(Some(id.to_string()))
        }

        fn visit_u64<E>(self, id: u64) -> Result<Self::Value, E> {
            Ok(Some(id.to_string()))
        }
    }

    deserializer.deserialize_any(Id)
}

/// Reads a value that may also come as its JSON text, as it does inside a URL-encoded pair.
pub(super) fn json_text<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum TextOrValue<T> {
        Text(String),
        Value(T),
    }

    match Option::deserialize(deserializer)? {
        Some(TextOrValue::Text(text)) => serde_json::from_str(&text).map_err(de::Error::custom),
        Some(TextOrValue::Value(value)) => Ok(Some(value)),
        None => Ok(None),
    }
}

/// Messages inside messages, shared instead of copied.
pub(super) mod arc {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Nested;

    pub(in crate::types) fn serialize<S, T>(
        value: &Option<Arc<T>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error>
    where
        S: Serializer,
        T: Serialize,
    {
        value.as_deref().serialize(serializer)
    }

    pub(in crate::types) fn deserialize<'de, D, T>(
        deserializer: D,
    ) -> Result<Option<Arc<T>>, D::Error>
    where
        D: Deserializer<'de>,
        T: Deserialize<'de>,
    {
        let nested: Option<Nested<T>> = Option::deserialize(deserializer)?;
        Ok(nested.map(|Nested(value)| Arc::new(value)))
    }
}

/// A message inside a message.
struct Nested<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Nested<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let _depth = Depth::enter()?;
        T::deserialize(deserializer).map(Self)
    }
}

/// One level of messages inside messages, until it is dropped.
///
/// Reading a message takes some 100 kB of stack in a debug build, so the 128 levels of `serde_json`
/// would overflow a thread's 2 MB. Real answers have two levels: a pressed button's message that
/// replies to another.
struct Depth;

thread_local! {
    static DEPTH: Cell<u8> = const { Cell::new(0) };
}

impl Depth {
    const LIMIT: u8 = 6;

    fn enter<E: de::Error>() -> Result<Self, E> {
        let depth = DEPTH.get();
        if depth >= Self::LIMIT {
            return Err(E::custom("messages are nested too deeply"));
        }
        DEPTH.set(depth + 1);
        Ok(Self)
    }
}

impl Drop for Depth {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
    }
}

/// Declares an enumeration of strings that keeps the values it does not know.
macro_rules! string_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$variant_meta:meta])* $variant:ident = $wire:literal, )+
        }
    ) => {
        $(#[$meta])*
        ///
        /// A value this version does not know is kept as `Other`; the default is an empty one, which
        /// is what a missing value is read as.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$variant_meta])* #[doc = concat!("\n\nOn the wire: `", $wire, "`.")] $variant, )+
            /// Any other value, as it was received.
            Other(String),
        }

        impl $name {
            /// The value as it is on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $wire, )+
                    Self::Other(value) => value,
                }
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::Other(String::new())
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                match value {
                    $( $wire => Self::$variant, )+
                    _ => Self::Other(value.to_owned()),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Wire;

                impl serde::de::Visitor<'_> for Wire {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("a string")
                    }

                    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
                        Ok($name::from(value))
                    }
                }

                deserializer.deserialize_str(Wire)
            }
        }
    };
}

pub(super) use string_enum;

#[cfg(test)]
pub(super) mod check {
    use std::fmt::Debug;

    use serde::{Serialize, de::DeserializeOwned};
    use serde_json::Value;

    /// Asserts that `json` is read as `value`, and that what is written of it is read as `value` again.
    #[track_caller]
    pub(in crate::types) fn reads<T>(json: &str, value: &T)
    where
        T: Serialize + DeserializeOwned + PartialEq + Debug,
    {
        assert_eq!(serde_json::from_str::<T>(json).unwrap(), *value);
        let written = serde_json::to_string(value).unwrap();
        assert_eq!(serde_json::from_str::<T>(&written).unwrap(), *value, "{written}");
    }

    /// Asserts that `json` is read as `value`, and `value` written as `json`.
    #[track_caller]
    pub(in crate::types) fn travels<T>(json: &str, value: &T)
    where
        T: Serialize + DeserializeOwned + PartialEq + Debug,
    {
        reads(json, value);
        assert_eq!(
            serde_json::to_value(value).unwrap(),
            serde_json::from_str::<Value>(json).unwrap()
        );
    }

    /// Asserts that every key of `json`, which names all fields of a type, survives reading and writing.
    #[track_caller]
    pub(in crate::types) fn keeps<T>(json: &str)
    where
        T: Serialize + DeserializeOwned + PartialEq + Debug,
    {
        travels(json, &serde_json::from_str::<T>(json).unwrap());
    }

    /// Asserts why `json` is not read.
    #[track_caller]
    pub(in crate::types) fn refuses<T: DeserializeOwned + Debug>(json: &str, reason: &str) {
        assert_eq!(serde_json::from_str::<T>(json).unwrap_err().to_string(), reason);
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::{super::StickerType, check::*, *};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Record {
        #[serde(default, deserialize_with = "null_as_default")]
        kind: StickerType,
        #[serde(default, deserialize_with = "string_or_integer")]
        id: Option<String>,
    }

    fn record(kind: StickerType, id: Option<&str>) -> Record {
        Record { kind, id: id.map(str::to_owned) }
    }

    #[test]
    fn an_enumeration_keeps_what_it_does_not_know() {
        travels(r#""mask""#, &StickerType::Mask);
        travels(r#""foil""#, &StickerType::Other("foil".to_owned()));
        refuses::<StickerType>(
            "3",
            "invalid type: integer `3`, expected a string at line 1 column 1",
        );
        assert_eq!(format!("{:>7}", StickerType::Mask), "   mask");
    }

    #[test]
    fn null_and_missing_fields_are_defaults() {
        reads("{}", &record(StickerType::default(), None));
        reads(r#"{"kind":null,"id":null}"#, &record(StickerType::Other(String::new()), None));
    }

    #[test]
    fn an_id_is_text_or_a_number() {
        reads(r#"{"id":"12:ab"}"#, &record(StickerType::default(), Some("12:ab")));
        reads(r#"{"id":-7}"#, &record(StickerType::default(), Some("-7")));
        reads(
            r#"{"id":18446744073709551615}"#,
            &record(StickerType::default(), Some("18446744073709551615")),
        );
        refuses::<Record>(
            r#"{"id":[]}"#,
            "invalid type: sequence, expected a string or an integer at line 1 column 8",
        );
    }
}
