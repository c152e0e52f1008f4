//! What patterns take, what they refuse, and that data is read as it was written.

use std::borrow::Cow;

use proptest::prelude::*;

use super::command::CommandLine;
use super::*;
use crate::route::callback::CallbackPattern;

fn command(pattern: &'static str) -> WordPattern {
    WordPattern::parse_command(pattern).unwrap()
}

fn text(pattern: &'static str) -> WordPattern {
    WordPattern::parse_text(pattern).unwrap()
}

/// What the captures take, `None` for an absent one; or what does not fit.
fn matched<'p>(pattern: &'p WordPattern, text: &str) -> Result<Vec<Option<String>>, Mismatch<'p>> {
    let captures = pattern.match_words(text, 0)?;
    Ok((0..captures.len()).map(|index| captures.get(index, text).map(Cow::into_owned)).collect())
}

fn values(values: &[&str]) -> Vec<Option<String>> {
    values.iter().map(|value| Some((*value).to_owned())).collect()
}

fn verdict(kind: &str, pattern: &'static str) -> String {
    let captures = match kind {
        "command" => WordPattern::parse_command(pattern).map(|parsed| parsed.captures().collect()),
        "text" => WordPattern::parse_text(pattern).map(|parsed| parsed.captures().collect()),
        "callback" => CallbackPattern::parse(pattern).map(|parsed| parsed.captures().to_vec()),
        _ => panic!("no such kind of pattern: {kind}"),
    };
    let shown = |captures: Vec<Capture>| {
        captures.iter().fold("ok".to_owned(), |shown, capture| {
            format!("{shown} {}", capture.to_string().trim_matches(['{', '}']))
        })
    };
    captures.map_or_else(|error: PatternError| error.to_string(), shown)
}

/// The rows of the verdict table: kind, pattern, verdict.
fn table() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    include_str!("../../../../tests/fixtures/patterns.txt")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (kind, rest) = line.split_once(" | \"").expect("a kind and a pattern");
            let (pattern, verdict) = rest.rsplit_once("\" | ").expect("a pattern and a verdict");
            (kind, pattern, verdict)
        })
}

#[test]
fn verdicts() {
    for (kind, pattern, expected) in table() {
        assert_eq!(verdict(kind, pattern), expected, "{kind} {pattern:?}");
    }
}

#[test]
fn usage() {
    for (pattern, usage) in [
        ("start", "/start"),
        ("add {a} {b}", "/add <a> <b>"),
        ("move  {a} to {b}", "/move <a> to <b>"),
        ("ban {who} {why?}", "/ban <who> [why]"),
        ("say {{x}} {text...}", "/say {x} <text...>"),
    ] {
        assert_eq!(command(pattern).to_string(), usage);
    }
    assert_eq!(text("سفارش  {n} عدد").to_string(), "سفارش <n> عدد");
}

#[test]
fn names_and_keys() {
    let pattern = command("Kharid_۲ {n}");
    assert_eq!((pattern.name(), pattern.name_key()), (Some("Kharid_۲"), Some("kharid_2")));
    assert_eq!((text("/a").name(), text("/a").name_key()), (None, None));
    assert_eq!(command_key("Kharid_۲").as_deref(), Ok("kharid_2"));
    assert_eq!(command_key(""), Err(PatternError::new(NO_NAME)));
    assert_eq!(text(" سفارش  جديد {{۲}} ").exact_key().as_deref(), Some("سفارش جدید {2}"));
    assert_eq!(text("سفارش {n}").exact_key(), None);
    assert_eq!(command("start").exact_key(), None);
}

#[test]
fn duplicates_have_one_shape() {
    for (one, other, same) in [
        ("buy {a} ك {b?}", "BUY {x}  ک {y?}", true),
        ("buy {a}", "buy {a?}", false),
        ("buy {a}", "buy {a...}", false),
        ("buy {a}", "buy {{a}}", false),
        ("buy {a}", "buy {{}}", false),
        ("buy {a} {b}", "buy {a}", false),
        ("buy {a} x", "buy x {a}", false),
    ] {
        let equal = command(one).shape() == command(other).shape();
        assert_eq!(equal, same, "{one} and {other}");
    }
    assert_ne!(command("buy {a}").shape(), text("buy {a}").shape());
}

#[test]
fn the_more_specific_comes_first() {
    let order = [
        "x last {{}}",
        "x",
        "x on {a} {b}",
        "x on {a}",
        "x {a} on",
        "x {a} {b}",
        "x {a} {b} {c?}",
        "x {a}",
        "x {a} {b?}",
        "x {a} {b...}",
        "x {a?}",
        "x {a...}",
    ];
    let mut sorted = order.map(command);
    sorted.reverse();
    sorted.sort_by(WordPattern::by_specificity);
    assert_eq!(sorted, order.map(command));
}

