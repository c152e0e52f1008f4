//! Words of a text, quoted ones included.

use super::{
    captures::{Form, Slot},
    escape::is_escapable,
};
use crate::text::is_mark;

/// Opening quotes and the quotes that close them. An apostrophe is too common inside a sentence to
/// be one.
const QUOTES: [(char, char); 3] = [('"', '"'), ('«', '»'), ('“', '”')];

/// The words of a text, separated by white space.
///
/// A word between quotes (`"…"`, `«…»`, `“…”`) may hold white space; in it a backslash makes a quote
/// or a backslash stand for itself. The closing quote must end the word; a quote without such a
/// partner is an ordinary character. Invisible marks around a word do not belong to it.
#[derive(Debug, Clone)]
pub(super) struct Words<'t> {
    text: &'t str,
    at: usize,
    /// Quotes that nothing closes any more, so that a text full of them is searched only once.
    unclosed: [bool; QUOTES.len()],
}

impl<'t> Words<'t> {
    pub(super) fn new(text: &'t str, from: usize) -> Self {
        Self { text, at: from, unclosed: [false; QUOTES.len()] }
    }

    /// Everything that is left, without the white space around it; empty if no word is left.
    pub(super) fn take_rest(&mut self) -> Slot {
        let left = &self.text[self.at..];
        self.at = self.text.len();
        let rest = left.trim();
        let rest = if rest.chars().all(is_separator) { "" } else { rest };
        let start = self.text.len() - left.trim_start().len();
        Slot::new(start..start + rest.len(), Form::Rest)
    }

    /// The quoted word at `start`, if there is one, and where it ends.
    fn quoted(&mut self, start: usize) -> Option<(Slot, usize)> {
        let mut chars = self.text[start..].chars();
        let first = chars.next()?;
        let kind = QUOTES.iter().position(|(open, _)| *open == first)?;
        if self.unclosed[kind] {
            return None;
        }
        let inside = chars.as_str();
        let Some((length, form)) = find_close(inside, QUOTES[kind].1) else {
            self.unclosed[kind] = true;
            return None;
        };
        let start = self.text.len() - inside.len();
        let end = start + length + QUOTES[kind].1.len_utf8();
        let word = Slot::new(start..start + length, form);
        self.text[end..].chars().next().is_none_or(is_separator).then_some((word, end))
    }
}

impl Iterator for Words<'_> {
    type Item = Slot;

    fn next(&mut self) -> Option<Slot> {
        let left = self.text[self.at..].trim_start_matches(is_separator);
        let start = self.text.len() - left.len();
        self.at = start;
        if left.is_empty() {
            return None;
        }
        if let Some((word, end)) = self.quoted(start) {
            self.at = end;
            return Some(word);
        }
        let word = &left[..left.find(char::is_whitespace).unwrap_or(left.len())];
        self.at = start + word.len();
        Some(Slot::new(start..start + word.trim_end_matches(is_mark).len(), Form::Plain))
    }
}

/// The length of the inside of a quoted word, and whether it holds escapes.
fn find_close(inside: &str, close: char) -> Option<(usize, Form)> {
    let mut form = Form::Plain;
    let mut chars = inside.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c == close {
            return Some((at, form));
        }
        if c == '\\' && chars.next_if(|(_, next)| is_escapable(*next)).is_some() {
            form = Form::Backslash;
        }
    }
    None
}

/// Whether `c` stands between words.
pub(super) fn is_separator(c: char) -> bool {
    c.is_whitespace() || is_mark(c)
}
