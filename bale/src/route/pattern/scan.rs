//! The pieces of every pattern: literal text and captures.

use std::fmt;

/// Captures in one pattern, at most.
pub(crate) const MAX_CAPTURES: usize = 16;

/// What is wrong with a pattern; its text names the piece and says what to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError(Box<str>);

impl PatternError {
    pub(in crate::route) fn new(message: impl Into<Box<str>>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PatternError {}

/// A capture, as the pattern declares it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Capture {
    /// Its name, an identifier.
    pub(crate) name: &'static str,
    /// How much it takes.
    pub(crate) arity: Arity,
}

/// How much a capture takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arity {
    /// One word: `{name}`.
    Required,
    /// One word or none: `{name?}`.
    Optional,
    /// Everything to the end, possibly nothing: `{name...}`.
    Rest,
}

impl Arity {
    /// The value for this arity.
    pub(super) fn pick<T>(self, required: T, optional: T, rest: T) -> T {
        match self {
            Self::Required => required,
            Self::Optional => optional,
            Self::Rest => rest,
        }
    }
}

impl fmt::Display for Capture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{}{}}}", self.name, self.arity.pick("", "?", "..."))
    }
}

/// A piece of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::route) enum Piece {
    /// Text that stands for itself; two may follow each other.
    Literal(&'static str),
    /// A capture.
    Capture(Capture),
}

/// The pieces of a pattern, from left to right; after an error there are none.
#[derive(Debug, Clone)]
pub(in crate::route) struct Pieces {
    rest: &'static str,
}

impl Pieces {
    pub(in crate::route) fn new(pattern: &'static str) -> Self {
        Self { rest: pattern }
    }

    fn take(&mut self, bytes: usize) -> &'static str {
        let (piece, rest) = self.rest.split_at(bytes);
        self.rest = rest;
        piece
    }

    fn brace(&mut self) -> Result<Piece, PatternError> {
        if self.rest.starts_with("{{") || self.rest.starts_with("}}") {
            return Ok(Piece::Literal(&self.take(2)[1..]));
        }
        if self.rest.starts_with('}') {
            return Err(PatternError::new("`}` has no `{` before it: write `}}` for a brace"));
        }
        let end = self.rest[1..].find(['{', '}']).map_or(self.rest.len(), |at| at + 1);
        let inside = &self.rest[1..end];
        if !self.rest[end..].starts_with('}') {
            let shown = inside.split_whitespace().next().unwrap_or("");
            return Err(PatternError::new(format!(
                "`{{{shown}` is not closed: end it with `}}`, or write `{{{{` for a brace"
            )));
        }
        self.take(end + 1);
        parse_capture(inside).map(Piece::Capture)
    }
}

impl Iterator for Pieces {
    type Item = Result<Piece, PatternError>;

    fn next(&mut self) -> Option<Self::Item> {
        let piece = match self.rest.find(['{', '}']) {
            _ if self.rest.is_empty() => return None,
            Some(0) => self.brace(),
            Some(at) => Ok(Piece::Literal(self.take(at))),
            None => Ok(Piece::Literal(self.take(self.rest.len()))),
        };
        if piece.is_err() {
            self.rest = "";
        }
        Some(piece)
    }
}

fn parse_capture(inside: &'static str) -> Result<Capture, PatternError> {
    let (name, arity) = if let Some(name) = inside.strip_suffix("...") {
        (name, Arity::Rest)
    } else if let Some(name) = inside.strip_suffix('?') {
        (name, Arity::Optional)
    } else {
        (inside, Arity::Required)
    };
    if matches!(name, "" | "_") {
        return Err(PatternError::new(format!(
            "`{{{inside}}}` has no name: write one, like `{{name}}`"
        )));
    }
    if !is_identifier(name) {
        return Err(PatternError::new(format!(
            "`{{{inside}}}` has no valid name: use letters, digits and `_`, and begin with no digit"
        )));
    }
    Ok(Capture { name, arity })
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c == '_' || c.is_alphabetic())
        && name.chars().all(|c| c == '_' || c.is_alphanumeric())
}

/// Checks that `capture` may join the captures before it.
pub(in crate::route) fn check_new(
    before: &[Capture],
    capture: Capture,
) -> Result<(), PatternError> {
    if before.iter().any(|other| other.name == capture.name) {
        return Err(PatternError::new(format!("two captures have the name `{}`", capture.name)));
    }
    if before.len() == MAX_CAPTURES {
        return Err(PatternError::new(format!(
            "`{capture}` is one capture too many: at most {MAX_CAPTURES} are allowed"
        )));
    }
    Ok(())
}
