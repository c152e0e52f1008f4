//! The emulator over HTTP.
//!
//! The client is a bare socket: it shares nothing with the server, writes requests no library would write,
//! and sees every byte of the answer.

use std::{collections::BTreeSet, future::Future, net::SocketAddr, time::Duration};

use bale::emulator::{ChatType, Emulator, Fault, FaultAction, NewMessage, Server};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{TOKEN, emulator, ok, refused, start};

/// Fails a test that hangs.
async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), future).await.expect("it takes far too long")
}

/// An emulator on a free port.
async fn serve() -> (Emulator, Server) {
    let emulator = emulator();
    let server = emulator.serve("127.0.0.1:0").await.expect("a free port");
    (emulator, server)
}

/// Sends these bytes on a connection of their own and gives all that comes back.
async fn exchange(addr: SocketAddr, request: impl AsRef<[u8]>) -> String {
    soon(async {
        let mut stream = TcpStream::connect(addr).await.expect("the server listens");
        stream.write_all(request.as_ref()).await.expect("the server reads");
        let mut answer = Vec::new();
        // A connection that breaks has sent what it has sent.
        drop(stream.read_to_end(&mut answer).await);
        String::from_utf8(answer).expect("the server writes text")
    })
    .await
}

fn request(first_line: &str, content_type: &str, body: &str) -> String {
    let content_type = match content_type {
        "" => String::new(),
        content_type => format!("Content-Type: {content_type}\r\n"),
    };
    let length = body.len();
    format!(
        "{first_line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{content_type}\
         Content-Length: {length}\r\n\r\n{body}"
    )
}

/// Status and JSON body of an answer.
async fn ask(server: &Server, request: impl AsRef<[u8]>) -> (u16, Value) {
    let answer = exchange(server.addr(), request).await;
    let (head, body) = answer.split_once("\r\n\r\n").expect("an HTTP answer");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    (status.expect("a status"), serde_json::from_str(body).expect("a JSON body"))
}

async fn get(server: &Server, path: &str) -> (u16, Value) {
    ask(server, request(&format!("GET {path}"), "", "")).await
}

async fn get_updates(server: &Server, query: &str) -> (u16, Value) {
    get(server, &format!("/bot{TOKEN}/getUpdates?{query}")).await
}

/// As `curl -d` does it.
async fn control(server: &Server, path: &str, body: &str) -> (u16, Value) {
    let line = format!("POST /control/{path}");
    ask(server, request(&line, "application/x-www-form-urlencoded", body)).await
}

