//! What the bot does when the server does not do what it should.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use bale::{
    App, Bot, BoxFuture, Message, Result, Text,
    app::RunError,
    client::transport::{Body, Call, Reply, Transport, TransportError},
    emulator::{Emulator, Fault, FaultAction},
};
use expect_test::expect;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};

use crate::{
    logs::Logs,
    rig::{self, Rig},
};

const TOKEN: &str = "123456:TEST";

async fn echo(message: Message, Text(text): Text) -> Result {
    message.answer(text).await?;
    Ok(())
}

fn app() -> App {
    App::new().on_message(echo)
}

async fn in_virtual_seconds(seconds: f64) {
    sleep(Duration::from_secs_f64(seconds)).await;
}

fn times(method: &str, emulator: &Emulator) -> usize {
    emulator.calls().iter().filter(|call| call.method == method).count()
}

/// A bot against a server where every call meets `action`, `times` times.
fn troubled(method: &str, action: FaultAction, times: usize) -> Rig {
    let emulator = Emulator::new(TOKEN);
    emulator.fault(Fault::new(action).on(method).times(times));
    emulator.message(1, 1, "hi");
    Rig::against(emulator, app())
}

const FOR_EVER: usize = usize::MAX;

fn bad_gateway() -> FaultAction {
    FaultAction::html(502, "<html>Bad Gateway</html>")
}

/// How long it takes until the bot has answered.
async fn answered(rig: &Rig) -> Duration {
    let start = Instant::now();
    rig.emulator.idle().await;
    start.elapsed()
}

fn seconds(duration: Duration, least: f64, most: f64) {
    let seconds = duration.as_secs_f64();
    assert!((least..=most).contains(&seconds), "{seconds} s, not from {least} to {most} s");
}

const ANSWER: &str = "sendMessage {\"chat_id\":1,\"text\":\"hi\"}\n";

#[tokio::test(start_paused = true)]
async fn a_server_that_is_down_at_the_start_is_waited_for() {
    let rig = troubled("getMe", FaultAction::DropBefore, 3);
    // Three waits of at most a second, and at least three quarters of that.
    seconds(answered(&rig).await, 2.25, 3.0);
    assert_eq!(times("getMe", &rig.emulator), 4);
    assert_eq!(rig::transcript(&rig.emulator), ANSWER);
}

#[tokio::test(start_paused = true)]
async fn one_page_of_html_costs_a_second() {
    for method in ["getMe", "deleteWebhook", "getUpdates"] {
        let rig = troubled(method, bad_gateway(), 1);
        seconds(answered(&rig).await, 0.75, 1.0);
        assert_eq!(rig::transcript(&rig.emulator), ANSWER);
    }
}

#[tokio::test(start_paused = true)]
async fn three_pages_of_html_cost_five_seconds() {
    let rig = troubled("getUpdates", bad_gateway(), 3);
    seconds(answered(&rig).await, 5.0, 5.25);
    assert_eq!(rig::transcript(&rig.emulator), ANSWER);
}

