//! What goes over sockets, and what is refused before.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::*;
use crate::{
    client::{Bot, RetryPolicy},
    types::{File, InputFile},
};

const SENT: &str =
    r#"{"ok":true,"result":{"message_id":5,"date":0,"chat":{"id":7,"type":"private"}}}"#;

/// Which library makes the calls.
#[derive(Clone, Copy)]
enum Over {
    Reqwest,
    #[cfg(feature = "lean")]
    Hyper,
}

/// Each of these tests, over each library.
macro_rules! over_each {
    ($($test:ident)*) => {
        mod over_reqwest {
            $(#[tokio::test]
            async fn $test() {
                super::$test(super::Over::Reqwest).await;
            })*
        }

        #[cfg(feature = "lean")]
        mod over_hyper {
            $(#[tokio::test]
            async fn $test() {
                super::$test(super::Over::Hyper).await;
            })*
        }
    };
}

over_each! {
    a_call_is_these_bytes_and_the_connection_is_kept
    the_address_keeps_its_own_path
    a_server_that_hangs_is_given_up
    a_connection_that_breaks_may_have_brought_the_call
    a_connection_that_closed_while_it_waited_is_not_used_again
    calls_at_the_same_time_have_a_connection_each
    a_long_poll_holds_no_call
    a_connection_that_is_refused_brought_nothing
    a_redirect_is_not_followed
    a_file_of_unknown_length_is_sent_while_it_is_read
    a_file_that_ends_early_is_not_sent
    an_answer_in_pieces_is_read_whole
    an_answer_without_end_is_given_up
}

async fn listen(over: Over, path: &str) -> (TcpListener, Bot) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let builder = Bot::builder()
        .token("12:secret-secret")
        .api_url(format!("http://{}{path}", listener.local_addr().unwrap()))
        .retry(RetryPolicy::off());
    #[cfg(feature = "lean")]
    let builder = builder.lean(matches!(over, Over::Hyper));
    #[cfg(not(feature = "lean"))]
    let Over::Reqwest = over;
    (listener, builder.build().unwrap())
}

/// One request, head and body, as text.
async fn receive(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    loop {
        let mut buffer = [0; 1024];
        let read = stream.read(&mut buffer).await.unwrap();
        assert_ne!(read, 0, "the request broke off: {}", String::from_utf8_lossy(&request));
        request.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8(request.clone()).unwrap();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if length.unwrap().parse() == Ok(body.len()) {
                return text;
            }
        }
    }
}

async fn answer(stream: &mut TcpStream, status: &str, body: &str) {
    let length = body.len();
    let reply = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n\r\n{body}");
    stream.write_all(reply.as_bytes()).await.unwrap();
}

async fn a_call_is_these_bytes_and_the_connection_is_kept(over: Over) {
    let (listener, bot) = listen(over, "").await;
    let host = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        // One connection only: a second one would wait for ever.
        let (mut stream, _) = listener.accept().await.unwrap();
        let first = receive(&mut stream).await;
        answer(&mut stream, "200 OK", SENT).await;
        let second = receive(&mut stream).await;
        answer(&mut stream, "200 OK", r#"{"ok":true,"result":3}"#).await;
        (first, second)
    });
    bot.send_message("@news", "سلام \"x\"").reply_to_message_id(4).await.unwrap();
    assert_eq!(bot.call::<i64>("get/it?", &()).await.unwrap(), 3);
    let (first, second) = server.await.unwrap();
    let (head, body) = first.split_once("\r\n\r\n").unwrap();
    let mut lines: Vec<_> = head.split("\r\n").collect();
    // The order of the headers is the HTTP library's business.
    lines[1..].sort_unstable();
    assert_eq!(
        lines,
        [
            "POST /bot12:secret-secret/sendMessage HTTP/1.1",
            "accept: */*",
            "content-length: 67",
            "content-type: application/json",
            &format!("host: {host}"),
            concat!("user-agent: bale-bot/", env!("CARGO_PKG_VERSION")),
        ]
    );
    assert_eq!(body, r#"{"chat_id":"@news","text":"سلام \"x\"","reply_to_message_id":4}"#);
    let line = second.lines().next();
    assert_eq!(line, Some("POST /bot12:secret-secret/get%2Fit%3F HTTP/1.1"));
}

