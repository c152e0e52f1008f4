//! What is read, repaired, kept as text and refused.

use super::{
    super::{Chat, Document, PhotoSize, User},
    *,
};

const CONTENT: &str = r#"{"message_id":2,"chat":{"id":7},"text":"hi"}"#;

fn message(text: &str) -> Message {
    let chat = Chat { id: 7, ..Chat::default() };
    Message { message_id: 2, chat, text: Some(text.to_owned()), ..Message::default() }
}

#[track_caller]
fn check(raw: &str, message: Message) {
    let kind = UpdateKind::Message(Arc::new(message));
    assert_eq!(Update::from_raw(raw), Ok(Update { update_id: 1, kind }));
}

#[track_caller]
fn check_unknown(raw: &str, kind: &str, error: Option<&str>) {
    let unknown = UnknownUpdate {
        kind: kind.to_owned(),
        raw: raw.to_owned(),
        error: error.map(str::to_owned),
    };
    let kind = UpdateKind::Unknown(Arc::new(unknown));
    assert_eq!(Update::from_raw(raw), Ok(Update { update_id: 1, kind }));
}

#[track_caller]
fn check_undecodable(raw: &str, reason: &str) {
    let error = UndecodableUpdate { raw: raw.to_owned(), reason: reason.to_owned() };
    assert_eq!(Update::from_raw(raw), Err(error));
}