#[tokio::test]
async fn every_encoding_says_the_same() {
    let (emulator, server) = serve().await;
    emulator.add_chat(1, ChatType::Private).expect("a new chat");
    let send = format!("/bot{TOKEN}/sendMessage");
    let form = "application/x-www-form-urlencoded";
    let keyboard = "{\"remove_keyboard\":true}";
    let part = |name: &str, value: &str| {
        format!("--X\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let multipart = [
        part("chat_id", "1"),
        part("text", "سلام"),
        part("reply_markup", keyboard),
        "--X--\r\n".into(),
    ]
    .concat();
    let in_query =
        "chat_id=1&text=%D8%B3%D9%84%D8%A7%D9%85&reply_markup=%7B%22remove_keyboard%22:true%7D";
    let nested = json!({"chat_id": 1, "text": "سلام", "reply_markup": {"remove_keyboard": true}});
    let as_text = json!({"chat_id": "1", "text": "سلام", "reply_markup": keyboard, "unknown": 1});
    let json_type = "application/json";
    let requests = [
        request(&format!("GET {send}?{in_query}"), "", ""),
        request(&format!("POST {send}?{in_query}"), "", ""),
        request(&format!("POST {send}"), form, in_query),
        request(&format!("POST {send}"), json_type, &nested.to_string()),
        request(&format!("GET {send}"), json_type, &as_text.to_string()),
        request(&format!("POST {send}"), "multipart/form-data; boundary=X", &multipart),
        request(&format!("POST {}", send.to_ascii_uppercase()), form, in_query),
        request(&format!("POST {}", send.replace(':', "%3A")), form, in_query),
    ];
    let mut expected = Vec::new();
    for (message_id, request) in (1..).zip(requests) {
        // Upper case also turns the path's `/bot` into `/BOT`, which is not the method's name.
        let request = request.replace("/BOT", "/bot");
        let (status, body) = ask(&server, &request).await;
        assert_eq!((status, &body["result"]["message_id"]), (200, &json!(message_id)), "{request}");
        let mut stored = body["result"].clone();
        stored["reply_markup"] = json!({"remove_keyboard": true});
        assert_eq!(stored["text"], json!("سلام"), "{request}");
        expected.push(stored);
    }
    assert_eq!(emulator.messages(1), expected);
    let names: BTreeSet<_> = emulator.calls().into_iter().map(|call| call.method).collect();
    assert_eq!(names, BTreeSet::from(["sendMessage".to_owned()]));
}

#[tokio::test]
async fn updates_are_confirmed_by_the_next_offset() {
    let (emulator, server) = serve().await;
    for update_id in 0..5 {
        assert_eq!(emulator.raw_update(format!("{{\"update_id\":{update_id}}}")), update_id);
    }
    let updates = |ids: &[i64]| ok(ids.iter().map(|id| json!({"update_id": id})).collect());
    assert_eq!(get_updates(&server, "").await, updates(&[0, 1, 2, 3, 4]));
    assert_eq!(get_updates(&server, "offset=0&limit=2").await, updates(&[0, 1]));
    assert_eq!(get_updates(&server, "offset=2").await, updates(&[2, 3, 4]));
    assert_eq!((emulator.pending(), emulator.confirmed()), (3, Some(1)));
    assert_eq!(get_updates(&server, "offset=-1").await, updates(&[4]));
    assert_eq!(get_updates(&server, "offset=0").await, updates(&[4]));
    assert_eq!(get_updates(&server, "offset=5").await, updates(&[]));
    assert_eq!((emulator.pending(), emulator.confirmed()), (0, Some(4)));
    let refusal = refused(400, "Bad Request: offset must be an integer");
    assert_eq!(get_updates(&server, "offset=x").await, refusal);
}

#[tokio::test]
async fn a_held_poll_is_woken_by_a_message_and_ended_by_another_poll() {
    let conflict = "Conflict: terminated by other getUpdates request; \
                    make sure that only one bot instance is running";
    let (emulator, server) = serve().await;
    let (older, newer) = tokio::join!(get_updates(&server, "timeout=600"), async {
        soon(emulator.wait_for_poll()).await;
        get_updates(&server, "timeout=0").await
    });
    assert_eq!((older, newer), (refused(409, conflict), ok(json!([]))));
    let (woken, ()) = tokio::join!(get_updates(&server, "timeout=600"), async {
        soon(emulator.wait_for_poll()).await;
        emulator.message(1, 1, "/start");
    });
    let mut update = start(0);
    update["message"]["date"] = woken.1["result"][0]["message"]["date"].clone();
    assert_eq!(woken, ok(json!([update])));
}

#[tokio::test]
async fn refusals_have_bales_words() {
    let (_emulator, server) = serve().await;
    let bot = format!("/bot{TOKEN}");
    for (line, expected) in [
        ("GET /bot1:WRONG/getMe".to_owned(), refused(403, "Token not found")),
        (format!("GET {bot}/sendPoll"), refused(404, "not found")),
        (format!("GET {bot}/"), refused(404, "not found")),
        (format!("GET {bot}/getMe/again"), refused(404, "not found")),
        ("GET /elsewhere".to_owned(), refused(404, "not found")),
        (format!("PUT {bot}/getMe"), refused(405, "Method Not Allowed")),
        (format!("GET {bot}/getChat?chat_id=5"), refused(404, "no such group or user")),
        (format!("GET {bot}/getChat"), refused(400, "Bad Request: chat_id is empty")),
    ] {
        assert_eq!(ask(&server, request(&line, "", "")).await, expected, "{line}");
    }
    let malformed = request(&format!("POST {bot}/getMe"), "application/json", "{");
    assert_eq!(ask(&server, malformed).await, refused(400, "malformed request"));
    let huge = format!(
        "POST {bot}/getMe HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n",
        55 * 1024 * 1024 + 1
    );
    assert_eq!(ask(&server, huge).await, refused(413, "Request Entity Too Large"));
}

#[tokio::test]
async fn only_this_machine_is_served_under_its_own_names() {
    let (emulator, server) = serve().await;
    for (headers, status) in [
        ("Host: localhost:8080", "200"),
        ("Host: LOCALHOST", "200"),
        ("Host: 127.0.0.1:8080", "200"),
        ("Host: [::1]", "200"),
        ("Host: localhost\r\nOrigin: http://127.0.0.1:8080", "200"),
        ("Host: bale.example", "403"),
        ("Host: localhost.bale.example", "403"),
        ("Host: localhost\r\nOrigin: https://bale.example", "403"),
        ("Host: localhost\r\nOrigin: null", "403"),
    ] {
        let request = format!("GET / HTTP/1.1\r\nConnection: close\r\n{headers}\r\n\r\n");
        let answer = exchange(server.addr(), request).await;
        assert_eq!(answer.split(' ').nth(1), Some(status), "{headers}");
    }
    let error = emulator.serve("0.0.0.0:0").await.map(|_| ()).expect_err("not a loopback address");
    assert_eq!(
        error.to_string(),
        "0.0.0.0:0 is not a loopback address: the emulator has no passwords"
    );
    let open = emulator.allow_remote().serve("0.0.0.0:0").await.expect("a free port");
    open.shutdown().await.expect("nobody is connected");
}

#[tokio::test]
async fn people_are_played_over_http() {
    let (emulator, server) = serve().await;
    let message =
        r#"{"chat_id": 9, "user_id": 1, "text": "سلام", "first_name": "Sara", "title": "Friends"}"#;
    let sent = ok(json!({"update_id": 0, "message_id": 1}));
    assert_eq!(control(&server, "message", message).await, sent);
    let reply = r#"{"chat_id": 9, "user_id": 2, "text": "b", "reply_to_message_id": 1}"#;
    let sent = ok(json!({"update_id": 1, "message_id": 2}));
    assert_eq!(control(&server, "message", reply).await, sent);
    let edit = r#"{"chat_id": 9, "user_id": 1, "message_id": 1, "text": "c"}"#;
    let sent = ok(json!({"update_id": 2, "message_id": 1}));
    assert_eq!(control(&server, "edited_message", edit).await, sent);
    let press = r#"{"chat_id": 9, "user_id": 1, "message_id": 1, "data": "d"}"#;
    let sent = ok(json!({"update_id": 3, "callback_query_id": "2000000000"}));
    assert_eq!(control(&server, "callback", press).await, sent);
    assert_eq!(control(&server, "update", "{\"x\":1}").await, ok(json!({"update_id": 4})));
    let chat = r#"{"chat_id": 11, "chat_type": "channel", "title": "News"}"#;
    assert_eq!(control(&server, "chat", chat).await, ok(json!({})));
    assert_eq!(emulator.pending(), 5);

    let messages = get(&server, "/control/chats/9/messages").await;
    assert_eq!(messages, ok(emulator.messages(9).into()));
    let sara = json!({"id": 1, "is_bot": false, "first_name": "Sara"});
    let friends = json!({"id": 9, "type": "group", "title": "Friends"});
    let second = &messages.1["result"][1];
    assert_eq!((&second["chat"], &second["reply_to_message"]["from"]), (&friends, &sara));

    get(&server, &format!("/bot{TOKEN}/getWebhookInfo?a=1")).await;
    let answer = json!({"ok": true, "result": {"url": ""}});
    let hints = ["Bale has no getWebhookInfo.a; expected nothing"];
    let calls = json!([{"method": "getWebhookInfo", "params": {"a": "1"}, "status": 200,
        "reply": answer, "hints": hints}]);
    assert_eq!(get(&server, "/control/calls").await, ok(calls));
    assert_eq!(control(&server, "reset", "").await, ok(json!({})));
    assert_eq!(get(&server, "/control/calls").await, ok(json!([])));
    assert_eq!(get(&server, "/control/chats/9/messages").await, ok(json!([])));
}

#[tokio::test]
async fn a_message_can_wait_for_the_bots_reply() {
    let (emulator, server) = serve().await;
    let message = r#"{"chat_id": 1, "user_id": 1, "text": "hi", "wait": 30}"#;
    let bot = async {
        get_updates(&server, "timeout=600").await;
        get(&server, &format!("/bot{TOKEN}/sendMessage?chat_id=1&text=hello")).await
    };
    let (answer, (_, sent)) = tokio::join!(control(&server, "message", message), bot);
    let replies = [sent["result"].clone()];
    assert_eq!(answer, ok(json!({"update_id": 0, "message_id": 1, "replies": replies})));
    let silence = r#"{"chat_id": 1, "user_id": 1, "text": "hi", "wait": 0}"#;
    let answer = ok(json!({"update_id": 1, "message_id": 3, "replies": []}));
    assert_eq!(control(&server, "message", silence).await, answer);
    assert_eq!(emulator.messages(1).len(), 3);
}

#[tokio::test]
async fn control_errors_say_what_was_expected_and_what_was_found() {
    let (emulator, server) = serve().await;
    emulator.push_message(NewMessage::new(9, 1, "x")).expect("a new chat");
    for (path, body, status, description) in [
        ("message", "{", 400, "body: EOF while parsing an object at line 1 column 1"),
        ("message", r#"{"chat_id": 1, "text": ""}"#, 400, "body: missing field `user_id`"),
        (
            "message",
            "5",
            400,
            "body: invalid type: integer `5`, expected an object with chat_id, user_id and text",
        ),
        (
            "message",
            r#"{"chat_id": 1, "user_id": 1, "text": "", "wait": 31}"#,
            400,
            "wait: expected 0 to 30 seconds, found 31",
        ),
        (
            "message",
            r#"{"chat_id": 9, "user_id": 1, "text": "", "chat_type": "channel"}"#,
            400,
            "chat_type: chat 9 is a group chat, found channel",
        ),
        (
            "message",
            r#"{"chat_id": 9, "user_id": 1, "text": "", "reply_to_message_id": 2}"#,
            400,
            "reply_to_message_id: expected a message of chat 9, found 2",
        ),
        (
            "callback",
            r#"{"chat_id": 8, "user_id": 1, "message_id": 1, "data": ""}"#,
            400,
            "chat_id: expected a known chat, found 8",
        ),
        ("update", "", 400, "expected an update, found an empty body"),
        ("nothing", "", 404, "expected a path that GET / lists, found POST /control/nothing"),
    ] {
        let expected = (status, json!({"ok": false, "description": description}));
        assert_eq!(control(&server, path, body).await, expected, "{path} {body}");
    }
    let no_number = "chat id: expected an integer, found \"x\"";
    let expected = (400, json!({"ok": false, "description": no_number}));
    assert_eq!(get(&server, "/control/chats/x/messages").await, expected);
}

#[tokio::test]
async fn faults_close_the_connection() {
    let (emulator, server) = serve().await;
    emulator.add_chat(1, ChatType::Private).expect("a new chat");
    let send = request(&format!("GET /bot{TOKEN}/sendMessage?chat_id=1&text=hi"), "", "");
    emulator.fault(Fault::new(FaultAction::DropBefore));
    assert_eq!(exchange(server.addr(), &send).await, "");
    assert_eq!(emulator.messages(1).len(), 0);
    emulator.fault(Fault::new(FaultAction::DropAfterAcceptance));
    assert_eq!(exchange(server.addr(), &send).await, "");
    assert_eq!(emulator.messages(1).len(), 1);
    emulator.fault(Fault::new(FaultAction::Truncate));
    let answer = exchange(server.addr(), &send).await;
    let whole = json!({"ok": true, "result": emulator.messages(1)[1]}).to_string();
    let (head, body) = answer.split_once("\r\n\r\n").expect("an HTTP answer");
    assert_eq!(body, &whole[..whole.len() / 2]);
    assert!(head.contains(&format!("content-length: {}", whole.len())), "{head}");
    emulator.fault(Fault::new(FaultAction::html(502, "<html>Bad Gateway</html>")));
    let answer = exchange(server.addr(), &send).await;
    let (head, body) = answer.split_once("\r\n\r\n").expect("an HTTP answer");
    assert_eq!(body, "<html>Bad Gateway</html>");
    assert!(
        head.starts_with("HTTP/1.1 502 ") && head.contains("content-type: text/html"),
        "{head}"
    );
}

#[tokio::test]
async fn a_shutdown_ends_what_waits() {
    let (emulator, server) = serve().await;
    let addr = server.addr();
    let poll = request(&format!("GET /bot{TOKEN}/getUpdates?timeout=600"), "", "");
    let (answer, stopped) = tokio::join!(exchange(addr, poll), async {
        soon(emulator.wait_for_poll()).await;
        soon(server.shutdown()).await
    });
    stopped.expect("all connections are closed");
    assert_eq!(answer, "");
    assert!(TcpStream::connect(addr).await.is_err(), "the port is still open");
}