#[test]
fn words_are_taken_in_order() {
    let pattern = command("move {from} to {to}");
    assert_eq!(matched(&pattern, " a  TO\nb"), Ok(values(&["a", "b"])));
    assert_eq!(matched(&pattern, "«a b» to \"c \\\"d\\\"\""), Ok(values(&["a b", "c \"d\""])));
    assert_eq!(matched(&pattern, "a to"), Err(Mismatch::Missing("to")));
    assert_eq!(matched(&pattern, "a"), Err(Mismatch::Literal("to")));
    assert_eq!(matched(&pattern, "a b c"), Err(Mismatch::Literal("to")));
    assert_eq!(matched(&pattern, ""), Err(Mismatch::Missing("from")));
    assert_eq!(matched(&pattern, "a to «ب» «c d»"), Err(Mismatch::TooMany(12)));
}

#[test]
fn optional_captures_may_be_absent() {
    let pattern = command("page {from} {to?} {by?}");
    assert_eq!(matched(&pattern, "1"), Ok([values(&["1"]), vec![None, None]].concat()));
    assert_eq!(matched(&pattern, "1 2"), Ok([values(&["1", "2"]), vec![None]].concat()));
    assert_eq!(matched(&pattern, "1 2 \"\""), Ok(values(&["1", "2", ""])));
}

#[test]
fn a_rest_is_untouched() {
    let pattern = command("say {who} {text...}");
    let subject = "/say ali   «سلام  دنیا» and\n\"so \\\\ on\" \u{200f} ";
    let line = split_command(subject).unwrap();
    let captures = pattern.match_words(subject, line.rest_at).unwrap();
    assert_eq!(captures.get(0, subject), Some(Cow::Borrowed("ali")));
    let rest = "«سلام  دنیا» and\n\"so \\\\ on\" \u{200f}";
    assert_eq!(captures.get(1, subject), Some(Cow::Borrowed(rest)));
    let words: Vec<_> = captures.rest_words(1, subject).collect();
    assert_eq!(words, ["سلام  دنیا", "and", "so \\ on"]);
    assert_eq!(captures.rest_words(0, subject).next(), None);
    assert_eq!((captures.len(), captures.get(2, subject)), (2, None));
    assert_eq!(matched(&pattern, "ali"), Ok(values(&["ali", ""])));
    assert_eq!(matched(&pattern, "ali \u{200f} "), Ok(values(&["ali", ""])));
}

#[test]
fn quotes_need_a_partner_that_ends_the_word() {
    let pattern = text("{all...}");
    for (subject, expected) in [
        ("\"a b\" c", &["a b", "c"][..]),
        ("“a b”", &["a b"]),
        ("\u{200f}«a b»\u{200f} \u{200e}c\u{202c}", &["a b", "c"]),
        ("\"a b", &["\"a", "b"]),
        ("«a «b» c", &["a «b", "c"]),
        ("\"a\"b c\"", &["\"a\"b", "c\""]),
        ("5\" x 6\"", &["5\"", "x", "6\""]),
        ("it's 'a b'", &["it's", "'a", "b'"]),
        ("\"a\\\" b", &["\"a\\\"", "b"]),
        ("\"C:\\new \\\\\"", &["C:\\new \\"]),
        ("\"\" « »", &["", " "]),
    ] {
        let captures = pattern.match_words(subject, 0).unwrap();
        let words: Vec<_> = captures.rest_words(0, subject).collect();
        assert_eq!(words, expected, "{subject}");
    }
}

#[test]
fn only_escapes_cost_a_copy() {
    let subject = "\"a b\" \"c\\\"d\"";
    let captures = command("x {a} {b}").match_words(subject, 0).unwrap();
    assert!(matches!(captures.get(0, subject), Some(Cow::Borrowed("a b"))));
    assert!(matches!(captures.get(1, subject), Some(Cow::Owned(value)) if value == "c\"d"));
}

