//! Answers of the server: the body decides, nothing in it is lost, and no error shows the token.

use std::error::Error as _;

use serde_json::{Value, value::RawValue};

use crate::{
    client::{reply::read, token::Token, transport::Reply},
    error::{Error, ErrorKind},
    methods::Updates,
    types::{Message, parse_updates},
};

const TOKEN: &str = "12:secret-secret";
const SECRET: &str = "secret-secret";

/// An HTTP status on a line of its own, and a body.
pub(super) fn envelope(data: &[u8]) {
    let (status, body) = match data.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&data[..end], &data[end + 1..]),
        None => (&[][..], data),
    };
    let status = std::str::from_utf8(status).ok().and_then(|text| text.parse().ok());
    let reply = Reply::new(status.unwrap_or(200), body.to_vec());
    let token = Token::parse(TOKEN).expect("it is well formed");
    // What we repair is no JSON to others, who cannot say what is in it.
    let plain = serde_json::from_slice::<Value>(body).unwrap_or_default();

    let value = read::<Value>("getChat", &reply, &token);
    let batch = read::<Updates>("getUpdates", &reply, &token);
    let message = read::<Message>("sendMessage", &reply, &token).map(drop);
    let flag = read::<bool>("deleteMessage", &reply, &token).map(drop);
    for error in [value.as_ref().err(), batch.as_ref().err(), message.as_ref().err()]
        .into_iter()
        .flatten()
        .chain(flag.as_ref().err())
    {
        keeps_the_secret(error, body.len());
    }
    match (&plain["ok"], &plain["result"]) {
        (Value::Bool(true), Value::Null) => assert!(value.is_err(), "nothing is no result"),
        (Value::Bool(true), result) => assert_eq!(value.as_ref().ok(), Some(result)),
        (Value::Bool(false), _) => is_a_refusal(&value.expect_err("`ok` is false"), &plain),
        // Serde reads an array as the fields in their order.
        _ => assert!(value.is_err() || plain.is_null() || plain.is_array(), "it does not say `ok`"),
    }
    if let Ok(updates) = batch {
        is_what_was_sent(&String::from_utf8_lossy(body), &updates);
    }
}

/// The error, its causes, and all of it as `Debug` shows it.
fn keeps_the_secret(error: &Error, body: usize) {
    let mut texts = vec![error.to_string(), format!("{error:?}")];
    let mut source = error.source();
    while let Some(cause) = source {
        texts.push(cause.to_string());
        source = cause.source();
    }
    for text in texts {
        assert!(!text.contains(SECRET), "the token is shown: {text}");
        // A byte that is not UTF-8 becomes three, and one that cannot be printed ten.
        assert!(text.len() < 10 * body + 4096, "{} bytes are printed", text.len());
    }
}

fn is_a_refusal(error: &Error, plain: &Value) {
    let is_ours = matches!(error.kind(), ErrorKind::Decode { .. } | ErrorKind::Http { .. });
    assert!(!is_ours, "the server refused: {error:?}");
    if let Some(code) = plain["error_code"].as_i64() {
        assert_eq!(error.code(), Some(code));
    }
    let description = plain["description"].as_str().unwrap_or("no description");
    if !description.contains(SECRET) {
        assert_eq!(error.description(), Some(description));
    }
}

/// In one pass or in two, the updates are the same.
fn is_what_was_sent(body: &str, updates: &Updates) {
    #[derive(serde::Deserialize)]
    struct Envelope<'a> {
        #[serde(borrow)]
        result: &'a RawValue,
    }
    // What was repaired has no text to compare with.
    let Ok(Envelope { result }) = serde_json::from_str(body) else { return };
    assert_eq!(updates.0, parse_updates(result).expect("it was read before"));
}
