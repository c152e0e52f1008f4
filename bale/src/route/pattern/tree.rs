//! Patterns of texts, found by the words of a text: what a text costs does not grow with them.

use std::{borrow::Cow, collections::HashMap};

use super::{Arity, Word, WordPattern, Words};
use crate::text::fold;

/// Patterns by their words: a step down is a word, this literal one or any.
#[derive(Debug, Default)]
pub(in crate::route) struct PatternTree {
    root: Node,
    /// The most steps down.
    depth: usize,
}

#[derive(Debug, Default)]
struct Node {
    /// By their [folded](fold) text.
    literals: HashMap<Box<str>, Node>,
    /// Below a required capture.
    any: Option<Box<Node>>,
    /// The patterns whose required words end here.
    ends: Vec<End>,
}

#[derive(Debug)]
struct End {
    index: usize,
    /// How many words may follow.
    more: usize,
}

impl PatternTree {
    /// Files a pattern under its number.
    pub(in crate::route) fn insert(&mut self, pattern: &WordPattern, index: usize) {
        let (mut node, mut steps, mut more) = (&mut self.root, 0, 0);
        for word in &pattern.words {
            node = match word {
                Word::Literal(literal) => node.literals.entry(literal.key.clone()).or_default(),
                Word::Capture(capture) => match capture.arity {
                    Arity::Required => node.any.get_or_insert_default(),
                    // Those come after everything required, and a rest comes last.
                    Arity::Optional => {
                        more += 1;
                        continue;
                    }
                    Arity::Rest => {
                        more = usize::MAX;
                        continue;
                    }
                },
            };
            steps += 1;
        }
        node.ends.push(End { index, more });
        self.depth = self.depth.max(if more == usize::MAX { steps } else { steps + more });
    }

    /// The numbers of the patterns that `text` fits, in rising order.
    pub(in crate::route) fn fitting(&self, text: &str) -> Vec<usize> {
        // One word beyond the longest pattern tells that there are more.
        let words: Vec<Cow<'_, str>> = Words::new(text, 0)
            .take(self.depth + 1)
            .map(|word| match word.resolve(text) {
                Cow::Borrowed(word) => fold(word),
                Cow::Owned(word) => Cow::Owned(fold(&word).into_owned()),
            })
            .collect();
        let mut found = Vec::new();
        self.root.collect(&words, &mut found);
        found.sort_unstable();
        found
    }
}

impl Node {
    fn collect(&self, words: &[Cow<'_, str>], found: &mut Vec<usize>) {
        let fitting = self.ends.iter().filter(|end| words.len() <= end.more);
        found.extend(fitting.map(|end| end.index));
        let Some((word, rest)) = words.split_first() else { return };
        let literal = self.literals.get(&**word);
        for next in literal.into_iter().chain(self.any.as_deref()) {
            next.collect(rest, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Of few words, so that many texts fit, and of words that are hard to tell apart.
    fn pattern() -> impl Strategy<Value = &'static str> {
        let literal = prop::sample::select(vec!["a", "B", "كي", "a\u{200c}a", "۱"]);
        let required = prop::collection::vec(prop_oneof![literal, Just("{}")], 0..4);
        let tail = prop::sample::select(vec!["", "", "{?}", "{?} {?}", "{...}", "{?} {...}"]);
        (required, tail).prop_filter_map("it has words", |(words, tail)| {
            let mut names = "uvwxyz".chars();
            let pattern = words.iter().chain([&tail]).filter(|word| !word.is_empty());
            let pattern = pattern.copied().collect::<Vec<_>>().join(" ").chars().fold(
                String::new(),
                |mut named, c| {
                    named.push(c);
                    if c == '{' {
                        named.extend(names.next());
                    }
                    named
                },
            );
            (!pattern.is_empty()).then(|| &*pattern.leak())
        })
    }

    fn text() -> impl Strategy<Value = String> {
        let word = prop::sample::select(vec![
            "a", "A", "b", "کی", "aa", "1", "١", "\"a\"", "«a b»", "\"a", "\u{200f}", "\"\\\"\"",
        ]);
        let space = prop::sample::select(vec![" ", "  ", "\n", "\u{a0}", " \u{200c}"]);
        prop::collection::vec((word, space), 0..6)
            .prop_map(|words| words.into_iter().flat_map(<[&str; 2]>::from).collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn the_tree_finds_what_trying_all_finds(
            patterns in prop::collection::vec(pattern(), 1..12),
            texts in prop::collection::vec(text(), 1..6),
        ) {
            let patterns: Vec<WordPattern> =
                patterns.into_iter().map(|text| WordPattern::parse_text(text).unwrap()).collect();
            let mut tree = PatternTree::default();
            for (index, pattern) in patterns.iter().enumerate() {
                tree.insert(pattern, index);
            }
            for text in texts {
                let fits = |index: &usize| patterns[*index].match_words(&text, 0).is_ok();
                let tried: Vec<usize> = (0..patterns.len()).filter(fits).collect();
                prop_assert_eq!(tree.fitting(&text), tried, "{:?}", text);
            }
        }
    }
}
