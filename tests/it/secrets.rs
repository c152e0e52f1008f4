//! The token is nowhere but in the address of a call.
//!
//! Programs run with a token that nothing else has in it, against servers that fail in every way and quote what they
//! were asked for; everything that they write, at TRACE, is searched for it.

use std::{
    fmt::Debug,
    net::SocketAddr,
    path::PathBuf,
    process::{Command, Output, Stdio},
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};

use bale::{
    App, CallbackQuery, Message,
    emulator::Emulator,
    types::{InlineKeyboardButton, InlineKeyboardMarkup},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use crate::{cargo::cargo, observe::health::get};

#[path = "../benches/feed/tls.rs"]
mod tls;

const ID: &str = "987654";
const KEY: &str = "mArKeDsEcReTq7w8x9Zp_aB-cD";
const PATIENCE: Duration = Duration::from_secs(60);

fn token() -> String {
    format!("{ID}:{KEY}")
}

/// Fails if the token, or a part of it that is worth something, is in the text.
#[track_caller]
fn search(place: &str, text: &str) {
    // Both halves of the key, so that no cut through it hides it, and what other letters make of it.
    let upper = KEY.to_uppercase();
    let needles = [KEY, &KEY[..13], &KEY[13..], &upper];
    for needle in needles {
        if let Some(at) = text.find(needle) {
            let start = text[..at].rfind('\n').map_or(0, |start| start + 1);
            let line = text[start..].lines().next().unwrap_or_default();
            panic!("{place} has the token: {line}");
        }
    }
    // An escape of each byte would hide all of the above.
    let escaped: String = KEY.bytes().take(8).map(|byte| format!("%{byte:02X}")).collect();
    assert!(!text.to_uppercase().contains(&escaped), "{place} has the token, percent-encoded");
}

#[test]
fn the_search_finds_what_it_looks_for() {
    for text in [token(), token().replace(':', "%3A"), KEY[..20].to_owned(), KEY[8..].to_owned()] {
        assert!(
            std::panic::catch_unwind(|| search("a text", &format!("GET /bot{text}/getMe")))
                .is_err()
        );
    }
    search("a text", ID);
}

/// Builds an example and gives its path.
fn built(package: &str, name: &str) -> PathBuf {
    let built = cargo()
        .args(["build", "--quiet", "--package", package, "--example", name])
        .status()
        .expect("cargo runs");
    assert!(built.success(), "the example {name} does not build");
    let test = std::env::current_exe().expect("a test has a path");
    let target = test.ancestors().nth(2).expect("target/<profile>/deps/<test>");
    target.join("examples").join(name)
}

fn program(path: &PathBuf) -> tokio::process::Command {
    let mut command = Command::new(path);
    for name in
        ["BALE_TOKEN", "BALE_API_URL", "BALE_PROXY", "BALE_HEALTH_LISTEN", "BALE_TEST_TOKEN"]
    {
        command.env_remove(name);
    }
    command.env("BALE_BOT_TOKEN", token()).env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut command = tokio::process::Command::from(command);
    command.kill_on_drop(true);
    command
}

/// Runs the program that fails, with each of the two clients, and searches all it writes.
async fn fails(variables: &[(&str, &str)]) -> String {
    static PATH: LazyLock<PathBuf> = LazyLock::new(|| built("bale-tests", "failing"));
    let path = tokio::task::spawn_blocking(|| PATH.clone()).await.expect("it is built");
    let (mut lean, mut general) = (program(&path), program(&path));
    lean.envs(variables.iter().copied());
    general.envs(variables.iter().copied()).env("FAILING_GENERAL", "1");
    let running = async { tokio::join!(lean.output(), general.output()) };
    let (lean, general) = tokio::time::timeout(PATIENCE, running).await.expect("they end");
    let mut said = String::new();
    for output in [lean, general] {
        let Output { stdout, stderr, .. } = output.expect("it runs");
        let (stdout, stderr) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
        assert!(stderr.contains("the logs are on"), "{stderr}");
        search("standard output", &stdout);
        search("standard error", &stderr);
        said += &format!("{stdout}{stderr}");
    }
    said
}

/// A server that answers everything in one way, from the line of the request.
struct Odd {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Odd {
    async fn start(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it listens");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (answer, book) = (Arc::new(answer), Arc::clone(&asked));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (answer, book) = (Arc::clone(&answer), Arc::clone(&book));
                tokio::spawn(async move { serve(stream, &*answer, &book).await });
            }
        });
        Self { address, asked }
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn asked(&self) -> String {
        self.asked.lock().unwrap().join("\n")
    }
}

