//! Patterns of commands and texts: `"add {a} {b}"`, `"سفارش {n}"`.
//!
//! A pattern is words, separated by white space. A word in braces is a capture: `{name}` takes one
//! word, `{name?}` one word or none, `{name...}` everything to the end. `{{` and `}}` write a brace.
use std::{cmp::Ordering, fmt};

pub use self::scan::PatternError;
pub(super) use self::tree::PatternTree;
pub(crate) use self::{
    captures::Captures,
    command::split_command,
    scan::{Arity, Capture},
};
use self::{
    captures::Slot,
    scan::{Piece, Pieces},
    words::Words,
};
use crate::text::{fold, fold_eq};

pub(super) mod captures;
mod command;
pub(super) mod escape;
pub(super) mod scan;
#[cfg(test)]
mod tests;
mod tree;
mod words;

/// Characters in the longest command name.
const MAX_NAME: usize = 64;

const NO_NAME: &str = "the pattern is empty: a command begins with its name, like `start`";

/// A parsed pattern of a command or a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WordPattern {
    command: Option<Literal>,
    words: Box<[Word]>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Word {
    Literal(Literal),
    Capture(Capture),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Literal {
    text: Box<str>,
    key: Box<str>,
}

/// Why a text does not fit a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mismatch<'p> {
    /// The text ends before this required capture.
    Missing(&'static str),
    /// Another word stands where this literal one is expected, or none.
    Literal(&'p str),
    /// The pattern ends before the word at this offset of the text.
    TooMany(usize),
}

impl WordPattern {
    /// Parses the pattern of a command, without its slash; the first word is the command's name.
    ///
    /// # Errors
    /// If the name is not 1-64 letters, digits or `_`, or the pattern breaks a rule of captures.
    pub(crate) fn parse_command(pattern: &'static str) -> Result<Self, PatternError> {
        let mut words = parse_words(pattern)?.into_iter();
        let command = match words.next() {
            Some(Word::Literal(Literal { text, .. })) => {
                Literal { key: command_key(&text)?.into(), text }
            }
            Some(Word::Capture(capture)) => {
                return Err(PatternError::new(format!(
                    "`{capture}` cannot come first: a command begins with its name, like `start`"
                )));
            }
            None => return Err(PatternError::new(NO_NAME)),
        };
        Self::new(Some(command), words.collect())
    }

    /// Parses the pattern of a text.
    ///
    /// # Errors
    /// If the pattern is empty or breaks a rule of captures.
    pub(crate) fn parse_text(pattern: &'static str) -> Result<Self, PatternError> {
        let words = parse_words(pattern)?;
        if words.is_empty() {
            return Err(PatternError::new("the pattern is empty: write the text to wait for"));
        }
        Self::new(None, words)
    }

    fn new(command: Option<Literal>, words: Vec<Word>) -> Result<Self, PatternError> {
        check_literals(&words)?;
        check_captures(&words)?;
        Ok(Self { command, words: words.into() })
    }

    /// The command's name as it was written; `None` for a text.
    pub(crate) fn name(&self) -> Option<&str> {
        self.command.as_ref().map(|name| &*name.text)
    }

    /// The command's name, [folded](fold); `None` for a text.
    pub(crate) fn name_key(&self) -> Option<&str> {
        self.command.as_ref().map(|name| &*name.key)
    }

    /// Whether it is a command's name and nothing more.
    pub(crate) fn is_bare_command(&self) -> bool {
        self.command.is_some() && self.words.is_empty()
    }

    /// The captures, in the order of their index in [`Captures`].
    pub(crate) fn captures(&self) -> impl Iterator<Item = Capture> {
        self.words.iter().filter_map(Word::capture)
    }

    /// The [folded](fold) text that alone fits this pattern, if it is a text without captures.
    pub(crate) fn exact_key(&self) -> Option<String> {
        (self.command.is_none() && self.captures().next().is_none()).then(|| self.shape())
    }

    /// A key that two patterns share if they differ only in the names of captures and in spellings
    /// that [fold] to the same: such handlers are duplicates. A command's begins with `/`.
    pub(crate) fn shape(&self) -> String {
        let mut shape = self.name_key().map_or_else(String::new, |key| format!("/{key}"));
        for word in &self.words {
            if !shape.is_empty() {
                shape.push(' ');
            }
            match word {
                Word::Literal(literal) => shape.push_str(&literal.key),
                // White space cannot be in a literal, so it marks a capture.
                Word::Capture(capture) => shape.push_str(capture.arity.pick("\t", "\t?", "\t...")),
            }
        }
        shape
    }

    /// `Less` if this pattern is more specific than `other` and must be tried first: one without
    /// captures before one with; then, at the first difference, a literal word before a required
    /// capture, before the end, before an optional capture, before a rest.
    pub(crate) fn by_specificity(&self, other: &Self) -> Ordering {
        let captures = |pattern: &Self| pattern.captures().next().is_some();
        captures(self).cmp(&captures(other)).then_with(|| self.ranks().cmp(other.ranks()))
    }

    fn ranks(&self) -> impl Iterator<Item = u8> {
        let end = 2;
        let rank = |word: &Word| word.capture().map_or(0, |capture| capture.arity.pick(1, 3, 4));
        self.words.iter().map(rank).chain([end])
    }

    /// Matches the words of `text` from byte `from` on, which for a command is the end of its name
    /// ([`CommandLine::rest_at`]).
    ///
    /// # Errors
    /// Says what is the first thing that does not fit.
    pub(crate) fn match_words(&self, text: &str, from: usize) -> Result<Captures, Mismatch<'_>> {
        let mut words = Words::new(text, from);
        let mut captures = Captures::default();
        for word in &self.words {
            match word {
                Word::Literal(literal) => {
                    let found = words.next().is_some_and(|slot| literal.fits(&slot.resolve(text)));
                    if !found {
                        return Err(Mismatch::Literal(&literal.text));
                    }
                }
                Word::Capture(capture) => captures.push(take(*capture, &mut words)?),
            }
        }
        match words.skip_space() {
            Some(at) => Err(Mismatch::TooMany(at)),
            None => Ok(captures),
        }
    }
}

/// The usage: `/add <a> <b>`, with `[name]` for an optional capture and `<name...>` for a rest.
impl fmt::Display for WordPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = self.name() {
            write!(f, "/{name}")?;
        }
        for (index, word) in self.words.iter().enumerate() {
            if index > 0 || self.command.is_some() {
                f.write_str(" ")?;
            }
            match word {
                Word::Literal(literal) => f.write_str(&literal.text)?,
                Word::Capture(Capture { name, arity }) => match arity {
                    Arity::Required => write!(f, "<{name}>")?,
                    Arity::Optional => write!(f, "[{name}]")?,
                    Arity::Rest => write!(f, "<{name}...>")?,
                },
            }
        }
        Ok(())
    }
}

