//! Records in memory.

use std::sync::Arc;

use bale::storage::{Commit, Memory, Storage, StorageErrorKind, Term};
use expect_test::expect;

use super::{JOBS, SECOND, STATE, Store, contract, due, mark, now, put, text, value, write};
use crate::logs::Logs;

contract!(async { Some((Arc::new(Memory::default()) as Store, ())) });

/// Room for four records of a kilobyte.
fn small() -> Store {
    Arc::new(Memory::new(4 * 1500))
}

fn kilobyte(id: &str) -> Commit {
    put(id, &"x".repeat(1000))
}

#[tokio::test]
async fn a_full_store_drops_what_was_not_used_for_the_longest_time() {
    let store = small();
    for id in ["a", "b", "c", "d"] {
        write(&store, kilobyte(id)).await;
    }
    // Read, and so in use.
    assert!(text(&store, "a").await.is_some());
    let logs = Logs::warnings();
    for id in ["e", "f", "g", "h", "i", "j"] {
        write(&store, kilobyte(id)).await;
        assert!(text(&store, "a").await.is_some(), "after {id}");
    }
    let mut left = Vec::new();
    for id in ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"] {
        left.extend(text(&store, id).await.map(|_| id));
    }
    assert_eq!(left, ["a", "h", "i", "j"]);
    expect![[r#"
        WARN bale::storage::memory: the memory store is full: it has dropped 1 unused records so far, the last one 42/state/b; give `Memory::new` more than 6000 bytes, or use a database
        WARN bale::storage::memory: the memory store is full: it has dropped 2 unused records so far, the last one 42/state/c; give `Memory::new` more than 6000 bytes, or use a database
        WARN bale::storage::memory: the memory store is full: it has dropped 4 unused records so far, the last one 42/state/e; give `Memory::new` more than 6000 bytes, or use a database
    "#]].assert_eq(&logs.take());
}

#[tokio::test]
async fn jobs_are_not_dropped_but_refused() {
    let store = small();
    let job = |id| {
        let job = value(&"x".repeat(1000)).term(Term::Due(now() + 3600 * SECOND));
        Commit::new().put(JOBS.key(id), job)
    };
    write(&store, kilobyte("a")).await;
    for id in ["1", "2", "3", "4"] {
        write(&store, job(id)).await;
    }
    assert_eq!(text(&store, "a").await, None, "states make room for jobs");

    for commit in [job("5").done(mark(1)), kilobyte("a").done(mark(1))] {
        let error = store.commit(commit, now()).await.expect_err("full");
        let StorageErrorKind::Full { problem } = error.kind() else { panic!("{error}") };
        assert!(
            problem.starts_with("jobs that are not done yet and this commit need 70"),
            "{problem}"
        );
    }
    assert!(!store.is_done(mark(1), now()).await.expect("it works"));
    assert_eq!(due(&store, now() + 7200 * SECOND, 9).await, ["1", "2", "3", "4"]);

    // A job that is moved takes no more than before, and one that ends gives its room back.
    write(&store, job("4")).await;
    write(&store, kilobyte("a").remove(JOBS.key("1"))).await;
    assert!(text(&store, "a").await.is_some());
}

#[tokio::test]
async fn what_has_expired_takes_no_room() {
    let store = Memory::default();
    for number in 0..1000_u32 {
        let end = now() + number * SECOND;
        let short = value("x").term(Term::Until(end));
        let commit = Commit::new().put(STATE.key(number.to_string()), short);
        store.commit(commit, now()).await.expect("it works");
    }
    // Later commits drop them as they come by.
    for _ in 0..20 {
        store.commit(put("stays", "x"), now() + 1000 * SECOND).await.expect("it works");
    }
    assert!(format!("{store:?}").starts_with("Memory { records: 1, "), "{store:?}");
}
