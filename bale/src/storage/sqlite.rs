//! Records in a file of this machine.
//!
//! One thread owns the connection, since SQLite blocks. It takes what is in its queue at once: reads are answered,
//! then all commits go into one transaction, so that many chats share the cost of one write to the disk.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, Sender, channel},
    thread::{self, JoinHandle},
    time::Duration,
};

use bytes::Bytes;
use rusqlite::{CachedStatement, Connection, ErrorCode, OptionalExtension as _, Row, params};
use tokio::sync::oneshot;

use super::{
    Commit, Committed, Mark, Record, Revision, Space, Storage, StorageError, StorageErrorKind,
    StorageKey, Term, Timestamp, Value,
};
use crate::BoxFuture;

mod inbox;
mod schema;
#[cfg(test)]
mod tests;

/// How long a commit waits for other processes that write to the file.
const BUSY: Duration = Duration::from_secs(5);
/// How long a file that must be this process's alone is waited for: the process before it may just be ending.
const ENDING: Duration = Duration::from_secs(2);

/// Calls that are taken from the queue at once.
const GROUP: usize = 256;

/// How often what has expired is deleted, and how many rows of a table at once.
const SWEEP_EVERY: Duration = Duration::from_secs(60);
const SWEPT_AT_ONCE: u32 = 1000;

/// Records in an SQLite database: one file, and beside it two that end with `-wal` and `-shm`.
///
/// What was committed survives the end of the process, however that ends, and a power cut: each commit is on the
/// disk before it is answered. Commits that arrive together share that wait. Several processes of one machine may
/// use the same file; it must not be on a network's file system.
///
/// Dropping it waits until the file is closed.
pub struct Sqlite {
    store: String,
    /// None once it is being dropped.
    queue: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

/// A call, on its way to the thread.
enum Job {
    Read(Read),
    Write { now: Timestamp, haste: Haste, write: Write },
}

/// When what was written is on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Haste {
    /// Some time later. The end of the process does no harm, a power cut may undo it.
    Later,
    /// When it is answered.
    Now,
}

/// Who else may have the file open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Company {
    Anybody,
    Nobody,
}

/// Asks, and answers by itself.
type Read = Box<dyn FnOnce(&Connection) + Send>;

/// Writes, unless the transaction has failed, and gives what answers when the transaction has ended.
type Write = Box<dyn FnOnce(Result<&Connection, Lost>) -> Answer + Send>;
type Answer = Box<dyn FnOnce(Result<(), Lost>)>;

/// Why a transaction came to nothing, for each commit in it.
type Lost = StorageErrorKind;

/// Why one call failed.
enum Failure {
    Sql(rusqlite::Error),
    /// What is in a row is not what was written there.
    Row(StorageKey, String),
    Conflict(StorageKey),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl Sqlite {
    /// Opens the database in the file at `path`, which is created if it does not exist; its folder must.
    ///
    /// This blocks for some milliseconds: call it when the bot is set up.
    ///
    /// # Errors
    ///
    /// If the file cannot be opened or written, is no database or another program's, or was written by a newer
    /// version of this library.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StorageError> {
        Self::open_with(path.as_ref().to_owned(), Company::Anybody)
    }

    /// The same, for a file that this process has for itself as long as it is open.
    pub(crate) fn open_alone(path: PathBuf) -> Result<Self, StorageError> {
        Self::open_with(path, Company::Nobody)
    }

    /// As a person knows it.
    pub(crate) fn name(&self) -> &str {
        &self.store
    }

    fn open_with(path: PathBuf, company: Company) -> Result<Self, StorageError> {
        let store = format!("the SQLite file {}", path.display());
        let (queue, jobs) = channel();
        let (opened, is_open) = channel();
        let failed = |kind| StorageError::new(kind, store.clone());
        let spawned = thread::Builder::new().name("bale-sqlite".to_owned()).spawn(move || {
            match open(&path, company) {
                Ok(db) => {
                    // The caller waits for it.
                    let _ = opened.send(Ok(()));
                    serve(&db, &jobs);
                }
                Err(kind) => drop(opened.send(Err(kind))),
            }
        });
        let thread = spawned.map_err(|error| {
            let problem = "its thread cannot be started".to_owned();
            failed(StorageErrorKind::Setup { problem }).because(error)
        })?;
        match is_open.recv() {
            Ok(Ok(())) => Ok(Self { store, queue: Some(queue), thread: Some(thread) }),
            Ok(Err(kind)) => Err(failed(kind)),
            Err(_) => Err(failed(gone(false))),
        }
    }

