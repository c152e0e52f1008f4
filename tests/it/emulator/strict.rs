//! What Bale does not know is told, and refused in strict mode.

use std::fmt::Write as _;

use bale::emulator::{Emulator, Fault, FaultAction};
use expect_test::expect;
use serde_json::{Value, json};

use super::{call, emulator};
use crate::{coverage, wire};

/// The list that strict mode reads is the reference, whole.
#[test]
fn strict_mode_knows_what_the_reference_knows() {
    let known = include_str!("../../../bale/src/emulator/strict/known.txt");
    let (methods, types) = known.split_once("\n\n").expect("methods, an empty line, types");
    let documented = coverage::known_lines();
    let served: Vec<_> = bale::emulator::implemented().collect();
    for line in methods.lines() {
        assert!(documented.contains(line), "expected a line of the reference, found {line}");
    }
    assert_eq!(
        methods.lines().filter_map(|line| line.split(' ').next()).collect::<Vec<_>>(),
        served
    );
    for line in types.lines() {
        assert!(documented.contains(line), "expected a line of the reference, found {line}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_ignored_is_told() {
    let emulator = emulator();
    emulator.message(1, 1, "hello");
    let html = json!({"chat_id": 1, "text": "<b>x</b>", "parse_mode": "HTML"});
    for _ in 0..2 {
        assert_eq!(
            call(&emulator, "sendMessage", html.clone()).await.map(|answer| answer.0),
            Ok(200)
        );
    }
    assert_eq!(
        call(&emulator, "sendDice", json!({"chat_id": 1})).await.map(|answer| answer.0),
        Ok(404)
    );
    let hints = [
        "Bale has no sendMessage.parse_mode: every text is Bale's Markdown; \
         expected chat_id, text, reply_to_message_id, reply_markup",
        "Bale has no method sendDice; sendDocument is the nearest it has",
    ];
    assert_eq!(emulator.wait_for_hints(2).await, hints);
    let told: Vec<_> = emulator.calls().into_iter().map(|call| call.hints.len()).collect();
    assert_eq!(told, [1, 1, 1]);
    emulator.reset();
    assert_eq!(emulator.hints(), hints);
}

#[tokio::test(start_paused = true)]
async fn strict_mode_refuses_and_says_what_was_expected() {
    let emulator = emulator().strict(true);
    emulator.message(1, 1, "hello");
    let mut lines = String::new();
    for (method, params) in [
        ("sendMessage", json!({"chat_id": 1, "text": "x", "parse_mode": "HTML", "entities": []})),
        ("sendMessage", json!({"chat_id": 1, "text": "x", "reply_parameters": {"message_id": 1}})),
        ("sendMessage", json!({"chat_id": 1, "text": "x", "reply_to_message_id": "1"})),
        ("sendMessage", json!({"chat_id": 1, "text": "x", "reply_markup": {"force_reply": true}})),
        ("setWebhook", json!({"url": "", "secret_token": "x"})),
        ("getMe", json!({"x": 1})),
        ("sendPoll", json!({})),
        ("setMyCommands", json!({})),
    ] {
        let (_, body) = call(&emulator, method, params).await.expect("an answer");
        let _ = writeln!(
            lines,
            "{} {}",
            body["error_code"],
            body["description"].as_str().unwrap_or("ok")
        );
    }
    expect![[r#"
        400 Bad Request: strict mode: Bale has no sendMessage.entities: every text is Bale's Markdown; expected chat_id, text, reply_to_message_id, reply_markup; Bale has no sendMessage.parse_mode: every text is Bale's Markdown; expected chat_id, text, reply_to_message_id, reply_markup
        400 Bad Request: strict mode: Bale has no sendMessage.reply_parameters: use reply_to_message_id; expected chat_id, text, reply_to_message_id, reply_markup
        400 Bad Request: strict mode: sendMessage.reply_to_message_id: expected Integer, found "1"
        400 Bad Request: strict mode: Bale has no sendMessage.reply_markup.force_reply: ask in the text; expected remove_keyboard, selective
        400 Bad Request: strict mode: Bale has no setWebhook.secret_token: use an address that nobody can guess; expected url
        400 Bad Request: strict mode: Bale has no getMe.x; expected nothing
        404 not found; strict mode: Bale has no method sendPoll; sendPhoto is the nearest it has
        404 not found; strict mode: Bale has no method setMyCommands
    "#]].assert_eq(&lines);
    assert_eq!(emulator.messages(1).len(), 1);

    emulator.fault(Fault::new(FaultAction::error(500, "x")));
    let odd = json!({"chat_id": 1, "text": "x", "parse_mode": "HTML"});
    assert_eq!(call(&emulator, "sendMessage", odd.clone()).await.map(|answer| answer.0), Ok(500));
    emulator.set_strict(false);
    assert_eq!(call(&emulator, "sendMessage", odd).await.map(|answer| answer.0), Ok(200));
}

/// Every call that this framework can make, with every parameter, is one of Bale's.
#[tokio::test(start_paused = true)]
async fn the_framework_says_nothing_that_bale_does_not_know() {
    let emulator = emulator().strict(true);
    let bot = crate::rig::bot(&emulator);
    for (call, _) in wire::calls(&bot) {
        // Most are refused: who they speak of does not exist.
        drop(call.await);
    }
    assert!(emulator.calls().len() > 60, "{}", emulator.calls().len());
    assert_eq!(emulator.hints(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_form_is_all_text() {
    let emulator: Emulator = emulator().strict(true);
    emulator.message(1, 1, "hello");
    let mut answers = Vec::new();
    for form in
        ["chat_id=1&text=5&reply_to_message_id=1", "chat_id=1&text=5&reply_to_message_id=one"]
    {
        let (_, body) = super::form(&emulator, "sendMessage", form).await;
        answers.push(body["description"].clone());
    }
    let expected = "Bad Request: strict mode: sendMessage.reply_to_message_id: expected Integer, found \"one\"";
    assert_eq!(answers, [Value::Null, expected.into()]);
}
