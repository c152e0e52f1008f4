//! Data of inline buttons: `"buy:{item}:{qty}"`, written into a button and read back when it is
//! pressed.
use std::fmt::{Display, Write};

pub use super::pattern::PatternError;
use super::pattern::{
    Arity, Capture, Captures,
    captures::{Form, Slot},
    escape::{PercentWriter, find_outside_escapes},
    scan::{Piece, Pieces, check_new},
};

/// Bytes of callback data, at most; it has at least one.
///
/// Source: <https://docs.bale.ai>, `InlineKeyboardButton`: 1-64 bytes.
const MAX_BYTES: usize = 64;

/// Why values could not be written as callback data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CallbackDataError {
    /// The data has more than 64 bytes in UTF-8, which no button can hold.
    #[error("the callback data of `{pattern}` has {bytes} bytes: at most {max} are allowed", max = MAX_BYTES)]
    TooLong {
        /// The pattern it was written by.
        pattern: &'static str,
        /// Its length in bytes.
        bytes: usize,
    },
    /// The data is empty, which no button can hold.
    #[error("the callback data of `{pattern}` is empty")]
    Empty {
        /// The pattern it was written by.
        pattern: &'static str,
    },
    /// There is not one value for each capture.
    #[error("values for the captures of `{pattern}`: expected {expected}, found {found}")]
    Values {
        /// The pattern it was to be written by.
        pattern: &'static str,
        /// The captures of the pattern.
        expected: usize,
        /// The values that were given.
        found: usize,
    },
    /// The `Display` of a value failed.
    #[error("the value of `{name}` in the callback data of `{pattern}` has no text")]
    Unwritable {
        /// The pattern it was to be written by.
        pattern: &'static str,
        /// The capture that the value is for.
        name: &'static str,
    },
    /// The pattern is wrong.
    #[error("`{pattern}` is no pattern of callback data: {error}")]
    Pattern {
        /// The pattern.
        pattern: &'static str,
        /// What is wrong with it.
        error: PatternError,
    },
}

/// Writes `values` into the captures of `pattern`: the data of a button that the handler with this
/// pattern answers.
///
/// In a value, `%` and the character that ends its capture are written as percent escapes, so every
/// value is read back as it was.
///
/// # Errors
/// If the data is empty or has more than 64 bytes, the number of values is not that of the captures,
/// or the pattern has wrong braces.
///
/// ```
/// use bale::route::callback::callback_data;
///
/// assert_eq!(callback_data("buy:{item}:{qty}", &[&42, &1])?, "buy:42:1");
/// assert_eq!(callback_data("tag:{a}:{b}", &[&"10:30", &"50%"])?, "tag:10%3A30:50%25");
/// # Ok::<_, bale::route::callback::CallbackDataError>(())
/// ```
pub fn callback_data(
    pattern: &'static str,
    values: &[&dyn Display],
) -> Result<String, CallbackDataError> {
    let mut data = String::with_capacity(MAX_BYTES);
    let mut expected = 0;
    let mut pieces = Pieces::new(pattern);
    while let Some(piece) = pieces.next() {
        match piece.map_err(|error| CallbackDataError::Pattern { pattern, error })? {
            Piece::Literal(text) => data.push_str(text),
            Piece::Capture(capture) => {
                if let Some(value) = values.get(expected) {
                    write!(PercentWriter { out: &mut data, stop: stop(&pieces) }, "{value}")
                        .map_err(|_| CallbackDataError::Unwritable {
                            pattern,
                            name: capture.name,
                        })?;
                }
                expected += 1;
            }
        }
    }
    match data.len() {
        _ if expected != values.len() => {
            Err(CallbackDataError::Values { pattern, expected, found: values.len() })
        }
        0 => Err(CallbackDataError::Empty { pattern }),
        1..=MAX_BYTES => Ok(data),
        bytes => Err(CallbackDataError::TooLong { pattern, bytes }),
    }
}

