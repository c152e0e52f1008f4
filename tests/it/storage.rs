//! Stores of state: one contract, which every store keeps, and what is particular to each.

use std::{sync::Arc, time::Duration};

use bale::storage::{
    Commit, Committed, MAX_ID_BYTES, MAX_VALUE_BYTES, Mark, Record, Revision, Space, Storage,
    StorageErrorKind, StorageKey, Term, Timestamp, Value,
};

mod folder;
mod memory;
mod model;
mod redis;
mod sqlite;

pub(crate) use self::{folder::Folder, redis::Server as RedisServer};

pub(crate) type Store = Arc<dyn Storage>;

/// Every law of the contract, as a test of its own. The expression makes an empty store, and what must outlive it;
/// none skips the law.
macro_rules! contract {
    ($store:expr) => {
        contract!($store;
            a_record_is_what_was_written,
            a_removed_record_is_gone,
            a_commit_changes_all_or_nothing,
            a_revision_is_never_given_twice,
            of_fifty_that_saw_the_same_record_one_writes,
            of_fifty_that_saw_none_one_writes,
            a_record_ends_with_its_term,
            an_update_has_its_effect_once,
            of_fifty_with_one_mark_one_writes,
            a_mark_ends,
            jobs_come_when_they_are_due,
            a_job_is_claimed_by_one,
            spaces_do_not_mix,
            any_text_is_an_id,
            any_bytes_are_a_value,
            what_is_too_large_is_refused,
        );

        #[test]
        fn random_operations_agree_with_a_model() {
            let runtime = tokio::runtime::Runtime::new().expect("a runtime");
            if let Some((store, _keep)) = runtime.block_on($store) {
                crate::storage::model::agrees(&runtime, &store);
            }
        }
    };
    ($store:expr; $($law:ident,)*) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $law() {
                if let Some((store, _keep)) = $store.await {
                    crate::storage::$law(store).await;
                }
            }
        )*
    };
}
pub(crate) use contract;

const STATE: Space = Space::new(42, "state");
const JOBS: Space = Space::new(42, "jobs");
const SECOND: Duration = Duration::from_secs(1);

/// Some time that is not in the past of a store that has a clock of its own.
fn now() -> Timestamp {
    Timestamp::from(std::time::SystemTime::now()) + 3600 * SECOND
}

fn value(text: &str) -> Value {
    Value::new(1, text.as_bytes().to_vec())
}

fn mark(update_id: i64) -> Mark {
    Mark { bot: 42, update_id, until: now() + 600 * SECOND }
}

fn put(id: &str, text: &str) -> Commit {
    Commit::new().put(STATE.key(id), value(text))
}

/// Commits, which must write.
pub(crate) async fn write(store: &Store, commit: Commit) -> Revision {
    match store.commit(commit, now()).await.expect("the store works") {
        Committed::Written(revision) => revision,
        Committed::AlreadyDone => panic!("nothing was marked"),
    }
}

/// Commits, which must be refused because of the record of `key`.
async fn conflicts(store: &Store, commit: Commit, key: &StorageKey) {
    let error = store.commit(commit, now()).await.expect_err("a conflict");
    assert_eq!((error.kind(), error.key()), (&StorageErrorKind::Conflict, Some(key)));
}

async fn get(store: &Store, key: &StorageKey) -> Option<Record> {
    store.get(key, now()).await.expect("the store works")
}

pub(crate) async fn text(store: &Store, id: &str) -> Option<String> {
    let record = get(store, &STATE.key(id)).await?;
    Some(String::from_utf8(record.value.bytes.to_vec()).expect("UTF-8"))
}

/// The ids of jobs that are due.
async fn due(store: &Store, until: Timestamp, limit: usize) -> Vec<String> {
    let due = store.due(JOBS, until, limit).await.expect("the store works");
    due.into_iter().map(|(key, _)| key.id().to_owned()).collect()
}

/// Runs fifty at once, and gives what they got.
async fn fifty<T, F>(run: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let tasks: Vec<_> = (0..50).map(|number| tokio::spawn(run(number))).collect();
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.expect("no panic"));
    }
    results
}

async fn a_record_is_what_was_written(store: Store) {
    let key = STATE.key("1:7");
    assert_eq!(get(&store, &key).await, None);

    let until = Term::Until(now() + 600 * SECOND);
    for term in [Term::Forever, until, Term::Due(now()), Term::Forever] {
        let value = Value::new(u32::MAX, "سلام").term(term);
        let revision = write(&store, Commit::new().put(key.clone(), value.clone())).await;
        assert_eq!(get(&store, &key).await, Some(Record { value, revision }));
    }
    assert!(store.due(STATE, Timestamp::MAX, 10).await.expect("it works").is_empty());
}