async fn the_address_keeps_its_own_path(over: Over) {
    let (listener, bot) = listen(over, "/business/").await;
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let request = receive(&mut stream).await;
        answer(&mut stream, "200 OK", r#"{"ok":true,"result":true}"#).await;
        request
    });
    assert!(bot.delete_message(7, 5).await.unwrap());
    let request = server.await.unwrap();
    assert_eq!(
        request.lines().next(),
        Some("POST /business/bot12:secret-secret/deleteMessage HTTP/1.1")
    );
}

async fn a_server_that_hangs_is_given_up(over: Over) {
    let (listener, bot) = listen(over, "").await;
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        receive(&mut stream).await;
        // The head alone must not stop the clock.
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{").await.unwrap();
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).await.unwrap();
    });
    let timeout = Duration::from_millis(200);
    let error = bot.send_message(7, "x").timeout(timeout).await.unwrap_err();
    assert_eq!(error.to_string(), "sendMessage: no answer within 200ms");
    assert!(error.may_have_been_sent());
    server.await.unwrap();
}

async fn a_connection_that_breaks_may_have_brought_the_call(over: Over) {
    let (listener, bot) = listen(over, "").await;
    let server = tokio::spawn(async move {
        for reply in ["", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"] {
            let (mut stream, _) = listener.accept().await.unwrap();
            receive(&mut stream).await;
            stream.write_all(reply.as_bytes()).await.unwrap();
        }
    });
    for _ in 0..2 {
        let error = bot.send_message(7, "x").await.unwrap_err();
        assert!(error.is_network() && error.may_have_been_sent(), "{error:?}");
    }
    server.await.unwrap();
}

