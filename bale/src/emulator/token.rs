//! Tokens: their form, and whether one looks like it was given out by Bale.

use std::{error::Error as StdError, fmt};

/// Characters after the colon from which on a token looks real.
///
/// Source: docs.bale.ai, opening (official): about 40 characters.
const REAL_SECRET: usize = 30;

/// A token that is not digits, a colon and some of `A-Z a-z 0-9 _ -`. It does not repeat the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadToken(());

impl fmt::Display for BadToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "expected a token of the form 123456:TEST: digits, a colon, letters, digits, _ or -",
        )
    }
}

impl StdError for BadToken {}

/// The bot's id, which stands before the colon.
pub(crate) fn bot_id(token: &str) -> Result<i64, BadToken> {
    let (id, secret) = token.split_once(':').ok_or(BadToken(()))?;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if secret.is_empty() || !secret.bytes().all(allowed) || !id.bytes().all(|b| b.is_ascii_digit())
    {
        return Err(BadToken(()));
    }
    id.parse().map_err(|_| BadToken(()))
}

/// Whether a token looks like a real one, which has no business in an emulator.
pub fn looks_real(token: &str) -> bool {
    token.split_once(':').is_some_and(|(_, secret)| secret.len() >= REAL_SECRET)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_an_id_and_a_secret() {
        assert_eq!(bot_id("123456:TEST_-1"), Ok(123_456));
        for bad in [
            "",
            "123456",
            "123456:",
            ":TEST",
            "+1:TEST",
            "1:TE/ST",
            "1:TE:ST",
            "99999999999999999999:T",
        ] {
            assert_eq!(bot_id(bad), Err(BadToken(())), "{bad}");
        }
    }

    #[test]
    fn real_tokens_are_recognised_by_their_length() {
        assert!(looks_real(&format!("123456:{}", "a".repeat(40))));
        assert!(!looks_real("123456:TEST"));
    }
}