#[tokio::test(start_paused = true)]
async fn a_failing_server_gets_three_requests_in_the_first_five_seconds() {
    let failures = [
        bad_gateway(),
        FaultAction::DropAfterAcceptance,
        FaultAction::Truncate,
        FaultAction::error(500, "internal server error"),
        FaultAction::html(200, "<html>Welcome to the hotel</html>"),
        FaultAction::html(404, "<html>not here</html>"),
        FaultAction::html(200, ""),
    ];
    for method in ["getMe", "getUpdates"] {
        for action in failures.clone() {
            let rig = troubled(method, action.clone(), FOR_EVER);
            in_virtual_seconds(4.999).await;
            assert_eq!(times(method, &rig.emulator), 3, "{method} {action:?}");
            in_virtual_seconds(600.0).await;
            rig.emulator.clear_calls();
            in_virtual_seconds(600.0).await;
            let later = times(method, &rig.emulator);
            assert!((275..=295).contains(&later), "one in 2.05 to 2.15 s: {later}");
            rig.stop().await.unwrap();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_comes_back_is_noticed_soon() {
    for (failure, most) in [(FaultAction::DropBefore, 1.0), (bad_gateway(), 2.16)] {
        let emulator = Emulator::new(TOKEN);
        emulator.fault(Fault::new(failure).times(FOR_EVER));
        let rig = Rig::against(emulator, app());
        in_virtual_seconds(3600.0).await;
        rig.emulator.clear_faults();
        rig.says("hi");
        seconds(answered(&rig).await, 0.0, most);
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_cannot_be_reached_is_tried_every_second() {
    let rig = troubled("getUpdates", FaultAction::DropBefore, FOR_EVER);
    in_virtual_seconds(600.0).await;
    let tries = times("getUpdates", &rig.emulator);
    assert!((600..=800).contains(&tries), "{tries}");
}

#[tokio::test(start_paused = true)]
async fn as_long_a_pause_as_the_server_asks_for() {
    for method in ["getMe", "getUpdates"] {
        let rig = troubled(method, FaultAction::RateLimit { retry_after: Some(7) }, 1);
        seconds(answered(&rig).await, 7.0, 7.7);
        assert_eq!(times(method, &rig.emulator), 2 + usize::from(method == "getUpdates"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_pause_of_zero_seconds_is_a_second() {
    let rig = troubled("getUpdates", FaultAction::RateLimit { retry_after: Some(0) }, FOR_EVER);
    in_virtual_seconds(60.0).await;
    let polls = times("getUpdates", &rig.emulator);
    assert!((54..=61).contains(&polls), "{polls}");
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_without_a_time_is_a_few_seconds_and_growing() {
    let rig = troubled("getUpdates", FaultAction::RateLimit { retry_after: None }, 1);
    seconds(answered(&rig).await, 2.25, 3.0);
    let rig = troubled("getUpdates", FaultAction::RateLimit { retry_after: None }, 3);
    seconds(answered(&rig).await, 2.25 + 4.5 + 9.0, 3.0 + 6.0 + 12.0);
}

#[tokio::test(start_paused = true)]
async fn another_poller_is_waited_for() {
    let rig = troubled("getUpdates", FaultAction::error(409, "Conflict: terminated"), 5);
    seconds(answered(&rig).await, 12.75, 17.0);
    assert_eq!(rig::transcript(&rig.emulator), ANSWER);
}

#[tokio::test(start_paused = true)]
async fn two_copies_of_a_bot_tell_of_each_other_and_lose_nothing() {
    let emulator = Emulator::new(TOKEN);
    let first = Rig::against(emulator.clone(), app());
    let second = Rig::against(emulator.clone(), app());
    in_virtual_seconds(100.0).await;
    let conflicts = emulator.calls().iter().filter(|call| call.status == Some(409)).count();
    assert!((20..=60).contains(&conflicts), "{conflicts}");
    first.stop().await.unwrap();
    second.says("hi");
    seconds(answered(&second).await, 0.0, 5.0);
}

#[tokio::test(start_paused = true)]
async fn a_bad_token_stops_the_start_at_once() {
    for (status, text) in [(403, "Token not found"), (401, "Unauthorized"), (404, "not found")] {
        let start = Instant::now();
        let rig = troubled("getMe", FaultAction::error(status, text), FOR_EVER);
        in_virtual_seconds(1.0).await;
        let emulator = rig.emulator.clone();
        let error = rig.stop().await.unwrap_err();
        assert_eq!(start.elapsed(), Duration::from_secs(1));
        assert_eq!(
            error.to_string(),
            format!(
                "the server refuses the token (getMe: invalid token: {text} ({status})); check \
                 BALE_BOT_TOKEN (@botfather gives and revokes tokens)"
            )
        );
        assert!(!format!("{error:?}").contains("TEST"), "{error:?}");
        assert_eq!(emulator.calls().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_revoked_ends_the_bot_in_order() {
    async fn slow(message: Message) -> Result {
        sleep(Duration::from_secs(3)).await;
        message.answer("done").await?;
        Ok(())
    }
    async fn bye(bot: Bot) -> Result {
        bot.send_message(1, "bye").await?;
        Ok(())
    }
    let rig = Rig::start(App::new().on_message(slow).on_stop(bye));
    rig.says("hi");
    in_virtual_seconds(1.0).await;
    let fault = Fault::new(FaultAction::error(403, "Token not found"));
    rig.emulator.fault(fault.on("getUpdates").times(FOR_EVER));
    in_virtual_seconds(10.0).await;
    expect![[r#"
        sendMessage {"chat_id":1,"text":"done"}
        sendMessage {"chat_id":1,"text":"bye"}
    "#]]
    .assert_eq(&rig::transcript(&rig.emulator));
    let error = rig.stop().await.unwrap_err();
    assert!(matches!(error, RunError::Refused(_)), "{error:?}");
    expect!["the server refuses the token (getUpdates: invalid token: Token not found (403)); check BALE_BOT_TOKEN (@botfather gives and revokes tokens)"]
        .assert_eq(&error.to_string());
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_hangs_is_given_up_ten_seconds_after_its_time() {
    let rig = troubled("getUpdates", FaultAction::Hang, 1);
    seconds(answered(&rig).await, 40.0, 40.0);
    assert_eq!(rig::transcript(&rig.emulator), ANSWER);
}

#[tokio::test(start_paused = true)]
async fn polls_that_hang_for_ever_are_no_hot_loop() {
    let emulator = Emulator::new(TOKEN);
    emulator.fault(Fault::new(FaultAction::Hang).on("getUpdates").times(FOR_EVER));
    let rig = Rig::against(emulator, app().poll_timeout(Duration::from_secs(5)));
    in_virtual_seconds(144.0).await;
    // The first one takes 15 s, those after it are not meant to be held.
    assert_eq!(times("getUpdates", &rig.emulator), 1 + 13);
}

#[tokio::test(start_paused = true)]
async fn half_an_answer_is_asked_for_again() {
    let rig = troubled("getUpdates", FaultAction::Truncate, 2);
    seconds(answered(&rig).await, 4.05, 4.26);
    assert_eq!(rig::transcript(&rig.emulator), ANSWER);
}

#[tokio::test(start_paused = true)]
async fn updates_whose_answer_was_lost_come_again_once() {
    let rig = Rig::start(app());
    for number in 0..20 {
        if number % 3 == 0 {
            let fault = Fault::new(FaultAction::DropAfterAcceptance).on("getUpdates");
            rig.emulator.fault(fault);
        }
        rig.says(&number.to_string());
        in_virtual_seconds(0.3).await;
    }
    rig.emulator.idle().await;
    let expected: String =
        (0..20).map(|n| format!("sendMessage {{\"chat_id\":1,\"text\":\"{n}\"}}\n")).collect();
    assert_eq!(rig::transcript(&rig.emulator), expected);
}

#[tokio::test(start_paused = true)]
async fn a_webhook_is_removed_before_polling() {
    let emulator = Emulator::new(TOKEN);
    let url = BTreeMap::from([("url", "https://example.org/hook")]);
    let set: bool = rig::bot(&emulator).call("setWebhook", &url).await.unwrap();
    assert!(set);
    emulator.message(1, 1, "hi");
    let rig = Rig::against(emulator, app());
    rig.emulator.idle().await;
    let calls = rig.emulator.calls();
    let calls: Vec<_> = calls.iter().map(|call| (&*call.method, call.status)).collect();
    assert_eq!(
        calls[..4],
        [
            ("setWebhook", Some(200)),
            ("getMe", Some(200)),
            ("deleteWebhook", Some(200)),
            ("getUpdates", Some(200))
        ]
    );
    assert_eq!(times("sendMessage", &rig.emulator), 1);
}

#[tokio::test(start_paused = true)]
async fn a_server_without_delete_webhook_is_polled_all_the_same() {
    let rig = troubled("deleteWebhook", FaultAction::error(404, "not found"), FOR_EVER);
    assert_eq!(answered(&rig).await, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn the_log_has_one_line_for_each_change() {
    let logs = Logs::of("bale::polling");
    let rig = Rig::start(app());
    in_virtual_seconds(1.0).await;
    let fault =
        |action, times| rig.emulator.fault(Fault::new(action).on("getUpdates").times(times));
    fault(FaultAction::DropBefore, 3);
    fault(bad_gateway(), 4);
    fault(FaultAction::RateLimit { retry_after: Some(5) }, 2);
    fault(FaultAction::error(409, "Conflict: x"), 2);
    rig.says("hi");
    rig.emulator.idle().await;
    in_virtual_seconds(0.1).await;
    expect![[r#"
        WARN the server cannot be reached; next try in _ s and so on until it works: getUpdates: network failure: could not connect: the emulator refused the connection
        WARN the server answers with errors; next try in _ s and so on until it works: getUpdates: HTTP 502 and no Bot API answer, but a body like `<html>Bad Gateway</html>`
        WARN the server asks for a pause; next try in _ s and so on until it works: getUpdates: rate limited: Too Many Requests (429), retry after 5s
        WARN another program receives this bot's updates (a second copy of it, or one just being replaced); next try in _ s and so on until it works: getUpdates: conflict: Conflict: x (409)
    "#]]
    .assert_eq(&logs.take());
}

#[tokio::test(start_paused = true)]
async fn any_first_id_will_do() {
    for first in [0, 1, -3, -1, 5_000_000_000, i64::MAX - 3] {
        let emulator = Emulator::new(TOKEN).first_update_id(first);
        let rig = Rig::against(emulator, app());
        for text in ["a", "b"] {
            rig.says(text);
            in_virtual_seconds(1.0).await;
        }
        expect![[r#"
            sendMessage {"chat_id":1,"text":"a"}
            sendMessage {"chat_id":1,"text":"b"}
        "#]]
        .assert_eq(&rig::transcript(&rig.emulator));
        let offsets: Vec<i64> = rig
            .emulator
            .calls()
            .iter()
            .filter_map(|call| call.params.get("offset").and_then(Value::as_i64))
            .collect();
        assert!(offsets.iter().all(|offset| *offset >= 0), "{first}: {offsets:?}");
    }
}

/// A server that answers from a function.
struct Puppet {
    polls: Mutex<Vec<Instant>>,
    updates: fn(offset: i64) -> Vec<Value>,
    sent: Mutex<Vec<String>>,
}

impl fmt::Debug for Puppet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Puppet")
    }
}

impl Puppet {
    fn new(updates: fn(offset: i64) -> Vec<Value>) -> Arc<Self> {
        Arc::new(Self { polls: Mutex::default(), updates, sent: Mutex::default() })
    }

    fn result(&self, call: &Call) -> Value {
        let Body::Json(body) = &call.body else { unreachable!("all calls here are JSON") };
        let params: Value = serde_json::from_slice(body).unwrap_or_default();
        match call.method {
            "getMe" => json!({"id": 123_456, "is_bot": true, "first_name": "puppet"}),
            "getUpdates" => {
                self.polls.lock().unwrap().push(Instant::now());
                (self.updates)(params["offset"].as_i64().unwrap_or(0)).into()
            }
            "sendMessage" => {
                self.sent.lock().unwrap().push(params["text"].as_str().unwrap().to_owned());
                json!({"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}})
            }
            _ => true.into(),
        }
    }

    fn run(self: &Arc<Self>, app: App) -> Running {
        run(app.bot(Bot::builder().token(TOKEN).transport(Arc::clone(self)).build().unwrap()))
    }

    fn polls(&self) -> usize {
        self.polls.lock().unwrap().len()
    }
}

impl Transport for Puppet {
    fn send(&self, call: Call) -> BoxFuture<'_, Result<Reply, TransportError>> {
        let body = json!({"ok": true, "result": self.result(&call)}).to_string();
        Box::pin(std::future::ready(Ok(Reply::new(200, body))))
    }
}

type Running = (oneshot::Sender<()>, JoinHandle<Result<(), RunError>>);

fn run(app: App) -> Running {
    let (stop, stopped) = oneshot::channel();
    let task = tokio::spawn(app.run_until(async {
        // A dropped sender stops the bot too.
        let _ = stopped.await;
    }));
    (stop, task)
}

fn message(update_id: i64) -> Value {
    let chat = json!({"id": 1, "type": "private"});
    let text = update_id.to_string();
    json!({
        "update_id": update_id,
        "message": {"message_id": 1, "date": 1, "chat": chat, "text": text}
    })
}

#[tokio::test(start_paused = true)]
async fn a_server_that_holds_no_polls_is_asked_three_times_a_second() {
    let server = Puppet::new(|_| Vec::new());
    let _running = server.run(app());
    in_virtual_seconds(60.0).await;
    // 20, 40, 80 and 160 ms, then 320 ms each.
    assert_eq!(server.polls(), 5 + (60_000 - 300) / 320);
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_is_not_in_order_is_put_in_order() {
    let server = Puppet::new(|_| [7, 5, 6, 5].map(message).into());
    let _running = server.run(app());
    in_virtual_seconds(1.0).await;
    assert_eq!(*server.sent.lock().unwrap(), ["5", "6", "7"]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_forgets_nothing_is_asked_three_times_a_second_and_doubles_nothing() {
    let server = Puppet::new(|_| vec![message(5), message(6)]);
    let _running = server.run(app());
    in_virtual_seconds(60.0).await;
    assert_eq!(*server.sent.lock().unwrap(), ["5", "6"]);
    assert!((185..=195).contains(&server.polls()), "{}", server.polls());
}

#[tokio::test(start_paused = true)]
async fn nor_is_it_with_a_full_window() {
    let server = Puppet::new(|_| (0..100).map(message).collect());
    let _running = server.run(app());
    in_virtual_seconds(60.0).await;
    let expected: Vec<String> = (0..100).map(|id| id.to_string()).collect();
    assert_eq!(*server.sent.lock().unwrap(), expected);
    assert!((185..=195).contains(&server.polls()), "{}", server.polls());
}

#[tokio::test(start_paused = true)]
async fn a_long_backlog_is_worked_off_without_a_pause() {
    let server = Puppet::new(|offset| (offset..1000).take(100).map(message).collect());
    let _running = server.run(app());
    in_virtual_seconds(0.25).await;
    let expected: Vec<String> = (0..1000).map(|id| id.to_string()).collect();
    assert_eq!(*server.sent.lock().unwrap(), expected);
}

#[tokio::test(start_paused = true)]
async fn while_a_handler_is_busy_polls_are_paced() {
    async fn busy() {
        sleep(Duration::from_secs(20)).await;
    }
    let server = Puppet::new(|offset| (offset..1).map(message).collect());
    let _running = server.run(App::new().on_message(busy));
    in_virtual_seconds(19.9).await;
    assert_eq!(server.polls(), 5 + (19_900 - 300) / 320);
}

#[tokio::test(start_paused = true)]
async fn a_stop_is_heard_in_every_state() {
    let states = [
        ("getMe", FaultAction::Hang),
        ("getMe", FaultAction::DropBefore),
        ("deleteWebhook", FaultAction::Hang),
        ("deleteWebhook", bad_gateway()),
        ("getUpdates", FaultAction::Hang),
        ("getUpdates", FaultAction::RateLimit { retry_after: Some(100) }),
    ];
    for (method, action) in states {
        let rig = troubled(method, action.clone(), FOR_EVER);
        in_virtual_seconds(0.5).await;
        let asked = Instant::now();
        rig.stop().await.unwrap();
        assert_eq!(asked.elapsed(), Duration::ZERO, "{method} {action:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn no_span_of_time_is_too_long() {
    let app = app()
        .poll_timeout(Duration::MAX)
        .confirm_deadline(Duration::MAX)
        .drain_deadline(Duration::MAX);
    let rig = Rig::start(app);
    assert_eq!(rig.ask("hi").await, ANSWER);
    in_virtual_seconds(100_000.0).await;
    rig.says("hi");
    rig.emulator.idle().await;
    rig.stop().await.unwrap();
}

/// A server on a real socket. The first connections meet these misfortunes.
async fn serve(listener: TcpListener, misfortunes: Vec<Misfortune>) {
    let mut misfortunes = misfortunes.into_iter();
    let mut open = Vec::new();
    loop {
        let (stream, _) = listener.accept().await.expect("the listener lives");
        match misfortunes.next() {
            Some(Misfortune::DropAtOnce) => drop(stream),
            Some(Misfortune::DropAfterRequest) => {
                let mut stream = stream;
                let _ = request(&mut stream).await;
            }
            Some(Misfortune::HalfAnAnswer) => {
                let mut stream = stream;
                let _ = request(&mut stream).await;
                let half = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"ok\":true,";
                let _ = stream.write_all(half).await;
            }
            Some(Misfortune::Hang) => open.push(stream),
            None => drop(tokio::spawn(answer_all(stream))),
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Misfortune {
    DropAtOnce,
    DropAfterRequest,
    HalfAnAnswer,
    Hang,
}

/// The path of the next request, read whole.
async fn request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let mut chunk = [0; 1024];
        let read = stream.read(&mut chunk).await.ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&chunk[..read]);
        let text = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if body.len() >= length.map_or(0, |length| length.parse().unwrap_or(0)) {
            return text.split(' ').nth(1).map(str::to_owned);
        }
    }
}

async fn answer_all(mut stream: TcpStream) {
    while let Some(path) = request(&mut stream).await {
        let result = match path.rsplit('/').next() {
            Some("getme") => json!({"id": 123_456, "is_bot": true, "first_name": "socket"}),
            Some("getupdates") => json!([message(1)]),
            _ => true.into(),
        };
        let body = json!({"ok": true, "result": result}).to_string();
        let length = body.len();
        let reply = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}");
        if stream.write_all(reply.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// Real sockets and real time: how long until the first update arrives.
async fn first_update_after(misfortunes: Vec<Misfortune>) -> Duration {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(serve(listener, misfortunes));
    let (told, arrived) = oneshot::channel();
    let told = Arc::new(Mutex::new(Some(told)));
    let tell = move || {
        let told = told.lock().unwrap().take();
        async move {
            if let Some(told) = told {
                told.send(()).unwrap();
            }
        }
    };
    let bot = Bot::builder().token(TOKEN).api_url(url).timeout(Duration::from_millis(300));
    let start = Instant::now();
    let (stop, task) = run(App::new().on_message(tell).bot(bot.build().unwrap()));
    timeout(Duration::from_secs(20), arrived).await.expect("it recovers").unwrap();
    let took = start.elapsed();
    stop.send(()).unwrap();
    timeout(Duration::from_secs(10), task).await.expect("it stops").unwrap().unwrap();
    server.abort();
    took
}

#[tokio::test]
async fn broken_connections_are_replaced() {
    use Misfortune::{DropAfterRequest, DropAtOnce, HalfAnAnswer, Hang};

    let took = tokio::join!(
        first_update_after(vec![]),
        first_update_after(vec![DropAtOnce]),
        first_update_after(vec![DropAfterRequest]),
        first_update_after(vec![HalfAnAnswer]),
        first_update_after(vec![Hang]),
        first_update_after(vec![DropAfterRequest, Hang]),
    );
    let (none, dropped, dropped_later, half, hung, both) = took;
    // The upper bounds leave time for a busy machine; the waits themselves are tested on the paused clock.
    seconds(none, 0.0, 5.0);
    for one in [dropped, dropped_later, half, hung] {
        seconds(one, 0.75, 6.0);
    }
    seconds(both, 4.0, 11.0);
}
