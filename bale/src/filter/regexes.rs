//! All regular expressions of a bot, read in one pass.

use std::{borrow::Cow, fmt};

use regex::{Regex, RegexSetBuilder, SetMatches};

use self::spelling::in_plain_letters;
use crate::{context::Context, text::plain_letters};

mod spelling;

/// What one expression may take when compiled, in bytes: the limit of `regex`, which for a set is that of all.
const SIZE: usize = 10 << 20;

/// An expression and what reads it. Nothing else names the engine, so that the linker leaves it out of a program whose
/// filters have no expression: it is an eighth of a bot.
#[derive(Clone)]
pub(crate) struct Expression {
    text: Cow<'static, str>,
    engine: &'static Engine,
}

struct Engine {
    compile: fn(&[Cow<'static, str>]) -> Compiled,
    problem: fn(&str) -> Option<String>,
}

/// Says of a text in plain letters which expressions find something in it.
type Search = dyn Fn(&str) -> SetMatches + Send + Sync;
type Compiled = Result<Box<Search>, String>;

impl Expression {
    pub(super) fn new(text: Cow<'static, str>) -> Self {
        Self { text, engine: &Engine { compile, problem } }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// What is wrong with it.
    pub(crate) fn problem(&self) -> Option<String> {
        (self.engine.problem)(&self.text)
    }
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

fn compile(patterns: &[Cow<'static, str>]) -> Compiled {
    let limit = SIZE.saturating_mul(patterns.len());
    let plain = patterns.iter().map(|pattern| in_plain_letters(pattern));
    let set = RegexSetBuilder::new(plain).size_limit(limit).build();
    let set = set.map_err(|error| in_one_line(&error))?;
    Ok(Box::new(move |text| set.matches(text)))
}

fn problem(pattern: &str) -> Option<String> {
    let problem = |pattern: &str| Regex::new(pattern).err();
    problem(pattern)
        .or_else(|| problem(&in_plain_letters(pattern)))
        .map(|error| in_one_line(&error))
}

/// The expressions of all filters.
#[derive(Default)]
pub(crate) struct Regexes {
    /// Sorted, so that their places are found.
    patterns: Vec<Cow<'static, str>>,
    search: Option<Box<Search>>,
}

impl fmt::Debug for Regexes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Regexes").field(&self.patterns).finish()
    }
}

impl Regexes {
    /// # Errors
    /// If they cannot be compiled together.
    pub(crate) fn new(expressions: Vec<Expression>) -> Result<Self, String> {
        let Some(engine) = expressions.first().map(|expression| expression.engine) else {
            return Ok(Self::default());
        };
        let mut patterns: Vec<_> = expressions.into_iter().map(|it| it.text).collect();
        patterns.sort_unstable();
        patterns.dedup();
        let search = (engine.compile)(&patterns)?;
        Ok(Self { patterns, search: Some(search) })
    }

    /// Whether the update's text has something that the expression finds.
    pub(super) fn is_match(&self, expression: &Expression, cx: &Context) -> bool {
        let matches = || Some(self.search.as_ref()?(&plain_letters(subject(cx)?)));
        let found = cx.answers().matches.get_or_init(matches);
        let place = self.patterns.binary_search(&expression.text);
        found.as_ref().zip(place.ok()).is_some_and(|(found, place)| found.matched(place))
    }
}

/// A message's text or caption, or a button's data.
fn subject(cx: &Context) -> Option<&str> {
    match (cx.message(), cx.callback_query()) {
        (Some(message), _) => message.text.as_deref().or(message.caption.as_deref()),
        (None, Some(query)) => query.data.as_deref(),
        (None, None) => None,
    }
}

/// `regex` draws an arrow below the expression; the last line says what it means.
fn in_one_line(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or(&text);
    last.strip_prefix("error: ").unwrap_or(last).to_owned()
}