    fn send(&self, job: Job) {
        if let Some(queue) = &self.queue {
            // If the thread is gone, the job is dropped, and with it what its caller waits for.
            let _ = queue.send(job);
        }
    }

    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, StorageError> {
        let (reply, answer) = oneshot::channel();
        let read = move |db: &Connection| {
            // Nobody may be waiting any more.
            let _ = reply.send(read(db));
        };
        self.send(Job::Read(Box::new(read)));
        match answer.await {
            Ok(result) => result.map_err(|failure| self.error(failure)),
            Err(_) => Err(StorageError::new(gone(false), &*self.store)),
        }
    }

    async fn write(&self, commit: Commit, now: Timestamp) -> Result<Committed, StorageError> {
        commit.check_sizes(&self.store)?;
        self.change(now, Haste::Now, move |db| write(db, commit, now)).await
    }

    /// Makes a change all or not at all, in one transaction with those that wait beside it, in their order.
    async fn change<T: Send + 'static>(
        &self,
        now: Timestamp,
        haste: Haste,
        change: impl FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, StorageError> {
        let (reply, answer) = oneshot::channel();
        let write = move |db: Result<&Connection, Lost>| {
            let result = db.map(|db| in_savepoint(db, change));
            let answer = move |end: Result<(), Lost>| {
                // A conflict is one, whether or not the others of its transaction were written.
                let result = match (result, end) {
                    (Ok(Ok(_)), Err(lost)) => Err(lost),
                    (result, _) => result,
                };
                let _ = reply.send(result);
            };
            Box::new(answer) as Answer
        };
        self.send(Job::Write { now, haste, write: Box::new(write) });
        match answer.await {
            Ok(Ok(result)) => result.map_err(|failure| self.error(failure)),
            Ok(Err(lost)) => Err(StorageError::new(lost, &*self.store)),
            Err(_) => Err(StorageError::new(gone(true), &*self.store)),
        }
    }

    fn error(&self, failure: Failure) -> StorageError {
        let new = |kind| StorageError::new(kind, &*self.store);
        match failure {
            Failure::Sql(error) => new(kind(&error)),
            Failure::Row(key, problem) => new(StorageErrorKind::Corrupt { problem }).at(key),
            Failure::Conflict(key) => new(StorageErrorKind::Conflict).at(key),
        }
    }
}

fn open(path: &Path, company: Company) -> Result<Connection, StorageErrorKind> {
    let mut db = Connection::open(path).map_err(|error| kind(&error))?;
    let set_up = || -> Result<(), rusqlite::Error> {
        match company {
            Company::Anybody => db.busy_timeout(BUSY)?,
            Company::Nobody => {
                db.busy_timeout(ENDING)?;
                db.pragma_update(None, "locking_mode", "exclusive")?;
            }
        }
        // Writing ahead: readers and the writer do not wait for each other.
        db.pragma_update(None, "journal_mode", "wal")?;
        // Each transaction is on the disk when it ends.
        db.pragma_update(None, "synchronous", "full")?;
        db.set_prepared_statement_cache_capacity(32);
        Ok(())
    };
    set_up().map_err(|error| match (company, error.sqlite_error_code()) {
        (Company::Nobody, Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)) => {
            let problem = "another bot has the file open, in this process or another one: give each a file of its \
                           own, and let bots of one program run beside each other (`App::beside`)";
            StorageErrorKind::Setup { problem: problem.to_owned() }
        }
        _ => kind(&error),
    })?;
    schema::migrate(&mut db)?;
    Ok(db)
}

/// What the thread does until nobody has its queue.
fn serve(db: &Connection, jobs: &Receiver<Job>) {
    let mut next_sweep = Timestamp::from_millis(0);
    let mut synchronous = Haste::Now;
    while let Ok(job) = jobs.recv() {
        let mut writes = Vec::new();
        let mut sweep_at = None;
        let mut most = Haste::Later;
        for job in std::iter::once(job).chain(jobs.try_iter()).take(GROUP) {
            match job {
                Job::Read(read) => read(db),
                Job::Write { now, haste, write } => {
                    writes.push(write);
                    most = most.max(haste);
                    if now >= next_sweep {
                        sweep_at = Some(now);
                    }
                }
            }
        }
        if writes.is_empty() {
            continue;
        }
        let ready = if most == synchronous { Ok(()) } else { hasten(db, most) };
        if ready.is_ok() {
            synchronous = most;
        }
        write_group(db, writes, ready);
        if let Some(now) = sweep_at {
            match sweep(db, now) {
                // The next commit goes on with it.
                Ok(false) => {}
                Ok(true) => next_sweep = now + SWEEP_EVERY,
                Err(error) => tracing::warn!("SQLite cannot delete what has expired: {error}"),
            }
        }
    }
}

/// Says when the transactions from here on are on the disk.
fn hasten(db: &Connection, haste: Haste) -> Result<(), Lost> {
    let mode = match haste {
        Haste::Later => "normal",
        Haste::Now => "full",
    };
    db.pragma_update(None, "synchronous", mode).map_err(|error| kind(&error))
}

