//! Random operations on a store, and on a model of it that is too simple to be wrong.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicI64, Ordering},
};

use bale::storage::{
    Commit, Committed, Mark, Record, Revision, Space, StorageKey, Term, Timestamp, Value,
};
use proptest::{
    collection::vec,
    option,
    prelude::*,
    test_runner::{Config, TestRunner},
};
use tokio::runtime::Runtime;

use super::{SECOND, Store, now};

/// Keys, marks and times are few, so that operations meet.
#[derive(Debug, Clone)]
enum Operation {
    /// Seconds pass.
    Pass(u32),
    Get(usize),
    IsDone(i64),
    Due {
        kind: usize,
        ahead: u32,
        limit: usize,
    },
    Commit {
        mark: Option<(i64, u32)>,
        expected: Vec<(usize, Seen)>,
        changes: Vec<(usize, Option<Write>)>,
    },
}

/// What a commit expects of a record.
#[derive(Debug, Clone, Copy)]
enum Seen {
    AsItIs,
    None,
    Another,
}

/// A byte as the value, and for how many seconds, if not for ever; as a job or not.
#[derive(Debug, Clone, Copy)]
struct Write {
    byte: u8,
    seconds: Option<u32>,
    job: bool,
}

const KINDS: [&str; 2] = ["a", "b"];
const KEYS: usize = 6;

fn key(bot: i64, number: usize) -> StorageKey {
    Space::new(bot, KINDS[number % 2]).key(number.to_string())
}

fn operations() -> impl Strategy<Value = Vec<Operation>> {
    // A store with a clock of its own may not reach an end before the model does.
    let seconds = || (1..5_u32).prop_map(|tens| tens * 10);
    let write = (any::<u8>(), option::of(seconds()), any::<bool>());
    let write = write.prop_map(|(byte, seconds, job)| Write { byte, seconds, job });
    let seen =
        prop_oneof![4 => Just(Seen::AsItIs), 1 => Just(Seen::None), 1 => Just(Seen::Another)];
    let commit = (
        option::of((0..6_i64, seconds())),
        vec((0..KEYS, seen), 0..2),
        vec((0..KEYS, option::weighted(0.7, write)), 0..4),
    );
    let operation = prop_oneof![
        2 => seconds().prop_map(Operation::Pass),
        2 => (0..KEYS).prop_map(Operation::Get),
        1 => (0..6_i64).prop_map(Operation::IsDone),
        2 => (0..2_usize, 0..60_u32, 0..4_usize)
            .prop_map(|(kind, ahead, limit)| Operation::Due { kind, ahead, limit }),
        8 => commit.prop_map(|(mark, expected, changes)| Operation::Commit { mark, expected, changes }),
    ];
    vec(operation, 1..60)
}

struct Model {
    bot: i64,
    now: Timestamp,
    records: BTreeMap<StorageKey, Record>,
    marks: BTreeMap<i64, Timestamp>,
}

impl Model {
    fn get(&self, key: &StorageKey) -> Option<Record> {
        self.records.get(key).filter(|record| !record.value.term.is_over(self.now)).cloned()
    }

    fn is_done(&self, update_id: i64) -> bool {
        self.marks.get(&update_id).is_some_and(|until| *until > self.now)
    }

    fn due(&self, space: Space, until: Timestamp, limit: usize) -> Vec<(StorageKey, Record)> {
        let due = |record: &Record| match record.value.term {
            Term::Due(due) => Some(due).filter(|due| *due <= until),
            _ => None,
        };
        let mut found: Vec<_> = self
            .records
            .iter()
            .filter(|(key, _)| key.space() == space)
            .filter_map(|(key, record)| Some((due(record)?, key.clone(), record.clone())))
            .collect();
        found.sort_by_key(|(due, key, _)| (*due, key.clone()));
        found.into_iter().take(limit).map(|(_, key, record)| (key, record)).collect()
    }