async fn a_removed_record_is_gone(store: Store) {
    let key = STATE.key("1");
    write(&store, Commit::new().remove(key.clone())).await;
    write(&store, put("1", "a")).await;
    write(&store, Commit::new().remove(key.clone())).await;
    assert_eq!(get(&store, &key).await, None);

    // The last change of a key is the one that counts.
    write(&store, put("1", "a").remove(key.clone())).await;
    assert_eq!(get(&store, &key).await, None);
    write(&store, Commit::new().remove(key.clone()).put(key.clone(), value("b"))).await;
    assert_eq!(text(&store, "1").await.as_deref(), Some("b"));
}

async fn a_commit_changes_all_or_nothing(store: Store) {
    let revision = write(&store, put("a", "1").put(STATE.key("b"), value("1"))).await;
    for id in ["a", "b"] {
        assert_eq!(get(&store, &STATE.key(id)).await.expect("written").revision, revision);
    }

    let key = STATE.key("b");
    let commit = put("a", "2").remove(key.clone()).put(STATE.key("c"), value("2")).done(mark(1));
    conflicts(&store, commit.clone().expecting(key.clone(), None), &key).await;
    let stale =
        commit.expecting(STATE.key("a"), Some(revision)).expecting(key.clone(), Some(7.into()));
    conflicts(&store, stale, &key).await;
    assert_eq!(text(&store, "a").await.as_deref(), Some("1"));
    assert_eq!(text(&store, "b").await.as_deref(), Some("1"));
    assert_eq!(text(&store, "c").await, None);
    assert!(!store.is_done(mark(1), now()).await.expect("the store works"));
}

async fn a_revision_is_never_given_twice(store: Store) {
    let key = STATE.key("a");
    let first = write(&store, put("a", "1")).await;
    write(&store, Commit::new().remove(key.clone())).await;
    let second = write(&store, put("a", "1")).await;
    assert_ne!(first, second);
    conflicts(&store, put("a", "2").expecting(key.clone(), Some(first)), &key).await;
    write(&store, put("a", "2").expecting(key, Some(second))).await;
    assert_eq!(text(&store, "a").await.as_deref(), Some("2"));
}

async fn of_fifty_that_saw_the_same_record_one_writes(store: Store) {
    let revision = write(&store, put("a", "before")).await;
    one_of_fifty_writes(store, Some(revision)).await;
}

async fn of_fifty_that_saw_none_one_writes(store: Store) {
    one_of_fifty_writes(store, None).await;
}

async fn one_of_fifty_writes(store: Store, seen: Option<Revision>) {
    let results = fifty(|number| {
        let store = store.clone();
        let commit = put("a", &number.to_string()).expecting(STATE.key("a"), seen);
        async move { store.commit(commit, now()).await }
    })
    .await;
    let winners: Vec<usize> = (0..50).filter(|&number| results[number].is_ok()).collect();
    let conflicts = results.iter().flatten_err().filter(|error| error.is_conflict()).count();
    assert_eq!((winners.len(), conflicts), (1, 49));
    assert_eq!(text(&store, "a").await, Some(winners[0].to_string()));
}

/// The errors among results.
trait FlattenErr<'a, E: 'a>: Sized {
    fn flatten_err(self) -> impl Iterator<Item = &'a E>;
}

impl<'a, T: 'a, E: 'a, I: Iterator<Item = &'a Result<T, E>>> FlattenErr<'a, E> for I {
    fn flatten_err(self) -> impl Iterator<Item = &'a E> {
        self.filter_map(|result| result.as_ref().err())
    }
}

async fn a_record_ends_with_its_term(store: Store) {
    let (now, key) = (now(), STATE.key("a"));
    let end = now + 10 * SECOND;
    let short = value("a").term(Term::Until(end));
    write(&store, Commit::new().put(key.clone(), short.clone())).await;
    let found =
        async |at| store.get(&key, at).await.expect("the store works").map(|found| found.value);
    assert_eq!(found(Timestamp::from_millis(end.as_millis() - 1)).await, Some(short.clone()));
    assert_eq!(found(end).await, None);

    // It is no obstacle: to a commit it is not there either.
    let commit = Commit::new().expecting(key.clone(), None).put(key.clone(), value("b"));
    store.commit(commit.clone(), now).await.expect_err("before its end");
    store.commit(commit, end).await.expect("after its end");
    assert_eq!(found(now + 1000 * SECOND).await, Some(value("b")));

    // A new term counts, and not the one before.
    write(&store, Commit::new().put(key.clone(), short)).await;
    let longer = value("c").term(Term::Until(now + 100 * SECOND));
    write(&store, Commit::new().put(key.clone(), longer.clone())).await;
    store.commit(put("other", "x"), end).await.expect("the store works");
    assert_eq!(found(end).await, Some(longer));
}

