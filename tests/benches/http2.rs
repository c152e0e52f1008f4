//! ```text
//! cargo bench -p bale-tests --bench http2
//! cargo bench -p bale-tests --bench http2 -- --rounds 21 --seconds 1
//! cargo bench -p bale-tests --bench http2 -- --instructions     # by Debian's valgrind, on any busy machine
//! ```
//!
//! The same calls over HTTP/2 and over HTTP/1.1: `sendMessage` to a server of our own in another process, so many at once
//! for a while. `h2` and `h1` are our transport over TLS, `lean` the feature of that name, and `h2c` and `h1c` reqwest alone
//! over cleartext. Contestants take turns in each round; figures are medians, and ratios those of the rounds.
//!
//! `from nothing` is the first burst of a new client, one call having gone before: with HTTP/1.1 each call of it opens a
//! connection.

use std::{
    convert::Infallible,
    env,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use bale::Bot;
use bytes::Bytes;
use hyper::{
    Request, Response,
    body::{Body, Incoming},
    server::conn::{http1, http2},
    service::service_fn,
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::{TcpListener, TcpStream};

#[path = "feed/tls.rs"]
mod tls;

const CONTESTANTS: [&str; 5] = ["h1", "h2", "lean", "h1c", "h2c"];
const IN_FLIGHT: [usize; 3] = [1, 16, 100];
const SENT: &str = concat!(
    r#"{"ok":true,"result":{"message_id":5,"date":1764000000,"chat":{"id":7,"type":"private","#,
    r#""first_name":"سارا"},"text":"سلام! قیمت سیب چند است؟"}}"#
);

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let given = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let value = |flag: &str| {
        let at = arguments.iter().position(|argument| argument == flag)?;
        arguments.get(at + 1).cloned()
    };
    let number = |flag: &str| value(flag).map(|text| text.parse::<usize>().expect("a number"));
    let runtime =
        || tokio::runtime::Builder::new_current_thread().enable_all().build().expect("it starts");
    match value("--role").as_deref() {
        Some("server") => runtime().block_on(serve()),
        Some(over) => {
            let ports = value("--ports").expect("the server's ports");
            let at_once = number("--at-once").expect("how many at once");
            let work = match number("--calls") {
                Some(calls) => Work::Calls(calls),
                None => Work::Millis(number("--millis").expect("how long") as u64),
            };
            runtime().block_on(client(over, &ports, at_once, work));
        }
        // `cargo bench` says `--bench`; `cargo test --all-targets` only wants to see it work.
        None if given("--instructions") => instructions(),
        None if given("--bench") => {
            compare(number("--rounds").unwrap_or(11), 1000 * number("--seconds").unwrap_or(1));
        }
        None => compare(1, 20),
    }
}

/// Answers over TLS on the first port and over cleartext on the second, whatever is spoken.
async fn serve() {
    let encrypted = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let plain = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = |listener: &TcpListener| listener.local_addr().expect("it listens").port();
    println!("{},{}", port(&encrypted), port(&plain));
    let tls = tls::acceptor(&["h2", "http/1.1"]);
    loop {
        tokio::select! {
            Ok((stream, _)) = encrypted.accept() => {
                let tls = tls.clone();
                tokio::spawn(async move {
                    stream.set_nodelay(true).ok();
                    let Ok(stream) = tls.accept(stream).await else { return };
                    let is_h2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                    speak(is_h2, TokioIo::new(stream)).await;
                });
            }
            Ok((stream, _)) = plain.accept() => {
                tokio::spawn(async move {
                    stream.set_nodelay(true).ok();
                    let is_h2 = begins_as_h2(&stream).await;
                    speak(is_h2, TokioIo::new(stream)).await;
                });
            }
        }
    }
}

async fn begins_as_h2(stream: &TcpStream) -> bool {
    let mut first = [0; 3];
    matches!(stream.peek(&mut first).await, Ok(3)) && &first == b"PRI"
}

async fn speak<I>(is_h2: bool, io: I)
where
    I: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
{
    let service = service_fn(|request: Request<Incoming>| async move {
        let mut body = request.into_body();
        while let Some(frame) =
            std::future::poll_fn(|cx| std::pin::Pin::new(&mut body).poll_frame(cx)).await
        {
            drop(frame);
        }
        Ok::<_, Infallible>(Response::new(SENT.to_owned()))
    });
    // An end that a client made is no news.
    if is_h2 {
        drop(http2::Builder::new(TokioExecutor::new()).serve_connection(io, service).await);
    } else {
        drop(http1::Builder::new().serve_connection(io, service).await);
    }
}

#[derive(Clone, Copy)]
enum Work {
    Calls(usize),
    Millis(u64),
}

/// One call, by one of the contestants.
enum Caller {
    Bot(Bot),
    Bare(reqwest::Client, reqwest::Url),
}

impl Caller {
    fn new(over: &str, ports: &str) -> Self {
        let (encrypted, plain) = ports.split_once(',').expect("two ports");
        let bot = Bot::builder().token("123456:BENCH").unlimited();
        let bot = bot.api_url(format!("https://127.0.0.1:{encrypted}"));
        let bot = bot.http2(over == "h2").lean(over == "lean");
        let bare = reqwest::Client::builder().no_proxy().tcp_nodelay(true);
        let bare = match over {
            "h2c" => bare.http2_prior_knowledge(),
            "h1c" => bare.http1_only(),
            _ => return Self::Bot(bot.build().expect("the certificate is trusted")),
        };
        // What cleartext does not need, but reqwest wants to see.
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring has them")
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        let client = bare.tls_backend_preconfigured(config).build().expect("it starts");
        let url = format!("http://127.0.0.1:{plain}/bot123456:BENCH/sendMessage");
        Self::Bare(client, url.parse().expect("a URL"))
    }

    async fn call(&self) {
        match self {
            Self::Bot(bot) => drop(bot.send_message(7, "hello there").await.expect("an answer")),
            Self::Bare(client, url) => {
                let body = Bytes::from_static(br#"{"chat_id":7,"text":"hello there"}"#);
                let request = client.post(url.clone()).header("content-type", "application/json");
                let answer = request.body(body).send().await.expect("an answer");
                drop(answer.bytes().await.expect("a body"));
            }
        }
    }
}

/// Prints calls, seconds and seconds of the processor; then both for the first burst.
async fn client(over: &str, ports: &str, at_once: usize, work: Work) {
    let caller = Arc::new(Caller::new(over, ports));
    caller.call().await;
    let burst = spent(async { run(&caller, at_once, Work::Calls(at_once)).await }).await;
    let steady = spent(async { run(&caller, at_once, work).await }).await;
    let show = |(calls, wall, cpu): (usize, f64, f64)| format!("{calls} {wall} {cpu}");
    println!("{} {}", show(steady), show(burst));
}

async fn run(caller: &Arc<Caller>, at_once: usize, work: Work) -> usize {
    let until = Instant::now();
    let tasks: Vec<_> = (0..at_once)
        .map(|_| {
            let caller = Arc::clone(caller);
            tokio::spawn(async move {
                let mut calls = 0;
                while match work {
                    Work::Calls(all) => calls < all / at_once,
                    Work::Millis(millis) => until.elapsed() < Duration::from_millis(millis),
                } {
                    caller.call().await;
                    calls += 1;
                }
                calls
            })
        })
        .collect();
    let mut calls = 0;
    for task in tasks {
        calls += task.await.expect("no call fails");
    }
    calls
}

async fn spent(work: impl Future<Output = usize>) -> (usize, f64, f64) {
    let (started, cpu) = (Instant::now(), cpu_seconds());
    let calls = work.await;
    (calls, started.elapsed().as_secs_f64(), cpu_seconds() - cpu)
}

/// Of the main thread, which does all; by the scheduler's own count.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanoseconds = text.split(' ').next().and_then(|first| first.parse::<f64>().ok());
    nanoseconds.unwrap_or(f64::NAN) / 1e9
}

/// Ends with its owner.
struct Server(Child, String);

impl Server {
    fn start() -> Self {
        let program = env::current_exe().expect("a path");
        let mut child = Command::new(program)
            .args(["--role", "server"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut ports = String::new();
        let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
        stdout.read_line(&mut ports).expect("its ports");
        Self(child, ports.trim().to_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// The program as a client, behind another one if there are words before.
fn as_client(before: &[&str], over: &str, ports: &str, at_once: usize, work: [&str; 2]) -> Command {
    let program = env::current_exe().expect("a path");
    let mut command = match before {
        [] => Command::new(program),
        [first, rest @ ..] => {
            let mut command = Command::new(first);
            command.args(rest).arg(program);
            command
        }
    };
    command.args(["--role", over, "--ports", ports, "--at-once", &at_once.to_string()]).args(work);
    command.env("SSL_CERT_FILE", tls::CERTIFICATE);
    command
}

fn compare(rounds: usize, millis: usize) {
    let server = Server::start();
    println!(
        "{rounds} rounds of {millis} ms; ratios are to `h1`, and those of cleartext to `h1c`\n"
    );
    println!("| | calls/s | CPU µs/call | from nothing, ms | CPU µs/call |\n|--|--:|--:|--:|--:|");
    for at_once in IN_FLIGHT {
        let mut seen = CONTESTANTS.map(|_| Vec::new());
        for _ in 0..rounds {
            for (over, seen) in CONTESTANTS.into_iter().zip(&mut seen) {
                let work = ["--millis", &millis.to_string()];
                let output =
                    as_client(&[], over, &server.1, at_once, work).output().expect("it runs");
                let text = String::from_utf8_lossy(&output.stdout);
                let figures: Vec<f64> =
                    text.split_whitespace().filter_map(|text| text.parse().ok()).collect();
                let [calls, wall, cpu, first, burst, burst_cpu] = figures[..] else {
                    panic!("{over} fails: {}", String::from_utf8_lossy(&output.stderr));
                };
                seen.push([calls / wall, cpu / calls * 1e6, burst * 1e3, burst_cpu / first * 1e6]);
            }
        }
        for (of, over) in CONTESTANTS.into_iter().enumerate() {
            let against = if over.ends_with('c') { 3 } else { 0 };
            let cells: Vec<String> = (0..4)
                .map(|which| {
                    let figure = median(seen[of].iter().map(|figures| figures[which]));
                    let rounds = seen[of].iter().zip(&seen[against]);
                    let ratio = median(rounds.map(|(one, other)| one[which] / other[which]));
                    let figure =
                        if figure < 10.0 { format!("{figure:.1}") } else { format!("{figure:.0}") };
                    if of == against { figure } else { format!("{figure} ({ratio:.2})") }
                })
                .collect();
            println!("| {over}, {at_once} at once | {} |", cells.join(" | "));
        }
    }
}

/// Instructions of a call, in user space: a longer run less a shorter one.
fn instructions() {
    let server = Server::start();
    let folder = env::temp_dir().join(format!("bale-http2-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for profiles");
    println!("| instructions a call | {} |", CONTESTANTS.join(" | "));
    println!("|--|{}", "--:|".repeat(CONTESTANTS.len()));
    for at_once in IN_FLIGHT {
        let count = |over: &str, calls: usize| {
            let out = folder.join("out");
            let file = format!("--callgrind-out-file={}", out.display());
            let calls = ["--calls", &calls.to_string()];
            let before = ["valgrind", "--tool=callgrind", &file];
            let ended = as_client(&before, over, &server.1, at_once, calls)
                .output()
                .expect("valgrind is there");
            assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
            let text = std::fs::read_to_string(out).expect("a profile");
            let total = text.lines().rev().find_map(|line| line.strip_prefix("totals: "));
            total.and_then(|total| total.trim().parse::<f64>().ok()).expect("a total")
        };
        let each_of = CONTESTANTS.map(|over| (count(over, 3000) - count(over, 1000)) / 2000.0);
        let cells = each_of.iter().enumerate().map(|(of, each)| {
            let against = each_of[if of < 3 { 0 } else { 3 }];
            format!("{each:.0} ({:.2})", each / against)
        });
        println!("| {at_once} at once | {} |", cells.collect::<Vec<_>>().join(" | "));
    }
    drop(std::fs::remove_dir_all(folder));
}

fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
