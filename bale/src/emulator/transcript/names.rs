//! Names of people as names of variables, and texts as Rust writes them.

use std::{collections::BTreeMap, fmt::Write as _};

/// Persian letters as they are commonly written in Latin ones; vowel signs and the rest are left out.
const LETTERS: &[(&str, &str)] = &[
    ("اأإآعى", "a"),
    ("ب", "b"),
    ("پ", "p"),
    ("تط", "t"),
    ("ثسص", "s"),
    ("ج", "j"),
    ("چ", "ch"),
    ("حه", "h"),
    ("خ", "kh"),
    ("د", "d"),
    ("ذزضظ", "z"),
    ("ر", "r"),
    ("ژ", "zh"),
    ("ش", "sh"),
    ("غق", "gh"),
    ("ف", "f"),
    ("کك", "k"),
    ("گ", "g"),
    ("ل", "l"),
    ("م", "m"),
    ("ن", "n"),
    ("و", "o"),
    ("یيئ", "i"),
];

/// Words that are no names.
const TAKEN: &[&str] = &[
    "abstract", "as", "async", "await", "become", "bot", "box", "break", "const", "continue",
    "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if",
    "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub",
    "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "union", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Gives each key a name of its own.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeMap<(i64, i64), String>);

impl Names {
    /// The variable of this key, if it has one.
    pub(super) fn get(&self, key: (i64, i64)) -> Option<&str> {
        self.0.get(&key).map(String::as_str)
    }

    /// A new variable after this name.
    pub(super) fn give(&mut self, key: (i64, i64), name: &str) -> String {
        let plain = latin(name);
        let mut chosen = plain.clone();
        let mut number = 1;
        while TAKEN.contains(&&*chosen) || self.0.values().any(|taken| *taken == chosen) {
            number += 1;
            chosen = format!("{plain}{number}");
        }
        self.0.insert(key, chosen.clone());
        chosen
    }
}

fn latin(name: &str) -> String {
    let mut plain = String::new();
    for letter in name.chars().flat_map(char::to_lowercase) {
        if letter.is_ascii_alphanumeric() {
            plain.push(letter);
        } else if let Some((_, latin)) = LETTERS.iter().find(|(all, _)| all.contains(letter)) {
            plain.push_str(latin);
        } else if (letter.is_whitespace() || letter == '_') && !plain.ends_with('_') {
            plain.push('_');
        }
    }
    let plain = plain.trim_matches('_');
    if plain.starts_with(|first: char| first.is_ascii_alphabetic()) {
        plain.to_owned()
    } else {
        format!("person{plain}")
    }
}

/// A text as a Rust literal. Marks of direction would change how the source reads, and rustc refuses them.
pub(super) fn literal(text: &str) -> String {
    let mut literal = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                // Writing to a string does not fail.
                let _ = write!(literal, "{}", letter.escape_unicode());
            }
            _ if letter.is_control() => literal.extend(letter.escape_default()),
            _ => literal.push(letter),
        }
    }
    literal.push('"');
    literal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_have_variables() {
        let mut names = Names::default();
        let given: Vec<_> = ["سارا", "علی", "Sara", "Ali Reza", "match", "👋", "۱۲"]
            .into_iter()
            .zip(0..)
            .map(|(name, id)| names.give((id, id), name))
            .collect();
        assert_eq!(given, ["sara", "ali", "sara2", "ali_reza", "match2", "person", "person2"]);
        assert_eq!(names.get((1, 1)), Some("ali"));
    }

    #[test]
    fn texts_are_literals() {
        assert_eq!(literal("می‌خواهید؟"), "\"می‌خواهید؟\"");
        assert_eq!(literal("a\"\\\n\t\u{202e}"), r#""a\"\\\n\t\u{202e}""#);
    }
}
