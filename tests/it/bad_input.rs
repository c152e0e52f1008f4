//! Updates that are no updates: the bot lives, what is good around them is handled exactly once, observers
//! see the bad ones, and everything is confirmed.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use bale::{App, Message, Pass, Result, State, Text, Update, types::UpdateKind};
use expect_test::{Expect, expect};
use serde_json::json;
use tokio::time::sleep;

use crate::{logs::Logs, rig::Rig};

type Seen = Arc<Mutex<Vec<String>>>;

/// Notes what kind of update it is, and why it cannot be read.
async fn observe(update: Update, seen: State<Seen>) {
    let line = match &update.kind {
        UpdateKind::Unknown(unknown) => {
            let text: String = unknown.raw.chars().take(60).collect();
            let reason = if unknown.error.is_some() { "unreadable" } else { "unknown" };
            format!("{} {reason} `{}`: {text}", update.update_id, unknown.kind)
        }
        kind => format!("{} {}", update.update_id, kind.name()),
    };
    seen.lock().unwrap().push(line);
}

async fn answer(message: Message, text: Option<Text>) -> Result {
    let text = text.map_or_else(|| "no text".to_owned(), |text| text.0);
    // The server takes no more than this.
    let short: String = text.chars().take(20).collect();
    message.answer(if short.is_empty() { "empty".to_owned() } else { short }).await?;
    Ok(())
}

async fn pass(_: Message) -> Pass {
    Pass
}

fn app(seen: &Seen) -> App {
    App::new().on_update(observe).on_text("pass", pass).on_message(answer).state(Arc::clone(seen))
}

