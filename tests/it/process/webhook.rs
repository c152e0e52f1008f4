//! The webhook example as a process: the emulator brings updates over sockets, and through nginx where there is one.

use std::{fmt::Write as _, fs, io, net::TcpListener, path::Path, process::Child};

use super::{Command, OnceLock, Running, Stdio, TOKEN, example, server, within};
use crate::storage::folder::Folder;

const SECRET: &str = "a-secret-that-nobody-sees";

fn webhook() -> Command {
    static PATH: OnceLock<std::path::PathBuf> = OnceLock::new();
    Command::new(PATH.get_or_init(|| example("bale-examples", "webhook")))
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("it has one").port()
}

/// The texts of a chat.
fn texts(emulator: &bale::emulator::Emulator, chat: i64) -> Vec<String> {
    let messages = emulator.messages(chat);
    messages.iter().filter_map(|message| Some(message["text"].as_str()?.to_owned())).collect()
}

#[tokio::test]
async fn updates_come_over_a_socket_and_the_secret_is_in_no_log() {
    let (emulator, server) = server().await;
    let port = free_port();
    let bot = Running::start(
        webhook()
            .env("BALE_BOT_TOKEN", TOKEN)
            .env("BALE_API_URL", server.url())
            .env("BALE_WEBHOOK_URL", format!("http://127.0.0.1:{port}/bale"))
            .env("BALE_WEBHOOK_LISTEN", format!("127.0.0.1:{port}"))
            .env("BALE_WEBHOOK_SECRET", SECRET)
            .env("RUST_LOG", "trace"),
    );
    emulator.message(7, 7, "/order");
    emulator.message(7, 7, "سیب");
    within(emulator.idle()).await;
    within(emulator.wait_for_calls(4)).await;
    assert_eq!(texts(&emulator, 7), ["/order", "سیب", "چه می‌خواهید؟", "ثبت شد: سیب"]);
    bot.signal("-TERM");
    let (status, stderr) = tokio::task::spawn_blocking(|| bot.wait()).await.expect("it only waits");
    assert_eq!(status.code(), Some(0), "{stderr}");
    let line = format!("updates come by the webhook http://127.0.0.1:{port}/bale/<secret>");
    assert!(stderr.contains(&line), "{stderr}");
    assert!(!stderr.contains(SECRET), "the secret is printed");
    assert!(emulator.calls().iter().all(|call| call.method != "getUpdates"));
}

#[tokio::test]
async fn a_wrong_setting_is_said_before_the_start() {
    let (emulator, server) = server().await;
    let bot = Running::start(
        webhook()
            .env("BALE_BOT_TOKEN", TOKEN)
            .env("BALE_API_URL", server.url())
            .env("BALE_WEBHOOK_URL", "http://shop.example.com/bale"),
    );
    let (status, stderr) = tokio::task::spawn_blocking(|| bot.wait()).await.expect("it only waits");
    assert_eq!(status.code(), Some(1), "{stderr}");
    assert_eq!(
        stderr.lines().last().unwrap_or_default(),
        "error: BALE_WEBHOOK_URL: expected the address of a webhook, as https://example.com/bale; found `http://`: \
         Bale brings updates by https only"
    );
    assert_eq!(emulator.calls(), []);
}

/// The proxy of docs/webhook.md, which ends with its test.
struct Nginx(Child);