async fn serve(
    mut stream: TcpStream,
    answer: &(dyn Fn(&str) -> String + Send + Sync),
    book: &Mutex<Vec<String>>,
) {
    let mut head = Vec::new();
    let mut buffer = [0; 4096];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(count) => head.extend_from_slice(&buffer[..count]),
        }
        if head[0] == 0x16 {
            // A TLS greeting has no lines.
            break;
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    book.lock().unwrap().push(head);
    // The client may have gone.
    let _ = stream.write_all(answer(&path).as_bytes()).await;
    let _ = stream.shutdown().await;
}

fn http(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}

fn encoded(path: &str) -> String {
    path.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn servers_that_fail_and_quote_the_address() {
    type Answer = fn(&str) -> String;
    let answers: [(&str, Answer, &str); 6] = [
        (
            "401",
            |path| {
                http(
                    "401 Unauthorized",
                    "",
                    &format!(
                        r#"{{"ok":false,"error_code":401,"description":"Unauthorized: {path}"}}"#
                    ),
                )
            },
            "invalid token",
        ),
        (
            "502",
            |path| {
                http(
                    "502 Bad Gateway",
                    "content-type: text/html\r\n",
                    &format!(
                        "<html>{path}<br>{}<br>{}</html>",
                        path.replace(':', "%3A"),
                        path.replace(':', "&#58;")
                    ),
                )
            },
            "HTTP 502",
        ),
        (
            "an answer that breaks off",
            |path| {
                format!(
                    "HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n{{\"ok\":true,\"result\":\"{path}"
                )
            },
            "network failure",
        ),
        ("no JSON", |path| http("200 OK", "", &format!("ok {path}")), "cannot read the answer"),
        (
            "a wrong type",
            |path| {
                http("200 OK", "", &format!(r#"{{"ok":true,"result":{{"{path}":["{path}"]}}}}"#))
            },
            "cannot read the answer",
        ),
        ("no HTTP", |path| format!("{path} what?\r\n\r\n"), "network failure"),
    ];
    for (name, answer, seen) in answers {
        let server = Odd::start(answer).await;
        let said = fails(&[("BALE_API_URL", &server.url())]).await;
        assert!(said.contains(seen), "{name}: {said}");
        assert!(server.asked().contains(&token()), "{name}: the token did reach the server");
    }
}

/// Its frames are logged by h2, which leaves headers and bodies out.
#[tokio::test]
async fn a_server_of_http2_that_quotes_the_address() {
    for (name, answer, seen) in [
        ("an answer", quoted as fn(u8) -> Vec<u8>, "cannot read the answer"),
        ("a reset", |stream| frame(3, 0, stream, &2_u32.to_be_bytes()), "network failure"),
        ("a refusal", |stream| frame(3, 0, stream, &7_u32.to_be_bytes()), "did not take the call"),
        ("an end", |_| Vec::new(), "network failure"),
    ] {
        let tls = tls::acceptor(&["h2"]);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("https://{}", listener.local_addr().expect("it listens"));
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let tls = tls.clone();
                tokio::spawn(async move { answer_frames(tls.accept(stream).await?, answer).await });
            }
        });
        let said = fails(&[("BALE_API_URL", &url), ("SSL_CERT_FILE", tls::CERTIFICATE)]).await;
        assert!(said.contains(seen), "{name}: {said}");
        assert!(said.contains("h2::codec::framed_write: send frame=Headers"), "{name}: {said}");
        serving.abort();
    }
}

fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).expect("a short frame");
    [&[0, 0, length, kind, flags, 0, 0, 0, stream], payload].concat()
}

/// The address in a header and in the body.
fn quoted(stream: u8) -> Vec<u8> {
    let path = format!("/bot{}/getMe", token());
    // `:status 200`, and a header that no table has: RFC 7541, 6.
    let length = u8::try_from(path.len()).expect("a short path");
    let head = [&[0x88, 0, 1, b'x', length], path.as_bytes()].concat();
    [frame(1, 4, stream, &head), frame(0, 1, stream, path.as_bytes())].concat()
}