fn update(update_id: i64, content: &str) -> String {
    format!(r#"{{"update_id":{update_id},{content}}}"#)
}

fn message(text: &str) -> String {
    format!(
        r#""message":{{"message_id":9,"date":1,"chat":{{"id":1,"type":"private"}},"from":{{"id":1,"is_bot":false,"first_name":"a"}},"text":{text}}}"#
    )
}

/// Puts the bad elements, one after the other, between two good messages; gives what the observer saw and
/// what was answered. Then the same again with the bot already waiting, each of them alone.
async fn check(bad: &[Vec<u8>], expected: Expect) {
    let (together, pending) = together(bad).await;
    let (alone, left) = alone(bad).await;
    expected.assert_eq(&together);
    assert_eq!(without_ids(&alone), without_ids(&together), "one by one");
    assert_eq!((pending, left), (0, 0), "everything is confirmed");
}

async fn together(bad: &[Vec<u8>]) -> (String, usize) {
    let seen = Seen::default();
    let emulator = bale::emulator::Emulator::new("123456:TEST");
    emulator.message(1, 1, "before");
    for element in bad {
        emulator.raw_update(element.clone());
    }
    emulator.message(1, 1, "after");
    let rig = Rig::against(emulator, app(&seen));
    sleep(Duration::from_secs(60)).await;
    (report(&rig, &seen), rig.emulator.pending())
}

async fn alone(bad: &[Vec<u8>]) -> (String, usize) {
    let seen = Seen::default();
    let rig = Rig::start(app(&seen));
    rig.says("before");
    for element in bad {
        sleep(Duration::from_secs(60)).await;
        rig.emulator.raw_update(element.clone());
    }
    sleep(Duration::from_secs(60)).await;
    rig.says("after");
    sleep(Duration::from_secs(60)).await;
    (report(&rig, &seen), rig.emulator.pending())
}

fn report(rig: &Rig, seen: &Seen) -> String {
    let mut lines = std::mem::take(&mut *seen.lock().unwrap());
    // What belongs to no chat is in no order.
    lines.sort_by_key(|line| line.split(' ').next().and_then(|id| id.parse::<i64>().ok()));
    for call in rig.emulator.calls() {
        if call.method == "sendMessage" {
            lines.push(format!("-> {}", call.params["text"].as_str().unwrap_or("?")));
        }
    }
    lines.join("\n") + "\n"
}

fn without_ids(report: &str) -> Vec<&str> {
    report.lines().map(|line| line.trim_start_matches(|c: char| c.is_ascii_digit())).collect()
}

fn bytes(elements: &[&str]) -> Vec<Vec<u8>> {
    elements.iter().map(|element| element.as_bytes().to_vec()).collect()
}

#[tokio::test(start_paused = true)]
async fn an_element_that_is_no_json() {
    check(
        &bytes(&[
            r#"{"update_id":1,"message":{"message_id":}"#,
            r#"{"update_id":2,"#,
            "nonsense",
            r#"{"update_id":4,"a":["#,
        ]),
        expect![[r#"
            0 message
            1 unreadable ``: {"update_id":1,"message":{"message_id":}
            2 unreadable ``: {"update_id":2,
            3 unreadable ``: nonsense
            4 unreadable ``: {"update_id":4,"a":[
            5 message
            -> before
            -> after
        "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_element_that_is_no_object() {
    check(
        &bytes(&["null", "7", "\"text\"", "[]", "[1,2]", "true"]),
        expect![[r#"
        0 message
        1 unreadable ``: null
        2 unreadable ``: 7
        3 unreadable ``: "text"
        4 unreadable ``: []
        5 unreadable ``: [1,2]
        6 unreadable ``: true
        7 message
        -> before
        -> after
    "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn wrong_types() {
    check(
        &[
            update(1, r#""message":"not an object""#),
            update(2, r#""message":{"message_id":"x"}"#),
            update(3, r#""message":[]"#),
            update(4, r#""callback_query":{"id":7,"from":null}"#),
            r#"{"update_id":"5","message":null}"#.to_owned(),
            r#"{"update_id":6.5}"#.to_owned(),
            r#"{"update_id":null}"#.to_owned(),
        ]
        .map(String::into_bytes),
        expect![[r#"
            0 message
            1 unreadable `message`: {"update_id":1,"message":"not an object"}
            2 unreadable `message`: {"update_id":2,"message":{"message_id":"x"}}
            3 unreadable `message`: {"update_id":3,"message":[]}
            4 unreadable `callback_query`: {"update_id":4,"callback_query":{"id":7,"from":null}}
            5 unreadable ``: {"update_id":"5","message":null}
            6 unreadable ``: {"update_id":6.5}
            7 unreadable ``: {"update_id":null}
            8 message
            -> before
            -> after
        "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn no_update_id() {
    check(
        &bytes(&["{}", r#"{"message":{"message_id":1}}"#]),
        expect![[r#"
        0 message
        1 unreadable ``: {}
        2 unreadable ``: {"message":{"message_id":1}}
        3 message
        -> before
        -> after
    "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn nothing_but_an_element_without_an_id() {
    let logs = Logs::of("bale::polling");
    for first_id in [0, 7] {
        let seen = Seen::default();
        let emulator = bale::emulator::Emulator::new("123456:TEST").first_update_id(first_id);
        emulator.raw_update("{}");
        let rig = Rig::against(emulator, app(&seen));
        sleep(Duration::from_secs(60)).await;
        let polls = rig.emulator.calls().len();
        assert!(polls <= 200, "at most one every 320 ms, found {polls}");
        rig.says("after");
        sleep(Duration::from_secs(1)).await;
        assert_eq!(rig.emulator.pending(), 0);
        assert_eq!(report(&rig, &seen).lines().last(), Some("-> after"));
        let lines = logs.take().lines().count();
        assert!(lines <= 5, "{lines}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_text_of_ten_megabytes() {
    let text = json!("ب".repeat(5_000_000)).to_string();
    check(
        &[update(1, &message(&text)).into_bytes()],
        expect![[r#"
        0 message
        1 message
        2 message
        -> before
        -> بببببببببببببببببببب
        -> after
    "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn nesting_ten_thousand_deep() {
    let deep = |open: &str, close: &str| open.repeat(10_000) + &close.repeat(10_000);
    check(
        &[
            update(1, &format!(r#""message":{}"#, deep("[", "]"))),
            update(2, &format!(r#""new_kind":{}"#, deep(r#"{"a":["#, "]}"))),
            update(3, &message(&deep("[", "]"))),
        ]
        .map(String::into_bytes),
        expect![[r#"
            0 message
            1 unreadable `message`: {"update_id":1,"message":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
            2 unknown `new_kind`: {"update_id":2,"new_kind":{"a":[{"a":[{"a":[{"a":[{"a":[{"a"
            3 unreadable `message`: {"update_id":3,"message":{"message_id":9,"date":1,"chat":{"i
            4 message
            -> before
            -> after
        "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn keys_that_appear_twice() {
    check(
        &[
            update(1, r#""message":null,"update_id":1"#),
            update(2, &format!("{},{}", message("\"first\""), message("\"second\""))),
            update(3, &message(r#""one","text":"two""#)),
        ]
        .map(String::into_bytes),
        expect![[r#"
            0 message
            1 unknown ``: {"update_id":1,"message":null,"update_id":1}
            2 message
            3 message
            4 message
            -> before
            -> second
            -> two
            -> after
        "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn lone_surrogates() {
    check(
        &[
            update(1, &message(r#""a\ud800b""#)),
            update(2, &message(r#""\udc00""#)),
            update(3, &message(r#""\ud83d\ude00 fine""#)),
            update(4, r#""\ud800":1"#),
        ]
        .map(String::into_bytes),
        expect![[r#"
            0 message
            1 message
            2 message
            3 message
            4 unknown `�`: {"update_id":4,"\ud800":1}
            5 message
            -> before
            -> a�b
            -> �
            -> 😀 fine
            -> after
        "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn unknown_kinds() {
    check(
        &[
            update(1, r#""story":{"id":1}"#),
            update(2, r#""story":null"#),
            r#"{"update_id":3}"#.to_owned(),
            update(4, &format!(r#""story":1,{}"#, message("\"with a story\""))),
        ]
        .map(String::into_bytes),
        expect![[r#"
            0 message
            1 unknown `story`: {"update_id":1,"story":{"id":1}}
            2 unknown ``: {"update_id":2,"story":null}
            3 unknown ``: {"update_id":3}
            4 message
            5 message
            -> before
            -> with a story
            -> after
        "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn null_fields() {
    check(
        &[
            update(1, r#""message":{"message_id":1,"date":null,"chat":{"id":1,"type":"private"},"from":null,"text":null}"#),
            update(2, r#""message":null,"callback_query":null"#),
            update(3, r#""message":{"message_id":1,"date":1,"chat":null,"text":"x"}"#),
        ]
        .map(String::into_bytes),
        expect![[r#"
            0 message
            1 message
            2 unknown ``: {"update_id":2,"message":null,"callback_query":null}
            3 unreadable `message`: {"update_id":3,"message":{"message_id":1,"date":1,"chat":nul
            4 message
            -> before
            -> no text
            -> after
        "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn empty_and_blank_texts() {
    check(
        &[
            update(1, &message(r#""""#)),
            update(2, &message(r#"" \u200c\n ""#)),
            update(3, &message(r#""/""#)),
            update(4, &message(r#""pass""#)),
        ]
        .map(String::into_bytes),
        expect![[r#"
            0 message
            1 message
            2 message
            3 message
            4 message
            5 message
            -> before
            -> empty
            ->  ‌
 
            -> /
            -> pass
            -> after
        "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn nothing_at_all() {
    check(
        &[],
        expect![[r#"
        0 message
        1 message
        -> before
        -> after
    "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn bytes_that_are_no_utf_8() {
    let mut element = update(1, &message("\"a?b\"")).into_bytes();
    let place = element.iter().rposition(|byte| *byte == b'?').unwrap();
    element[place] = 0xff;
    check(
        &[element, b"\xff\xfe".to_vec()],
        expect![[r#"
            0 message
            1 message
            2 unreadable ``: ��
            3 message
            -> before
            -> a�b
            -> after
        "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_id_that_is_repeated_is_handled_once() {
    let seen = Seen::default();
    let rig = Rig::start(app(&seen));
    rig.says("before");
    for text in ["\"once\"", "\"twice\""] {
        rig.emulator.raw_update(update(1, &message(text)));
    }
    sleep(Duration::from_secs(1)).await;
    rig.emulator.raw_update(update(0, &message("\"of old\"")));
    rig.says("after");
    sleep(Duration::from_secs(60)).await;
    expect![[r#"
        0 message
        1 message
        2 message
        -> before
        -> once
        -> after
    "#]]
    .assert_eq(&report(&rig, &seen));
    assert_eq!(rig.emulator.pending(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_id_that_is_huge() {
    let huge = 9_007_199_254_740_993;
    check(
        &[update(huge, &message("\"huge\"")).into_bytes()],
        expect![[r#"
        0 message
        9007199254740993 message
        9007199254740994 message
        -> before
        -> huge
        -> after
    "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_highest_id_there_is_is_handled_once_and_is_no_hot_loop() {
    let seen = Seen::default();
    let rig = Rig::start(app(&seen));
    rig.says("before");
    rig.emulator.raw_update(update(i64::MAX, &message("\"last\"")));
    sleep(Duration::from_secs(60)).await;
    expect![[r#"
        0 message
        9223372036854775807 message
        -> before
        -> last
    "#]]
    .assert_eq(&report(&rig, &seen));
    // No offset is beyond it, so the server goes on handing it out.
    let polls = rig.emulator.calls().len();
    assert!((185..=205).contains(&polls), "{polls}");
}

#[tokio::test(start_paused = true)]
async fn ids_beyond_any_integer() {
    check(
        &bytes(&[
            r#"{"update_id":9223372036854775808,"story":1}"#,
            r#"{"update_id":-1e400,"story":1}"#,
        ]),
        expect![[r#"
            0 message
            1 unreadable ``: {"update_id":9223372036854775808,"story":1}
            2 unreadable ``: {"update_id":-1e400,"story":1}
            3 message
            -> before
            -> after
        "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_negative_id_is_handled_and_confirms_nothing_else() {
    let seen = Seen::default();
    let emulator = bale::emulator::Emulator::new("123456:TEST").first_update_id(-2);
    for text in ["a", "b", "c", "d"] {
        emulator.message(1, 1, text);
    }
    let rig = Rig::against(emulator, app(&seen));
    sleep(Duration::from_secs(60)).await;
    expect![[r#"
        -2 message
        -1 message
        0 message
        1 message
        -> a
        -> b
        -> c
        -> d
    "#]]
    .assert_eq(&report(&rig, &seen));
    assert_eq!(rig.emulator.pending(), 0);
}
