//! Reading an answer: by its body, whatever the HTTP status, because the two do not always agree.

use std::{
    any::{Any, TypeId},
    borrow::Cow,
    time::Duration,
};

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::{token::Token, transport::Reply};
use crate::{
    error::{Error, ErrorKind},
    methods::Updates,
    types::decode::{Known, decode},
};

/// How much of a strange body an error quotes, in characters.
const EXCERPT: usize = 200;

#[derive(Deserialize)]
struct Envelope<T> {
    ok: bool,
    result: Option<T>,
}

/// The `result` of an answer, or why there is none.
pub(crate) fn read<T: DeserializeOwned + Any>(
    method: &'static str,
    reply: &Reply,
    token: &Token,
) -> Result<T, Error> {
    // One byte that is not UTF-8 must not cost a whole batch of updates; valid text is only borrowed.
    // The check of the standard library is the faster one; the other one also repairs.
    let body = std::str::from_utf8(&reply.body)
        .map_or_else(|_| String::from_utf8_lossy(&reply.body), Cow::Borrowed);
    if let Some(updates) = known_updates(&body) {
        return Ok(updates);
    }
    let unexpected = match decode(&body) {
        Ok(Envelope { ok: true, result: Some(result) }) => return Ok(result),
        Ok(Envelope { ok: true, result: None }) => "there is no `result`".to_owned(),
        Ok(Envelope { ok: false, .. }) => String::new(),
        Err(error) => error.to_string(),
    };
    Err(failure(method, reply.status, &body, &unexpected, token).of(method))
}

/// The answer to `getUpdates` in one pass, if there is nothing odd about it. To set an odd update apart from
/// the others takes two.
fn known_updates<T: Any>(body: &str) -> Option<T> {
    if TypeId::of::<T>() != TypeId::of::<Updates>() {
        return None;
    }
    let Envelope { ok: true, result: Some(Known(updates)) } = serde_json::from_str(body).ok()?
    else {
        return None;
    };
    let updates: Box<dyn Any> = Box::new(Updates(updates.into_iter().map(Ok).collect()));
    updates.downcast().ok().map(|updates| *updates)
}

/// Why an answer has no usable `result`; `unexpected` says where reading it stopped.
pub(super) fn failure(
    method: &str,
    status: u16,
    body: &str,
    unexpected: &str,
    token: &Token,
) -> Error {
    let answer: Value = serde_json::from_str(body).unwrap_or_default();
    if answer["ok"] == false {
        let failing = (status >= 400).then_some(i64::from(status));
        let code = integer(&answer["error_code"]).or(failing);
        let description = answer["description"].as_str().unwrap_or("no description");
        let retry_after = seconds(&answer["parameters"]["retry_after"]);
        let description = token.redact(description).into_owned();
        return Error::new(ErrorKind::refusal(method, code, description, retry_after));
    }
    let body = excerpt(&token.redact(body));
    let is_envelope = answer["ok"] == true;
    if !is_envelope && (status == 429 || body.contains("local_rate_limited")) {
        let code = Some(i64::from(status));
        let description = if body.is_empty() { "no description".to_owned() } else { body };
        return Error::new(ErrorKind::RateLimited { code, description, retry_after: None });
    }
    if is_envelope || (200..300).contains(&status) {
        Error::new(ErrorKind::Decode { status, body })
            .because(token.redact(unexpected).into_owned())
    } else {
        Error::new(ErrorKind::Http { status, body })
    }
}

