//! Each switch changes what it says, and nothing else is needed to see it.

use std::{collections::BTreeSet, time::Duration};

use bale::emulator::{ChatType, Emulator, MediaKind, NewMedia, NewMessage, Quirks};
use serde_json::{Value, json};

use super::{call, emulator, form};

/// A server with one switch set.
fn with(quirk: &str, value: Value) -> Emulator {
    let emulator = emulator();
    let mut quirks = serde_json::to_value(Quirks::default()).expect("switches are JSON");
    quirks[quirk] = value;
    emulator.set_quirks(serde_json::from_value(quirks).expect("a switch"));
    emulator.message(1, 1, "hello");
    emulator.message(9, 1, "hello");
    emulator
        .push_message(NewMessage::new(8, 1, "news").chat_type(ChatType::Channel))
        .expect("a channel");
    emulator
}

async fn answer(emulator: &Emulator, method: &'static str, params: Value) -> Value {
    let (status, mut body) = call(emulator, method, params).await.expect("an answer");
    match body["ok"].as_bool() {
        Some(true) => body["result"].take(),
        _ => format!("{status} {} {}", body["error_code"], body["description"])
            .replace('"', "")
            .into(),
    }
}

/// What a switch makes of one call: without it, and with it.
async fn differ(
    quirk: &str,
    value: Value,
    method: &'static str,
    params: Value,
    at: &str,
) -> [Value; 2] {
    let default = serde_json::to_value(Quirks::default()).expect("JSON")[quirk].clone();
    let mut seen = [Value::Null, Value::Null];
    for (seen, value) in seen.iter_mut().zip([default, value]) {
        let emulator = with(quirk, value);
        call(&emulator, "sendMessage", json!({"chat_id": 1, "text": "mine"})).await.expect("sent");
        let media = NewMedia::new(1, 1, MediaKind::Voice, "x").duration(3);
        emulator.push_media(media).expect("a private chat");
        let answer = answer(&emulator, method, params.clone()).await;
        *seen = answer.pointer(at).cloned().unwrap_or_default();
    }
    seen
}

#[tokio::test(start_paused = true)]
async fn a_switch_makes_this_difference() {
    let unknown = "404 404 no such group or user";
    let nested = json!({"chat_id": 9, "text": "x", "reply_markup": {"remove_keyboard": true}});
    let edit = json!({"chat_id": 1, "message_id": 2, "text": "mine"});
    let forward = |chat: i64| json!({"chat_id": 1, "from_chat_id": chat, "message_id": 1});
    let promote = json!({"chat_id": 9, "user_id": 1, "can_pin_messages": true});
    let invoice = json!({
        "title": "Tea", "description": "A cup", "payload": "7", "provider_token": "6037991234567890",
        "prices": [{"label": "tea", "amount": 5}],
    });
    for (quirk, value, method, params, at, expected) in [
        (
            "group_markup_needs_text",
            json!(true),
            "sendMessage",
            nested,
            "",
            [json!("a message"), unknown.into()],
        ),
        (
            "unmodified_edits_refused",
            json!(true),
            "editMessageText",
            edit,
            "",
            [json!("a message"), "400 400 Bad Request: message is not modified".into()],
        ),
        (
            "unknown_chat_is_400",
            json!(true),
            "getChat",
            json!({"chat_id": 77}),
            "",
            [unknown.into(), "400 400 no such group or user".into()],
        ),
        (
            "failures_with_status_200",
            json!(true),
            "getChat",
            json!({"chat_id": 77}),
            "",
            [unknown.into(), "200 404 no such group or user".into()],
        ),
        (
            "member_count_alias",
            json!(true),
            "getChatMemberCount",
            json!({"chat_id": 9}),
            "",
            ["404 404 not found".into(), 2.into()],
        ),
        (
            "forward_origin",
            json!(true),
            "forwardMessage",
            forward(9),
            "/forward_origin",
            [
                Value::Null,
                json!({"type": "user", "date": 1000, "sender_user": {"id": 1, "is_bot": false, "first_name": "User 1"}}),
            ],
        ),
        (
            "forward_origin",
            json!(true),
            "forwardMessage",
            forward(8),
            "/forward_origin/message_id",
            [Value::Null, 1.into()],
        ),
        (
            "voice_details",
            json!(false),
            "forwardMessage",
            json!({"chat_id": 9, "from_chat_id": 1, "message_id": 3}),
            "/voice",
            [
                json!({"file_id": "123456:1:EMU0000001:1", "file_unique_id": "EMU0000001", "file_size": 1, "duration": 3}),
                json!({"file_id": "123456:1:EMU0000001:1", "file_unique_id": "EMU0000001"}),
            ],
        ),
        (
            "ten_administrator_rights",
            json!(false),
            "promoteChatMember",
            promote,
            "",
            [true.into(), true.into()],
        ),
        (
            "invite_links_are_texts",
            json!(true),
            "createChatInviteLink",
            json!({"chat_id": 9}),
            "",
            [json!("an object"), "ble.ir/join/EMU0000001".into()],
        ),
        (
            "card_numbers_are_paid_to",
            json!(true),
            "createInvoiceLink",
            invoice,
            "",
            ["400 400 Bad Request: PAYMENT_PROVIDER_INVALID".into(), "EMU-INVOICE-0000001".into()],
        ),
        (
            "inquire_by_payment_charge_id",
            json!(true),
            "inquireTransaction",
            json!({"payment_charge_id": "x"}),
            "",
            [
                "400 400 Bad Request: transaction_id is empty".into(),
                "400 400 Bad Request: transaction not found".into(),
            ],
        ),
        (
            "outside_urls",
            json!("unfetched"),
            "sendPhoto",
            json!({"chat_id": 1, "photo": "https://a.example/a.png"}),
            "/photo/0/width",
            [Value::Null, 0.into()],
        ),
    ] {
        let seen = differ(quirk, value, method, params, at).await.map(|seen| match seen {
            message if message.get("message_id").is_some() => "a message".into(),
            link if link.get("invite_link").is_some() => "an object".into(),
            seen => seen,
        });
        assert_eq!(seen, expected, "{quirk}");
    }
}

