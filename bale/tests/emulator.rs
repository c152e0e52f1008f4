//! `bale-emulator` as a process: what a person sees who runs it, and what a bot in another language meets.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Output, Stdio},
};

use serde_json::{Value, json};

fn emulator() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bale-emulator"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// One that ends by itself: its exit code, what it said, and what it complained about.
fn says(args: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = emulator().args(args).output().expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (status.code(), text(stdout), text(stderr))
}

/// One that serves, until the test ends.
struct Running {
    child: Child,
    stdout: BufReader<ChildStdout>,
    /// As `127.0.0.1:40123`.
    addr: String,
}

impl Running {
    fn start(args: &[&str]) -> Self {
        let mut child = emulator().args(args).spawn().expect("it runs");
        let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("UTF-8");
        let url = line.strip_prefix("bale emulator: http://").unwrap_or_else(|| panic!("{line:?}"));
        let (addr, token) = url.split_once(' ').expect("a token behind the address");
        assert_eq!(token, "(token 123456:TEST)\n");
        let addr = addr.to_owned();
        Self { child, stdout, addr }
    }

    /// Status and body of a request.
    fn ask(&self, host: &str, request: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.addr).expect("it listens");
        let length = body.len();
        let head = format!("{request} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
        write!(stream, "{head}Content-Length: {length}\r\n\r\n{body}").expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("UTF-8");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        let status = head.split(' ').nth(1).expect("a status").parse().expect("a number");
        (status, body.to_owned())
    }

    fn call(&self, method: &str) -> Value {
        let (_, body) = self.ask("localhost", &format!("GET /bot123456:TEST/{method}"), "");
        serde_json::from_str(&body).expect("JSON")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Already ended is what we want.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A file that is removed with the test.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str, text: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::write(&path, text).expect("the target folder can be written");
        Self(path)
    }

