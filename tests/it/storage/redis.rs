//! Records in a Redis server, a real one: each test starts its own, on a free port of this machine.

use std::{
    io::{self, BufRead as _, BufReader, Write as _},
    net::{Ipv4Addr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    sync::{Arc, Once},
    thread,
    time::{Duration, Instant},
};

use bale::storage::{Committed, Redis, Storage, StorageError, StorageErrorKind, Term};

use super::{
    JOBS, SECOND, STATE, Store, contract, folder::Folder, get, mark, now, put, text, value, write,
};

/// Nothing here takes a second on a quiet machine; this is for a busy one.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running server, which ends with its test.
pub(crate) struct Server {
    child: Child,
    port: u16,
    folder: Folder,
}

impl Server {
    /// None if this machine has no Redis, which is said, and a failure where it must have one.
    pub(crate) fn start() -> Option<Self> {
        // Another program may take the port before the server does.
        for _ in 0..5 {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
            let port = listener.local_addr().expect("it has one").port();
            drop(listener);
            let folder = Folder::new();
            let child = match spawn(port, &folder) {
                Ok(child) => child,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    skipped();
                    return None;
                }
                Err(error) => panic!("redis-server does not start: {error}"),
            };
            let mut server = Self { child, port, folder };
            if answers(&mut server.child, port) {
                return Some(server);
            }
        }
        panic!("redis-server ends as soon as it is started");
    }

    fn address(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    pub(crate) fn store(&self) -> Store {
        Arc::new(Redis::open(&self.address()).expect("an address"))
    }

    /// As `kill -9` does.
    fn kill(&mut self) {
        self.child.kill().expect("our own child");
        self.child.wait().expect("our own child");
    }

    fn restart(&mut self) {
        self.child = spawn(self.port, &self.folder).expect("it ran before");
        assert!(answers(&mut self.child, self.port), "it starts again");
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().expect("kill runs").success());
    }

    /// What `redis-cli` would do.
    async fn command(&self, words: &[&str]) -> redis::Value {
        let client = redis::Client::open(self.address()).expect("an address");
        let mut connection = client.get_multiplexed_async_connection().await.expect("it runs");
        let mut command = redis::cmd(words[0]);
        command.arg(&words[1..]).query_async(&mut connection).await.expect("a good command")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have been killed by its test.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(port: u16, folder: &Folder) -> io::Result<Child> {
    Command::new("redis-server")
        .args(["--bind", "127.0.0.1", "--port", &port.to_string()])
        .args(["--save", "", "--appendonly", "yes", "--appendfsync", "always"])
        .arg("--dir")
        .arg(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
}

/// Waits until the server answers, with its data read; false if it ended instead.
fn answers(child: &mut Child, port: u16) -> bool {
    let started = Instant::now();
    while !matches!(ping(port), Ok(answer) if answer == "+PONG\r\n") {
        if child.try_wait().expect("our own child").is_some() {
            return false;
        }
        assert!(started.elapsed() < PATIENCE, "redis-server does not answer");
        thread::sleep(Duration::from_millis(5));
    }
    true
}

fn ping(port: u16) -> io::Result<String> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.write_all(b"PING\r\n")?;
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer)?;
    Ok(answer)
}

fn skipped() {
    static ONCE: Once = Once::new();
    let required = std::env::var_os("BALE_TEST_REDIS").is_some_and(|value| value == "required");
    assert!(!required, "no program `redis-server`, and BALE_TEST_REDIS=required: install it");
    // Not by a macro, whose lines `cargo test` hides.
    ONCE.call_once(|| {
        writeln!(io::stderr(), "skipped: storage::redis, since there is no program `redis-server`")
            .expect("standard error");
    });
}

async fn new() -> Option<(Store, Server)> {
    let server = Server::start()?;
    Some((server.store(), server))
}

contract!(new());

/// Fails unless the store says that it is not there, and soon.
async fn is_unavailable<T: std::fmt::Debug>(
    call: impl Future<Output = Result<T, StorageError>>,
) -> StorageError {
    let error = tokio::time::timeout(PATIENCE, call).await.expect("it does not wait for ever");
    let error = error.expect_err("the server is down");
    assert!(error.is_unavailable(), "{error}");
    error
}

#[tokio::test]
async fn a_server_that_is_down_is_told_of_and_one_that_is_back_is_used() {
    let Some((store, mut server)) = new().await else { return };
    let revision = write(&store, put("a", "1").done(mark(1))).await;
    server.kill();
    let error = is_unavailable(store.get(&STATE.key("a"), now())).await;
    assert!(error.to_string().starts_with("Redis at 127.0.0.1:"), "{error}");
    // It could not be sent, so there is no doubt.
    let error = is_unavailable(store.commit(put("a", "2"), now())).await;
    assert!(!error.may_have_been_written(), "{error}");
    is_unavailable(store.is_done(mark(1), now())).await;
    is_unavailable(store.due(JOBS, now(), 1)).await;

    server.restart();
    assert_eq!(get(&store, &STATE.key("a")).await.map(|record| record.revision), Some(revision));
    assert!(store.is_done(mark(1), now()).await.expect("it is back"));
    write(&store, put("a", "2").expecting(STATE.key("a"), Some(revision))).await;
}

#[tokio::test]
async fn a_read_does_not_notice_a_restart() {
    let Some((store, mut server)) = new().await else { return };
    write(&store, put("a", "1")).await;
    server.kill();
    server.restart();
    assert_eq!(text(&store, "a").await.as_deref(), Some("1"));
    write(&store, put("a", "2")).await;
    assert_eq!(text(&store, "a").await.as_deref(), Some("2"));
}

#[tokio::test]
async fn a_lost_answer_leaves_a_doubt_that_the_mark_resolves() {
    let Some(server) = Server::start() else { return };
    let store: Store = Arc::new(
        Redis::open(&server.address()).expect("an address").timeout(Duration::from_millis(200)),
    );
    // The server knows the script from here on.
    write(&store, put("c", "1")).await;
    server.signal("-STOP");
    let error = is_unavailable(store.commit(put("a", "1").done(mark(1)), now())).await;
    assert!(error.may_have_been_written(), "{error}");
    let error = is_unavailable(store.commit(put("b", "1"), now())).await;
    assert!(!error.may_have_been_written(), "there is no new connection: {error}");
    server.signal("-CONT");

    let patient = server.store();
    let again = patient.commit(put("a", "2").done(mark(1)), now()).await.expect("it goes on");
    assert_eq!(again, Committed::AlreadyDone);
    assert_eq!(text(&patient, "a").await.as_deref(), Some("1"));
}

#[tokio::test]
async fn what_was_answered_survives_kill_9() {
    let Some((store, mut server)) = new().await else { return };
    let mut answered = 0;
    for number in 0..200 {
        write(&store, put(&number.to_string(), "x").done(mark(number))).await;
        answered += 1;
    }
    server.kill();
    server.restart();
    for number in 0..answered {
        assert_eq!(text(&store, &number.to_string()).await.as_deref(), Some("x"), "{number}");
        assert!(store.is_done(mark(number), now()).await.expect("it is back"));
    }
}

#[tokio::test]
async fn what_has_expired_is_dropped_by_the_server() {
    let Some((store, server)) = new().await else { return };
    let end = now() + SECOND;
    let short = value("x").term(Term::Until(end));
    let mark = bale::storage::Mark { until: end, ..mark(1) };
    write(&store, put("stays", "x").put(STATE.key("ends"), short).done(mark)).await;
    // A minute later, since clocks differ.
    let at = redis::Value::Int(end.as_millis() + 60_000);
    assert_eq!(server.command(&["PEXPIRETIME", "bale:42:record:state:ends"]).await, at);
    assert_eq!(server.command(&["PEXPIRETIME", "bale:42:done:1"]).await, at);
    assert_eq!(
        server.command(&["PEXPIRETIME", "bale:42:record:state:stays"]).await,
        redis::Value::Int(-1)
    );

    write(&store, put("ends", "x")).await;
    assert_eq!(
        server.command(&["PEXPIRETIME", "bale:42:record:state:ends"]).await,
        redis::Value::Int(-1)
    );
}

#[tokio::test]
async fn a_job_that_the_server_dropped_is_passed_over() {
    let Some((store, server)) = new().await else { return };
    for (id, seconds) in [("a", 1), ("b", 2), ("c", 3)] {
        let job = value(id).term(Term::Due(now() + seconds * SECOND));
        write(&store, bale::storage::Commit::new().put(JOBS.key(id), job)).await;
    }
    server.command(&["DEL", "bale:42:record:jobs:a", "bale:42:record:jobs:b"]).await;
    assert_eq!(super::due(&store, now() + 60 * SECOND, 1).await, ["c"]);
}

#[tokio::test]
async fn keys_of_another_program_are_told_of() {
    let Some((store, server)) = new().await else { return };
    server.command(&["SET", "bale:42:record:state:a", "mine"]).await;
    server.command(&["HSET", "bale:42:record:state:b", "version", "1"]).await;
    let at = format!(":{}", server.port);
    let said = async |id| {
        let error = store.get(&STATE.key(id), now()).await.expect_err("no record");
        error.to_string().replace(&at, "")
    };
    expect_test::expect!["Redis at 127.0.0.1, record 42/state/a: cannot be read: another program writes keys that begin with `bale:`"].assert_eq(&said("a").await);
    expect_test::expect!["Redis at 127.0.0.1, record 42/state/b: cannot be read: a hash with `version`, `revision` and `value` was expected, and not all are there; remove the key bale:42:record:state:b"].assert_eq(&said("b").await);
}

#[tokio::test]
async fn a_full_server_writes_nothing() {
    let Some((store, server)) = new().await else { return };
    write(&store, put("a", "1")).await;
    server.command(&["CONFIG", "SET", "maxmemory", "1"]).await;
    let error = store.commit(put("a", "2").done(mark(1)), now()).await.expect_err("full");
    assert!(matches!(error.kind(), StorageErrorKind::Full { .. }), "{error}");
    assert_eq!(text(&store, "a").await.as_deref(), Some("1"));
}

#[tokio::test]
async fn a_password_is_never_shown() {
    let Some(server) = Server::start() else { return };
    server.command(&["CONFIG", "SET", "requirepass", "right-word"]).await;
    let address = |word: &str| format!("redis://:{word}@127.0.0.1:{}", server.port);

    let store = Redis::open(&address("wrong-word")).expect("an address");
    let error = store.get(&STATE.key("a"), now()).await.expect_err("refused");
    assert!(matches!(error.kind(), StorageErrorKind::Setup { .. }), "{error}");
    let texts = format!("{error} {error:?} {store:?}");
    assert!(!texts.contains("wrong-word"), "{texts}");

    let store = Redis::open(&address("right-word")).expect("an address");
    store.commit(put("a", "1"), now()).await.expect("it is let in");
    assert!(!format!("{store:?}").contains("right-word"));
}

#[test]
fn an_address_that_cannot_be_read_is_refused_without_its_password() {
    for address in
        ["redis://:secret-word@host:notaport", "http://:secret-word@host", "secret-word", ""]
    {
        let error = Redis::open(address).expect_err("no address");
        assert!(matches!(error.kind(), StorageErrorKind::Setup { .. }), "{error}");
        assert!(!format!("{error} {error:?}").contains("secret-word"), "{error:?}");
    }
    let error = Redis::open("rediss://host").expect_err("TLS");
    expect_test::expect!["Redis: cannot be set up: the address must look like redis://user:password@host:6379/0, without TLS, and this does not: invalid client config"].assert_eq(&error.to_string());
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let address = format!("redis://{}", listener.local_addr().expect("it has one"));
    let store = Redis::open(&address).expect("an address").timeout(Duration::from_millis(50));
    let error = is_unavailable(store.get(&STATE.key("a"), now())).await;
    assert!(error.to_string().contains("no answer within 50ms"), "{error}");
}