/// Writes all in one transaction, then answers all.
fn write_group(db: &Connection, writes: Vec<Write>, ready: Result<(), Lost>) {
    let begin = || db.execute_batch("BEGIN IMMEDIATE").map_err(|error| kind(&error));
    let mut end = ready.and_then(|()| begin());
    let mut answers = Vec::with_capacity(writes.len());
    for write in writes {
        answers.push(write(end.clone().map(|()| db)));
        if end.is_ok() && db.is_autocommit() {
            // Some failures, like a full disk, end the whole transaction.
            let problem = "a write failed, and what was to be written with it is undone".to_owned();
            end = Err(StorageErrorKind::Unavailable { problem, may_have_been_written: false });
        }
    }
    if end.is_ok() {
        end = db.execute_batch("COMMIT").map_err(|error| kind(&error));
        if let Err(StorageErrorKind::Unavailable { may_have_been_written, .. }) = &mut end {
            // What is in the file but not known to be on the disk may be found there by the next start.
            *may_have_been_written = true;
        }
    }
    if !db.is_autocommit() {
        if let Err(error) = db.execute_batch("ROLLBACK") {
            tracing::error!("SQLite cannot undo a transaction that failed: {error}");
        }
    }
    for answer in answers {
        answer(end.clone());
    }
}

/// Undoes what a change has written if it fails half-way, and leaves the others of the transaction.
fn in_savepoint<T>(
    db: &Connection,
    change: impl FnOnce(&Connection) -> Result<T, Failure>,
) -> Result<T, Failure> {
    db.prepare_cached("SAVEPOINT one")?.execute([])?;
    let result = change(db);
    if result.is_err() && !db.is_autocommit() {
        db.prepare_cached("ROLLBACK TO one")?.execute([])?;
    }
    if !db.is_autocommit() {
        db.prepare_cached("RELEASE one")?.execute([])?;
    }
    result
}

fn write(db: &Connection, commit: Commit, now: Timestamp) -> Result<Committed, Failure> {
    if let Some(mark) = commit.mark {
        if is_done(db, mark, now)? {
            return Ok(Committed::AlreadyDone);
        }
    }
    for (key, expected) in &commit.expected {
        let mut query = db.prepare_cached(
            "SELECT revision FROM record WHERE bot = ? AND kind = ? AND id = ?
             AND (expires IS NULL OR expires > ?)",
        )?;
        let space = key.space();
        let values = params![space.bot(), space.kind(), key.id(), now.as_millis()];
        let found: Option<i64> = query.query_row(values, |row| row.get(0)).optional()?;
        if found != expected.map(number) {
            return Err(Failure::Conflict(key.clone()));
        }
    }

    let revision = Revision::unique();
    if let Some(mark) = commit.mark {
        db.prepare_cached("INSERT OR REPLACE INTO done (bot, update_id, until) VALUES (?, ?, ?)")?
            .execute([mark.bot, mark.update_id, mark.until.as_millis()])?;
    }
    for (key, value) in commit.changes {
        let space = key.space();
        let Some(value) = value else {
            db.prepare_cached("DELETE FROM record WHERE bot = ? AND kind = ? AND id = ?")?
                .execute(params![space.bot(), space.kind(), key.id()])?;
            continue;
        };
        let (expires, due) = match value.term {
            Term::Forever => (None, None),
            Term::Until(time) => (Some(time.as_millis()), None),
            Term::Due(time) => (None, Some(time.as_millis())),
        };
        db.prepare_cached(
            "INSERT INTO record (bot, kind, id, version, revision, expires, due, value)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT DO UPDATE SET version = excluded.version, revision = excluded.revision,
             expires = excluded.expires, due = excluded.due, value = excluded.value",
        )?
        .execute(params![
            space.bot(),
            space.kind(),
            key.id(),
            value.version,
            number(revision),
            expires,
            due,
            &*value.bytes,
        ])?;
    }
    Ok(Committed::Written(revision))
}

fn is_done(db: &Connection, mark: Mark, now: Timestamp) -> Result<bool, Failure> {
    let mut query =
        db.prepare_cached("SELECT 1 FROM done WHERE bot = ? AND update_id = ? AND until > ?")?;
    Ok(query.exists([mark.bot, mark.update_id, now.as_millis()])?)
}

fn get(db: &Connection, key: &StorageKey, now: Timestamp) -> Result<Option<Record>, Failure> {
    let mut query = db.prepare_cached(
        "SELECT id, version, revision, expires, due, value FROM record
         WHERE bot = ?1 AND kind = ?2 AND id = ?3 AND (expires IS NULL OR expires > ?4)",
    )?;
    let space = key.space();
    let values = params![space.bot(), space.kind(), key.id(), now.as_millis()];
    let mut found = records(&mut query, values, space)?;
    Ok(found.pop().map(|(_, record)| record))
}