    fn name(&self) -> &str {
        self.0.to_str().expect("UTF-8")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// What it prints is what the programs of `tests/clients` run: the runner cuts it out of this.
#[test]
fn it_says_how_to_point_a_bot_at_it_in_words_that_were_tried() {
    let mut running = Running::start(&[]);
    let mut lines = Vec::new();
    while !lines.iter().any(|line: &String| line.trim_start().starts_with("grammY ")) {
        let mut line = String::new();
        assert_ne!(running.stdout.read_line(&mut line).expect("UTF-8"), 0, "{lines:?}");
        lines.push(line);
    }
    let url = format!("\"http://{}", running.addr);
    let mut clients = Vec::new();
    for line in lines.iter().filter(|line| line.contains(&url)) {
        let client = line[2..17].trim().to_lowercase().replace('-', "_");
        if client.is_empty() {
            continue;
        }
        let ending = if client == "grammy" { "mjs" } else { "py" };
        let program = format!("../tests/clients/with_{client}.{ending}");
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join(program);
        let program = fs::read_to_string(program).expect("each library has a program");
        let runs = ["exec(POINTER)", "= eval(POINTER)", "`return ${process.env.POINTER}`"];
        assert!(runs.iter().any(|run| program.contains(run)), "nobody tries {line}");
        clients.push(client);
    }
    assert_eq!(clients, ["python_bale_bot", "balethon", "aiogram", "grammy"]);
}

#[test]
fn it_tells_once_what_bale_would_ignore_or_refuses_it() {
    let mut running = Running::start(&[]);
    let mut complaints = BufReader::new(running.child.stderr.take().expect("piped"));
    let hint = "Bale has no getMe.parse_mode: every text is Bale's Markdown; expected nothing";
    for method in ["getMe?parse_mode=HTML", "getMe?parse_mode=HTML", "getYou"] {
        running.call(method);
    }
    for expected in [hint, "Bale has no method getYou"] {
        let mut line = String::new();
        complaints.read_line(&mut line).expect("UTF-8");
        assert_eq!(line, format!("bale-emulator: hint: {expected}\n"));
    }
    let strict = Running::start(&["--strict", "--quirks", "{\"wrong_token\":\"unauthorized\"}"]);
    let refused = strict.call("getMe?parse_mode=HTML");
    assert_eq!(refused["description"], json!(format!("Bad Request: strict mode: {hint}")));
    assert_eq!(strict.ask("localhost", "GET /bot1:WRONG/getMe", "").0, 401);
}

#[test]
fn only_this_machine_is_served_whatever_name_it_is_given() {
    let running = Running::start(&["--port", "0"]);
    let me = |host: &str| running.ask(host, "GET /bot123456:TEST/getMe", "").0;
    assert_eq!(me(&running.addr), 200);
    // A page of this name could have it resolved to 127.0.0.1.
    assert_eq!(me("rebound.example"), 403);
    let (code, _, complaint) = says(&["--addr", "0.0.0.0:0"]);
    let expected = "bale-emulator: cannot listen on 0.0.0.0:0: 0.0.0.0:0 is not a loopback address: the emulator \
                    has no passwords\n";
    assert_eq!((code, complaint.as_str()), (Some(1), expected));
}

#[test]
fn a_taken_port_is_told() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = taken.local_addr().expect("an address").port();
    let (code, _, complaint) = says(&["--port", &port.to_string()]);
    let expected = format!(
        "bale-emulator: another program listens on 127.0.0.1:{port}, perhaps another emulator: stop it, or leave \
         --port out for a free one\n"
    );
    assert_eq!((code, complaint), (Some(1), expected));
}

#[test]
fn a_token_that_looks_real_is_refused_and_not_repeated() {
    let token = format!("123456:{}", "a".repeat(40));
    let (code, said, complaint) = says(&["--token", &token]);
    assert_eq!((code, said.as_str()), (Some(2), ""));
    assert!(
        complaint.starts_with("bale-emulator: --token: this looks like a real token"),
        "{complaint}"
    );
    assert!(!complaint.contains(&token), "{complaint}");
}

#[test]
fn people_wrote_before_the_bot_came() {
    let line = |text: &str| {
        format!(
            "{{\"chat_id\": 1, \"user_id\": 1, \"first_name\": \"Sara\", \"text\": \"{text}\"}}\n"
        )
    };
    let file = Scratch::new("messages.jsonl", &format!("{}\n{}", line("/start"), line("hi")));
    let args = ["--messages", file.name(), "--starts-at", "1766000000", "--first-update-id", "40"];
    let updates = Running::start(&args).call("getUpdates");
    let told = |update: &Value| {
        let message = &update["message"];
        json!([
            update["update_id"],
            message["from"]["first_name"],
            message["text"],
            message["date"]
        ])
    };
    let updates: Vec<Value> =
        updates["result"].as_array().expect("updates").iter().map(told).collect();
    let date = |update: &Value| update[3].as_u64().expect("seconds");
    assert!(updates.iter().all(|update| (1_766_000_000..1_766_000_060).contains(&date(update))));
    let seen: Vec<_> =
        updates.iter().map(|update| json!([update[0], update[1], update[2]])).collect();
    assert_eq!(seen, [json!([40, "Sara", "/start"]), json!([41, "Sara", "hi"])]);

    let wrong = Scratch::new("wrong.jsonl", &format!("{}{{\"chat_id\": 1}}\n", line("hi")));
    let (code, _, complaint) = says(&["--messages", wrong.name()]);
    let expected = format!(
        "bale-emulator: --messages: {}, line 2: missing field `user_id` at line 1 column 14\n",
        wrong.name()
    );
    assert_eq!((code, complaint), (Some(1), expected));
}

#[test]
fn help_is_printed_and_a_mistake_is_answered_by_it() {
    let (code, help, complaint) = says(&["--help"]);
    assert_eq!((code, complaint.as_str()), (Some(0), ""));
    assert!(help.starts_with("Usage: bale-emulator [options]\n"), "{help}");
    assert!(help.lines().all(|line| line.len() <= 110), "{help}");
    let (code, said, complaint) = says(&["--prot", "80"]);
    assert_eq!((code, said.as_str()), (Some(2), ""));
    assert_eq!(complaint, format!("bale-emulator: unexpected argument \"--prot\"\n\n{help}"));
}

#[cfg(unix)]
#[test]
fn it_ends_when_it_is_told_to() {
    let mut running = Running::start(&[]);
    let pid = running.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill runs").success());
    assert_eq!(running.child.wait().expect("our own child").code(), Some(0));
}