/// Answers each call as soon as its head is there, and ends the connection after an empty answer.
async fn answer_frames(
    mut stream: impl AsyncReadExt + AsyncWriteExt + Unpin,
    answer: fn(u8) -> Vec<u8>,
) -> std::io::Result<()> {
    stream.read_exact(&mut [0; 24]).await?;
    stream.write_all(&frame(4, 0, 0, &[])).await?;
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        stream.read_exact(&mut vec![0; length as usize]).await?;
        match head[3] {
            1 => {
                let answer = answer(head[8]);
                if answer.is_empty() {
                    return Ok(());
                }
                stream.write_all(&answer).await?;
            }
            4 if head[4] == 0 => stream.write_all(&frame(4, 1, 0, &[])).await?,
            _ => {}
        }
        stream.flush().await?;
    }
}

#[tokio::test]
async fn servers_that_are_not_there() {
    for (url, seen) in [
        // Nobody listens on this port, and nobody has this name.
        ("http://127.0.0.1:1", "network failure"),
        ("http://no-such-host.invalid", "network failure"),
    ] {
        let said = fails(&[("BALE_API_URL", url)]).await;
        assert!(said.contains(seen), "{url}: {said}");
    }
    // A server without TLS.
    let server = Odd::start(|_| http("400 Bad Request", "", "no TLS here")).await;
    let url = server.url().replace("http:", "https:");
    let said = fails(&[("BALE_API_URL", &url)]).await;
    assert!(said.contains("network failure") || said.contains("CA store"), "{said}");
}

