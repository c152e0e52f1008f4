//! Requests that are no updates.

use std::{convert::Infallible, pin::Pin, task, time::Duration};

use axum::{
    Router,
    body::{Body, Bytes, HttpBody},
    http::{HeaderValue, Method, Request, header},
};
use bale::{App, Text, Update};
use expect_test::expect;
use tokio::time::Instant;

use super::{PATH, SECRET, bare, is_open, message, post, send};
use crate::{logs::Logs, rig::Rig};

async fn open() -> (Rig, Router) {
    let app = App::new().on_message(async |Text(text): Text| text);
    let (rig, router) = bare(app);
    is_open(&rig.emulator).await;
    (rig, router)
}

#[tokio::test(start_paused = true)]
async fn each_mistake_has_its_answer() {
    let (_rig, router) = open().await;
    let json = Some("application/json");
    let form = Some("application/x-www-form-urlencoded");
    let large = format!(r#"{{"update_id":1,"x":"{}"}}"#, "x".repeat(1 << 20));
    let cases: &[(&str, Option<&str>, &[u8])] = &[
        ("POST", json, b"hello"),
        ("POST", json, b""),
        ("POST", json, b"[{\"update_id\":1}]"),
        ("POST", json, b"{\"message\":{}}"),
        ("POST", json, b"{\"update_id\":\"1\"}"),
        ("POST", json, b"\xff\xfe"),
        ("POST", form, b"update_id=1"),
        ("POST", None, b"update_id=1"),
        ("POST", json, large.as_bytes()),
        ("GET", None, b""),
        ("PUT", json, b"{\"update_id\":1}"),
    ];
    let mut answers = String::new();
    for (method, content_type, body) in cases {
        let mut request = Request::builder().method(Method::try_from(*method).unwrap()).uri(PATH);
        if let Some(value) = content_type {
            request = request.header(header::CONTENT_TYPE, HeaderValue::from_static(value));
        }
        let request = request.body(Body::from(Bytes::copy_from_slice(body))).unwrap();
        let (status, text) = send(&router, request).await;
        let body: String = String::from_utf8_lossy(body).chars().take(24).collect();
        answers += &format!("{method} {body}\n    {status} {text}");
    }
    expect![[r#"
        POST hello
            400 expected one update as JSON: cannot read an update: expected value at line 1 column 1: hello
        POST 
            400 expected one update as JSON: cannot read an update: EOF while parsing a value at line 1 column 0: 
        POST [{"update_id":1}]
            400 expected one update as JSON: cannot read an update: invalid type: sequence, expected an update at line 1 column 0: [{"update_id":1}]
        POST {"message":{}}
            400 expected one update as JSON: cannot read an update: missing field `message_id` at line 1 column 13: {"message":{}}
        POST {"update_id":"1"}
            400 expected one update as JSON: cannot read an update: invalid type: string "1", expected i64 at line 1 column 16: {"update_id":"1"}
        POST ��
            400 expected one update as JSON: invalid utf-8 sequence of 1 bytes from index 0
        POST update_id=1
            415 expected one update as JSON, found application/x-www-form-urlencoded
        POST update_id=1
            400 expected one update as JSON: cannot read an update: expected value at line 1 column 1: update_id=1
        POST {"update_id":1,"x":"xxxx
            413 expected at most 1048576 bytes
        GET 
            405 this is the webhook of a bot: expected a POST with one update as JSON
        PUT {"update_id":1}
            405 this is the webhook of a bot: expected a POST with one update as JSON
    "#]]
    .assert_eq(&answers);
}

#[tokio::test(start_paused = true)]
async fn other_paths_do_not_exist() {
    let (rig, router) = open().await;
    let longer = format!("{PATH}0");
    let shorter = &PATH[..PATH.len() - 1];
    let below = format!("{PATH}/x");
    let elsewhere = format!("/other/{SECRET}");
    let paths =
        ["/", "/hook", "/hook/", "/hook/0123456789abcdee", &longer, shorter, &below, &elsewhere];
    for path in paths {
        for method in [Method::POST, Method::GET] {
            let request = Request::builder().method(method).uri(path);
            let request = request.body(Body::from(message(1, 1, "hi"))).unwrap();
            assert_eq!(send(&router, request).await, (404, String::new()), "{path}");
        }
    }
    assert_eq!(rig.emulator.calls().len(), 2, "getMe and setWebhook");
}

/// Which content type Bale sends is not documented, so JSON is what reads as JSON.
#[tokio::test(start_paused = true)]
async fn an_update_is_taken_whatever_its_content_type() {
    let (rig, router) = open().await;
    for (id, content_type) in [(1, "text/plain"), (2, "application/x-www-form-urlencoded")] {
        let request = Request::post(PATH).header(header::CONTENT_TYPE, content_type);
        let request = request.body(Body::from(message(id, 1, "hi"))).unwrap();
        assert_eq!(send(&router, request).await.0, 200, "{content_type}");
    }
    let sent = rig.emulator.calls();
    assert_eq!(sent.iter().filter(|call| call.method == "sendMessage").count(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_update_of_an_unknown_kind_reaches_the_observers() {
    let (seen_tx, mut seen) = tokio::sync::mpsc::unbounded_channel();
    let app = App::new().on_update(move |update: Update| {
        let _ = seen_tx.send(update.update_id);
        async {}
    });
    let (rig, router) = bare(app);
    is_open(&rig.emulator).await;
    assert_eq!(post(&router, r#"{"update_id":5,"hologram":{}}"#).await, 200);
    assert_eq!(post(&router, r#"{"update_id":6,"message":7}"#).await, 200);
    assert_eq!((seen.recv().await, seen.recv().await), (Some(5), Some(6)));
}

/// A server that tries again until it hears 200 would bring nothing else any more.
#[tokio::test(start_paused = true)]
async fn a_body_that_comes_again_and_again_is_let_go() {
    let logs = Logs::of("bale::webhook");
    let (_rig, router) = open().await;
    logs.take();
    let mut answers = Vec::new();
    for body in ["{", "{", "x", "{", "{", "{", "{"] {
        answers.push(post(&router, body).await);
    }
    assert_eq!(answers, [400, 400, 400, 400, 400, 200, 400]);
    let lines = logs.take();
    assert_eq!(lines.matches("it is let go").count(), 1, "{lines}");
}

/// A body of which one part comes and the next does not.
struct Slow(Option<Bytes>);

impl HttpBody for Slow {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut task::Context<'_>,
    ) -> task::Poll<Option<Result<hyper::body::Frame<Bytes>, Infallible>>> {
        match self.0.take() {
            Some(part) => task::Poll::Ready(Some(Ok(hyper::body::Frame::data(part)))),
            None => task::Poll::Pending,
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_body_is_not_waited_for() {
    let (_rig, router) = open().await;
    let begun = Instant::now();
    let body = Body::new(Slow(Some(Bytes::from_static(b"{\"update_id\":"))));
    let answer = send(&router, Request::post(PATH).body(body).unwrap()).await;
    assert_eq!(answer, (408, "expected the body within 10s\n".to_owned()));
    assert_eq!(begun.elapsed(), Duration::from_secs(10));
}