async fn a_connection_that_closed_while_it_waited_is_not_used_again(over: Over) {
    let (listener, bot) = listen(over, "").await;
    let (close, mut closing) = tokio::sync::mpsc::channel(1);
    let server = tokio::spawn(async move {
        for _ in 0..3 {
            let (mut stream, _) = listener.accept().await.unwrap();
            receive(&mut stream).await;
            answer(&mut stream, "200 OK", r#"{"ok":true,"result":true}"#).await;
            closing.recv().await.unwrap();
        }
    });
    for _ in 0..3 {
        assert!(bot.delete_message(7, 5).await.unwrap());
        close.send(()).await.unwrap();
        // Until the end of the connection has been read.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    server.await.unwrap();
}

async fn calls_at_the_same_time_have_a_connection_each(over: Over) {
    let (listener, bot) = listen(over, "").await;
    let server = tokio::spawn(async move {
        // Neither is answered before both have come; later calls find both connections again.
        let (mut one, _) = listener.accept().await.unwrap();
        let (mut other, _) = listener.accept().await.unwrap();
        for _ in 0..2 {
            receive(&mut one).await;
            receive(&mut other).await;
            answer(&mut one, "200 OK", r#"{"ok":true,"result":true}"#).await;
            answer(&mut other, "200 OK", r#"{"ok":true,"result":true}"#).await;
        }
    });
    for _ in 0..2 {
        let (one, other) = tokio::join!(
            bot.delete_message(7, 5).into_future(),
            bot.delete_message(7, 6).into_future()
        );
        assert!(one.unwrap() && other.unwrap());
    }
    server.await.unwrap();
}

async fn a_long_poll_holds_no_call(over: Over) {
    let (listener, bot) = listen(over, "").await;
    let (holds, held) = tokio::sync::oneshot::channel();
    let server = tokio::spawn(async move {
        let (mut poll, _) = listener.accept().await.unwrap();
        assert!(receive(&mut poll).await.contains("/getUpdates"));
        holds.send(()).unwrap();
        let (mut calls, _) = listener.accept().await.unwrap();
        for _ in 0..3 {
            assert!(receive(&mut calls).await.contains("/deleteMessage"));
            answer(&mut calls, "200 OK", r#"{"ok":true,"result":true}"#).await;
        }
        answer(&mut poll, "200 OK", r#"{"ok":true,"result":[]}"#).await;
    });
    let calls = async {
        held.await.unwrap();
        for message_id in 0..3 {
            assert!(bot.delete_message(7, message_id).await.unwrap());
        }
    };
    let (updates, ()) = tokio::join!(bot.get_updates().poll_timeout(30).into_future(), calls);
    assert_eq!(updates.unwrap().len(), 0);
    server.await.unwrap();
}

async fn a_file_of_unknown_length_is_sent_while_it_is_read(over: Over) {
    let (listener, bot) = listen(over, "").await;
    let (mut file, reader) = tokio::io::duplex(64);
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = String::new();
        for part in ["GIF", "89a"] {
            file.write_all(part.as_bytes()).await.unwrap();
            while !request.contains(part) {
                let mut buffer = [0; 1024];
                let read = stream.read(&mut buffer).await.unwrap();
                request.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
            }
        }
        drop(file);
        while !request.ends_with("0\r\n\r\n") {
            let mut buffer = [0; 1024];
            let read = stream.read(&mut buffer).await.unwrap();
            request.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
        }
        answer(&mut stream, "200 OK", SENT).await;
        request
    });
    bot.send_document(7, InputFile::reader("cat.gif", reader)).await.unwrap();
    let request = server.await.unwrap();
    assert!(request.contains("\r\ntransfer-encoding: chunked\r\n"), "{request}");
    assert!(!request.contains("content-length"), "{request}");
}

async fn a_file_that_ends_early_is_not_sent(over: Over) {
    let (listener, bot) = listen(over, "").await;
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        stream.read_to_end(&mut request).await.ok();
        request
    });
    let photo = InputFile::reader("cat.png", &b"12345"[..]).size(9);
    let error = bot.send_photo(7, photo).await.unwrap_err();
    assert!(!error.may_have_been_sent(), "{error:?}");
    let text =
        "sendPhoto: cannot read a file to upload: `cat.png`: it ended 4 bytes before its size";
    assert_eq!(error.to_string(), text);
    let request = String::from_utf8(server.await.unwrap()).unwrap();
    assert!(!request.ends_with("--\r\n"), "{request}");
}

async fn an_answer_in_pieces_is_read_whole(over: Over) {
    let (listener, bot) = listen(over, "").await;
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        for _ in 0..2 {
            receive(&mut stream).await;
            let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
            stream.write_all(head).await.unwrap();
            for piece in [r#"{"ok":tr"#, r#"ue,"result":"#, "true}"] {
                let chunk = format!("{:x}\r\n{piece}\r\n", piece.len());
                stream.write_all(chunk.as_bytes()).await.unwrap();
                stream.flush().await.unwrap();
                tokio::task::yield_now().await;
            }
            stream.write_all(b"0\r\n\r\n").await.unwrap();
        }
    });
    for _ in 0..2 {
        assert!(bot.delete_message(7, 5).await.unwrap());
    }
    server.await.unwrap();
}

async fn an_answer_without_end_is_given_up(over: Over) {
    let (listener, bot) = listen(over, "").await;
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        receive(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        let megabyte = vec![b' '; 1 << 20];
        while stream.write_all(&megabyte).await.is_ok() {}
    });
    let error = bot.delete_message(7, 5).await.unwrap_err();
    let text =
        "deleteMessage: network failure: the connection broke: the answer is longer than 64 MiB";
    assert_eq!(error.to_string(), text);
    server.await.unwrap();
}

async fn a_connection_that_is_refused_brought_nothing(over: Over) {
    let (listener, bot) = listen(over, "").await;
    drop(listener);
    let error = bot.send_message(7, "x").await.unwrap_err();
    assert!(error.is_network() && !error.may_have_been_sent(), "{error:?}");
    let text = error.to_string();
    let expected = "sendMessage: network failure: could not connect: Connection refused";
    assert!(text.starts_with(expected), "{text}");
}

async fn a_redirect_is_not_followed(over: Over) {
    let (listener, bot) = listen(over, "").await;
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        receive(&mut stream).await;
        let head = "302 Found\r\nlocation: /elsewhere";
        answer(&mut stream, head, "moved").await;
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).await.unwrap();
        rest
    });
    let error = bot.send_message(7, "x").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "sendMessage: HTTP 302 and no Bot API answer, but a body like `moved`"
    );
    drop(bot);
    assert_eq!(server.await.unwrap(), b"");
}

