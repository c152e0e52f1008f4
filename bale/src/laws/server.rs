//! The emulator: whatever is asked, it answers like a Bot API server, and is still there afterwards.

use bytes::Bytes;
use serde_json::{Value, value::RawValue};
use tokio::runtime::{Builder, Runtime};

use super::at_once;
use crate::{
    emulator::{Emulator, http},
    types::{Message, UpdateKind, parse_updates},
};

/// Requests, one a line: `POST /bot1:T/sendMessage {"chat_id":1,"text":"hi"}`, or `/control/..` as well.
pub(super) fn conversation(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    // Only for its timers, which nobody waits for.
    thread_local!(static RUNTIME: Runtime =
        Builder::new_current_thread().enable_time().build().expect("a runtime"));
    RUNTIME.with(|runtime| {
        let _entered = runtime.enter();
        let emulator = Emulator::new("1:T");
        let mut has_foreign_updates = false;
        for line in text.lines().take(64) {
            let mut words = line.splitn(3, ' ');
            let mut word = || words.next().unwrap_or_default();
            let (verb, path, body) = (word(), word(), word());
            has_foreign_updates |= path.starts_with("/control/update");
            let asked = http::ask(&emulator, verb, path, Bytes::copy_from_slice(body.as_bytes()));
            // Some requests are no HTTP, and a long poll waits until its client goes away.
            let Some(Some((status, answer))) = at_once(asked) else { continue };
            // A foreign update goes out byte for byte, and may be no JSON.
            if path.starts_with("/bot1:T/") && !has_foreign_updates {
                is_an_envelope(status, &answer);
            }
        }
        let (status, answer) = at_once(http::ask(&emulator, "GET", "/bot1:T/getMe", Bytes::new()))
            .flatten()
            .expect("it still answers");
        assert_eq!(status, 200, "{answer:?}");
        if !has_foreign_updates {
            can_be_read(&emulator);
        }
    });
}

/// `ok` agrees with the status, and a refusal has a code and a text.
fn is_an_envelope(status: u16, answer: &Bytes) {
    let answer: Value = serde_json::from_slice(answer)
        .unwrap_or_else(|error| panic!("{error} in {status} {answer:?}"));
    if answer["ok"] == true {
        assert_eq!(status, 200, "{answer}");
        assert!(!answer["result"].is_null(), "{answer}");
    } else {
        assert_eq!(answer["error_code"], status, "{answer}");
        assert!(answer["description"].as_str().is_some_and(|text| !text.is_empty()), "{answer}");
    }
}

/// What it wrote is what our types read.
fn can_be_read(emulator: &Emulator) {
    let ask = |path: &str| at_once(http::ask(emulator, "GET", path, Bytes::new())).flatten();
    let (_, webhook) = ask("/bot1:T/deleteWebhook").expect("an answer");
    assert!(webhook.starts_with(b"{\"ok\":true"), "{webhook:?}");
    if let Some((200, answer)) = ask("/bot1:T/getUpdates?limit=100") {
        let answer: Value = serde_json::from_slice(&answer).expect("JSON");
        let updates = RawValue::from_string(answer["result"].to_string()).expect("JSON");
        for update in parse_updates(&updates).expect("an array") {
            let update = update.expect("an update with an id");
            let is_known = !matches!(update.kind, UpdateKind::Unknown(_));
            assert!(is_known, "an update that cannot be read: {update:?}");
        }
    }
    // The chats of the seeds.
    for chat_id in [1, 2, 7] {
        for message in emulator.messages(chat_id) {
            if let Err(error) = serde_json::from_value::<Message>(message.clone()) {
                panic!("{error} in {message}");
            }
        }
    }
}
