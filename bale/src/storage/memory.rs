//! Records in this process, within a limit.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
    future::ready,
    sync::{Mutex, MutexGuard},
};

use super::{
    Commit, Committed, Mark, Record, Revision, Space, Storage, StorageError, StorageErrorKind,
    StorageKey, Term, Timestamp, Value,
};
use crate::BoxFuture;

const STORE: &str = "the memory store";

/// What a record costs beside its value and its id: about what the map and its indexes take.
const OVERHEAD: usize = 400;

/// Marks that are kept at most. An update that comes again comes soon.
const MAX_MARKS: usize = 100_000;

/// Expired records and marks that one commit drops at most, so that none takes long.
const SWEPT_A_COMMIT: usize = 64;

/// Records in this process. They end with it.
///
/// It takes a bounded amount of memory. When there is no room for a new record, the records that were not read
/// or written for the longest time are dropped, and a log line says so. Those that have a due time are jobs, which
/// nobody may drop: if they fill it, a commit fails.
pub struct Memory {
    limit: usize,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    records: HashMap<StorageKey, Entry>,
    /// All that may be dropped to make room, the longest unused first.
    by_use: BTreeMap<u64, StorageKey>,
    /// All that expire, the next one first.
    by_end: BTreeSet<(Timestamp, StorageKey)>,
    /// All jobs.
    by_due: BTreeSet<(Space, Timestamp, StorageKey)>,
    /// The update ids of bots, and when they may be forgotten.
    marks: HashMap<(i64, i64), Timestamp>,
    marks_by_end: BTreeSet<(Timestamp, (i64, i64))>,
    /// Counts uses.
    uses: u64,
    /// Bytes of all records, and of those that are jobs.
    bytes: usize,
    job_bytes: usize,
    /// Records dropped to make room.
    dropped: u64,
}

struct Entry {
    record: Record,
    used: u64,
}

impl Default for Memory {
    /// 64 MiB, which is about 100,000 records of a few hundred bytes.
    fn default() -> Self {
        Self::new(64 << 20)
    }
}

impl Memory {
    /// A store that takes about as many bytes as `limit`.
    pub fn new(limit: usize) -> Self {
        Self { limit, inner: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().expect("nothing panics while it holds the store")
    }

    fn commit_now(&self, commit: Commit, now: Timestamp) -> Result<Committed, StorageError> {
        commit.check_sizes(STORE)?;
        let mut inner = self.lock();
        if let Some(mark) = commit.mark {
            if inner.is_done(mark, now) {
                return Ok(Committed::AlreadyDone);
            }
        }
        for (key, expected) in &commit.expected {
            if inner.live(key, now).map(|entry| entry.record.revision) != *expected {
                return Err(StorageError::new(StorageErrorKind::Conflict, STORE).at(key.clone()));
            }
        }
        let mark = commit.mark;
        let outcome = commit.outcome();
        let needed = inner.needed(&outcome);
        if needed > self.limit {
            let problem = format!(
                "jobs that are not done yet and this commit need {needed} bytes of {}; give `Memory::new` a \
                 higher limit, or keep jobs in a database",
                self.limit
            );
            return Err(StorageError::new(StorageErrorKind::Full { problem }, STORE));
        }

        let revision = Revision::unique();
        if let Some(mark) = mark {
            inner.mark(mark);
        }
        for (key, value) in outcome {
            inner.remove(&key);
            if let Some(value) = value {
                inner.insert(key, Record { value, revision });
            }
        }
        inner.sweep(now);
        inner.make_room(self.limit);
        Ok(Committed::Written(revision))
    }
}

/// What a record adds to the bytes of the store.
fn cost(key: &StorageKey, value: &Value) -> usize {
    OVERHEAD + key.id().len() + value.bytes.len()
}

impl Inner {
    fn live(&self, key: &StorageKey, now: Timestamp) -> Option<&Entry> {
        self.records.get(key).filter(|entry| !entry.record.value.term.is_over(now))
    }

    fn get(&mut self, key: &StorageKey, now: Timestamp) -> Option<Record> {
        let record = self.live(key, now)?.record.clone();
        if !matches!(record.value.term, Term::Due(_)) {
            let used = self.next_use();
            let entry = self.records.get_mut(key).expect("it was just found");
            self.by_use.remove(&std::mem::replace(&mut entry.used, used));
            self.by_use.insert(used, key.clone());
        }
        Some(record)
    }

    fn next_use(&mut self) -> u64 {
        self.uses += 1;
        self.uses
    }