impl Drop for Nginx {
    fn drop(&mut self) {
        // Already ended is what we want.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Nginx {
    /// None if this machine has no nginx.
    fn start(folder: &Path, config: &str) -> Option<Self> {
        let path = folder.join("nginx.conf");
        fs::write(&path, config).expect("our own folder");
        let spawned = Command::new("nginx")
            .args(["-e", "stderr", "-p"])
            .arg(folder)
            .arg("-c")
            .arg(&path)
            .stdin(Stdio::null())
            .spawn();
        match spawned {
            Ok(child) => Some(Self(child)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => panic!("nginx does not start: {error}"),
        }
    }
}

/// The snippet of the document, with this machine's ports and certificate.
fn config(folder: &Path, tls: u16, plain: u16, bot: u16) -> String {
    let document = include_str!("../../../docs/webhook.md");
    let (_, rest) = document.split_once("```nginx\n").expect("a snippet");
    let (snippet, _) = rest.split_once("```").expect("its end");
    let folder = folder.display();
    let mut adapted = snippet.to_owned();
    for (from, to) in [
        ("server 127.0.0.1:8080;", format!("server 127.0.0.1:{bot};")),
        ("listen 443 ssl;", format!("listen 127.0.0.1:{tls} ssl; listen 127.0.0.1:{plain};")),
        ("/etc/letsencrypt/live/shop.example.com/fullchain.pem", format!("{folder}/cert.pem")),
        ("/etc/letsencrypt/live/shop.example.com/privkey.pem", format!("{folder}/key.pem")),
    ] {
        assert_eq!(adapted.matches(from).count(), 1, "{from}");
        adapted = adapted.replace(from, &to);
    }
    let mut temporary = String::new();
    for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
        let _ = writeln!(temporary, "{kind}_temp_path {folder}/{kind};");
    }
    format!(
        "daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;\n\
         events {{}}\nhttp {{\naccess_log {folder}/access.log;\n{temporary}{adapted}}}\n"
    )
}

/// Status and body of a request through TLS.
fn curl(folder: &Path, url: &str, more: &[&str]) -> String {
    let output = Command::new("curl")
        .args(["-sS", "--max-time", "30", "-w", "%{http_code}", "--cacert"])
        .arg(folder.join("cert.pem"))
        .args(more)
        .arg(url)
        .output()
        .expect("curl runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// On two threads: `curl` blocks one, and the emulator answers the bot on the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_proxy_of_the_document_works() {
    for program in ["nginx", "curl", "openssl"] {
        let version = if program == "openssl" { "version" } else { "-V" };
        if Command::new(program).arg(version).output().is_err() {
            eprintln!(
                "SKIPPED: no {program} on this machine to try the proxy of docs/webhook.md with"
            );
            return;
        }
    }
    let folder = Folder::new();
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"])
        .args(["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"])
        .arg("-keyout")
        .arg(folder.path().join("key.pem"))
        .arg("-out")
        .arg(folder.path().join("cert.pem"))
        .output()
        .expect("openssl runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let (tls, plain, port) = (free_port(), free_port(), free_port());
    let config = config(folder.path(), tls, plain, port);
    let _nginx = Nginx::start(folder.path(), &config).expect("it was there a moment ago");

    let (emulator, server) = server().await;
    let bot = Running::start(
        webhook()
            .env("BALE_BOT_TOKEN", TOKEN)
            .env("BALE_API_URL", server.url())
            // The emulator speaks no TLS.
            .env("BALE_WEBHOOK_URL", format!("http://127.0.0.1:{plain}/bale"))
            .env("BALE_WEBHOOK_LISTEN", format!("127.0.0.1:{port}"))
            .env("BALE_WEBHOOK_SECRET", SECRET),
    );
    emulator.message(7, 7, "/start");
    within(emulator.idle()).await;
    assert_eq!(texts(&emulator, 7).len(), 2, "{:?}", emulator.deliveries());

    let hook = format!("https://127.0.0.1:{tls}/bale/{SECRET}");
    let path = folder.path();
    let person = r#"{"id":7,"is_bot":false,"first_name":"a"}"#;
    let update = format!(
        r#"{{"update_id":50,"message":{{"message_id":1,"date":1,"from":{person},
        "chat":{{"id":7,"type":"private"}},"text":"/start"}}}}"#
    );
    for _ in 0..2 {
        assert_eq!(curl(path, &hook, &["-d", &update]), "200");
    }
    assert_eq!(texts(&emulator, 7).len(), 3, "handled once");
    assert_eq!(curl(path, &format!("{hook}x"), &["-d", &update]), "404");
    assert!(curl(path, &hook, &[]).ends_with("405"));
    assert!(curl(path, &hook, &["-d", "hello"]).ends_with("415"));
    fs::write(path.join("large"), vec![b' '; 1_100_000]).expect("our own folder");
    let large = format!("@{}", path.join("large").display());
    assert!(curl(path, &hook, &["--data-binary", &large]).ends_with("413"));

    bot.signal("-TERM");
    let (status, stderr) = tokio::task::spawn_blocking(|| bot.wait()).await.expect("it only waits");
    assert_eq!(status.code(), Some(0), "{stderr}");
    assert!(curl(path, &hook, &["-d", &update]).ends_with("502"), "nobody is behind it any more");
    for log in ["access.log", "error.log"] {
        let text = fs::read_to_string(path.join(log)).unwrap_or_default();
        assert!(!text.contains(SECRET), "{log} has the secret");
    }
}
