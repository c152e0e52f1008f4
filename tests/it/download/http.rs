//! Downloads over HTTP: from the emulator's server, and from servers that misbehave.

use std::time::Duration;

use bale::{
    Bot, Error,
    client::{Download, RetryPolicy},
    emulator::{Fault, FaultAction},
    types::File,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use super::{Folder, emulator, received};

const TOKEN: &str = "12:secret-secret";

fn bot(url: String, token: &str) -> Bot {
    Bot::builder().token(token).api_url(url).retry(RetryPolicy::off()).build().unwrap()
}

#[tokio::test]
async fn the_emulator_serves_files() {
    let emulator = emulator();
    let server = emulator.serve("127.0.0.1:0").await.unwrap();
    let content = "0123456789".repeat(100_000);
    let id = received(&emulator, content.clone());
    let bot = bot(server.url(), "123456:TEST");
    assert_eq!(bot.download(&id).read().await.unwrap(), content);
    let folder = Folder::new();
    assert_eq!(bot.download(&id).save(folder.path("a")).await.unwrap(), 1_000_000);
    assert_eq!(folder.files(), [super::file("a", &content)]);
    // The file's id is a path too.
    let by_id = File { file_path: Some(id.clone()), ..File::default() };
    assert_eq!(bot.download_file(by_id).read().await.unwrap(), content);

    emulator.fault(Fault::new(FaultAction::Truncate).on("download"));
    let error = bot.download(&id).save(folder.path("b")).await.unwrap_err();
    assert!(error.is_network() && error.to_string().ends_with(" of 1000000 bytes)"), "{error}");
    emulator.fault(Fault::new(FaultAction::Hang).on("download"));
    let patience = Duration::from_millis(200);
    let error = bot.download(&id).timeout(patience).save(folder.path("b")).await.unwrap_err();
    assert_eq!(error.to_string(), "download: no answer within 200ms");
    let error = bot.download(&id).limit(999_999).save(folder.path("b")).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "download: the file is larger than the limit of 999999 bytes: it has 1000000"
    );
    let file = File { file_id: id, file_path: Some("files/none".to_owned()), ..File::default() };
    assert_eq!(bot.download_file(file.clone()).read().await.unwrap(), content, "asked again");
    emulator.fault(Fault::new(FaultAction::error(404, "not found")).on("download").times(2));
    let error = bot.download_file(file).save(folder.path("b")).await.unwrap_err();
    assert_eq!(error.to_string(), "download: not found: not found (404)");
    assert_eq!(folder.files().len(), 1);
}

/// Answers the first request, and says what it was.
async fn answer(listener: &TcpListener, answer: &str) -> (String, TcpStream) {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    stream.write_all(answer.as_bytes()).await.unwrap();
    (String::from_utf8(head).unwrap(), stream)
}

/// A server with one answer, and its address.
async fn server(text: impl Into<String>) -> (JoinHandle<(String, TcpStream)>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let text = text.into();
    (tokio::spawn(async move { answer(&listener, &text).await }), url)
}

fn from(url: String, path: &str) -> Download {
    let file = File { file_path: Some(path.to_owned()), ..File::default() };
    bot(url, TOKEN).download_file(file)
}

/// The error of a download that got this answer; never with the token.
async fn fails(text: impl Into<String>) -> Error {
    let (server, url) = server(text).await;
    let patience = Duration::from_millis(200);
    let error = from(url, "a").timeout(patience).read().await.unwrap_err();
    // Open until here: a server that stalls does not hang up.
    drop(server.await.unwrap());
    let mut shown = format!("{error} {error:?}");
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        shown.push_str(&format!("{cause} {cause:?}"));
        source = cause.source();
    }
    assert!(!shown.contains("secret"), "{shown}");
    error
}

fn body(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

#[tokio::test]
async fn a_download_is_this_request() {
    for (path, asked) in [
        ("a/b:c", "a/b:c"),
        ("/a", "a"),
        ("a%20b c#d?e=%2F", "a%20b%20c%23d?e=%2F"),
        ("سلام", "%D8%B3%D9%84%D8%A7%D9%85"),
    ] {
        let (server, url) = server(body("200 OK", "hello")).await;
        let host = url.strip_prefix("http://").unwrap().to_owned();
        assert_eq!(from(format!("{url}/x/"), path).read().await.unwrap(), "hello");
        let (head, _) = server.await.unwrap();
        let mut lines: Vec<_> = head.trim_end().split("\r\n").collect();
        // The order of the headers is the HTTP library's business.
        lines[1..].sort_unstable();
        assert_eq!(
            lines,
            [
                &format!("GET /x/file/bot{TOKEN}/{asked} HTTP/1.1"),
                "accept: */*",
                &format!("host: {host}"),
                &format!("user-agent: bale-bot/{}", env!("CARGO_PKG_VERSION")),
            ]
        );
    }
}

#[tokio::test]
async fn a_path_does_not_lead_out_of_the_files() {
    for path in ["../../bot12:x/getMe", "a/../../b", "..\\..\\b", "%2e%2e/b"] {
        let error = from("http://127.0.0.1:1".to_owned(), path).read().await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "download: not possible: the path that the server gave for the file leads elsewhere",
            "{path}"
        );
    }
}