fn integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// Documented as whole seconds; gateways write fractions and strings as well.
fn seconds(value: &Value) -> Option<Duration> {
    let seconds = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// The beginning of a body on one line.
fn excerpt(body: &str) -> String {
    let mut line = String::new();
    for word in body.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > 4 * EXCERPT {
            break;
        }
    }
    match line.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind_of(method: &'static str, status: u16, body: impl Into<Vec<u8>>) -> ErrorKind {
        let token = Token::parse("12:secret-secret").unwrap();
        read::<bool>(method, &Reply::new(status, body.into()), &token).unwrap_err().kind().clone()
    }

    fn text(description: &str) -> String {
        description.to_owned()
    }

    #[test]
    fn the_body_decides() {
        let token = Token::parse("12:secret-secret").unwrap();
        let read = |status, body: &'static str| {
            read::<bool>("deleteMessage", &Reply::new(status, body), &token).ok()
        };
        assert_eq!(read(200, r#"{"ok":true,"result":true}"#), Some(true));
        assert_eq!(read(500, r#"{"result":false,"ok":true,"more":[1]}"#), Some(false));
        assert_eq!(read(200, r#"{"ok":false,"result":true}"#), None);
    }

    #[test]
    fn refusals_are_classified_by_code_and_text() {
        let refused = |code: i64, description: &str| {
            let body =
                format!(r#"{{"ok":false,"error_code":{code},"description":"{description}"}}"#);
            let kind = kind_of("sendMessage", 200, body.clone());
            assert_eq!(kind, kind_of("sendMessage", 502, body), "the status must not matter");
            kind
        };
        macro_rules! check {
            ($($kind:ident { $code:literal, $text:literal $(, $retry:ident: $pause:expr)? })*) => { $(
                assert_eq!(
                    refused($code, $text),
                    ErrorKind::$kind { code: Some($code), description: text($text) $(, $retry: $pause)? },
                );
            )* };
        }
        check! {
            InvalidToken { 400, "Bad Request: Token not found" }
            InvalidToken { 403, "Token not found" }
            InvalidToken { 401, "Unauthorized" }
            RateLimited { 429, "Too Many Requests", retry_after: None }
            RateLimited { 429, "bot limit exceed", retry_after: None }
            RateLimited { 400, "Bot Limit Exceed", retry_after: None }
            RateLimited { 503, "local_rate_limited", retry_after: None }
            RateLimited { 420, "flood", retry_after: None }
            NotFound { 400, "no such group or user" }
            NotFound { 404, "no such group or user" }
            NotFound { 403, "no such group or user" }
            NotFound { 404, "not found" }
            NotFound { 404, "chat not found" }
            Forbidden { 403, "permission_denied" }
            Forbidden { 400, "permission_denied" }
            Forbidden { 403, "Forbidden: bot was blocked by the user" }
            BadRequest { 400, "Bad Request: message text is empty" }
            Conflict { 409, "Conflict" }
            Api { 413, "Request Entity Too Large" }
            Api { 500, "internal server error" }
        }
        assert_eq!(
            kind_of("getMe", 404, r#"{"ok":false,"error_code":404,"description":"not found"}"#),
            ErrorKind::InvalidToken { code: Some(404), description: text("not found") }
        );
    }

    #[test]
    fn the_pause_comes_in_several_spellings() {
        let pause = |retry_after: &str| {
            let body = format!(
                r#"{{"ok":false,"error_code":429,"description":"x","parameters":{{"retry_after":{retry_after}}}}}"#
            );
            match kind_of("sendMessage", 429, body) {
                ErrorKind::RateLimited { code: Some(429), description, retry_after } => {
                    assert_eq!(description, "x");
                    retry_after
                }
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(pause("5"), Some(Duration::from_secs(5)));
        assert_eq!(pause("1.5"), Some(Duration::from_millis(1500)));
        assert_eq!(pause("\"7\""), Some(Duration::from_secs(7)));
        assert_eq!(pause("0"), Some(Duration::ZERO));
        assert_eq!(pause("-1"), None);
        assert_eq!(pause("1e300"), None);
        assert_eq!(pause("\"soon\""), None);
        assert_eq!(pause("null"), None);
    }

    #[test]
    fn a_refusal_may_lack_anything() {
        assert_eq!(
            kind_of("sendMessage", 200, r#"{"ok":false}"#),
            ErrorKind::Api { code: None, description: text("no description") }
        );
        assert_eq!(
            kind_of("sendMessage", 403, r#"{"ok":false,"error_code":null,"description":null}"#),
            ErrorKind::Forbidden { code: Some(403), description: text("no description") }
        );
        assert_eq!(
            kind_of("sendMessage", 200, r#"{"ok":false,"error_code":"400","description":"x"}"#),
            ErrorKind::BadRequest { code: Some(400), description: text("x") }
        );
    }

    #[test]
    fn bodies_that_are_no_answers() {
        let html = "<html>\n <body>Bad gateway</body>";
        assert_eq!(
            kind_of("sendMessage", 502, html),
            ErrorKind::Http { status: 502, body: text("<html> <body>Bad gateway</body>") }
        );
        assert_eq!(
            kind_of("sendMessage", 404, ""),
            ErrorKind::Http { status: 404, body: text("") }
        );
        assert_eq!(
            kind_of("sendMessage", 302, "moved"),
            ErrorKind::Http { status: 302, body: text("moved") }
        );
        assert_eq!(
            kind_of("sendMessage", 200, html),
            ErrorKind::Decode { status: 200, body: text("<html> <body>Bad gateway</body>") }
        );
        assert_eq!(
            kind_of("sendMessage", 200, ""),
            ErrorKind::Decode { status: 200, body: text("") }
        );
        assert_eq!(
            kind_of("sendMessage", 200, r#"{"ok":true,"result":tr"#),
            ErrorKind::Decode { status: 200, body: text(r#"{"ok":true,"result":tr"#) }
        );
        assert_eq!(
            kind_of("sendMessage", 200, r#"{"ok":true}"#),
            ErrorKind::Decode { status: 200, body: text(r#"{"ok":true}"#) }
        );
        assert_eq!(
            kind_of("sendMessage", 503, r#"{"ok":true,"result":{"a":1}}"#),
            ErrorKind::Decode { status: 503, body: text(r#"{"ok":true,"result":{"a":1}}"#) }
        );
        assert_eq!(
            kind_of("sendMessage", 200, b"\xff\xfe".to_vec()),
            ErrorKind::Decode { status: 200, body: text("\u{fffd}\u{fffd}") }
        );
        for status in [429, 503] {
            assert_eq!(
                kind_of("sendMessage", status, "local_rate_limited"),
                ErrorKind::RateLimited {
                    code: Some(i64::from(status)),
                    description: text("local_rate_limited"),
                    retry_after: None,
                }
            );
        }
        assert_eq!(
            kind_of("sendMessage", 429, ""),
            ErrorKind::RateLimited {
                code: Some(429),
                description: text("no description"),
                retry_after: None,
            }
        );
    }

    #[test]
    fn invalid_utf8_costs_only_itself() {
        let token = Token::parse("12:x").unwrap();
        let reply = Reply::new(200, b"{\"ok\":true,\"result\":\"a\xffb\"}".to_vec());
        assert_eq!(read::<String>("x", &reply, &token).unwrap(), "a\u{fffd}b");
    }

    #[test]
    fn what_serde_refuses_is_repaired() {
        let token = Token::parse("12:x").unwrap();
        let body = r#"{"ok":true,"result":{
            "message_id":1,"date":0,"chat":{"id":7},"text":"a\ud800b",
            "video":{"file_id":"f","file_id":"g"}
        }}"#;
        let message = read::<crate::types::Message>("x", &Reply::new(200, body), &token).unwrap();
        assert_eq!(message.text.as_deref(), Some("a\u{fffd}b"));
        assert_eq!(message.video.unwrap().file_id, "g");
    }

    #[test]
    fn quotes_are_short_and_without_the_token() {
        let path = "Cannot POST /bot12:secret-secret/sendMessage";
        assert_eq!(
            kind_of("sendMessage", 404, path),
            ErrorKind::Http { status: 404, body: text("Cannot POST /bot<token>/sendMessage") }
        );
        let long = format!("{}secret-secret", "ب".repeat(195));
        assert_eq!(
            kind_of("sendMessage", 500, long),
            ErrorKind::Http { status: 500, body: format!("{}<toke…", "ب".repeat(195)) }
        );
    }

    #[test]
    fn an_error_says_what_was_found() {
        let token = Token::parse("12:secret-secret").unwrap();
        let says = |status, body: &'static str| {
            read::<bool>("deleteMessage", &Reply::new(status, body), &token)
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            says(200, r#"{"ok":true,"result":"12:secret-secret"}"#),
            "deleteMessage: cannot read the answer (HTTP 200), a body like \
             `{\"ok\":true,\"result\":\"<token>\"}`: invalid type: string \"<token>\", \
             expected a boolean at line 1 column 38"
        );
        assert_eq!(
            says(502, ""),
            "deleteMessage: HTTP 502 and no Bot API answer, but an empty body"
        );
        assert_eq!(
            says(
                429,
                r#"{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":5}}"#
            ),
            "deleteMessage: rate limited: Too Many Requests (429), retry after 5s"
        );
        assert_eq!(
            says(400, r#"{"ok":false,"error_code":400,"description":"Bad Request: no"}"#),
            "deleteMessage: bad request: Bad Request: no (400)"
        );
    }
}