#[tokio::test(start_paused = true)]
async fn seven_rights_leave_three_out() {
    for (seven, status) in [(true, "member"), (false, "administrator")] {
        let emulator = with("ten_administrator_rights", (!seven).into());
        let promote = json!({"chat_id": 9, "user_id": 1, "can_pin_messages": true});
        assert_eq!(answer(&emulator, "promoteChatMember", promote).await, json!(true));
        let member = answer(&emulator, "getChatMember", json!({"chat_id": 9, "user_id": 1})).await;
        assert_eq!(member["status"], json!(status), "{seven}");
    }
}

#[tokio::test(start_paused = true)]
async fn names_may_be_of_channels_only() {
    for only in [false, true] {
        let emulator = with("usernames_of_channels_only", only.into());
        emulator.push_message(NewMessage::new(1, 1, "x").username("sara")).expect("a private chat");
        let said = answer(&emulator, "getChat", json!({"chat_id": "@sara"})).await;
        assert_eq!(said.is_string(), only, "{said}");
    }
}

#[tokio::test(start_paused = true)]
async fn spellings_change() {
    let emulator = with("misspelt_edit_date", true.into());
    emulator.edited_message(1, 1, 1, "y").expect("their own");
    let message = &emulator.messages(1)[0];
    assert_eq!((&message["edite_date"], &message["edit_date"]), (&json!(1000), &Value::Null));

    let emulator = with("thumb_for_thumbnail", true.into());
    emulator.push_media(NewMedia::new(1, 1, MediaKind::Document, "x")).expect("a private chat");
    let known = emulator.messages(1)[1]["document"]["file_id"].clone();
    let media = json!([{"type": "document", "media": known, "thumbnail": known}]);
    let sent = answer(&emulator, "sendMediaGroup", json!({"chat_id": 1, "media": media})).await;
    let document = &sent[0]["document"];
    assert_eq!((&document["thumb"]["file_id"], &document["thumbnail"]), (&known, &Value::Null));
}

#[tokio::test]
async fn a_wrong_token_has_one_of_four_answers() {
    for (answer, status, description) in [
        ("forbidden", 403, "Token not found"),
        ("not_found", 404, "not found"),
        ("bad_request", 400, "Bad Request: Token not found"),
        ("unauthorized", 401, "Unauthorized"),
    ] {
        let emulator = with("wrong_token", answer.into());
        let server = emulator.serve("127.0.0.1:0").await.expect("a free port");
        let url = format!("{}/bot123456:WRONG/getMe", server.url());
        let reply = crate::web::client().get(url).send().await.expect("an answer");
        assert_eq!(reply.status().as_u16(), status);
        let body: Value =
            serde_json::from_slice(&reply.bytes().await.expect("a body")).expect("JSON");
        assert_eq!(body["description"], json!(description));
        server.shutdown().await.expect("it stops");
    }
}

