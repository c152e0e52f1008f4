//! ```text
//! cargo bench -p bale-tests --bench emulator
//! cargo bench -p bale-tests --bench emulator -- --quick     # a tenth of the time
//! ```
//!
//! How many calls the emulator answers in a second: over HTTP, in a process of its own with one thread as
//! `bale-emulator` has it, and in process without a socket. And how soon after its start it listens.
//!
//! Prints a Markdown table, each number the median of five rounds that take turns. The clients share the machine with
//! the server, so over HTTP a second core counts.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use bale::{
    client::transport::{Body, Call, Transport},
    emulator::Emulator,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    runtime::Builder,
    task::JoinSet,
};

type Error = Box<dyn std::error::Error + Send + Sync>;

const TOKEN: &str = "123456:TEST";
const ROUNDS: usize = 5;
const CONNECTIONS: [usize; 3] = [1, 16, 64];

/// What is called, with a JSON body.
const CALLS: [(&str, &str); 3] = [
    ("getMe", "{}"),
    ("sendMessage", r#"{"chat_id":1,"text":"سلام! What will it be?"}"#),
    ("getUpdates", r#"{"offset":1}"#),
];

fn main() -> Result<(), Error> {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => table(Duration::from_secs(1)),
        ["--quick"] => table(Duration::from_millis(100)),
        ["serve"] => serve(),
        _ => Err("expected nothing or --quick".into()),
    }
}

/// The server's process: says where it listens, and ends when nobody listens to it any more.
fn serve() -> Result<(), Error> {
    Builder::new_current_thread().enable_all().build()?.block_on(async {
        let emulator = populated();
        let server = emulator.serve("127.0.0.1:0").await?;
        let mut stdout = std::io::stdout();
        writeln!(stdout, "{}", server.addr())?;
        stdout.flush()?;
        let gone = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
        gone.await??;
        Ok(())
    })
}

/// A private chat to write to, and nothing that waits for the bot.
fn populated() -> Emulator {
    let emulator = Emulator::new(TOKEN);
    emulator.message(1, 1, "hello");
    emulator
}

/// A server in another process.
struct Server {
    child: Child,
    addr: SocketAddr,
    /// From the start of the process to its word that it listens.
    started_in: Duration,
}

impl Server {
    fn start() -> Result<Self, Error> {
        let begin = Instant::now();
        let mut child = Command::new(std::env::current_exe()?)
            .arg("serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = child.stdout.take().ok_or("no standard output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let addr = line.trim().parse()?;
        std::net::TcpStream::connect(addr)?;
        Ok(Self { child, addr, started_in: begin.elapsed() })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It ended by itself, or will with this program.
        drop(self.child.wait());
    }
}

fn table(time: Duration) -> Result<(), Error> {
    let mut starts = Vec::new();
    for _ in 0..2 * ROUNDS {
        starts.push(Server::start()?.started_in.as_secs_f64() * 1e3);
    }
    let mut rows: Vec<(String, Vec<f64>)> = Vec::new();
    for round in 0..ROUNDS {
        let mut row = 0;
        let mut note = |what: String, rate: f64| {
            if round == 0 {
                rows.push((what, Vec::new()));
            }
            rows[row].1.push(rate);
            row += 1;
        };
        for (method, body) in CALLS {
            for connections in CONNECTIONS {
                // A new one each time: what was sent before is not carried along.
                let server = Server::start()?;
                let rate = over_http(server.addr, connections, method, body, time)?;
                note(format!("HTTP, {connections} connections, `{method}`"), rate);
            }
            note(format!("in process, `{method}`"), in_process(method, body, time)?);
        }
    }
    let mut out = std::io::stdout();
    writeln!(out, "| emulator | calls/s | µs a call |\n|---|--:|--:|")?;
    for (what, mut rates) in rows {
        let rate = median(&mut rates);
        writeln!(out, "| {what} | {rate:.0} | {:.1} |", 1e6 / rate)?;
    }
    writeln!(out, "\nFrom the start of the process to listening: {:.1} ms.", median(&mut starts))?;
    Ok(())
}

fn median(numbers: &mut [f64]) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// Calls a second, over connections that each wait for an answer before they ask again.
fn over_http(
    addr: SocketAddr,
    connections: usize,
    method: &'static str,
    body: &str,
    time: Duration,
) -> Result<f64, Error> {
    let request = format!(
        "POST /bot{TOKEN}/{method} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    Builder::new_current_thread().enable_all().build()?.block_on(async {
        let mut clients = JoinSet::new();
        let begin = Instant::now();
        let until = begin + time;
        for _ in 0..connections {
            clients.spawn(client(addr, request.clone(), until));
        }
        let mut count = 0;
        while let Some(client) = clients.join_next().await {
            count += client??;
        }
        Ok(f64::from(count) / begin.elapsed().as_secs_f64())
    })
}

async fn client(addr: SocketAddr, request: String, until: Instant) -> Result<u32, Error> {
    let mut stream = TcpStream::connect(addr).await?;
    stream.set_nodelay(true)?;
    let mut buffer = vec![0; 64 << 10];
    let mut count = 0;
    while Instant::now() < until {
        stream.write_all(request.as_bytes()).await?;
        let mut held = 0;
        loop {
            let read = stream.read(&mut buffer[held..]).await?;
            if read == 0 {
                return Err("the connection was closed".into());
            }
            held += read;
            if is_whole(&buffer[..held])? {
                break;
            }
        }
        count += 1;
    }
    Ok(count)
}

/// Whether this is an answer to its end. A refusal would be quick, and worth nothing.
fn is_whole(answer: &[u8]) -> Result<bool, Error> {
    let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n") else {
        return Ok(false);
    };
    let head = std::str::from_utf8(&answer[..end])?.to_ascii_lowercase();
    if !head.starts_with("http/1.1 200") {
        return Err(format!("expected 200, found {head}").into());
    }
    let length =
        head.split_once("content-length: ").and_then(|(_, rest)| rest.split("\r\n").next());
    let length: usize = length.ok_or("no length")?.parse()?;
    Ok(answer.len() >= end + 4 + length)
}

/// Calls a second of one bot in this process, one after the other.
fn in_process(method: &'static str, body: &'static str, time: Duration) -> Result<f64, Error> {
    Builder::new_current_thread().enable_all().build()?.block_on(async {
        let transport = populated().transport();
        let begin = Instant::now();
        let mut count = 0;
        while begin.elapsed() < time {
            let body = Body::Json(body.as_bytes().into());
            let reply = transport.send(Call::new(method, body, Duration::from_secs(10))).await?;
            assert_eq!(reply.status, 200, "{method}");
            count += 1;
        }
        Ok(f64::from(count) / begin.elapsed().as_secs_f64())
    })
}
