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
    /// Where each closing quote was last found, or the end of the text: a text full of opening
    /// quotes is searched only once.
    closes: [usize; QUOTES.len()],
}

impl<'t> Words<'t> {
    pub(super) fn new(text: &'t str, from: usize) -> Self {
        Self { text, at: from, closes: [0; QUOTES.len()] }
    }

    /// Goes to the next word and says where it begins, with its quote.
    pub(super) fn skip_space(&mut self) -> Option<usize> {
        let left = self.text[self.at..].trim_start_matches(is_separator);
        self.at = self.text.len() - left.len();
        (!left.is_empty()).then_some(self.at)
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
        let first = self.text[start..].chars().next()?;
        let kind = QUOTES.iter().position(|(open, _)| *open == first)?;
        let inside = start + first.len_utf8();
        if self.closes[kind] < inside {
            self.closes[kind] = inside + find_close(&self.text[inside..], QUOTES[kind].1);
        }
        let close = self.closes[kind];
        let end = close + self.text[close..].chars().next()?.len_utf8();
        let ends_word = self.text[end..].chars().next().is_none_or(is_separator);
        ends_word.then(|| (Slot::new(inside..close, Form::Backslash), end))
    }
}

impl Iterator for Words<'_> {
    type Item = Slot;

    fn next(&mut self) -> Option<Slot> {
        let start = self.skip_space()?;
        if let Some((word, end)) = self.quoted(start) {
            self.at = end;
            return Some(word);
        }
        let left = &self.text[start..];
        let word = &left[..left.find(char::is_whitespace).unwrap_or(left.len())];
        self.at = start + word.len();
        Some(Slot::new(start..start + word.trim_end_matches(is_mark).len(), Form::Plain))
    }
}

/// Where the quote `close` first stands without a backslash; the end of `text` if it does not.
fn find_close(text: &str, close: char) -> usize {
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c == close {
            return at;
        }
        if c == '\\' {
            chars.next_if(|(_, next)| is_escapable(*next));
        }
    }
    text.len()
}

/// Whether `c` stands between words.
pub(super) fn is_separator(c: char) -> bool {
    c.is_whitespace() || is_mark(c)
}