    /// Bytes that no dropping can make fewer: jobs, and what a commit writes.
    fn needed(&self, outcome: &HashMap<StorageKey, Option<Value>>) -> usize {
        let is_job = |value: &Value| matches!(value.term, Term::Due(_));
        let before = |key| self.records.get(key).map(|entry| &entry.record.value);
        let replaced: usize = outcome
            .keys()
            .filter_map(|key| Some(cost(key, before(key).filter(|value| is_job(value))?)))
            .sum();
        let written: usize =
            outcome.iter().filter_map(|(key, value)| Some(cost(key, value.as_ref()?))).sum();
        self.job_bytes - replaced + written
    }

    fn insert(&mut self, key: StorageKey, record: Record) {
        let used = self.next_use();
        let bytes = cost(&key, &record.value);
        self.bytes += bytes;
        match record.value.term {
            Term::Due(due) => {
                self.job_bytes += bytes;
                self.by_due.insert((key.space(), due, key.clone()));
            }
            Term::Until(end) => {
                self.by_end.insert((end, key.clone()));
                self.by_use.insert(used, key.clone());
            }
            Term::Forever => {
                self.by_use.insert(used, key.clone());
            }
        }
        self.records.insert(key, Entry { record, used });
    }

    fn remove(&mut self, key: &StorageKey) {
        let Some((key, Entry { record, used })) = self.records.remove_entry(key) else { return };
        let bytes = cost(&key, &record.value);
        self.bytes -= bytes;
        self.by_use.remove(&used);
        match record.value.term {
            Term::Due(due) => {
                self.job_bytes -= bytes;
                self.by_due.remove(&(key.space(), due, key));
            }
            Term::Until(end) => {
                self.by_end.remove(&(end, key));
            }
            Term::Forever => {}
        }
    }

    fn is_done(&self, mark: Mark, now: Timestamp) -> bool {
        self.marks.get(&(mark.bot, mark.update_id)).is_some_and(|until| *until > now)
    }

    fn mark(&mut self, mark: Mark) {
        let update = (mark.bot, mark.update_id);
        if let Some(before) = self.marks.insert(update, mark.until) {
            self.marks_by_end.remove(&(before, update));
        }
        self.marks_by_end.insert((mark.until, update));
        if self.marks.len() > MAX_MARKS {
            if let Some((_, update)) = self.marks_by_end.pop_first() {
                self.marks.remove(&update);
            }
        }
    }

    fn sweep(&mut self, now: Timestamp) {
        for _ in 0..SWEPT_A_COMMIT {
            match self.by_end.first() {
                Some((end, key)) if *end <= now => {
                    let key = key.clone();
                    self.remove(&key);
                }
                _ => break,
            }
        }
        for _ in 0..SWEPT_A_COMMIT {
            match self.marks_by_end.first() {
                Some(&(end, update)) if end <= now => {
                    self.marks_by_end.pop_first();
                    self.marks.remove(&update);
                }
                _ => break,
            }
        }
    }

    fn make_room(&mut self, limit: usize) {
        while self.bytes > limit {
            let Some((_, key)) = self.by_use.first_key_value() else { break };
            let key = key.clone();
            self.remove(&key);
            self.dropped += 1;
            // The 1st, 2nd, 4th, 8th: a full store is told of, and does not fill the log.
            if self.dropped.is_power_of_two() {
                tracing::warn!(
                    "{STORE} is full: it has dropped {} unused records so far, the last one {key}; give \
                     `Memory::new` more than {limit} bytes, or use a database",
                    self.dropped
                );
            }
        }
    }

    fn due(&self, space: Space, until: Timestamp, limit: usize) -> Vec<(StorageKey, Record)> {
        self.by_due
            .range((space, Timestamp::from_millis(0), space.key(""))..)
            .take_while(|(of, due, _)| *of == space && *due <= until)
            .take(limit)
            .map(|(_, _, key)| (key.clone(), self.records[key].record.clone()))
            .collect()
    }
}

impl Storage for Memory {
    fn get<'a>(
        &'a self,
        key: &'a StorageKey,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Option<Record>, StorageError>> {
        Box::pin(ready(Ok(self.lock().get(key, now))))
    }

    fn commit(
        &self,
        commit: Commit,
        now: Timestamp,
    ) -> BoxFuture<'_, Result<Committed, StorageError>> {
        Box::pin(async move { self.commit_now(commit, now) })
    }

    fn is_done(&self, mark: Mark, now: Timestamp) -> BoxFuture<'_, Result<bool, StorageError>> {
        Box::pin(ready(Ok(self.lock().is_done(mark, now))))
    }

    fn due(
        &self,
        space: Space,
        until: Timestamp,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<(StorageKey, Record)>, StorageError>> {
        Box::pin(ready(Ok(self.lock().due(space, until, limit))))
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.lock();
        f.debug_struct("Memory")
            .field("records", &inner.records.len())
            .field("bytes", &inner.bytes)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}
