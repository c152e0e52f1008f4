//! What people do, beyond writing.

use bale::emulator::{ChatType, MediaKind, NewAlbum, NewMedia, NewMessage};
use serde_json::{Value, json};

use super::{call, emulator, ok, refused};

fn picture(name: &str) -> NewMedia {
    NewMedia::new(1, 1, MediaKind::Photo, "0123").file_name(name)
}

async fn updates(emulator: &bale::emulator::Emulator) -> Vec<Value> {
    let (_, body) = call(emulator, "getUpdates", json!({})).await.expect("an answer");
    body["result"].as_array().expect("a list").clone()
}

#[tokio::test(start_paused = true)]
async fn an_album_is_an_update_a_file_with_one_id() {
    let emulator = emulator();
    let items = [picture("a.png").caption("first"), NewMedia::new(1, 1, MediaKind::Video, "v")];
    let sent = emulator.push_album(NewAlbum::new(items)).expect("two of a kind");
    let ids: Vec<_> = sent.updates.iter().map(|sent| (sent.update_id, sent.message_id)).collect();
    assert_eq!(ids, [(0, 1), (1, 2)]);
    let updates = updates(&emulator).await;
    let seen: Vec<_> = updates.iter().map(|update| &update["message"]).collect();
    for message in &seen {
        assert_eq!(message["media_group_id"], json!(sent.media_group_id));
    }
    assert_eq!(
        (&seen[0]["caption"], &seen[0]["photo"][0]["file_size"]),
        (&json!("first"), &json!(4))
    );
    assert_eq!((&seen[1]["caption"], &seen[1]["video"]["file_size"]), (&Value::Null, &json!(1)));
    let another = emulator.push_album(NewAlbum::new([picture("b.png"), picture("c.png")]));
    assert_ne!(another.expect("two").media_group_id, sent.media_group_id);

    // A transcript has it as one line, and plays it again.
    let transcript = emulator.transcript();
    assert_eq!(transcript.matches("> album ").count(), 2, "{transcript}");
    assert!(emulator.transcript_as_test().contains("// The kit has no words for: album"));
}

#[test]
fn an_album_is_whole_or_nothing() {
    let emulator = emulator();
    let of = |kind| NewMedia::new(1, 1, kind, "x");
    for (items, expected) in [
        (vec![], "items: expected two files or more, found none"),
        (vec![picture("a.png")], "items: expected two files or more, found one"),
        (
            vec![picture("a.png"), NewMedia::new(9, 1, MediaKind::Photo, "x")],
            "items[1]: expected user 1 in chat 1, found user 1 in chat 9",
        ),
        (
            vec![of(MediaKind::Audio), of(MediaKind::Photo)],
            "items[1]: audio and photo make no album",
        ),
        (
            vec![of(MediaKind::Voice), of(MediaKind::Voice)],
            "items[0]: voice and voice make no album",
        ),
        (
            vec![picture("a.png"), picture("b.png").reply_to(7)],
            "reply_to_message_id: expected a message of chat 1, found 7",
        ),
    ] {
        let error = emulator.push_album(NewAlbum::new(items)).expect_err(expected);
        assert_eq!(error.to_string(), expected);
    }
    assert_eq!((emulator.pending(), emulator.messages(1).len()), (0, 0));
    let documents = [of(MediaKind::Document), of(MediaKind::Document)];
    assert!(emulator.push_album(NewAlbum::new(documents)).is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_caption_is_edited_as_a_text_is() {
    let emulator = emulator();
    emulator.push_media(picture("a.png").caption("before")).expect("a private chat");
    emulator.location(1, 1, 1.0, 1.0).expect("a private chat");
    emulator.edited_message(1, 1, 1, "after").expect("their own");
    let last = updates(&emulator).await.pop().expect("an update");
    assert_eq!(last["edited_message"]["caption"], json!("after"));
    assert!(last["edited_message"]["photo"].is_array(), "{last}");
    let error = emulator.edited_message(1, 1, 2, "x").expect_err("a place");
    assert_eq!(error.to_string(), "message_id: message 2 has neither a text nor a caption");
}

#[tokio::test(start_paused = true)]
async fn whoever_blocked_the_bot_hears_nothing_until_they_write() {
    let emulator = emulator();
    assert_eq!(
        emulator.block(1, true).expect_err("nobody").to_string(),
        "user_id: expected somebody with a private chat with the bot, found 1"
    );
    emulator.message(1, 1, "hello");
    let send = || call(&emulator, "sendMessage", json!({"chat_id": 1, "text": "x"}));
    let blocked = Ok(refused(403, "Forbidden: bot was blocked by the user"));
    emulator.block(1, true).expect("they wrote");
    assert_eq!(send().await, blocked);
    let invoice = call(&emulator, "sendChatAction", json!({"chat_id": 1, "action": "typing"}));
    assert_eq!(invoice.await, blocked);
    emulator.block(1, false).expect("they wrote");
    assert_eq!(send().await.map(|answer| answer.0), Ok(200));
    emulator.block(1, true).expect("they wrote");
    emulator.message(1, 1, "again");
    assert_eq!(send().await.map(|answer| answer.0), Ok(200));
}

#[tokio::test(start_paused = true)]
async fn somebody_is_added_by_somebody() {
    let emulator = emulator();
    emulator.push_message(NewMessage::new(9, 1, "x").chat_type(ChatType::Group)).expect("a group");
    emulator.add_member(9, 2, 1).expect("a member adds").expect("a group tells");
    let last = updates(&emulator).await.pop().expect("an update");
    let message = &last["message"];
    assert_eq!(
        (&message["from"]["id"], &message["new_chat_members"][0]["id"]),
        (&json!(1), &json!(2))
    );
    let member = call(&emulator, "getChatMember", json!({"chat_id": 9, "user_id": 2})).await;
    assert_eq!(member.map(|answer| answer.1["result"]["status"].clone()), Ok(json!("member")));
    assert_eq!(call(&emulator, "leaveChat", json!({"chat_id": 9})).await, Ok(ok(json!(true))));
}