impl fmt::Display for Mismatch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(name) => write!(f, "argument `{name}` is missing"),
            Self::Literal(word) => write!(f, "the word `{word}` is missing"),
            Self::TooMany(_) => f.write_str("there are more words than the pattern has"),
        }
    }
}

impl Word {
    fn capture(&self) -> Option<Capture> {
        match self {
            Self::Literal(_) => None,
            Self::Capture(capture) => Some(*capture),
        }
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(literal) => f.write_str(&literal.text),
            Self::Capture(capture) => capture.fmt(f),
        }
    }
}

impl Literal {
    fn new(text: String) -> Self {
        Self { key: fold(&text).into(), text: text.into() }
    }

    fn fits(&self, word: &str) -> bool {
        fold_eq(&self.key, word)
    }
}

fn take(capture: Capture, words: &mut Words<'_>) -> Result<Slot, Mismatch<'static>> {
    match capture.arity {
        Arity::Required => words.next().ok_or(Mismatch::Missing(capture.name)),
        Arity::Optional => Ok(words.next().unwrap_or_default()),
        Arity::Rest => Ok(words.take_rest()),
    }
}

fn parse_words(pattern: &'static str) -> Result<Vec<Word>, PatternError> {
    let mut assembly = Assembly::default();
    for piece in Pieces::new(pattern) {
        match piece? {
            Piece::Literal(text) => assembly.add_text(text)?,
            Piece::Capture(capture) => assembly.add_capture(capture)?,
        }
    }
    assembly.end_literal();
    Ok(assembly.words)
}

/// Puts the pieces of a pattern together to words.
#[derive(Default)]
struct Assembly {
    words: Vec<Word>,
    literal: String,
    /// The capture that no white space has followed yet.
    open: Option<Capture>,
}

impl Assembly {
    fn add_text(&mut self, text: &str) -> Result<(), PatternError> {
        for c in text.chars() {
            if c.is_whitespace() {
                self.end_literal();
                self.open = None;
            } else if let Some(capture) = self.open {
                return Err(PatternError::new(format!(
                    "`{capture}` must stand alone: put a space after it"
                )));
            } else {
                self.literal.push(c);
            }
        }
        Ok(())
    }

    fn add_capture(&mut self, capture: Capture) -> Result<(), PatternError> {
        if !self.literal.is_empty() || self.open.is_some() {
            return Err(PatternError::new(format!(
                "`{capture}` must stand alone: put a space before it"
            )));
        }
        self.open = Some(capture);
        self.words.push(Word::Capture(capture));
        Ok(())
    }

    fn end_literal(&mut self) {
        if !self.literal.is_empty() {
            self.words.push(Word::Literal(Literal::new(std::mem::take(&mut self.literal))));
        }
    }
}

/// The key of a command's name or alias, without its slash.
///
/// # Errors
/// If it is not 1-64 letters, digits or `_`.
pub(crate) fn command_key(name: &str) -> Result<String, PatternError> {
    check_name(name)?;
    let key = fold(name).into_owned();
    check_visible(name, &key)?;
    Ok(key)
}

fn check_name(name: &str) -> Result<(), PatternError> {
    if name.is_empty() {
        return Err(PatternError::new(NO_NAME));
    }
    if name.starts_with('/') {
        return Err(PatternError::new(format!(
            "`{name}` begins with a slash: write the name without it"
        )));
    }
    // Persian words are written with joiners, which the comparison of names ignores.
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '_' | '\u{200c}' | '\u{200d}');
    if let Some(wrong) = name.chars().find(|c| !allowed(*c)) {
        return Err(PatternError::new(format!(
            "`{name}` is no command name: `{}` is no letter, digit or `_`",
            wrong.escape_debug()
        )));
    }
    let length = name.chars().count();
    if length > MAX_NAME {
        return Err(PatternError::new(format!(
            "command name `{name}` has {length} characters: at most {MAX_NAME} are allowed"
        )));
    }
    Ok(())
}