#[tokio::test]
async fn a_name_and_a_password_are_a_header() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap();
    let bot = Bot::builder().token("12:secret").api_url(format!("http://sara:s3@{host}"));
    let bot = bot.build().unwrap();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let called = receive(&mut stream).await;
        answer(&mut stream, "200 OK", r#"{"ok":true,"result":true}"#).await;
        let mut fetched = [0; 1024];
        let length = stream.read(&mut fetched).await.unwrap();
        answer(&mut stream, "200 OK", "file").await;
        (called, String::from_utf8_lossy(&fetched[..length]).into_owned())
    });
    assert!(bot.delete_message(7, 5).await.unwrap());
    let file = File { file_path: Some("a/b".to_owned()), ..File::default() };
    assert_eq!(bot.download_file(file).read().await.unwrap(), "file");
    let (called, fetched) = server.await.unwrap();
    for (request, line) in
        [(called, "POST /bot12:secret/deleteMessage"), (fetched, "GET /file/bot12:secret/a/b")]
    {
        assert!(request.starts_with(&format!("{line} HTTP/1.1\r\n")), "{request}");
        let agent = concat!("user-agent: bale-bot/", env!("CARGO_PKG_VERSION"));
        let host = format!("host: {host}");
        for header in ["authorization: Basic c2FyYTpzMw==", "accept: */*", agent, &host] {
            assert_eq!(request.lines().filter(|line| *line == header).count(), 1, "{request}");
        }
    }
}

#[test]
fn redirects_that_are_followed() {
    let token = Token::parse("12:secret-secret").unwrap();
    let http = Http::new(
        "http://localhost:81",
        &token,
        None,
        #[cfg(feature = "lean")]
        false,
        #[cfg(feature = "http2")]
        false,
    )
    .unwrap();
    let follows = |from: &str, to: &str| {
        let url = |text| Url::parse(text).unwrap();
        http.check_redirect(&url(from), &url(to)).map_err(|error| error.to_string())
    };
    let (plain, encrypted) = ("http://localhost:81/file/x", "https://localhost:81/file/x");
    let with_token = "http://localhost:81/file/bot12:secret-secret/y";
    assert_eq!(follows(plain, with_token), Ok(()), "the same server has the token");
    assert_eq!(follows(plain, "http://localhost:82/y"), Ok(()));
    assert_eq!(follows(plain, "https://example.com/y"), Ok(()));
    let problem = "the server redirects from https:// to http://, expected https://";
    assert_eq!(follows(encrypted, plain), Err(problem.to_owned()));
    let problem = "the server redirects to another one, with the token in the address";
    for to in ["http://localhost:82/bot12:secret-secret", "https://localhost:81/?a=secret-secret"] {
        assert_eq!(follows(plain, to), Err(problem.to_owned()));
    }
}

#[cfg(not(feature = "rustls"))]
#[test]
fn https_needs_the_feature() {
    assert_eq!(
        Bot::new("12:x").unwrap_err().to_string(),
        "cannot set up the client: https:// needs the feature `rustls` of `bale-bot`, which is off"
    );
}

#[cfg(feature = "rustls")]
#[test]
fn only_https_needs_a_ca_store() {
    const CHILD: &str = "client::http::tests::in_a_process_without_a_ca_store";
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", CHILD, "--nocapture"])
        .env("SSL_CERT_FILE", "/nowhere")
        .env("SSL_CERT_DIR", "/nowhere")
        .env("BALE_TEST_NO_CA", "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && said.contains("1 passed"), "{said}");
}

/// Does nothing but in the process that the test above starts.
#[cfg(feature = "rustls")]
#[test]
fn in_a_process_without_a_ca_store() {
    if std::env::var_os("BALE_TEST_NO_CA").is_none() {
        return;
    }
    let plain = Bot::builder().token("12:x").api_url("http://localhost").build();
    assert_eq!(plain.unwrap().id(), 12);
    let encrypted = Bot::new("12:x");
    if cfg!(any(feature = "webpki-roots", not(target_os = "linux"))) {
        assert_eq!(encrypted.unwrap().id(), 12);
    } else {
        assert_eq!(
            encrypted.unwrap_err().to_string(),
            "cannot set up the client: https:// needs a CA store, and this machine has none: install \
             `ca-certificates`, or enable the feature `webpki-roots` of `bale-bot`: unexpected error: \
             No CA certificates were loaded from the system"
        );
    }
}