fn due(
    db: &Connection,
    space: Space,
    until: Timestamp,
    limit: usize,
) -> Result<Vec<(StorageKey, Record)>, Failure> {
    let mut query = db.prepare_cached(
        "SELECT id, version, revision, expires, due, value FROM record
         WHERE bot = ? AND kind = ? AND due <= ? ORDER BY due, id LIMIT ?",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values = params![space.bot(), space.kind(), until.as_millis(), limit];
    records(&mut query, values, space)
}

fn records(
    query: &mut CachedStatement<'_>,
    values: impl rusqlite::Params,
    space: Space,
) -> Result<Vec<(StorageKey, Record)>, Failure> {
    let mut rows = query.query(values)?;
    let mut records = Vec::new();
    while let Some(row) = rows.next()? {
        let key = space.key(row.get::<_, String>(0)?);
        match record(row) {
            Ok(record) => records.push((key, record)),
            Err(
                error @ (rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::IntegralValueOutOfRange(..)),
            ) => {
                return Err(Failure::Row(
                    key,
                    format!("{error}; remove its row from the table `record`"),
                ));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(records)
}

fn record(row: &Row<'_>) -> Result<Record, rusqlite::Error> {
    let term = match (row.get(3)?, row.get(4)?) {
        (Some(end), _) => Term::Until(Timestamp::from_millis(end)),
        (None, Some(due)) => Term::Due(Timestamp::from_millis(due)),
        (None, None) => Term::Forever,
    };
    let bytes = Bytes::from(row.get::<_, Vec<u8>>(5)?);
    Ok(Record {
        value: Value { version: row.get(1)?, bytes, term },
        revision: row.get::<_, i64>(2)?.unsigned_abs().into(),
    })
}

/// As the table has it, which knows only numbers with a sign. No store gives one that does not fit.
fn number(revision: Revision) -> i64 {
    i64::try_from(revision.get()).unwrap_or(-1)
}

/// Deletes some of what has expired; true if that was all.
fn sweep(db: &Connection, now: Timestamp) -> Result<bool, rusqlite::Error> {
    let limits = params![now.as_millis(), SWEPT_AT_ONCE];
    let records = "DELETE FROM record WHERE rowid IN
                   (SELECT rowid FROM record WHERE expires <= ? LIMIT ?)";
    let marks = "DELETE FROM done WHERE (bot, update_id) IN
                 (SELECT bot, update_id FROM done WHERE until <= ? LIMIT ?)";
    let mut all = true;
    for table in [records, marks] {
        let swept = db.prepare_cached(table)?.execute(limits)?;
        all &= swept < SWEPT_AT_ONCE as usize;
    }
    Ok(all)
}

/// What SQLite's own words mean to whoever runs the bot.
fn kind(error: &rusqlite::Error) -> StorageErrorKind {
    let advice = match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            let problem = format!(
                "{error}; put back a copy of the file, or move it and those beside it (-wal, -shm) away to \
                 begin with an empty one"
            );
            return StorageErrorKind::Corrupt { problem };
        }
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            "its folder must exist, and this process must have the right to write to both"
        }
        Some(ErrorCode::DiskFull) => "make room on the disk",
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another process has been writing to the file all the time"
        }
        Some(ErrorCode::SystemIoFailure) => "look into the system's log for trouble with the disk",
        _ => "the file may have been changed by another program",
    };
    let problem = format!("{error}; {advice}");
    StorageErrorKind::Unavailable { problem, may_have_been_written: false }
}

fn gone(may_have_been_written: bool) -> StorageErrorKind {
    let problem = "its thread has ended, which is a bug; start the bot anew".to_owned();
    StorageErrorKind::Unavailable { problem, may_have_been_written }
}

impl Storage for Sqlite {
    fn get<'a>(
        &'a self,
        key: &'a StorageKey,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Option<Record>, StorageError>> {
        let key = key.clone();
        Box::pin(self.read(move |db| get(db, &key, now)))
    }

    fn commit(
        &self,
        commit: Commit,
        now: Timestamp,
    ) -> BoxFuture<'_, Result<Committed, StorageError>> {
        Box::pin(self.write(commit, now))
    }

    fn is_done(&self, mark: Mark, now: Timestamp) -> BoxFuture<'_, Result<bool, StorageError>> {
        Box::pin(self.read(move |db| is_done(db, mark, now)))
    }

    fn due(
        &self,
        space: Space,
        until: Timestamp,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<(StorageKey, Record)>, StorageError>> {
        Box::pin(self.read(move |db| due(db, space, until, limit)))
    }
}

impl fmt::Debug for Sqlite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sqlite").field("store", &self.store).finish_non_exhaustive()
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            // If it has panicked, its panic was printed.
            let _ = thread.join();
        }
    }
}
