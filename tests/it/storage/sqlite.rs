//! Records in a file.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
    time::Duration,
};

use bale::storage::{Committed, Sqlite, StorageErrorKind, Term};

use super::{
    Folder, JOBS, SECOND, STATE, Store, contract, get, mark, now, put, text, value, write,
};
use crate::crash::alone;

fn file(folder: &Folder) -> PathBuf {
    folder.path().join("bot.db")
}

fn open(path: &Path) -> Store {
    Arc::new(Sqlite::open(path).expect("the file can be opened"))
}

async fn new() -> Option<(Store, Folder)> {
    let folder = Folder::new();
    Some((open(&file(&folder)), folder))
}

contract!(new());

#[tokio::test]
async fn what_was_written_is_there_after_a_restart() {
    let folder = Folder::new();
    let store = open(&file(&folder));
    let job = value("job").term(Term::Due(now()));
    write(&store, put("سلام", "علیک").put(JOBS.key("a"), job).done(mark(1))).await;
    let before = get(&store, &STATE.key("سلام")).await;
    drop(store);

    let store = open(&file(&folder));
    assert_eq!(get(&store, &STATE.key("سلام")).await, before);
    assert!(store.is_done(mark(1), now()).await.expect("it works"));
    assert_eq!(super::due(&store, now() + SECOND, 9).await, ["a"]);
}

#[tokio::test]
async fn two_that_have_the_file_open_see_each_other() {
    let folder = Folder::new();
    let (one, two) = (open(&file(&folder)), open(&file(&folder)));
    let revision = write(&one, put("a", "1")).await;
    assert_eq!(text(&two, "a").await.as_deref(), Some("1"));
    write(&two, put("a", "2").expecting(STATE.key("a"), Some(revision))).await;
    let stale = put("a", "3").expecting(STATE.key("a"), Some(revision));
    super::conflicts(&one, stale, &STATE.key("a")).await;
    assert_eq!(text(&one, "a").await.as_deref(), Some("2"));
}

#[tokio::test]
async fn a_commit_whose_caller_left_is_made() {
    let folder = Folder::new();
    let store = open(&file(&folder));
    let commit = store.commit(put("a", "1"), now());
    // Polled once, which is usually too short for an answer.
    let _ = tokio::time::timeout(Duration::ZERO, commit).await;
    write(&store, put("b", "1")).await;
    assert_eq!(text(&store, "a").await.as_deref(), Some("1"));
}

#[tokio::test]
async fn what_has_expired_is_deleted() {
    let folder = Folder::new();
    let store = open(&file(&folder));
    let end = now() + SECOND;
    let mut commit = put("stays", "x").done(bale::storage::Mark { until: end, ..mark(1) });
    for number in 0..2500 {
        commit = commit.put(STATE.key(number.to_string()), value("x").term(Term::Until(end)));
    }
    write(&store, commit).await;
    // The first sweep was before they had expired. Each takes a thousand, until there is no more.
    for number in 0..4_i64 {
        let later = end + 60 * SECOND;
        let found = store.commit(put("stays", "x").done(mark(2 + number)), later).await;
        assert!(matches!(found, Ok(Committed::Written(_))), "{found:?}");
    }
    drop(store);
    let count = |table: &str| {
        let db = rusqlite::Connection::open(file(&folder)).expect("a database");
        let query = format!("SELECT count(*) FROM {table}");
        db.query_row(&query, [], |row| row.get::<_, i64>(0)).expect("a number")
    };
    assert_eq!((count("record"), count("done")), (1, 4));
}

/// Writes until it is killed. Each line it prints is a commit that was answered.
#[tokio::test]
#[ignore = "the child of the test below"]
async fn a_child_that_writes() {
    let Some(path) = std::env::var_os("BALE_TEST_WRITES_TO") else { return };
    let store = open(Path::new(&path));
    let writer = |writer: i64| {
        let store = store.clone();
        async move {
            for number in (writer..).step_by(8) {
                write(&store, put(&number.to_string(), "x").done(mark(number))).await;
                println!("\nwrote {number}");
            }
        }
    };
    let writers: Vec<_> = (0..8).map(|number| tokio::spawn(writer(number))).collect();
    for writer in writers {
        writer.await.expect("it only ends with the process");
    }
}

#[tokio::test]
async fn what_was_answered_survives_kill_9() {
    for answered in [1, 50, 300] {
        let folder = Folder::new();
        let mut child = alone("storage::sqlite::a_child_that_writes")
            .env("BALE_TEST_WRITES_TO", file(&folder))
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program runs");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let mut seen = Vec::new();
        for line in lines {
            if let Some(number) = line.expect("UTF-8").strip_prefix("wrote ") {
                seen.push(number.parse::<i64>().expect("a number"));
            }
            if seen.len() == answered {
                // SIGKILL, in the middle of whatever it does.
                child.kill().expect("our own child");
            }
        }
        child.wait().expect("our own child");
        assert!(seen.len() >= answered, "{} answers", seen.len());

        let store = open(&file(&folder));
        for number in &seen {
            assert_eq!(text(&store, &number.to_string()).await.as_deref(), Some("x"), "{number}");
        }
        // Whether or not it was answered: what an update changed is there with its mark, or neither is.
        for number in 0..seen.iter().max().expect("many") + 16 {
            let is_written = text(&store, &number.to_string()).await.is_some();
            let is_done = store.is_done(mark(number), now()).await.expect("it works");
            assert_eq!(is_written, is_done, "{number}");
        }
    }
}