async fn an_update_has_its_effect_once(store: Store) {
    let is_done = async |mark| store.is_done(mark, now()).await.expect("the store works");
    assert!(!is_done(mark(7)).await);
    write(&store, put("a", "1").done(mark(7))).await;
    assert!(is_done(mark(7)).await);
    assert!(!is_done(mark(8)).await);
    assert!(!is_done(Mark { bot: 43, ..mark(7) }).await);

    // The update comes again. Its mark is asked before what it expects, which is long past.
    let again = put("a", "2").done(mark(7)).expecting(STATE.key("a"), None);
    let found = store.commit(again, now()).await.expect("no error");
    assert_eq!(found, Committed::AlreadyDone);
    assert_eq!(text(&store, "a").await.as_deref(), Some("1"));

    write(&store, Commit::new().done(mark(-1))).await;
    assert!(is_done(mark(-1)).await);
}

async fn of_fifty_with_one_mark_one_writes(store: Store) {
    let results = fifty(|number| {
        let store = store.clone();
        async move { store.commit(put(&number.to_string(), "x").done(mark(1)), now()).await }
    })
    .await;
    let done = |result: &Result<_, _>| matches!(result, Ok(Committed::AlreadyDone));
    assert_eq!(results.iter().filter(|result| done(result)).count(), 49);
    let mut written = 0;
    for number in 0..50 {
        written += usize::from(text(&store, &number.to_string()).await.is_some());
    }
    assert_eq!(written, 1);
}

async fn a_mark_ends(store: Store) {
    let end = now() + 10 * SECOND;
    let mark = Mark { until: end, ..mark(7) };
    write(&store, Commit::new().done(mark)).await;
    let before = Timestamp::from_millis(end.as_millis() - 1);
    assert!(store.is_done(mark, before).await.expect("the store works"));
    assert!(!store.is_done(mark, end).await.expect("the store works"));
    let again = Commit::new().done(Mark { until: end + 10 * SECOND, ..mark });
    let found = store.commit(again, end).await.expect("the store works");
    assert!(matches!(found, Committed::Written(_)));
    assert!(store.is_done(mark, end).await.expect("the store works"));
}

async fn jobs_come_when_they_are_due(store: Store) {
    let start = now();
    let at = |seconds| start + seconds * SECOND;
    assert_eq!(due(&store, Timestamp::MAX, 10).await, [""; 0]);
    let mut commit = Commit::new().put(JOBS.key("never"), value("no job"));
    for (id, seconds) in [("c", 30), ("a", 10), ("b2", 20), ("b1", 20)] {
        commit = commit.put(JOBS.key(id), value(id).term(Term::Due(at(seconds))));
    }
    write(&store, commit).await;
    assert_eq!(due(&store, at(9), 10).await, [""; 0]);
    assert_eq!(due(&store, at(10), 10).await, ["a"]);
    assert_eq!(due(&store, at(30), 10).await, ["a", "b1", "b2", "c"]);
    assert_eq!(due(&store, Timestamp::MAX, 2).await, ["a", "b1"]);
    assert_eq!(due(&store, Timestamp::MAX, 0).await, [""; 0]);

    // Moved, removed, and a job no more.
    let commit = Commit::new()
        .put(JOBS.key("a"), value("a").term(Term::Due(at(40))))
        .remove(JOBS.key("b1"))
        .put(JOBS.key("b2"), value("no job"));
    let revision = write(&store, commit).await;
    assert_eq!(due(&store, Timestamp::MAX, 10).await, ["c", "a"]);
    let found = store.due(JOBS, Timestamp::MAX, 10).await.expect("the store works").pop();
    let value = value("a").term(Term::Due(at(40)));
    assert_eq!(found, Some((JOBS.key("a"), Record { value, revision })));
}

