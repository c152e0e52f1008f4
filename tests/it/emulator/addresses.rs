//! Files by their address: fetched from this machine, within bounds, and from nowhere else.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    Router,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use bale::emulator::{ChatType, Emulator};
use expect_test::expect;
use serde_json::Value;
use tokio::net::TcpListener;

use super::{emulator, form};

const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0";

fn of(kind: &'static str, size: usize) -> impl IntoResponse + Clone {
    ([(header::CONTENT_TYPE, kind)], vec![b'x'; size])
}

/// Serves files of many kinds and sizes; gives its address and the number of requests so far.
async fn files() -> (String, Arc<AtomicUsize>) {
    const MB: usize = 1024 * 1024;
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let file = |kind, size| get(move || async move { of(kind, size) });
    let router = Router::new()
        .route("/a.png", get(|| async { ([(header::CONTENT_TYPE, "image/png; x=y")], PICTURE) }))
        .route("/5.jpg", file("image/jpeg", 5 * MB))
        .route("/6.jpg", file("image/jpeg", 5 * MB + 1))
        .route("/20.mp4", file("video/mp4", 20 * MB))
        .route("/21.mp4", file("video/mp4", 20 * MB + 1))
        .route("/1.ogg", file("audio/ogg", MB))
        .route("/2.ogg", file("audio/ogg", MB + 1))
        .route("/a.mp3", file("audio/mpeg", 9))
        .route("/a.pdf", file("application/pdf", 9))
        .route("/a.txt", file("text/plain", 9))
        .route("/empty.png", file("image/png", 0))
        .route("/moved.png", get(|| async { (StatusCode::FOUND, [(header::LOCATION, "/a.png")]) }))
        .layer(axum::middleware::map_request(move |request: axum::extract::Request| {
            counted.fetch_add(1, Ordering::Relaxed);
            async { request }
        }));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async { axum::serve(listener, router).await });
    (url, asked)
}

async fn send(emulator: &Emulator, method: &'static str, fields: &str) -> Value {
    form(emulator, method, &format!("chat_id=1&{fields}")).await.1
}

fn server() -> Emulator {
    let emulator = emulator();
    emulator.add_chat(1, ChatType::Private).expect("a new chat");
    emulator
}

/// What became of it: the kind of the message and the size of its file, or the refusal.
fn shown(reply: &Value) -> String {
    if let Some(text) = reply["description"].as_str() {
        return text.to_owned();
    }
    let message = &reply["result"];
    let kinds = ["photo", "audio", "document", "video", "animation", "voice", "sticker"];
    let kind = kinds.into_iter().find(|kind| message.get(kind).is_some()).expect("a file");
    let file = if kind == "photo" { &message[kind][0] } else { &message[kind] };
    format!("{kind} of {}", file["file_size"])
}