#[test]
fn order_and_nulls_do_not_matter() {
    check(&format!(r#"{{"update_id":1,"message":{CONTENT}}}"#), message("hi"));
    check(&format!(r#" {{"message":{CONTENT},"poll":null,"update_id":1}} "#), message("hi"));
    check(&format!(r#"{{"story":{{}},"update_id":1,"message":{CONTENT}}}"#), message("hi"));
}

#[test]
fn of_two_kinds_the_first_counts() {
    let raw = format!(r#"{{"update_id":1,"message":{CONTENT},"edited_message":{CONTENT}}}"#);
    check(&raw, message("hi"));
}

#[test]
fn of_two_equal_keys_the_last_counts() {
    check(
        &format!(r#"{{"update_id":0,"message":{{}},"update_id":1,"message":{CONTENT}}}"#),
        message("hi"),
    );
    check(
        r#"{"update_id":1,"message":{"message_id":2,"chat":{"id":6,"id":7},"text":"a","text":"hi"}}"#,
        message("hi"),
    );
}

/// The law of ids, `laws::updates`.
#[test]
fn of_two_ids_the_one_that_is_one_counts() {
    check_unknown(
        r#"{"update_id":"x","update_id":1,"message":5}"#,
        "message",
        Some("invalid type: integer `5`, expected struct Message"),
    );
}

/// Serde quotes a value of the wrong type whole.
#[test]
fn what_is_printed_of_a_large_update_is_short() {
    let long = "a".repeat(1 << 20);
    for raw in [
        format!(r#"{{"update_id":1,"message":"{long}"}}"#),
        format!(r#"{{"update_id":1,"{long}":5}}"#),
        format!(r#"{{"update_id":"{long}"}}"#),
    ] {
        let printed = match Update::from_raw(&raw) {
            Ok(update) => format!("{update:?}"),
            Err(error) => format!("{error} {error:?}"),
        };
        assert!(printed.len() < 10_000, "{} bytes of {}", printed.len(), &raw[..40]);
    }
}

#[test]
fn of_two_spellings_the_usual_counts_unless_it_is_null() {
    let document = |thumbnails: &str| {
        format!(
            r#"{{"update_id":1,"message":{{"message_id":2,"chat":{{"id":7}},"text":"hi",
                "document":{{"file_id":"1:d",{thumbnails}}}}}}}"#
        )
    };
    let expected = |file_id: &str| {
        let thumbnail = PhotoSize { file_id: file_id.to_owned(), ..PhotoSize::default() };
        let document = Document {
            file_id: "1:d".to_owned(),
            thumbnail: Some(thumbnail),
            ..Document::default()
        };
        Message { document: Some(Box::new(document)), ..message("hi") }
    };
    check(&document(r#""thumb":{"file_id":"a"},"thumbnail":{"file_id":"b"}"#), expected("b"));
    check(&document(r#""thumbnail":null,"thumb":{"file_id":"a"}"#), expected("a"));
    check(&document(r#""thumbnail":{"file_id":"b"},"thumb":null"#), expected("b"));
}

#[test]
fn half_a_surrogate_pair_is_replaced() {
    let text = |escaped: &str| {
        format!(
            r#"{{"update_id":1,"message":{{"message_id":2,"chat":{{"id":7}},"text":"{escaped}"}}}}"#
        )
    };
    check(&text(r"a\ud800b"), message("a\u{fffd}b"));
    check(&text(r"a\uDC00"), message("a\u{fffd}"));
    check(&text(r"\ud83d\ud83d\ude00\n"), message("\u{fffd}\u{1f600}\n"));
    check(&text(r"\ud83d\u0041"), message("\u{fffd}A"));
    check(&text(r"\\ud800\ud800\\"), message("\\ud800\u{fffd}\\"));
}

#[test]
fn what_is_wrong_after_the_repair_has_no_place_in_the_text() {
    let message = r#""text":"\ud800","message_id":"2","chat":{"id":7}"#;
    let raw = format!(r#"{{"update_id":1,"message":{{{message}}}}}"#);
    check_unknown(&raw, "message", Some(r#"invalid type: string "2", expected i64"#));
}

#[test]
fn text_that_is_not_json_survives_the_repair() {
    for text in ["", "\\", "\\u", "\\u12", "\\ud800", "\\ud800\\", "\\ud83d\\u", "\\سلام", "a\\"]
    {
        let expected = text.replace("\\ud800", "\\ufffd").replace("\\ud83d", "\\ufffd");
        assert_eq!(without_lone_surrogates(text), expected);
    }
}

#[test]
fn an_unknown_kind_is_kept() {
    check_unknown(r#"{"update_id":1,"story":{"id":4}}"#, "story", None);
    check_unknown(r#"{"x":null,"story":4,"y":5,"update_id":1}"#, "story", None);
    check_unknown(r#"{"update_id":1}"#, "", None);
    check_unknown(r#"{"update_id":1,"message":null}"#, "", None);
}

#[test]
fn a_field_of_the_wrong_type_is_told() {
    check_unknown(
        r#"{"update_id":1,"x":1,"message":{"message_id":"2","chat":{"id":7}}}"#,
        "message",
        Some(r#"invalid type: string "2", expected i64 at line 1 column 48"#),
    );
    check_unknown(
        r#"{"message":5,"x":1,"update_id":1}"#,
        "message",
        Some("invalid type: integer `5`, expected struct Message at line 1 column 12"),
    );
    check_unknown(
        r#"{"update_id":1,"callback_query":{"id":"1","from":{"first_name":"S"}}}"#,
        "callback_query",
        Some("missing field `id` at line 1 column 67"),
    );
    // The first reading stops at the second `text`; that it was the chat is only seen afterwards.
    check_unknown(
        r#"{"update_id":1,"message":{"message_id":2,"text":"a","text":"b","chat":7}}"#,
        "message",
        Some("invalid type: integer `7`, expected struct Chat"),
    );
}

#[test]
fn text_that_breaks_off_keeps_its_id() {
    check_unknown(
        r#"{"update_id":1,"message":{"text":"abc"#,
        "message",
        Some("EOF while parsing a string at line 1 column 37"),
    );
    check_unknown(
        r#"{"update_id":1,"message":nil}"#,
        "message",
        Some("expected ident at line 1 column 27"),
    );
}

#[test]
fn without_an_id_there_is_no_update() {
    check_undecodable("", "EOF while parsing a value at line 1 column 0");
    check_undecodable("<html>", "expected value at line 1 column 1");
    check_undecodable("null", "invalid type: null, expected an update at line 1 column 4");
    check_undecodable("[1]", "invalid type: sequence, expected an update at line 1 column 0");
    check_undecodable(
        &format!(r#"{{"message":{CONTENT}}}"#),
        "missing field `update_id` at line 1 column 56",
    );
    check_undecodable(
        r#"{"update_id":"1"}"#,
        r#"invalid type: string "1", expected i64 at line 1 column 16"#,
    );
    check_undecodable(
        r#"{"update_id":null}"#,
        "invalid type: null, expected i64 at line 1 column 17",
    );
}

#[test]
fn deep_nesting_is_ignored_where_it_is_unknown() {
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    check(&format!(r#"{{"update_id":1,"x":{deep},"message":{CONTENT}}}"#), message("hi"));
    check_unknown(&format!(r#"{{"update_id":1,"story":{deep}}}"#), "story", None);
}

#[test]
fn deep_nesting_of_messages_does_not_overflow_the_stack() {
    let nested = |levels: usize| {
        let open = r#"{"message_id":2,"chat":{"id":7},"text":"hi","reply_to_message":"#;
        format!(r#"{{"update_id":1,"message":{}null{}}}"#, open.repeat(levels), "}".repeat(levels))
    };
    let expected = (1..7).fold(message("hi"), |inner, _| Message {
        reply_to_message: Some(Arc::new(inner)),
        ..message("hi")
    });
    check(&nested(7), expected);
    check_unknown(
        &nested(8),
        "message",
        Some("messages are nested too deeply at line 1 column 466"),
    );
    check_unknown(
        &nested(10_000),
        "message",
        Some("messages are nested too deeply at line 1 column 466"),
    );
}

#[test]
fn a_long_text_is_read() {
    let text = "سلام ".repeat(10_000_000 / 9);
    check(
        &format!(
            r#"{{"update_id":1,"message":{{"message_id":2,"chat":{{"id":7}},"text":"{text}"}}}}"#
        ),
        message(&text),
    );
}

#[test]
fn a_batch_is_read_one_by_one() {
    let array = format!(
        r#"[{{"update_id":1,"message":{CONTENT}}},{{"update_id":2,"message":true}},{{"message":1}}]"#
    );
    let raw: Box<RawValue> = RawValue::from_string(array).unwrap();
    let unknown = UnknownUpdate {
        kind: "message".to_owned(),
        raw: r#"{"update_id":2,"message":true}"#.to_owned(),
        error: Some(
            "invalid type: boolean `true`, expected struct Message at line 1 column 29".to_owned(),
        ),
    };
    assert_eq!(
        parse_updates(&raw).unwrap(),
        [
            Ok(Update { update_id: 1, kind: UpdateKind::Message(Arc::new(message("hi"))) }),
            Ok(Update { update_id: 2, kind: UpdateKind::Unknown(Arc::new(unknown)) }),
            Err(UndecodableUpdate {
                raw: r#"{"message":1}"#.to_owned(),
                reason: "invalid type: integer `1`, expected struct Message at line 1 column 12"
                    .to_owned(),
            }),
        ]
    );
    let object = RawValue::from_string("{}".to_owned()).unwrap();
    assert_eq!(
        parse_updates(&object).unwrap_err().to_string(),
        "invalid type: map, expected a sequence at line 1 column 0"
    );
}

#[test]
fn updates_are_read_inside_other_values() {
    let json = format!(r#"[{{"update_id":1,"message":{CONTENT}}}]"#);
    let expected = [Update { update_id: 1, kind: UpdateKind::Message(Arc::new(message("hi"))) }];
    assert_eq!(serde_json::from_str::<Vec<Update>>(&json).unwrap(), expected);
    let value: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(Vec::<Update>::deserialize(value).unwrap(), expected);
    assert_eq!(
        serde_json::from_str::<Vec<Update>>("[4]").unwrap_err().to_string(),
        "cannot read an update: invalid type: integer `4`, expected an update at line 1 column 1: 4 at line 1 column 3"
    );
}

#[test]
fn long_texts_are_shown_clipped() {
    let error = UndecodableUpdate { raw: "ب".repeat(1025) + "!", reason: "why".to_owned() };
    let shown = "ب".repeat(1024);
    assert_eq!(error.to_string(), format!("cannot read an update: why: {shown}… and 3 bytes more"));
    assert_eq!(
        format!("{error:?}"),
        format!("UndecodableUpdate {{ raw: {shown:?}… and 3 bytes more, reason: \"why\" }}")
    );
    let odd = UndecodableUpdate { raw: format!("a{}", error.raw()), reason: "why".to_owned() };
    assert_eq!(Clipped(odd.raw()).split().1, 5);
    assert_eq!((odd.reason(), odd.raw().len()), ("why", 2052));
    let unknown = UnknownUpdate { raw: error.raw, ..UnknownUpdate::default() };
    assert_eq!(
        format!("{unknown:?}"),
        format!("UnknownUpdate {{ kind: \"\", raw: {shown:?}… and 3 bytes more, error: None }}")
    );
}

#[test]
fn any_value_is_repaired() {
    assert_eq!(
        decode::<User>(r#"{"id":1,"id":5,"first_name":"\ud800"}"#).unwrap(),
        User { id: 5, first_name: "\u{fffd}".to_owned(), ..User::default() }
    );
}