/// The text of the error with which a file cannot be opened.
fn refused(path: &Path) -> String {
    let error = Sqlite::open(path).expect_err("it cannot be opened");
    let folder = path.parent().expect("a folder").display().to_string();
    error.to_string().replace(&folder, "..")
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let folder = Folder::new();
    fs::write(file(&folder), "not a database, but long enough to be taken for one: ".repeat(40))
        .expect("a file");
    expect_test::expect!["the SQLite file ../bot.db: cannot be read: file is not a database; put back a copy of the file, or move it and those beside it (-wal, -shm) away to begin with an empty one"].assert_eq(&refused(&file(&folder)));
}

#[test]
fn a_file_of_another_program_is_refused() {
    let folder = Folder::new();
    let db = rusqlite::Connection::open(file(&folder)).expect("a new file");
    db.execute_batch("CREATE TABLE mine (x)").expect("SQL");
    expect_test::expect!["the SQLite file ../bot.db: cannot be set up: the file is a database of another program; give another path"].assert_eq(&refused(&file(&folder)));
    let tables: i64 =
        db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).expect("a number");
    assert_eq!(tables, 1, "it was left alone");
}

#[test]
fn a_file_of_a_newer_version_is_refused() {
    let folder = Folder::new();
    drop(open(&file(&folder)));
    let db = rusqlite::Connection::open(file(&folder)).expect("the file");
    db.pragma_update(None, "user_version", 99).expect("SQL");
    expect_test::expect!["the SQLite file ../bot.db: cannot be set up: the file has form 99, and this program knows forms up to 2: it was written by a newer version of `bale`; run that one, or give another path"].assert_eq(&refused(&file(&folder)));
}

#[test]
fn a_folder_that_does_not_exist_is_told_of() {
    let folder = Folder::new();
    expect_test::expect!["the SQLite file ../bot.db: not available: unable to open database file: ../bot.db; its folder must exist, and this process must have the right to write to both"].assert_eq(&refused(&folder.path().join("none").join("bot.db")));
}

/// Not by permissions, which a test that runs as root does not feel.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_written_is_told_of() {
    expect_test::expect!["the SQLite file ../bot.db: not available: unable to open database file: ../bot.db; its folder must exist, and this process must have the right to write to both"].assert_eq(&refused(Path::new("/proc/bot.db")));
}

#[tokio::test]
async fn a_file_that_breaks_while_it_is_open_is_told_of() {
    let folder = Folder::new();
    let store = open(&file(&folder));
    for number in 0..200 {
        write(&store, put(&number.to_string(), &"x".repeat(1000))).await;
    }
    drop(store);
    // The file's own header stays; the rest is another program's.
    let mut bytes = fs::read(file(&folder)).expect("the file");
    let _ = fs::remove_file(folder.path().join("bot.db-wal"));
    bytes[4096..].fill(0xa5);
    fs::write(file(&folder), bytes).expect("the file");

    let store = open(&file(&folder));
    let error = store.get(&STATE.key("7"), now()).await.expect_err("broken");
    assert!(matches!(error.kind(), StorageErrorKind::Corrupt { .. }), "{error}");
    let error = store.commit(put("7", "y"), now()).await.expect_err("broken");
    assert!(matches!(error.kind(), StorageErrorKind::Corrupt { .. }), "{error}");
}

#[tokio::test]
async fn a_row_that_another_program_changed_is_named() {
    let folder = Folder::new();
    let store = open(&file(&folder));
    write(&store, put("a", "1").put(STATE.key("b"), value("2"))).await;
    let db = rusqlite::Connection::open(file(&folder)).expect("the file");
    db.execute_batch("UPDATE record SET version = -1 WHERE id = 'a'").expect("SQL");
    let error = store.get(&STATE.key("a"), now()).await.expect_err("no version");
    let error = error.to_string().replace(&*folder.path().display().to_string(), "..");
    expect_test::expect!["the SQLite file ../bot.db, record 42/state/a: cannot be read: Integer -1 out of range at index 1; remove its row from the table `record`"].assert_eq(&error);
    assert_eq!(text(&store, "b").await.as_deref(), Some("2"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_fails_half_way_writes_nothing_and_harms_no_other() {
    let folder = Folder::new();
    let store = open(&file(&folder));
    let db = rusqlite::Connection::open(file(&folder)).expect("the file");
    let trigger = "CREATE TRIGGER refuse BEFORE INSERT ON record WHEN NEW.id = 'bad'
                   BEGIN SELECT RAISE(ABORT, 'no'); END";
    db.execute_batch(trigger).expect("SQL");

    let results = super::fifty(|number| {
        let commit =
            put(&number.to_string(), "x").done(mark(i64::try_from(number).expect("small")));
        let commit =
            if number % 2 == 0 { commit } else { commit.put(STATE.key("bad"), value("x")) };
        let store = store.clone();
        async move { store.commit(commit, now()).await.is_ok() }
    })
    .await;
    for (number, is_written) in results.into_iter().enumerate() {
        assert_eq!(is_written, number % 2 == 0, "{number}");
        assert_eq!(text(&store, &number.to_string()).await.is_some(), is_written, "{number}");
        let mark = mark(i64::try_from(number).expect("small"));
        assert_eq!(store.is_done(mark, now()).await.expect("it works"), is_written, "{number}");
    }
}