#[tokio::test]
async fn a_file_at_an_address_is_fetched_and_has_its_limits() {
    let (url, _) = files().await;
    let emulator = server();
    let mut lines = String::new();
    for (kind, path) in [
        ("photo", "/a.png"),
        ("photo", "/5.jpg"),
        ("photo", "/6.jpg"),
        ("photo", "/a.pdf"),
        ("photo", "/empty.png"),
        ("photo", "/moved.png"),
        ("photo", "/nothing.png"),
        ("video", "/20.mp4"),
        ("video", "/21.mp4"),
        ("voice", "/1.ogg"),
        ("voice", "/2.ogg"),
        ("voice", "/a.mp3"),
        ("audio", "/a.mp3"),
        ("document", "/a.pdf"),
        ("document", "/a.txt"),
    ] {
        let method = match kind {
            "photo" => "sendPhoto",
            "video" => "sendVideo",
            "voice" => "sendVoice",
            "audio" => "sendAudio",
            _ => "sendDocument",
        };
        let reply = send(&emulator, method, &format!("{kind}={url}{path}")).await;
        lines += &format!("{kind} {path}: {}\n", shown(&reply));
    }
    expect![[r#"
        photo /a.png: photo of 24
        photo /5.jpg: photo of 5242880
        photo /6.jpg: Bad Request: failed to get HTTP URL content: it has more than 5 MB
        photo /a.pdf: Bad Request: wrong type of the web page content
        photo /empty.png: Bad Request: file must be non-empty
        photo /moved.png: Bad Request: failed to get HTTP URL content: expected the status 200, found 302
        photo /nothing.png: Bad Request: failed to get HTTP URL content: expected the status 200, found 404
        video /20.mp4: video of 20971520
        video /21.mp4: Bad Request: failed to get HTTP URL content: it breaks off, or has more than 20 MB
        voice /1.ogg: voice of 1048576
        voice /2.ogg: document of 1048577
        voice /a.mp3: Bad Request: wrong type of the web page content
        audio /a.mp3: audio of 9
        document /a.pdf: document of 9
        document /a.txt: Bad Request: wrong type of the web page content
    "#]].assert_eq(&lines);

    // It has a size that was read from it, and can be downloaded.
    let picture = &emulator.messages(1)[0]["photo"][0];
    assert_eq!((&picture["width"], &picture["height"]), (&640.into(), &480.into()));
    let id = picture["file_id"].as_str().expect("an id");
    assert_eq!(emulator.file(id).as_deref(), Some(PICTURE));
}

#[tokio::test]
async fn an_album_fetches_each_of_its_files_once() {
    let (url, asked) = files().await;
    let emulator = server();
    let item = |path: &str| format!("{{\"type\":\"photo\",\"media\":\"{url}{path}\"}}");
    let album = format!("media=[{},{},{}]", item("/a.png"), item("/5.jpg"), item("/a.png"));
    let reply = send(&emulator, "sendMediaGroup", &album).await;
    assert_eq!(reply["result"].as_array().map(Vec::len), Some(3), "{reply}");
    assert_eq!(asked.load(Ordering::Relaxed), 2);
    let broken = format!("media=[{},{}]", item("/a.png"), item("/6.jpg"));
    assert_eq!(send(&emulator, "sendMediaGroup", &broken).await["ok"], false);
    assert_eq!(emulator.messages(1).len(), 3);
}

/// Neither a name that looks like this machine's nor a parameter that is no file makes it ask anybody.
#[tokio::test]
async fn nothing_else_is_fetched() {
    let (url, asked) = files().await;
    let emulator = server();
    let only = "Bad Request: failed to get HTTP URL content: the emulator fetches from http://127.0.0.1 and \
                http://localhost only, and takes other addresses unfetched with the quirk outside_urls";
    for outside in [
        "https://example.com/a.png",
        "http://10.0.0.1/a.png",
        "http://127.0.0.1.example.com/a.png",
        "http://localhost.example.com/a.png",
        "http://0.0.0.0/a.png",
        "http://user@example.com/a.png",
    ] {
        let reply = send(&emulator, "sendPhoto", &format!("photo={outside}")).await;
        assert_eq!(shown(&reply), only, "{outside}");
    }
    let reply =
        send(&emulator, "sendPhoto", &format!("photo={}", url.replace("http", "https"))).await;
    let https = "Bad Request: failed to get HTTP URL content: the emulator fetches by plain http";
    assert_eq!(shown(&reply), https);
    assert!(
        send(&emulator, "sendMessage", &format!("text={url}/a.png&photo={url}/a.png")).await["ok"]
            == true
    );
    assert_eq!(asked.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_stranger_makes_it_fetch_nothing() {
    let (url, asked) = files().await;
    let emulator = server();
    let server = emulator.serve("127.0.0.1:0").await.expect("a free port");
    for (token, count) in [("123456:WRONG", 0), (super::TOKEN, 1)] {
        let call = format!("{}/bot{token}/sendPhoto?chat_id=1&photo={url}/a.png", server.url());
        crate::web::client().get(call).send().await.expect("an answer");
        assert_eq!(asked.load(Ordering::Relaxed), count);
    }
    server.shutdown().await.expect("it stops");
}

/// A clock that stands still does not keep a file from coming.
#[tokio::test(start_paused = true)]
async fn a_paused_clock_fetches_as_well() {
    let (url, asked) = files().await;
    let emulator = server();
    let reply = send(&emulator, "sendPhoto", &format!("photo={url}/a.png")).await;
    assert_eq!((shown(&reply), asked.load(Ordering::Relaxed)), ("photo of 24".to_owned(), 1));
}