async fn a_job_is_claimed_by_one(store: Store) {
    let job = |seconds| value("job").term(Term::Due(now() + seconds * SECOND));
    write(&store, Commit::new().put(JOBS.key("a"), job(0))).await;
    let found = store.due(JOBS, now() + SECOND, 1).await.expect("the store works");
    let [(key, record)] = &found[..] else { panic!("one job: {found:?}") };
    let results = fifty(|_| {
        let lease = Commit::new().expecting(key.clone(), Some(record.revision));
        let (store, lease) = (store.clone(), lease.put(key.clone(), job(60)));
        async move { store.commit(lease, now()).await.ok() }
    })
    .await;
    let claims: Vec<_> = results.into_iter().flatten().collect();
    let [Committed::Written(claim)] = claims[..] else { panic!("one claim: {claims:?}") };
    assert_eq!(due(&store, now() + SECOND, 1).await, [""; 0]);
    assert_eq!(due(&store, now() + 61 * SECOND, 1).await, ["a"]);
    write(&store, Commit::new().expecting(key.clone(), Some(claim)).remove(key.clone())).await;
    assert_eq!(due(&store, Timestamp::MAX, 1).await, [""; 0]);
}

async fn spaces_do_not_mix(store: Store) {
    let spaces =
        [(1, "a"), (1, "a-b"), (11, "a"), (-1, "a")].map(|(bot, kind)| Space::new(bot, kind));
    for space in spaces {
        let job = value(&space.to_string()).term(Term::Due(now()));
        write(&store, Commit::new().put(space.key("1"), job)).await;
    }
    for space in spaces {
        let found = store.due(space, Timestamp::MAX, 10).await.expect("the store works");
        let [(key, record)] = &found[..] else { panic!("one job: {found:?}") };
        assert_eq!(*key, space.key("1"));
        assert_eq!(record.value.bytes, space.to_string());
        assert_eq!(get(&store, key).await.as_ref(), Some(record));
    }
}

async fn any_text_is_an_id(store: Store) {
    let long = "ا".repeat(MAX_ID_BYTES / 2);
    let ids = [
        "",
        " ",
        "سلام دنیا",
        "سلام\u{200c}دنیا",
        "ي",
        "ی",
        "a:b",
        "a",
        "A",
        "*",
        "%",
        "_",
        "a\0b",
        "a\nb",
        "'; DROP TABLE record; --",
        "{a}",
        "\u{1f34e}",
        "\"",
        "\\",
        &long,
    ];
    for id in ids {
        write(&store, put(id, id).put(JOBS.key(id), value(id).term(Term::Due(now())))).await;
    }
    for id in ids {
        assert_eq!(text(&store, id).await.as_deref(), Some(id));
    }
    let mut sorted = ids.to_vec();
    sorted.sort_unstable();
    // The clock went on while they were written.
    let mut found = due(&store, Timestamp::MAX, 100).await;
    found.sort_unstable();
    assert_eq!(found, sorted);
}

async fn any_bytes_are_a_value(store: Store) {
    let largest: Vec<u8> = (0..MAX_VALUE_BYTES).map(|at| (at % 251) as u8).collect();
    for bytes in [Vec::new(), vec![0], (0..=255).collect(), largest] {
        write(&store, Commit::new().put(STATE.key("a"), Value::new(0, bytes.clone()))).await;
        let found = get(&store, &STATE.key("a")).await.expect("written").value;
        assert!(found == Value::new(0, bytes.clone()), "{} bytes", bytes.len());
    }
}

async fn what_is_too_large_is_refused(store: Store) {
    let large = Value::new(0, vec![0; MAX_VALUE_BYTES + 1]);
    let commit = put("a", "1").put(STATE.key("b"), large).done(mark(1));
    let error = store.commit(commit, now()).await.expect_err("too large");
    let what = "a value";
    let kind =
        StorageErrorKind::TooLarge { what, expected: MAX_VALUE_BYTES, found: MAX_VALUE_BYTES + 1 };
    assert_eq!((error.kind(), error.key()), (&kind, Some(&STATE.key("b"))));

    let key = STATE.key("x".repeat(MAX_ID_BYTES + 1));
    let error =
        store.commit(put("a", "1").put(key, value("1")), now()).await.expect_err("too long");
    let (what, expected) = ("an id", MAX_ID_BYTES);
    assert_eq!(*error.kind(), StorageErrorKind::TooLarge { what, expected, found: expected + 1 });

    assert_eq!(text(&store, "a").await, None);
    assert!(!store.is_done(mark(1), now()).await.expect("the store works"));
}
