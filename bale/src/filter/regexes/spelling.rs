//! An expression in the one spelling that texts are brought to before they are searched.

use std::{fmt::Write as _, iter::Peekable, str::Chars};

use crate::text::letter;

/// Where letters and digits have more than one spelling.
const ARABIC: std::ops::RangeInclusive<char> = '\u{600}'..='\u{6ff}';

/// The expression that finds in [`plain_letters`](crate::text::plain_letters) of a text what `pattern` means to find
/// in the text. Escapes stay as they are.
pub(super) fn in_plain_letters(pattern: &str) -> String {
    let mut plain = String::with_capacity(pattern.len());
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, letter(c)) {
            ('\\', _) => {
                plain.push(c);
                plain.extend(chars.next());
            }
            ('[', _) => class(&mut chars, &mut plain),
            (c, Some(same)) if c == same => plain.push(c),
            (_, Some(other)) => plain.push_str(&regex::escape(other.encode_utf8(&mut [0; 4]))),
            // In a text it is never there, and here it need not be.
            (c, None) => optional(c, &mut plain),
        }
    }
    plain
}

fn optional(c: char, plain: &mut String) {
    // As an escape: some are white space to expressions that ignore it.
    let _ = write!(plain, "\\x{{{:x}}}?", u32::from(c));
}

/// A class, from behind its first bracket to its last, with the other spellings of its characters.
fn class(chars: &mut Peekable<Chars<'_>>, plain: &mut String) {
    plain.push('[');
    let mut is_left_out = false;
    let is_negated = chars.next_if_eq(&'^').is_some();
    if is_negated {
        plain.push('^');
    }
    // In the first place it is a character like others.
    plain.extend(chars.next_if_eq(&']'));
    while let Some(c) = chars.next() {
        match c {
            ']' => {
                plain.push(c);
                if is_left_out && !is_negated {
                    plain.push('?');
                }
                return;
            }
            '\\' => {
                plain.push(c);
                plain.extend(chars.next());
            }
            '[' => class(chars, plain),
            first => {
                let last = range(chars).unwrap_or(first);
                plain.push(first);
                if last != first {
                    plain.extend(['-', last]);
                }
                let others = ARABIC.filter(|c| (first..=last).contains(c)).filter_map(letter);
                plain.extend(others.filter(|other| !(first..=last).contains(other)));
                is_left_out |= last == first && letter(first).is_none();
            }
        }
    }
}

/// The end of a range whose first character was read, if it is one; then it is read too.
fn range(chars: &mut Peekable<Chars<'_>>) -> Option<char> {
    let mut ahead = chars.clone();
    let is_range = ahead.next() == Some('-');
    let last = ahead.next().filter(|c| is_range && !matches!(c, ']' | '[' | '\\' | '-'))?;
    *chars = ahead;
    Some(last)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::Regex;

    use super::*;
    use crate::text::plain_letters;

    fn finds(pattern: &str, text: &str) -> bool {
        let plain = in_plain_letters(pattern);
        let regex = Regex::new(&plain).unwrap_or_else(|error| panic!("{pattern}: {error}"));
        regex.is_match(&plain_letters(text))
    }

    #[test]
    fn spellings() {
        for (pattern, found, not_found) in [
            ("سلام|درود", "درود بر شما", "سلم"),
            ("علی", "علي", "علو"),
            ("كريم", "کریم", "کرم"),
            (r"^\d{4}$", "۱۴۰۳", "۱۴۰"),
            ("^[0-9]+$", "٤۲", "4a"),
            ("^[۰-۹]{2}$", "42", "x2"),
            ("[ك-ي]", "م", "ا"),
            ("^[آ-ی ]+$", "سلام علیکم", "سلام!"),
            ("^[ا-ي]+$", "یک", "4"),
            ("^[^ي]+$", "سلام", "علی"),
            ("می\u{200c}خواهم", "میخواهم", "می خواهم"),
            ("میخواهم", "می\u{200c}خواهم", "می خواهم"),
            ("^می[\u{200c} ]خواهم", "می\u{200c}خواهم", "می\tخواهم"),
            ("^می[\u{200c} ]?خواهم", "می خواهم", "می\tخواهم"),
            ("(?x) ^ م \u{200e} ی $", "می", "ی"),
            ("^۱٫۵$", "۱٫۵", "125"),
            ("[]ي]x", "]x", "x"),
            (r"[\]ي-]x", "یx", "x"),
            ("^[[:digit:]&&[^۵]]$", "۴", "٥"),
            (r"\p{Arabic}", "ی", "y"),
            ("Ab", "Ab", "ab"),
        ] {
            assert!(finds(pattern, found), "{pattern} {found}: {}", in_plain_letters(pattern));
            assert!(!finds(pattern, not_found), "{pattern} {not_found}");
        }
    }

    #[test]
    fn an_expression_of_ascii_is_left_as_it_is() {
        for pattern in ["", r"^/buy (\d+)$", r"[^]\]-]+", "[[a-z]--x]", "(?i)a{2,3}?", r"\["] {
            assert_eq!(in_plain_letters(pattern), pattern);
        }
    }

    /// Of pieces that take nothing back: no negation, no anchors, no `.`.
    fn pattern() -> impl Strategy<Value = String> {
        let piece = "[ا-غكکيی۰-۹٠-٩0-9\u{200c}ـ]|\\[[كکيی۱1\u{200c}]{1,3}\\]|\\[ا-ي\\]|\\[۰-۹\\]";
        let pieces = prop::collection::vec((piece, "[?*+]{0,2}"), 1..5);
        pieces.prop_map(|all| all.into_iter().map(|(piece, times)| piece + &times).collect())
    }

    proptest! {
        /// What an expression finds in a text as it was sent it still finds; but for a tatweel in a range of
        /// letters, which is none.
        #[test]
        fn nothing_is_lost(pattern in pattern(), text in "[ا-غف-يكکی۰-۹٠-٩0-9\u{200c}]{0,6}") {
            let raw = Regex::new(&pattern);
            prop_assume!(raw.is_ok());
            if raw.is_ok_and(|raw| raw.is_match(&text)) {
                prop_assert!(finds(&pattern, &text), "{}", in_plain_letters(&pattern));
            }
        }

        /// However it is spelled, it finds the same.
        #[test]
        fn spellings_are_equal(pattern in pattern(), text in "[ا-يكکی۰-۹\u{200c}]{0,6}") {
            prop_assume!(Regex::new(&pattern).is_ok());
            let respelled = |it: &str| it.replace('ي', "ی").replace('ك', "ک").replace('۱', "١");
            prop_assert_eq!(finds(&pattern, &text), finds(&pattern, &respelled(&text)));
        }

        /// An expression that can be read can still be read.
        #[test]
        fn none_is_broken(pattern in "[\\[\\]^\\\\()|?*+.\\-&a1يک۱\u{200c}]{0,10}") {
            if Regex::new(&pattern).is_ok() {
                let plain = in_plain_letters(&pattern);
                prop_assert!(Regex::new(&plain).is_ok(), "{plain}");
            }
        }
    }
}
