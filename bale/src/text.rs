//! Persian and Arabic spellings of the same text, made equal.

use std::borrow::Cow;

/// `text` with Persian (`۰-۹`) and Arabic (`٠-٩`) digits as ASCII, and the Arabic decimal separator
/// (`٫`) as a full stop; thousands separators (`٬`) are dropped. Borrowed if nothing changes.
pub(crate) fn ascii_digits(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || text.chars().all(|c| ascii_digit(c) == Some(c)) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.chars().filter_map(ascii_digit).collect())
    }
}

/// `text` with ASCII digits as Persian ones.
pub(crate) fn persian_digits(text: &str) -> String {
    let digit = |c: char| match c.to_digit(10) {
        Some(digit) => char::from_u32(u32::from('۰') + digit).unwrap_or(c),
        None => c,
    };
    text.chars().map(digit).collect()
}

/// The key by which literal text is compared: two texts that a reader takes for the same have the
/// same key.
///
/// Arabic `ي`, `ى` and `ك` become Persian `ی` and `ک`; invisible marks ([`is_mark`]) and the
/// tatweel (`ـ`) go; numbers are written as by [`ascii_digits`]; letters are lower-cased; a run of
/// white space is one space, and there is none at the ends. Borrowed if `text` is its own key.
pub(crate) fn fold(text: &str) -> Cow<'_, str> {
    // Most words that arrive are plain names of commands.
    let plain = |byte: u8| byte.is_ascii_graphic() && !byte.is_ascii_uppercase();
    if text.bytes().all(plain) || folded(text).eq(text.chars()) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(folded(text).collect())
    }
}

/// Whether both texts have the same [key](fold); allocates nothing.
pub(crate) fn fold_eq(a: &str, b: &str) -> bool {
    a == b || folded(a).eq(folded(b))
}

/// Whether `c` is an invisible mark: a joiner, a zero-width space, a mark of writing direction or a
/// byte order mark. Keyboards and copied text carry them unseen.
pub(crate) fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The characters of the key of `text`.
fn folded(text: &str) -> impl Iterator<Item = char> {
    text.split_whitespace()
        .filter(|word| word.chars().any(|c| letter(c).is_some()))
        .enumerate()
        .flat_map(|(index, word)| {
            let space = (index > 0).then_some(' ');
            space.into_iter().chain(word.chars().filter_map(letter).flat_map(char::to_lowercase))
        })
}

/// `text` with the letters and digits of [`fold`], its case and white space as they are.
pub(crate) fn plain_letters(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.chars().filter_map(letter).collect())
    }
}

/// The one spelling of a character, case aside; `None` if it does not count.
pub(crate) fn letter(c: char) -> Option<char> {
    match c {
        '\0'..='\x7f' => Some(c),
        'ي' | 'ى' => Some('ی'),
        'ك' => Some('ک'),
        '\u{640}' => None,
        c if is_mark(c) => None,
        c => ascii_digit(c),
    }
}

fn ascii_digit(c: char) -> Option<char> {
    let zero = match c {
        '۰'..='۹' => '۰',
        '٠'..='٩' => '٠',
        '٫' => return Some('.'),
        '٬' => return None,
        c => return Some(c),
    };
    char::from_digit(u32::from(c) - u32::from(zero), 10)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn digits() {
        for (text, expected) in [
            ("", ""),
            ("12.5", "12.5"),
            ("۰۱۲۳۴۵۶۷۸۹", "0123456789"),
            ("٠١٢٣٤٥٦٧٨٩", "0123456789"),
            ("-۱۲٬۳۴۵٫۶۷", "-12345.67"),
            ("سلام", "سلام"),
        ] {
            assert_eq!(ascii_digits(text), expected);
        }
    }

    #[test]
    fn keys() {
        for (text, key) in [
            ("", ""),
            (" \n\u{200f}\t", ""),
            ("start", "start"),
            ("Start", "start"),
            ("ÉCOLE Σ", "école σ"),
            ("علي كريمى", "علی کریمی"),
            ("می\u{200c}خواهم", "میخواهم"),
            ("ســـلام", "سلام"),
            ("\u{feff}\u{202b}سفارش \u{2067}۱۲\u{2069}", "سفارش 12"),
            ("\u{a0}سفارش \u{200e} \r\n جدید\u{3000}", "سفارش جدید"),
            ("۱٬۰۰۰٫۵", "1000.5"),
        ] {
            assert_eq!(fold(text), key, "{text:?}");
        }
    }

    #[test]
    fn a_key_is_borrowed() {
        for text in ["", "add 1", "سفارش جدید", "école"] {
            assert!(matches!(fold(text), Cow::Borrowed(key) if key == text), "{text:?}");
        }
    }

    #[test]
    fn folding_any_character_twice_changes_nothing() {
        for c in ('\0'..=char::MAX).map(String::from) {
            let key = fold(&c).into_owned();
            assert!(matches!(fold(&key), Cow::Borrowed(again) if again == key), "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn persian_digits_are_the_same_digits(text in "[a-z0-9/ ]{0,9}") {
            let persian = persian_digits(&text);
            prop_assert!(!persian.contains(|c: char| c.is_ascii_digit()));
            prop_assert_eq!(ascii_digits(&persian), text);
        }

        #[test]
        fn fold_is_idempotent(text: String) {
            let key = fold(&text).into_owned();
            prop_assert_eq!(fold(&key), Cow::<str>::Borrowed(&key));
        }

        #[test]
        fn fold_eq_is_equality_of_keys(a in "[ aAيی۱1\u{200c}ـ]{0,4}", b in "[ aAيی۱1\u{200c}ـ]{0,4}") {
            prop_assert_eq!(fold_eq(&a, &b), fold(&a) == fold(&b));
        }

        /// However a keyboard writes a text, its key is the same.
        #[test]
        fn fold_is_insensitive(
            words in prop::collection::vec("[a-z۰-۹یکآ-غ]{1,6}", 0..5),
            space in "[ \n\t\u{a0}\u{2003}]{1,3}",
            mark in "[\u{200c}\u{200d}\u{640}\u{feff}\u{200e}\u{202b}\u{2069}]{0,2}",
        ) {
            let typed = format!("{space}{mark}{}{mark}", words.join(&format!("{mark}{space}")))
                .replace('ی', "ي").replace('ک', "ك").to_uppercase();
            let plain = words.join(" ");
            prop_assert_eq!(fold(&typed), fold(&plain));
        }
    }
}