    /// What the store should say; a conflict names the first record that is not as expected.
    fn answer(&self, commit: &Commit) -> Result<bool, StorageKey> {
        if commit.mark.is_some_and(|mark| self.is_done(mark.update_id)) {
            return Ok(false);
        }
        let differs = |(key, expected): &&(StorageKey, Option<Revision>)| {
            self.get(key).map(|record| record.revision) != *expected
        };
        match commit.expected.iter().find(differs) {
            Some((key, _)) => Err(key.clone()),
            None => Ok(true),
        }
    }

    fn write(&mut self, commit: Commit, revision: Revision) {
        if let Some(mark) = commit.mark {
            self.marks.insert(mark.update_id, mark.until);
        }
        for (key, value) in commit.changes {
            match value {
                Some(value) => drop(self.records.insert(key, Record { value, revision })),
                None => drop(self.records.remove(&key)),
            }
        }
    }

    fn commit(
        &self,
        mark: Option<(i64, u32)>,
        expected: &[(usize, Seen)],
        changes: &[(usize, Option<Write>)],
    ) -> Commit {
        let mark = mark.map(|(update_id, seconds)| Mark {
            bot: self.bot,
            update_id,
            until: self.now + seconds * SECOND,
        });
        let expected = expected.iter().map(|&(number, seen)| {
            let key = key(self.bot, number);
            let revision = match seen {
                Seen::AsItIs => self.get(&key).map(|record| record.revision),
                Seen::None => None,
                Seen::Another => Some(Revision::unique()),
            };
            (key, revision)
        });
        let changes = changes.iter().map(|&(number, write)| {
            let value = write.map(|Write { byte, seconds, job }| {
                let term = match seconds.map(|seconds| self.now + seconds * SECOND) {
                    None => Term::Forever,
                    Some(time) if job => Term::Due(time),
                    Some(time) => Term::Until(time),
                };
                Value::new(byte.into(), vec![byte]).term(term)
            });
            (key(self.bot, number), value)
        });
        Commit { mark, expected: expected.collect(), changes: changes.collect() }
    }
}

async fn run(store: &Store, operations: Vec<Operation>) -> Result<(), TestCaseError> {
    /// Each case has a bot of its own, and so an empty store.
    static BOT: AtomicI64 = AtomicI64::new(1);
    let bot = BOT.fetch_add(1, Ordering::Relaxed);
    let mut model = Model { bot, now: now(), records: BTreeMap::new(), marks: BTreeMap::new() };
    for operation in operations {
        match operation {
            Operation::Pass(seconds) => model.now = model.now + seconds * SECOND,
            Operation::Get(number) => {
                let key = key(bot, number);
                prop_assert_eq!(
                    store.get(&key, model.now).await.expect("it works"),
                    model.get(&key)
                );
            }
            Operation::IsDone(update_id) => {
                let mark = Mark { bot, update_id, until: model.now };
                let found = store.is_done(mark, model.now).await.expect("it works");
                prop_assert_eq!(found, model.is_done(update_id));
            }
            Operation::Due { kind, ahead, limit } => {
                let (space, until) = (Space::new(bot, KINDS[kind]), model.now + ahead * SECOND);
                let found = store.due(space, until, limit).await.expect("it works");
                prop_assert_eq!(found, model.due(space, until, limit));
            }
            Operation::Commit { mark, expected, changes } => {
                let commit = model.commit(mark, &expected, &changes);
                let answer = model.answer(&commit);
                match store.commit(commit.clone(), model.now).await {
                    Ok(Committed::Written(revision)) => {
                        prop_assert_eq!(answer, Ok(true));
                        model.write(commit, revision);
                    }
                    Ok(Committed::AlreadyDone) => prop_assert_eq!(answer, Ok(false)),
                    Err(error) => {
                        prop_assert!(error.is_conflict(), "{:?}", error);
                        prop_assert_eq!(
                            answer,
                            Err(error.key().expect("a conflict has a key").clone())
                        );
                    }
                }
            }
        }
    }
    Ok(())
}

/// Fails where the store, which is empty, and the model differ.
pub(crate) fn agrees(runtime: &Runtime, store: &Store) {
    let config = Config { cases: 64, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&operations(), |operations| runtime.block_on(run(store, operations)))
        .unwrap_or_else(|failure| panic!("{failure}"));
}