#[tokio::test]
async fn refusals_are_read_like_those_of_calls() {
    let json = r#"{"ok":false,"error_code":403,"description":"Token not found: 12:secret-secret"}"#;
    let error = fails(body("403 Forbidden", json)).await;
    assert_eq!(error.to_string(), "download: invalid token: Token not found: <token> (403)");
    let html = "<h1>No /file/bot12:secret-secret/a</h1>";
    let error = fails(body("502 Bad Gateway", html)).await;
    assert_eq!(
        error.to_string(),
        "download: HTTP 502 and no Bot API answer, but a body like `<h1>No /file/bot<token>/a</h1>`"
    );
    let error = fails(body("429 Too Many Requests", "slower")).await;
    assert_eq!(error.to_string(), "download: rate limited: slower (429)");
    // A refusal that does not end is read as far as it came.
    let error = fails("HTTP/1.1 500 Oops\r\ncontent-length: 9\r\n\r\nhalf").await;
    assert_eq!(
        error.to_string(),
        "download: HTTP 500 and no Bot API answer, but a body like `half`"
    );
    let error = fails(body("304 Not Modified", "")).await;
    assert_eq!(error.to_string(), "download: HTTP 304 and no Bot API answer, but an empty body");
}

#[tokio::test]
async fn a_body_that_stops_is_an_error() {
    let error = fails("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf").await;
    assert_eq!(
        error.to_string(),
        "download: the download stood still for 200ms, after 4 of 9 bytes"
    );
    let error = fails("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n").await;
    assert_eq!(
        error.to_string(),
        "download: the download stood still for 200ms, after 0 of 9 bytes"
    );
    let error = fails("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n").await;
    assert_eq!(error.to_string(), "download: the download stood still for 200ms, after 4 bytes");
}

#[tokio::test]
async fn a_connection_that_ends_early_is_an_error() {
    let (server, url) = server("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf").await;
    let hang_up = async { drop(server.await.unwrap()) };
    let (read, ()) = tokio::join!(from(url, "a").read(), hang_up);
    assert_eq!(
        read.unwrap_err().to_string(),
        "download: network failure: the connection broke: end of file before message length reached \
         (after 4 of 9 bytes)"
    );
}

fn redirect(to: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n")
}

#[tokio::test]
async fn a_redirect_takes_no_token_along() {
    let (other, url) = server(body("200 OK", "hello")).await;
    let (first, base) = server(redirect(&format!("{url}/there?signed=1"))).await;
    assert_eq!(from(base, "a").read().await.unwrap(), "hello");
    first.await.unwrap();
    let (head, _) = other.await.unwrap();
    assert!(head.starts_with("GET /there?signed=1 HTTP/1.1\r\n"), "{head}");
    assert!(!head.contains("secret") && !head.contains("referer"), "{head}");

    let prefix = "download: not possible: the server redirects";
    for (to, problem) in [
        (
            "http://127.0.0.1:1/file/bot12:secret-secret/a",
            "to another one, with the token in the address",
        ),
        (
            "http://127.0.0.1:1/?from=12%3Asecret-secret",
            "to another one, with the token in the address",
        ),
        ("ftp://127.0.0.1/a", "from http:// to ftp://, expected https://"),
        ("http://", "to no URL"),
    ] {
        assert_eq!(fails(redirect(to)).await.to_string(), format!("{prefix} {problem}"));
    }
}

#[tokio::test]
async fn a_server_that_redirects_in_circles_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = tokio::spawn(async move {
        let text =
            "HTTP/1.1 301 Moved\r\nlocation: /a\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
        for _ in 0..6 {
            answer(&listener, text).await;
        }
    });
    let error = from(url, "a").read().await.unwrap_err();
    assert_eq!(error.to_string(), "download: not possible: the server redirects for ever");
    asked.await.unwrap();
}

#[tokio::test]
async fn a_server_that_is_not_there() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = from(url, "a").read().await.unwrap_err();
    let text = format!("{error} {error:?}");
    assert!(
        text.starts_with("download: network failure: could not connect: Connection refused"),
        "{text}"
    );
    assert!(!text.contains("secret"), "{text}");
}