/// The character that ends a value when `pieces` come after it.
fn stop(pieces: &Pieces) -> Option<char> {
    match pieces.clone().next() {
        Some(Ok(Piece::Literal(text))) => text.chars().next(),
        Some(Ok(Piece::Capture(_)) | Err(_)) | None => None,
    }
}

/// A parsed pattern of callback data: literal text and captures `{name}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CallbackPattern {
    pattern: &'static str,
    prefix: Box<str>,
    captures: Box<[Capture]>,
    /// The literal text after each capture; only the last may be empty.
    ends: Box<[Box<str>]>,
}

impl CallbackPattern {
    /// Parses a pattern.
    ///
    /// # Errors
    /// If it is empty, has other captures than `{name}` or two without text between them, or more
    /// than 64 bytes of literal text.
    pub(crate) fn parse(pattern: &'static str) -> Result<Self, PatternError> {
        let mut prefix = String::new();
        let mut captures: Vec<Capture> = Vec::new();
        let mut ends: Vec<String> = Vec::new();
        for piece in Pieces::new(pattern) {
            match piece? {
                Piece::Literal(text) => ends.last_mut().unwrap_or(&mut prefix).push_str(text),
                Piece::Capture(capture) => {
                    check_arity(capture)?;
                    check_new(&captures, capture)?;
                    captures.push(capture);
                    ends.push(String::new());
                }
            }
        }
        if pattern.is_empty() {
            return Err(PatternError::new(
                "the pattern is empty: write the data, like `buy:{item}`",
            ));
        }
        check_ends(&captures, &ends)?;
        check_length(prefix.len() + ends.iter().map(String::len).sum::<usize>())?;
        let ends = ends.into_iter().map(Into::into).collect();
        Ok(Self { pattern, prefix: prefix.into(), captures: captures.into(), ends })
    }

    /// The pattern as it was written.
    pub(crate) fn as_str(&self) -> &'static str {
        self.pattern
    }

    /// The captures, in the order of their index in [`Captures`].
    pub(crate) fn captures(&self) -> &[Capture] {
        &self.captures
    }

    /// The [`data_tag`] of all data that fits this pattern; `None` if they have different ones,
    /// because a capture comes before the first `:`.
    pub(crate) fn tag(&self) -> Option<&str> {
        let tag = data_tag(&self.prefix);
        (self.captures.is_empty() || tag.ends_with(':')).then_some(tag)
    }

    /// A key that two patterns share if they differ only in the names of captures.
    pub(crate) fn shape(&self) -> String {
        let mut shape = self.prefix.replace('{', "{{");
        for end in &self.ends {
            shape.push_str("{}");
            shape.push_str(&end.replace('{', "{{"));
        }
        shape
    }

    /// [`callback_data`] of this pattern.
    ///
    /// # Errors
    /// As there.
    #[cfg(test)]
    pub(crate) fn write(&self, values: &[&dyn Display]) -> Result<String, CallbackDataError> {
        callback_data(self.pattern, values)
    }

    /// Reads what [`write`](Self::write) wrote; `None` if `data` does not fit.
    ///
    /// Data written by someone else is read leniently: a `%` that begins no escape stands for itself.
    pub(crate) fn match_data(&self, data: &str) -> Option<Captures> {
        let mut captures = Captures::default();
        let mut at = data.strip_prefix(&*self.prefix).map(|_| self.prefix.len())?;
        for (index, end) in self.ends.iter().enumerate() {
            let last = index + 1 == self.ends.len();
            let length = if last && end.is_empty() {
                data.len() - at
            } else {
                find_outside_escapes(&data[at..], end)?
            };
            captures.push(Slot::new(at..at + length, Form::Percent));
            at += length + end.len();
        }
        (at == data.len()).then_some(captures)
    }
}

/// The beginning of callback data by which its handlers are looked up: up to the first `:` with it,
/// or all of it.
pub(crate) fn data_tag(data: &str) -> &str {
    data.split_inclusive(':').next().unwrap_or("")
}

