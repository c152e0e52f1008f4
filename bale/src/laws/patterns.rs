//! Patterns: data of buttons is read as it was written, and commands are taken apart without losing a word.

use std::{cell::RefCell, collections::BTreeSet, fmt::Display};

use crate::{
    extract::FromArg,
    route::{
        callback::{CallbackDataError, CallbackPattern, callback_data, data_tag},
        pattern::{Captures, Mismatch, WordPattern, split_command},
    },
    text::fold_eq,
};

/// A pattern is a literal of the author's source. Here each is kept for good, but once.
fn literal(text: &str) -> &'static str {
    thread_local!(static SEEN: RefCell<BTreeSet<&'static str>> = RefCell::default());
    SEEN.with_borrow_mut(|seen| {
        if !seen.contains(text) {
            seen.insert(text.to_owned().leak());
        }
        seen.get(text).copied().expect("it was put there")
    })
}

fn values(captures: &Captures, count: usize, text: &str) -> Vec<String> {
    let value = |index| captures.get(index, text).unwrap_or_default().into_owned();
    (0..count).map(value).collect()
}

/// A pattern on a line of its own, and data. The data is read, and its lines are written.
pub(super) fn callback(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (pattern, data) = text.split_once('\n').unwrap_or((text, ""));
    let pattern = match CallbackPattern::parse(literal(pattern)) {
        Ok(pattern) => pattern,
        Err(error) => return assert_ne!(error.to_string(), "", "a mistake is told"),
    };
    let count = pattern.captures().len();
    if let Some(captures) = pattern.match_data(data) {
        let tag = pattern.tag();
        assert!(tag.is_none_or(|tag| data_tag(data) == tag), "its handlers are found by its tag");
        comes_back(&pattern, &values(&captures, count, data));
    }
    let mut lines: Vec<String> = data.lines().map(str::to_owned).collect();
    lines.resize(count, String::new());
    comes_back(&pattern, &lines);
}

/// What is written of some values is read as these values.
fn comes_back(pattern: &CallbackPattern, values: &[String]) {
    let shown: Vec<&dyn Display> = values.iter().map(|value| value as &dyn Display).collect();
    match callback_data(pattern.as_str(), &shown) {
        Ok(data) => {
            assert!((1..=64).contains(&data.len()), "no button holds {data:?}");
            let captures = pattern.match_data(&data).expect("it was written by this pattern");
            assert_eq!(self::values(&captures, values.len(), &data), values, "of {data:?}");
        }
        Err(CallbackDataError::TooLong { bytes, .. }) => assert!(bytes > 64, "{values:?}"),
        Err(CallbackDataError::Empty { .. }) => {
            assert!(values.iter().all(String::is_empty), "{values:?} are something");
        }
        Err(error) => panic!("{values:?}: {error}"),
    }
}

/// A command's pattern on a line of its own, and what a person typed.
pub(super) fn command(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (pattern, typed) = text.split_once('\n').unwrap_or((text, ""));
    let from = match split_command(typed) {
        Some(line) => {
            assert!(typed.ends_with(line.rest) && typed[line.rest_at..] == *line.rest);
            assert!(!line.name.is_empty() && !line.name.contains(char::is_whitespace));
            line.rest_at
        }
        None => 0,
    };
    let pattern = literal(pattern);
    for parsed in [WordPattern::parse_command(pattern), WordPattern::parse_text(pattern)] {
        match parsed {
            Ok(parsed) => fits_or_says_why(&parsed, typed, from),
            Err(error) => assert_ne!(error.to_string(), "", "a mistake is told"),
        }
    }
    let mut lines = typed.lines();
    quotes_hold([lines.next().unwrap_or_default(), lines.next().unwrap_or_default()]);
}

fn fits_or_says_why(pattern: &WordPattern, typed: &str, from: usize) {
    assert_ne!(pattern.to_string(), "", "there is a usage");
    assert!(fold_eq(&pattern.shape(), &pattern.shape()));
    match pattern.match_words(typed, from) {
        Ok(captures) => {
            let count = pattern.captures().count();
            for (index, value) in values(&captures, count, typed).iter().enumerate() {
                assert!(value.len() <= typed.len() - from, "no more is taken than was typed");
                let words: usize = captures.rest_words(index, typed).map(|word| word.len()).sum();
                assert!(words <= value.len(), "a rest has no other words");
                is_a_number_or_said(value);
            }
        }
        Err(Mismatch::TooMany(at)) => {
            assert!(at >= from && !typed[at..].starts_with(char::is_whitespace), "a word at {at}");
        }
        Err(mismatch) => assert_ne!(mismatch.to_string(), ""),
    }
}

/// The digits do not matter, and a wrong number is repeated in part only.
fn is_a_number_or_said(value: &str) {
    let persian = crate::text::persian_digits(value);
    match (i64::from_arg("n", value), i64::from_arg("n", &persian)) {
        (Ok(number), other) => assert_eq!(other.ok(), Some(number), "{value} and {persian}"),
        (Err(error), _) => assert!(error.to_string().len() < 512, "{error}"),
    }
}

/// Whatever stands between quotes is one argument.
fn quotes_hold(values: [&str; 2]) {
    let pattern = WordPattern::parse_command("x {a} {b}").expect("it is well formed");
    for (open, close) in [('"', '"'), ('«', '»'), ('“', '”')] {
        let quoted = values.map(|value| {
            let inside = value.replace('\\', "\\\\").replace(close, &format!("\\{close}"));
            format!("{open}{inside}{close}")
        });
        let typed = quoted.join(" ");
        let captures = pattern.match_words(&typed, 0).expect("two words");
        assert_eq!(self::values(&captures, 2, &typed), values, "of {typed}");
    }
}