#[tokio::test]
async fn redirects_take_no_token_to_another_host() {
    let other = Odd::start(|_| http("200 OK", "", r#"{"ok":true,"result":true}"#)).await;
    for status in [
        "301 Moved",
        "302 Found",
        "303 See Other",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        let to = other.url();
        let server = Odd::start(move |path| {
            http(status, &format!("location: {to}{path}?from={}\r\n", encoded(path)), path)
        })
        .await;
        let said = fails(&[("BALE_API_URL", &server.url())]).await;
        let code = &status[..3];
        assert!(said.contains(&format!("HTTP {code}")), "{said}");
    }
    search("what the other host was asked", &other.asked());
    assert_eq!(other.asked(), "", "nothing is asked there at all");
}

#[tokio::test]
async fn addresses_with_the_token_in_them() {
    let token = token();
    for url in [
        format!("http://127.0.0.1:1/bot{token}"),
        format!("http://127.0.0.1:1/bot{token}/getMe"),
        format!("http://{token}@127.0.0.1:1"),
        format!("http://127.0.0.1:1/?token={token}"),
        format!("http://127.0.0.1:1/#{token}"),
        format!("http://{token}"),
        format!("http://127.0.0.1:{token}"),
        format!("ftp://{token}@127.0.0.1"),
        token.clone(),
    ] {
        for variable in ["BALE_API_URL", "BALE_PROXY"] {
            fails(&[("BALE_API_URL", "http://127.0.0.1:1"), (variable, &url)]).await;
        }
    }
    for wrong in
        [format!(" {token} x"), KEY.to_owned(), format!("{token}:{token}"), format!("x{token}")]
    {
        let said = fails(&[("BALE_BOT_TOKEN", &wrong)]).await;
        assert!(said.contains("invalid token"), "{said}");
    }
}

#[tokio::test]
async fn a_program_of_the_author_against_a_server_that_works() {
    let emulator = Emulator::new(token());
    let server = emulator.serve("127.0.0.1:0").await.expect("a free port");
    let path = tokio::task::spawn_blocking(|| built("bale-examples", "metrics"))
        .await
        .expect("it is built");
    let mut bot = program(&path)
        .env("BALE_API_URL", server.url())
        .env("BALE_HEALTH_LISTEN", "127.0.0.1:0")
        .spawn()
        .expect("it runs");
    let mut stderr = BufReader::new(bot.stderr.take().expect("piped")).lines();
    let mut stdout = BufReader::new(bot.stdout.take().expect("piped")).lines();
    emulator.message(1, 1, "/tea 2");
    emulator.message(1, 1, "/fail");
    emulator.message(1, 1, "/health");
    let numbers =
        tokio::time::timeout(PATIENCE, stdout.next_line()).await.expect("in time").expect("UTF-8");
    let page = numbers.expect("a line").replace("Numbers: ", "");
    tokio::time::timeout(PATIENCE, emulator.idle()).await.expect("in time");
    let page = page.trim_start_matches("http://").trim_end_matches("/metrics");
    for (path, seen) in [
        ("/metrics", "bale_calls_total"),
        ("/readyz", "running"),
        ("/livez", "running"),
        ("/x", ""),
    ] {
        let (_, text) = get(page, path).await;
        assert!(text.contains(seen), "{path}: {text}");
        search(path, &text);
    }
    let pid = bot.id().expect("it runs");
    for file in ["cmdline", "comm", "stat", "status", "maps", "wchan"] {
        // Not every system has them.
        if let Ok(text) = std::fs::read(format!("/proc/{pid}/{file}")) {
            search(file, &String::from_utf8_lossy(&text));
        }
    }
    let signalled =
        Command::new("kill").args(["-TERM", &pid.to_string()]).status().expect("kill runs");
    assert!(signalled.success());
    let mut said = String::new();
    while let Some(line) = stderr.next_line().await.expect("UTF-8") {
        said += &(line + "\n");
    }
    assert!(said.contains("update{update_id="), "spans are shown: {said}");
    assert!(said.contains("/readyz"), "the page of `BALE_HEALTH_LISTEN` is told: {said}");
    search("standard error", &said);
}

#[tokio::test]
async fn a_handler_that_panics() {
    let emulator = Emulator::new(token());
    let server = emulator.serve("127.0.0.1:0").await.expect("a free port");
    emulator.message(1, 1, "/panic");
    let said = fails(&[("BALE_API_URL", &server.url())]).await;
    assert!(said.contains("panicked on update") && said.contains("on purpose"), "{said}");
}

/// Both forms of `Debug` are searched.
fn show(seen: &Mutex<String>, value: &impl Debug) {
    let mut seen = seen.lock().unwrap();
    *seen += &format!("{value:?}\n{value:#?}\n");
}

async fn show_all_of(
    seen: &Mutex<String>,
    message: &Message,
    bot: &bale::Bot,
    update: &bale::Update,
) -> bale::Result {
    show(seen, message);
    show(seen, &message.chat());
    show(seen, &message.author());
    show(seen, &message.bot());
    show(seen, &message.reply("x"));
    show(seen, &bot.download("x"));
    show(seen, &bot.send_queue());
    show(seen, update);
    let keyboard = InlineKeyboardMarkup::new().row([InlineKeyboardButton::callback("press", "x")]);
    show(seen, &message.reply("press").reply_markup(keyboard).await?);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn debug_of_everything_that_holds_a_bot() {
    let emulator = Emulator::new(token());
    let bot = bale::Bot::builder().token(token()).transport(emulator.transport()).build().unwrap();
    let seen = Arc::new(Mutex::new(String::new()));
    let (of_message, of_press) = (Arc::clone(&seen), Arc::clone(&seen));
    let app = App::new()
        .bot(bot.clone())
        .on_message(move |message: Message, bot: bale::Bot, update: bale::Update| {
            let seen = Arc::clone(&of_message);
            async move { show_all_of(&seen, &message, &bot, &update).await }
        })
        .on_any_callback(move |query: CallbackQuery| {
            show(&of_press, &query);
            async {}
        });
    show(&seen, &app);
    show(&seen, &app.health());
    show(&seen, &app.handlers());
    show(&seen, &bale::Bot::builder().token(token()));
    let running = tokio::spawn(app.run_until(std::future::pending()));
    emulator.message(1, 1, "hi");
    emulator.idle().await;
    emulator.callback(1, 1, 2, "x").expect("there is such a message");
    emulator.idle().await;
    show(&seen, &bot.get_me().await);
    running.abort();
    let seen = seen.lock().unwrap().clone();
    assert!(seen.contains("CallbackQuery") && seen.contains("Download"), "{seen}");
    search("`Debug`", &seen);
}