fn check_arity(capture: Capture) -> Result<(), PatternError> {
    let what = match capture.arity {
        Arity::Required => return Ok(()),
        Arity::Optional => "optional",
        Arity::Rest => "a rest",
    };
    Err(PatternError::new(format!(
        "`{capture}` cannot be {what}: callback data has only captures like `{{{}}}`",
        capture.name
    )))
}

fn check_ends(captures: &[Capture], ends: &[String]) -> Result<(), PatternError> {
    for ((capture, end), next) in captures.iter().zip(ends).zip(&captures[1.min(captures.len())..])
    {
        if end.is_empty() {
            return Err(PatternError::new(format!(
                "`{capture}` and `{next}` touch: put text such as `:` between them"
            )));
        }
    }
    match captures.iter().zip(ends).find(|(_, end)| end.starts_with('%')) {
        Some((capture, _)) => Err(PatternError::new(format!(
            "`%` cannot follow `{capture}`: it begins an escape in callback data"
        ))),
        None => Ok(()),
    }
}

fn check_length(bytes: usize) -> Result<(), PatternError> {
    if bytes > MAX_BYTES {
        return Err(PatternError::new(format!(
            "the literal text has {bytes} bytes: callback data has at most {MAX_BYTES}"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pattern(pattern: &'static str) -> CallbackPattern {
        CallbackPattern::parse(pattern).unwrap()
    }

    fn read(pattern: &CallbackPattern, data: &str) -> Option<Vec<String>> {
        let captures = pattern.match_data(data)?;
        (0..captures.len()).map(|index| Some(captures.get(index, data)?.into_owned())).collect()
    }

    fn write(pattern: &CallbackPattern, values: &[String]) -> Result<String, CallbackDataError> {
        let values: Vec<&dyn Display> = values.iter().map(|value| value as &dyn Display).collect();
        pattern.write(&values)
    }

    #[test]
    fn data_is_written_and_read() {
        for (source, values, data) in [
            ("cancel", &[][..], "cancel"),
            ("buy:{item}:{qty}", &["42", "1"], "buy:42:1"),
            ("buy:{item}:{qty}", &["a:b%", "c:d%"], "buy:a%3Ab%25:c:d%25"),
            ("{a}؛{b}", &["x؛", "؛y"], "x%D8%9B؛؛y"),
            ("{a}25{b}", &["%2", "%2"], "%25%3225%252"),
            ("{a}: end", &["x: "], "x%3A : end"),
            ("{{{a}}}", &["}{"], "{%7D{}"),
        ] {
            let pattern = pattern(source);
            let values: Vec<_> = values.iter().map(|value| (*value).to_owned()).collect();
            assert_eq!(pattern.as_str(), source);
            assert_eq!(write(&pattern, &values).as_deref(), Ok(data));
            assert_eq!(read(&pattern, data), Some(values));
        }
    }

    #[test]
    fn data_of_others_is_read_leniently() {
        for (source, data, expected) in [
            ("off:{a}:{b}", "off:50%:x", Some(vec!["50%", "x"])),
            ("off:{a}:{b}", "off:%zz%3a%e2%80:%D8%9b%", Some(vec!["%zz:%e2%80", "؛%"])),
            ("off:{a}", "off:a:b", Some(vec!["a:b"])),
            ("off:{a}:{b}", "off:a:b:c", Some(vec!["a", "b:c"])),
            ("off:{a}:", "off:a:b", None),
            ("off:{a}", "of:a", None),
            ("off:{a}:{b}", "off:a", None),
            ("off", "off:", None),
            ("off", "off", Some(vec![])),
        ] {
            let expected =
                expected.map(|values| values.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(read(&pattern(source), data), expected, "{source} on {data}");
        }
    }

    #[test]
    fn tags() {
        for (source, tag) in [
            ("buy:{item}:{qty}", Some("buy:")),
            ("buy:now:{item}", Some("buy:")),
            ("buy:now", Some("buy:")),
            ("cancel", Some("cancel")),
            ("menu{n}:x", None),
            ("{n}", None),
        ] {
            assert_eq!(pattern(source).tag(), tag, "{source}");
        }
        assert_eq!(["buy:1:2", "cancel", ":", ""].map(data_tag), ["buy:", "cancel", ":", ""]);
    }

    #[test]
    fn shapes() {
        let shape = |source| pattern(source).shape();
        assert_eq!(shape("buy:{item}:{qty}"), shape("buy:{a}:{b}"));
        assert_ne!(shape("buy:{a}"), shape("buy:{{}}"));
        assert_ne!(shape("buy:{a}"), shape("Buy:{a}"));
    }

    #[test]
    fn errors_name_the_pattern() {
        struct Broken;
        impl Display for Broken {
            fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                Err(std::fmt::Error)
            }
        }
        let message = |source, values: &[&dyn Display]| {
            callback_data(source, values).map_err(|error| error.to_string())
        };
        assert_eq!(message("x:{a}", &[&"ی".repeat(31)]), Ok(format!("x:{}", "ی".repeat(31))));
        for (result, expected) in [
            (
                message("x:{a}", &[&"%".repeat(21)]),
                "the callback data of `x:{a}` has 65 bytes: at most 64 are allowed",
            ),
            (message("{a}", &[&""]), "the callback data of `{a}` is empty"),
            (
                message("{a}:{b}", &[&1]),
                "values for the captures of `{a}:{b}`: expected 2, found 1",
            ),
            (message("{a}", &[&1, &2]), "values for the captures of `{a}`: expected 1, found 2"),
            (
                message("{a}", &[&Broken]),
                "the value of `a` in the callback data of `{a}` has no text",
            ),
            (
                message("{a", &[&1]),
                "`{a` is no pattern of callback data: `{a` is not closed: end it with `}`, or write `{{` for a brace",
            ),
        ] {
            assert_eq!(result, Err(expected.to_owned()));
        }
    }

    /// Values that are all escapes, ends and digits of escapes.
    fn value() -> impl Strategy<Value = String> {
        prop_oneof![
            "[%:2A5a؛{}]{0,5}",
            prop::collection::vec(any::<char>(), 0..4).prop_map(String::from_iter)
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            first in "[:2Aa؛{}%5]{0,3}",
            middle in "[:2Aa؛{}5][:2Aa؛{}%5]{0,2}",
            last in "([:2Aa؛{}5][:2Aa؛{}%5]{0,2})?",
            values in prop::collection::vec(value(), 2),
        ) {
            let braces = |text: &str| text.replace('{', "{{").replace('}', "}}");
            let [first, middle, last] = [first, middle, last].map(|text| braces(&text));
            let source: &'static str = format!("{first}{{a}}{middle}{{b}}{last}").leak();
            let pattern = pattern(source);
            match write(&pattern, &values) {
                Ok(data) => {
                    prop_assert!((1..=64).contains(&data.len()));
                    prop_assert_eq!(read(&pattern, &data), Some(values));
                }
                Err(error) => {
                    let long = matches!(error, CallbackDataError::TooLong { bytes: 65.., .. });
                    prop_assert!(long, "{error}");
                }
            }
        }

        #[test]
        fn numbers_are_read_back(item: u64, chat: i64) {
            let pattern = pattern("b:{item}-{chat}");
            let data = pattern.write(&[&item, &chat]).unwrap();
            let values = read(&pattern, &data).unwrap();
            prop_assert_eq!((values[0].parse(), values[1].parse()), (Ok(item), Ok(chat)));
        }

        #[test]
        fn reading_does_not_panic(data in "[%:2Aa؛D8x]{0,20}", any_data: String) {
            for data in [data, any_data] {
                for pattern in ["{a}", "{a}2{b}", "x:{a}؛{b}:"].map(pattern) {
                    let values = read(&pattern, &data).unwrap_or_default();
                    prop_assert!(values.iter().map(String::len).sum::<usize>() <= data.len());
                }
            }
        }
    }
}
