//! All regular expressions of a bot, read in one pass.

use std::borrow::Cow;

use regex::{RegexSet, RegexSetBuilder};

use self::spelling::in_plain_letters;
use crate::{context::Context, text::plain_letters};

mod spelling;

/// What one expression may take when compiled, in bytes: the limit of `regex`, which for a set is that of all.
const SIZE: usize = 10 << 20;

/// The expressions of all filters.
#[derive(Debug, Default)]
pub(crate) struct Regexes {
    /// Sorted, so that their places are found.
    patterns: Vec<Cow<'static, str>>,
    set: Option<RegexSet>,
}

impl Regexes {
    /// # Errors
    /// If they cannot be compiled together.
    pub(crate) fn new(mut patterns: Vec<Cow<'static, str>>) -> Result<Self, String> {
        patterns.sort_unstable();
        patterns.dedup();
        if patterns.is_empty() {
            return Ok(Self::default());
        }
        let limit = SIZE.saturating_mul(patterns.len());
        let plain = patterns.iter().map(|pattern| in_plain_letters(pattern));
        let set = RegexSetBuilder::new(plain).size_limit(limit).build();
        Ok(Self { set: Some(set.map_err(|error| in_one_line(&error))?), patterns })
    }

    /// What is wrong with one expression.
    pub(crate) fn problem(pattern: &str) -> Option<String> {
        let problem = |pattern: &str| regex::Regex::new(pattern).err();
        problem(pattern)
            .or_else(|| problem(&in_plain_letters(pattern)))
            .map(|error| in_one_line(&error))
    }

    /// Whether the update's text has something that the expression finds.
    pub(super) fn is_match(&self, pattern: &str, cx: &Context) -> bool {
        let matches = || Some(self.set.as_ref()?.matches(&plain_letters(subject(cx)?)));
        let found = cx.answers().matches.get_or_init(matches);
        let place = self.patterns.binary_search_by(|known| (**known).cmp(pattern));
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