#[test]
fn commands_are_split() {
    for (text, expected) in [
        ("/start", Some(("start", None, ""))),
        ("/start ", Some(("start", None, " "))),
        (" \u{200f}\n/خرید\u{200e} ۲", Some(("خرید", None, " ۲"))),
        ("/add\n1 2", Some(("add", None, "\n1 2"))),
        ("/add\u{3000}1", Some(("add", None, "\u{3000}1"))),
        ("/add@my_bot 1", Some(("add", Some("my_bot"), " 1"))),
        ("/add@ 1", Some(("add", None, " 1"))),
        ("/a@b@c", Some(("a", Some("b@c"), ""))),
        ("//", Some(("/", None, ""))),
        ("/", None),
        ("/ start", None),
        ("/@bot", None),
        ("/\u{200f} start", None),
        ("start", None),
        ("a /start", None),
        ("", None),
    ] {
        let expected = expected.map(|(name, mention, rest)| {
            let rest_at = text.len() - rest.len();
            CommandLine { name, mention, rest, rest_at }
        });
        assert_eq!(split_command(text), expected, "{text:?}");
    }
}

#[test]
fn mismatches_say_what_is_missing() {
    assert_eq!(Mismatch::Missing("to").to_string(), "argument `to` is missing");
    assert_eq!(Mismatch::Literal("to").to_string(), "the word `to` is missing");
    assert_eq!(Mismatch::TooMany(3).to_string(), "there are more words than the pattern has");
}

/// A text with many of the characters that mean something.
fn tricky() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[ab {}?.:%/@\"«»“”\\\\\n\u{200f}\u{200c}ـ۱]{0,24}"]
}

fn quote(value: &str, (open, close): (char, char)) -> String {
    let inside = value.replace('\\', "\\\\").replace(close, &format!("\\{close}"));
    format!("{open}{inside}{close}")
}

proptest! {
    #[test]
    fn parsers_do_not_panic(pattern in tricky(), subject in tricky()) {
        let pattern: &'static str = pattern.leak();
        for kind in ["command", "text", "callback"] {
            prop_assert_ne!(verdict(kind, pattern), "");
        }
        if let Ok(parsed) = WordPattern::parse_text(pattern) {
            prop_assert!(!parsed.to_string().is_empty());
            prop_assert!(parsed.match_words(&subject, 0).map_or(true, |captures| captures.len() <= 16));
        }
    }

    /// Every place that is told can be sliced, and plain words are those that std splits.
    #[test]
    fn places_are_on_character_boundaries(subject in tricky()) {
        for pattern in ["x {a} {b?} {c...}", "x {a?}", "x {a?} {b?} {c?} {d?}"].map(command) {
            match pattern.match_words(&subject, 0) {
                Ok(captures) => {
                    for index in 0..captures.len() {
                        let value = captures.get(index, &subject).unwrap_or_default();
                        let words: usize = captures.rest_words(index, &subject).map(|w| w.len()).sum();
                        prop_assert!(value.len() <= subject.len() && words <= subject.len());
                    }
                }
                Err(Mismatch::TooMany(at)) => {
                    prop_assert!(subject[at..].starts_with(|c| !char::is_whitespace(c)));
                }
                Err(mismatch) => prop_assert_eq!(mismatch, Mismatch::Missing("a")),
            }
        }
    }

    #[test]
    fn without_quotes_words_are_those_of_std(subject in "[abé۱سـ'\\\\ \n\u{a0}\u{3000}]{0,24}") {
        let captures = text("{all...}").match_words(&subject, 0).unwrap();
        let words: Vec<_> = captures.rest_words(0, &subject).collect();
        prop_assert_eq!(words, subject.split_whitespace().collect::<Vec<_>>());
        let rest = captures.get(0, &subject);
        prop_assert_eq!(rest.as_deref(), Some(subject.trim()));
    }

    #[test]
    fn quoting_gives_the_value_back(
        values in prop::collection::vec(tricky(), 2),
        quotes in prop::sample::select(vec![('"', '"'), ('«', '»'), ('“', '”')]),
    ) {
        let subject = format!("{} \n{}", quote(&values[0], quotes), quote(&values[1], quotes));
        let pattern = command("x {a} {b}");
        prop_assert_eq!(matched(&pattern, &subject), Ok(values.iter().cloned().map(Some).collect()));
        let captures = text("{all...}").match_words(&subject, 0).unwrap();
        prop_assert_eq!(captures.rest_words(0, &subject).collect::<Vec<_>>(), values);
    }

    #[test]
    fn a_split_command_is_part_of_its_text(subject in tricky()) {
        for subject in [format!("/{subject}"), subject] {
            if let Some(line) = split_command(&subject) {
                prop_assert_eq!(&subject[line.rest_at..], line.rest);
                prop_assert!(!line.name.contains(char::is_whitespace) && !line.name.contains('@'));
                prop_assert!(!line.rest.starts_with(|c: char| !c.is_whitespace()));
            }
        }
    }
}