/// An author sees how a bot does that is too fast.
#[tokio::test(start_paused = true)]
async fn a_group_takes_twenty_messages_a_minute() {
    let emulator = with("rate_limits", true.into());
    let send =
        |chat_id: i64| call(&emulator, "sendMessage", json!({"chat_id": chat_id, "text": "x"}));
    for number in 0..20 {
        assert_eq!(send(9).await.map(|answer| answer.0), Ok(200), "{number}");
    }
    tokio::time::advance(Duration::from_millis(10_500)).await;
    let limited = json!({
        "ok": false, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 50},
    });
    assert_eq!(send(9).await, Ok((429, limited.clone())));
    let forward = json!({"chat_id": 9, "from_chat_id": 1, "message_id": 1});
    assert_eq!(call(&emulator, "forwardMessage", forward).await, Ok((429, limited)));
    assert_eq!(send(8).await.map(|answer| answer.0), Ok(200));
    for _ in 0..30 {
        assert_eq!(send(1).await.map(|answer| answer.0), Ok(200), "no limit is published");
    }
    tokio::time::advance(Duration::from_secs(50)).await;
    emulator.push_media(NewMedia::new(1, 1, MediaKind::Photo, "x")).expect("a private chat");
    let known = emulator.messages(1).pop().expect("a message")["photo"][0]["file_id"].clone();
    let item = json!({"type": "photo", "media": known});
    let album = |count: usize| json!({"chat_id": 9, "media": vec![item.clone(); count]});
    assert_eq!(call(&emulator, "sendMediaGroup", album(21)).await.map(|answer| answer.0), Ok(429));
    assert_eq!(call(&emulator, "sendMediaGroup", album(19)).await.map(|answer| answer.0), Ok(200));
    assert_eq!(call(&emulator, "sendMediaGroup", album(2)).await.map(|answer| answer.0), Ok(429));
    assert_eq!(send(9).await.map(|answer| answer.0), Ok(200));
}

/// The bot of this framework waits for as long as it is told to, and loses nothing.
#[tokio::test(start_paused = true)]
async fn a_bot_of_this_framework_gets_through_the_limit() {
    let emulator = with("rate_limits", true.into());
    let bot = crate::rig::bot(&emulator);
    for number in 0..45 {
        bot.send_message(9, number.to_string()).await.expect("it waits");
    }
    let texts: Vec<_> = emulator.messages(9).iter().skip(1).map(|it| it["text"].clone()).collect();
    assert_eq!(texts, (0..45).map(|number| json!(number.to_string())).collect::<Vec<_>>());
}

#[tokio::test]
async fn switches_are_listed_with_what_they_do() {
    let emulator = emulator();
    let server = emulator.serve("127.0.0.1:0").await.expect("a free port");
    let url = format!("{}/control/quirks", server.url());
    let client = crate::web::client();
    for (body, status) in [
        ("{\"rate_limits\":true}", 200),
        ("{\"voice_details\":false}", 200),
        ("{\"voice_detail\":false}", 400),
        ("{\"voice_details\":1}", 400),
        ("[]", 400),
    ] {
        let set = client.post(&url).body(body).send().await.expect("an answer");
        assert_eq!(set.status().as_u16(), status, "{body}");
    }
    let quirks = emulator.quirks();
    assert_eq!((quirks.rate_limits, quirks.voice_details), (true, false));
    let listed = client.get(&url).send().await.expect("an answer").bytes().await.expect("a body");
    let listed: Value = serde_json::from_slice(&listed).expect("JSON");
    let listed = listed["result"].as_array().expect("a list");
    let names: BTreeSet<_> = listed.iter().filter_map(|quirk| quirk["name"].as_str()).collect();
    let known = serde_json::to_value(Quirks::default()).expect("JSON");
    assert_eq!(names, known.as_object().expect("an object").keys().map(String::as_str).collect());
    let limits = listed.iter().find(|quirk| quirk["name"] == "rate_limits").expect("a switch");
    let (value, default) = (&limits["value"], &limits["default"]);
    assert_eq!((value, default), (&json!(true), &json!(false)));
    assert!(limits["source"].as_str().is_some_and(|source| source.starts_with("peyk")), "{limits}");
    server.shutdown().await.expect("it stops");
}

#[tokio::test(start_paused = true)]
async fn a_form_may_have_numbers_and_nested_markup_as_text() {
    let emulator = with("group_markup_needs_text", true.into());
    let fields = "chat_id=9&text=x&reply_markup={\"remove_keyboard\":true}";
    assert_eq!(form(&emulator, "sendMessage", fields).await.0, 200);
}
