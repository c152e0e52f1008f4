//! Whether a bot is live and ready, in process and over HTTP.

use std::time::Duration;

use bale::{
    App, State,
    emulator::{Fault, FaultAction},
    health::{self, Health, Stage},
};
use expect_test::expect;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

use crate::rig::Rig;

fn app() -> App {
    App::new()
        .command("long", async || sleep(Duration::from_secs(100)).await)
        .command("health", async |health: State<Health>| health.check().to_string())
}

#[tokio::test(start_paused = true)]
async fn a_bot_from_its_start_to_its_end() {
    let app = app();
    let health = app.health();
    expect!["new, not ready; in flight 0, at the server 0"].assert_eq(&health.check().to_string());
    let rig = Rig::start(app);
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"running; in flight 1, at the server 0, last good poll 0.0 s, oldest unfinished 0.0 s"}
    "#]].assert_eq(&rig.ask("/health").await);
    sleep(Duration::from_secs(29)).await;
    expect!["running; in flight 0, at the server 0, last good poll 29.0 s"]
        .assert_eq(&health.check().to_string());
    rig.says("/long");
    sleep(Duration::from_secs(50)).await;
    expect![
        "running; in flight 1, at the server 0, last good poll 20.3 s, oldest unfinished 50.0 s"
    ]
    .assert_eq(&health.check().to_string());
    rig.stop().await.unwrap();
    expect!["ended, not live, not ready; in flight 0, at the server 0, last good poll 30.3 s"]
        .assert_eq(&health.check().to_string());
    assert_eq!(health.check().stage, Stage::Ended);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_down_makes_it_unready_and_leaves_it_live() {
    let app = app();
    let health = app.health();
    let rig = Rig::start(app);
    rig.ask("hi").await;
    rig.emulator.fault(Fault::new(FaultAction::html(502, "<html>")).times(200));
    sleep(Duration::from_secs(39)).await;
    assert!(health.is_live() && health.is_ready(), "a blip is no trouble: {health:?}");
    sleep(Duration::from_secs(200)).await;
    assert!(health.is_live() && !health.is_ready(), "{health:?}");
    // Each failure is followed by a wait of three seconds at most.
    sleep(Duration::from_secs(600)).await;
    assert!(health.is_live() && health.is_ready(), "{health:?}");
}

#[tokio::test(start_paused = true)]
async fn a_bot_that_was_dropped_has_ended() {
    let app = app();
    let health = app.health();
    let rig = Rig::start(app);
    rig.ask("hi").await;
    assert!(health.is_ready());
    rig.kill();
    tokio::task::yield_now().await;
    assert!(!health.is_live() && !health.is_ready(), "{health:?}");
}

/// The status and the body of a page on this machine.
pub(crate) async fn get(address: &str, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("it reads");
    let mut answer = String::new();
    let read = timeout(Duration::from_secs(60), stream.read_to_string(&mut answer)).await;
    read.expect("it answers in time").expect("UTF-8");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    (status.expect("a status"), body.to_owned())
}

#[tokio::test]
async fn over_http() {
    let app = app();
    let health = app.health();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(axum::serve(listener, health::router([health.clone()])).into_future());
    let address = address.to_string();
    assert_eq!(get(&address, "/livez").await.0, 200);
    assert_eq!(get(&address, "/readyz").await.0, 503);
    let rig = Rig::start(app);
    rig.ask("hi").await;
    let (status, body) = get(&address, "/readyz").await;
    let body: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(
        (status, &body[0]["ready"], &body[0]["stage"]),
        (200, &true.into(), &"running".into())
    );
    rig.kill();
    while health.is_live() {
        tokio::task::yield_now().await;
    }
    assert_eq!(get(&address, "/livez").await.0, 503);
}
