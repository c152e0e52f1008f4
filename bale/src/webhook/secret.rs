//! The part of the address that nobody can guess.

use std::fmt::Write as _;

use subtle::ConstantTimeEq as _;

use super::WebhookError;

/// Random bytes of a secret that we make.
const BYTES: usize = 24;
/// Characters that one of the author's must have. What people choose is guessed easier than what machines do.
const SHORTEST: usize = 16;

/// Has no `Debug` and no `Display`.
pub(super) struct Secret(String);

impl Secret {
    /// # Errors
    /// If the machine gives no random bytes.
    pub(super) fn generate() -> Result<Self, WebhookError> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes).map_err(|error| {
            WebhookError(format!("the system gives no random bytes for a secret: {error}"))
        })?;
        Ok(Self(bytes.iter().fold(String::new(), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })))
    }

    /// # Errors
    /// If it is short, or has characters that mean something in an address. The error does not repeat it.
    pub(super) fn given(secret: String) -> Result<Self, WebhookError> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if !secret.bytes().all(is_plain) {
            let text =
                "expected a secret of letters A-Z, digits, `-` and `_`; found another character";
            return Err(WebhookError(text.to_owned()));
        }
        if secret.len() < SHORTEST {
            let found = secret.len();
            let text =
                format!("expected a secret of at least {SHORTEST} characters, found {found}");
            return Err(WebhookError(text));
        }
        Ok(Self(secret))
    }

    /// Whether the last part of this path is the secret. The time it takes says nothing but the length.
    pub(super) fn ends(&self, path: &str) -> bool {
        let last = path.rsplit('/').next().unwrap_or_default();
        last.as_bytes().ct_eq(self.0.as_bytes()).into()
    }

    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}
