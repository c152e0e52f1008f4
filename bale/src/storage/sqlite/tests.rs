//! Trouble with the file that only the store's own connection can be made to have.

use std::{path::PathBuf, sync::Arc};

use super::*;

const NOW: Timestamp = Timestamp::from_millis(0);
const STATE: Space = Space::new(42, "state");

/// A store in a file that ends with its test.
struct Temporary {
    store: Option<Arc<Sqlite>>,
    path: PathBuf,
}

impl Temporary {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("bale-{name}-{}.db", std::process::id()));
        let store = Sqlite::open(&path).expect("a temporary file");
        Self { store: Some(Arc::new(store)), path }
    }

    fn store(&self) -> &Arc<Sqlite> {
        self.store.as_ref().expect("it is dropped last")
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        self.store = None;
        std::fs::remove_file(&self.path).expect("the file of this test");
    }
}

fn commit(number: i64) -> Commit {
    let mark = Mark { bot: 42, update_id: number, until: Timestamp::MAX };
    let value = Value::new(1, vec![b'x'; 3000]);
    Commit::new().put(STATE.key(number.to_string()), value).done(mark)
}

async fn limit_pages(store: &Sqlite, pages: u32) {
    let limit = move |db: &Connection| Ok(db.pragma_update(None, "max_page_count", pages)?);
    store.read(limit).await.expect("a pragma");
}

/// Commits many at once, so that they share transactions; gives the numbers of those that were refused.
async fn many(store: &Arc<Sqlite>, numbers: std::ops::Range<i64>) -> Vec<i64> {
    let tasks: Vec<_> = numbers
        .map(|number| {
            let store = store.clone();
            (number, tokio::spawn(async move { store.commit(commit(number), NOW).await }))
        })
        .collect();
    let mut refused = Vec::new();
    for (number, task) in tasks {
        if let Err(error) = task.await.expect("no panic") {
            assert!(error.is_unavailable() && !error.may_have_been_written(), "{error}");
            refused.push(number);
        }
    }
    refused
}

#[tokio::test]
async fn a_full_disk_refuses_commits_and_breaks_none() {
    let file = Temporary::new("full");
    let store = file.store();
    limit_pages(store, 60).await;
    let mut refused = Vec::new();
    for first in (0..200).step_by(20) {
        refused.extend(many(store, first..first + 20).await);
    }
    assert!(!refused.is_empty() && refused.len() < 200, "{} refused", refused.len());
    for number in 0..200 {
        let key = STATE.key(number.to_string());
        let is_written = store.get(&key, NOW).await.expect("reads work").is_some();
        let mark = commit(number).mark.expect("it has one");
        let is_done = store.is_done(mark, NOW).await.expect("reads work");
        assert_eq!((is_written, is_done), (!refused.contains(&number), is_written), "{number}");
    }

    limit_pages(store, 10_000).await;
    assert_eq!(many(store, 200..250).await, [0; 0], "there is room again");
}

#[tokio::test]
async fn a_file_that_another_process_keeps_busy_can_be_read() {
    let file = Temporary::new("busy");
    let store = file.store();
    store.commit(commit(1), NOW).await.expect("it works");
    store.read(|db| Ok(db.busy_timeout(Duration::from_millis(1))?)).await.expect("a setting");
    let other = Connection::open(&file.path).expect("the same file");
    other.execute_batch("BEGIN IMMEDIATE").expect("nobody writes");

    let error = store.commit(commit(2), NOW).await.expect_err("it is busy");
    let text = error.to_string().replace(&file.path.display().to_string(), "bot.db");
    assert_eq!(
        text,
        "the SQLite file bot.db: not available: database is locked; another process has been writing to the file \
         all the time"
    );
    assert!(store.get(&STATE.key("1"), NOW).await.expect("reads work").is_some());

    other.execute_batch("ROLLBACK").expect("it has begun");
    store.commit(commit(2), NOW).await.expect("it works again");
}
