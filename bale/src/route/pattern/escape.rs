//! Escapes inside values: backslashes in quoted words, percent signs in callback data.

use std::{
    borrow::Cow,
    fmt::{self, Write},
};

/// Whether a backslash before `c` makes it stand for itself in a quoted word.
pub(super) fn is_escapable(c: char) -> bool {
    matches!(c, '\\' | '"' | '«' | '»' | '“' | '”')
}

/// The inside of a quoted word without its escapes.
pub(super) fn unquote(inside: &str) -> Cow<'_, str> {
    if !inside.match_indices('\\').any(|(at, _)| inside[at + 1..].starts_with(is_escapable)) {
        return Cow::Borrowed(inside);
    }
    let mut value = String::with_capacity(inside.len());
    let mut chars = inside.chars().peekable();
    while let Some(c) = chars.next() {
        let escaped = if c == '\\' { chars.next_if(|next| is_escapable(*next)) } else { None };
        value.push(escaped.unwrap_or(c));
    }
    Cow::Owned(value)
}

/// Writes values into `out` so that neither `%` nor `stop` stands in them as it is.
#[derive(Debug)]
pub(in crate::route) struct PercentWriter<'o> {
    pub(in crate::route) out: &'o mut String,
    pub(in crate::route) stop: Option<char>,
}

impl Write for PercentWriter<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            if c == '%' || Some(c) == self.stop {
                let mut buffer = [0; 4];
                for byte in c.encode_utf8(&mut buffer).bytes() {
                    write!(self.out, "%{byte:02X}")?;
                }
            } else {
                self.out.push(c);
            }
        }
        Ok(())
    }
}

/// `text` with its percent escapes decoded. What is no escape, or not of UTF-8, stays as it is.
pub(super) fn percent_decode(text: &str) -> Cow<'_, str> {
    let mut value = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(next) = text[at..].find('%') {
        at += next;
        match escaped_char(&text[at..]) {
            Some((c, length)) => {
                value.push_str(&text[copied..at]);
                value.push(c);
                at += length;
                copied = at;
            }
            None => at += 1,
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    value.push_str(&text[copied..]);
    Cow::Owned(value)
}

/// Where `literal` first stands in `text`, outside escapes.
pub(in crate::route) fn find_outside_escapes(text: &str, literal: &str) -> Option<usize> {
    let mut at = 0;
    while !text[at..].starts_with(literal) {
        let rest = &text[at..];
        at += match escaped_char(rest) {
            Some((_, length)) => length,
            None => rest.chars().next()?.len_utf8(),
        };
    }
    Some(at)
}

/// The character whose escape begins `text`, and the length of that escape.
fn escaped_char(text: &str) -> Option<(char, usize)> {
    let mut bytes = text.as_bytes().chunks(3).map_while(escaped_byte);
    let mut buffer = [bytes.next()?, 0, 0, 0];
    let length = match buffer[0] {
        0x00..=0x7f => 1,
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    for byte in &mut buffer[1..length] {
        *byte = bytes.next()?;
    }
    let c = std::str::from_utf8(&buffer[..length]).ok()?.chars().next()?;
    Some((c, 3 * length))
}

fn escaped_byte(chunk: &[u8]) -> Option<u8> {
    let &[b'%', high, low] = chunk else { return None };
    let digit = |byte| char::from(byte).to_digit(16);
    u8::try_from(16 * digit(high)? + digit(low)?).ok()
}
