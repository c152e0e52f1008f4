//! What the server says when it says no.
//!
//! Bale's own wording is used where somebody recorded it. Where only the prefix is known (`Bad Request:`,
//! `Conflict`), the rest is Telegram's wording, so that nobody's bot can depend on words of our own.

use std::fmt::Display;

use super::quirks::WrongToken;

use serde_json::{Value, json};

/// A failed call: HTTP status, which is also `error_code`, and `description`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) description: String,
    /// Seconds, sent as `parameters.retry_after`.
    pub(crate) retry_after: Option<u64>,
}

impl Refusal {
    fn new(status: u16, description: impl Into<String>) -> Self {
        Self { status, description: description.into(), retry_after: None }
    }

    /// A parameter that cannot be used. Source: `Bad Request: <detail>`, confidence library.
    pub(crate) fn bad_request(detail: impl Display) -> Self {
        Self::new(400, format!("Bad Request: {detail}"))
    }

    /// A JSON or multipart body that cannot be read. Source: errors, confidence library (paraphrased).
    pub(crate) fn malformed() -> Self {
        Self::new(400, "malformed request")
    }

    /// The token belongs to no bot. Source: errors, confidence library.
    pub(crate) fn unknown_token() -> Self {
        Self::new(403, "Token not found")
    }

    /// The token belongs to no bot, in the words that the quirks choose.
    pub(crate) fn wrong_token(answer: WrongToken) -> Self {
        match answer {
            WrongToken::Forbidden => Self::unknown_token(),
            WrongToken::NotFound => Self::not_found(),
            WrongToken::BadRequest => Self::bad_request("Token not found"),
            WrongToken::Unauthorized => Self::new(401, "Unauthorized"),
        }
    }

    /// Something that Bale does not know, in strict mode. Words of our own, for the author.
    pub(crate) fn strict(problems: impl Display) -> Self {
        Self::bad_request(format_args!("strict mode: {problems}"))
    }

    /// A method that Bale does not know, in strict mode.
    pub(crate) fn strict_method(problem: impl Display) -> Self {
        Self::new(404, format!("not found; strict mode: {problem}"))
    }

    /// An address that cannot be fetched. Wording after Telegram's.
    pub(crate) fn not_fetched(why: impl Display) -> Self {
        Self::bad_request(format_args!("failed to get HTTP URL content: {why}"))
    }

    /// The bot may not do this here. Source: errors, confidence library.
    pub(crate) fn permission_denied() -> Self {
        Self::new(403, "permission_denied")
    }

    /// The user wants to hear no more of the bot. Source: errors; the prefix is a library's, the rest is Telegram's and
    /// unverified.
    pub(crate) fn blocked() -> Self {
        Self::new(403, "Forbidden: bot was blocked by the user")
    }

    /// What makes sense only in a group or channel. Wording after Telegram's.
    pub(crate) fn not_for_private_chats() -> Self {
        Self::bad_request("method is available for group and channel chats only")
    }

    /// No such method or path. Source: errors, confidence library.
    pub(crate) fn not_found() -> Self {
        Self::new(404, "not found")
    }

    /// A chat the bot never met. Source: errors, confidence library.
    pub(crate) fn unknown_chat() -> Self {
        Self::new(404, "no such group or user")
    }

    /// Neither GET nor POST. Confidence inferred.
    pub(crate) fn wrong_verb() -> Self {
        Self::new(405, "Method Not Allowed")
    }

    /// Two pollers, or a poller beside a webhook. Source: errors, confidence inferred, wording unseen.
    pub(crate) fn conflict(detail: impl Display) -> Self {
        Self::new(409, format!("Conflict: {detail}"))
    }

    /// A body over the ceiling. Source: errors, confidence inferred.
    pub(crate) fn too_large() -> Self {
        Self::new(413, "Request Entity Too Large")
    }

    /// Over the rate limit. Source: errors, confidence official.
    pub(crate) fn too_many_requests(retry_after: Option<u64>) -> Self {
        Self { retry_after, ..Self::new(429, "Too Many Requests") }
    }

    /// The body of the answer.
    pub(crate) fn body(&self) -> Value {
        let mut body =
            json!({"ok": false, "error_code": self.status, "description": self.description});
        if let Some(seconds) = self.retry_after {
            body["parameters"] = json!({"retry_after": seconds});
        }
        body
    }
}