fn check_literals(words: &[Word]) -> Result<(), PatternError> {
    words.iter().try_for_each(|word| match word {
        Word::Literal(literal) => check_visible(&literal.text, &literal.key),
        Word::Capture(_) => Ok(()),
    })
}

fn check_visible(word: &str, key: &str) -> Result<(), PatternError> {
    if key.is_empty() {
        return Err(PatternError::new(format!(
            "`{}` has nothing to compare: it is only marks that do not count",
            word.escape_debug()
        )));
    }
    Ok(())
}

fn check_captures(words: &[Word]) -> Result<(), PatternError> {
    let mut seen: Vec<Capture> = Vec::new();
    for word in words {
        check_order(seen.last(), word)?;
        if let Some(capture) = word.capture() {
            scan::check_new(&seen, capture)?;
            seen.push(capture);
        }
    }
    Ok(())
}

fn check_order(last: Option<&Capture>, word: &Word) -> Result<(), PatternError> {
    let Some(last) = last else { return Ok(()) };
    let required = word.capture().is_none_or(|capture| capture.arity == Arity::Required);
    match last.arity {
        Arity::Rest => Err(PatternError::new(format!(
            "`{word}` cannot follow `{last}`: a rest takes everything to the end"
        ))),
        Arity::Optional if required => Err(PatternError::new(format!(
            "`{word}` cannot follow `{last}`: optional captures come after everything required"
        ))),
        Arity::Required | Arity::Optional => Ok(()),
    }
}
