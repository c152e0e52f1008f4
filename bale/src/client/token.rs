//! The bot's token. It opens the bot to whoever reads it, so it never leaves this module but inside a URL.

use std::{borrow::Cow, fmt};

use crate::error::{Error, ErrorKind};

/// Shorter keys could be part of ordinary words, so they are only looked for together with the id.
const LEAST_KEY_TO_REDACT_ALONE: usize = 8;

/// A well-formed token. It has no `Display` and no `Serialize`, and its `Debug` shows nothing of it.
#[derive(Clone)]
pub(crate) struct Token {
    text: Box<str>,
    id: i64,
}

impl Token {
    /// Checks the form `<digits>:<letters, digits, - and _>`. The error says what is wrong without quoting.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let malformed = |found: &str| {
            Error::new(ErrorKind::InvalidToken {
                code: None,
                description: format!(
                    "expected `<digits>:<letters, digits, - and _>` as @botfather gives it, found {found}"
                ),
            })
        };
        if text.is_empty() {
            return Err(malformed("nothing"));
        }
        let Some((id, key)) = text.split_once(':') else {
            return Err(malformed("no colon"));
        };
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(malformed("something else than digits before the colon"));
        }
        if key.is_empty() {
            return Err(malformed("nothing after the colon"));
        }
        if !key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
            return Err(malformed("another character after the colon"));
        }
        let id = id.parse().map_err(|_| malformed("too many digits before the colon"))?;
        Ok(Self { text: text.into(), id })
    }

    /// The bot's user id: the part before the colon.
    pub(crate) fn id(&self) -> i64 {
        self.id
    }

    /// The token itself, for the URL.
    pub(crate) fn reveal(&self) -> &str {
        &self.text
    }

    /// `text` without the token: servers and proxies like to quote the path they were asked for.
    pub(crate) fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        const SHOWN: &str = "<token>";
        let (id, key) = self.text.split_once(':').expect("a token has a colon");
        let whole = [format!("{id}:{key}"), format!("{id}%3A{key}"), format!("{id}%3a{key}")];
        let mut needles: Vec<&str> = whole.iter().map(String::as_str).collect();
        if key.len() >= LEAST_KEY_TO_REDACT_ALONE {
            needles.push(key);
        }
        needles.into_iter().fold(Cow::Borrowed(text), |text, needle| {
            if text.contains(needle) { Cow::Owned(text.replace(needle, SHOWN)) } else { text }
        })
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_checked_without_quoting() {
        let found = |text| match Token::parse(text) {
            Ok(token) => format!("bot {}", token.id()),
            Err(error) => {
                let text = error.to_string();
                text.rsplit_once("found ").map_or(text.clone(), |(_, found)| found.to_owned())
            }
        };
        assert_eq!(found("123456:Ab-_9"), "bot 123456");
        assert_eq!(found(""), "nothing");
        assert_eq!(found("SECRET"), "no colon");
        assert_eq!(found("SECRET:x"), "something else than digits before the colon");
        assert_eq!(found("۱۲:x"), "something else than digits before the colon");
        assert_eq!(found(":x"), "something else than digits before the colon");
        assert_eq!(found("1:"), "nothing after the colon");
        assert_eq!(found("1:SEC RET"), "another character after the colon");
        assert_eq!(found("1:a:b"), "another character after the colon");
        assert_eq!(found("1:a/../b"), "another character after the colon");
        assert_eq!(found("99999999999999999999:x"), "too many digits before the colon");
    }

    #[test]
    fn a_text_is_cleared_of_the_token() {
        let token = Token::parse("12:secret-secret").unwrap();
        assert_eq!(
            token.redact("POST /bot12:secret-secret/x and bot12%3Asecret-secret, secret-secret"),
            "POST /bot<token>/x and bot<token>, <token>"
        );
        assert!(matches!(token.redact("bot 12"), Cow::Borrowed("bot 12")));
        assert_eq!(Token::parse("12:a").unwrap().redact("bot12:a has a"), "bot<token> has a");
    }
}
