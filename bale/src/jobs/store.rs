//! Jobs as records: how they are written, claimed and set aside.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Due, FailedJob, JobId, ScheduleError, ToSchedule};
use crate::{
    client::{Bot, agenda::Desk},
    storage::{
        Commit, Committed, Record, Revision, Space, StorageError, StorageKey, Term, Timestamp,
        Value,
    },
};

/// Jobs that wait or run. One that runs is due again when its lease is over.
const JOBS: &str = "job";
/// Jobs that were set aside, due since then: a store lists only what is due.
const FAILED: &str = "failed-job";
/// The form of the records.
const VERSION: u32 = 1;
/// How often a commit that another one overtook is made anew.
const RACES: usize = 8;

/// How long a run is nobody else's.
const LEASE: Duration = Duration::from_secs(120);
/// When the lease is renewed.
pub(super) const RENEWAL: Duration = Duration::from_secs(45);
/// How often a job is begun before it is set aside.
const ATTEMPTS: u32 = 5;
/// The wait after the first failure. Each one after it is four times as long.
const FIRST_WAIT: Duration = Duration::from_secs(10);

/// What is written of a job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Stored {
    pub(super) name: String,
    /// When it was to run, in milliseconds of Unix time.
    due: i64,
    /// How often it was begun.
    pub(super) attempts: u32,
    pub(super) payload: Box<RawValue>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Stored {
    fn read(value: &Value) -> Result<Self, String> {
        if value.version != VERSION {
            return Err(format!(
                "its record has form {}, and this version of bale reads form {VERSION}",
                value.version
            ));
        }
        serde_json::from_slice(&value.bytes)
            .map_err(|error| format!("its record is broken: {error}"))
    }

    fn value(&self, due: Timestamp) -> Result<Value, serde_json::Error> {
        Ok(Value::new(VERSION, serde_json::to_vec(self)?).term(Term::Due(due)))
    }

    pub(super) fn due(&self) -> Timestamp {
        Timestamp::from_millis(self.due)
    }
}

/// A record read and written again; none if it cannot be read.
#[cfg(any(test, fuzzing))]
pub(crate) fn rewrite(record: &[u8]) -> Option<Vec<u8>> {
    let stored: Stored = serde_json::from_slice(record).ok()?;
    Some(serde_json::to_vec(&stored).expect("what was read can be written"))
}

pub(super) fn space(bot: &Bot) -> Space {
    Space::new(bot.id(), JOBS)
}

pub(super) async fn add(job: ToSchedule) -> Result<JobId, ScheduleError> {
    let ToSchedule { bot, name, key, payload, due } = job;
    let desk = bot.agenda().desk().ok_or(ScheduleError::NotRunning)?;
    let due = match due {
        Due::After(delay) => desk.clock.now() + delay,
        Due::At(due) => due,
    };
    if !desk.jobs.contains(&&*name) {
        return Err(ScheduleError::Unknown { name, jobs: desk.jobs.to_vec() });
    }
    let key = key.unwrap_or_else(|| format!("{:016x}", fastrand::u64(..)));
    let id = JobId::from(format!("{name}.{key}"));
    let record = space(&bot).key(&*id.0);
    let stored = Stored { name, due: due.as_millis(), attempts: 0, payload: payload?, error: None };
    let commit = Commit::new().expecting(record.clone(), None).put(record, stored.value(due)?);
    match desk.storage.commit(commit, desk.clock.now()).await {
        Ok(_) => bot.agenda().changed.notify_one(),
        // It has been stored before.
        Err(error) if error.is_conflict() => {}
        Err(error) => return Err(error.into()),
    }
    Ok(id)
}

pub(super) async fn cancel(bot: &Bot, id: &JobId) -> Result<bool, ScheduleError> {
    let desk = bot.agenda().desk().ok_or(ScheduleError::NotRunning)?;
    let now = desk.clock.now();
    let keys = [JOBS, FAILED].map(|kind| Space::new(bot.id(), kind).key(&*id.0));
    for race in 0.. {
        let mut commit = Commit::new();
        let mut found = false;
        for key in &keys {
            let revision = desk.storage.get(key, now).await?.map(|record| record.revision);
            found |= revision.is_some();
            commit = commit.expecting(key.clone(), revision).remove(key.clone());
        }
        match desk.storage.commit(commit, now).await {
            Ok(_) => return Ok(found),
            Err(error) if error.is_conflict() && race < RACES => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(false)
}

pub(super) async fn failed(bot: &Bot, limit: usize) -> Result<Vec<FailedJob>, ScheduleError> {
    let desk = bot.agenda().desk().ok_or(ScheduleError::NotRunning)?;
    let space = Space::new(bot.id(), FAILED);
    let found = desk.storage.due(space, Timestamp::MAX, limit).await?;
    Ok(found.into_iter().map(|(key, record)| failed_job(&key, &record.value)).collect())
}

fn failed_job(key: &StorageKey, value: &Value) -> FailedJob {
    let since = match value.term {
        Term::Due(since) => since,
        Term::Forever | Term::Until(_) => Timestamp::from_millis(0),
    };
    let (payload, error) = match Stored::read(value) {
        Ok(stored) => (stored.payload.get().to_owned(), stored.error.unwrap_or_default()),
        Err(error) => (String::from_utf8_lossy(&value.bytes).into_owned(), error),
    };
    FailedJob { id: JobId::from(key.id()), payload, error, since }
}

pub(super) async fn retry(bot: &Bot, id: &JobId) -> Result<bool, ScheduleError> {
    let desk = bot.agenda().desk().ok_or(ScheduleError::NotRunning)?;
    let now = desk.clock.now();
    let key = Space::new(bot.id(), FAILED).key(&*id.0);
    let Some(Record { value, revision }) = desk.storage.get(&key, now).await? else {
        return Ok(false);
    };
    let value = match Stored::read(&value) {
        Ok(stored) => Stored { attempts: 0, error: None, ..stored }.value(now)?,
        // Perhaps this version of the bot can read it after all.
        Err(_) => value.term(Term::Due(now)),
    };
    let again = space(bot).key(&*id.0);
    let commit = Commit::new()
        .expecting(key.clone(), Some(revision))
        .expecting(again.clone(), None)
        .remove(key)
        .put(again, value);
    match desk.storage.commit(commit, now).await {
        Ok(_) => {
            bot.agenda().changed.notify_one();
            Ok(true)
        }
        Err(error) if error.is_conflict() => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// A stored job that this process runs.
#[derive(Debug)]
pub(super) struct Claim {
    desk: Desk,
    key: StorageKey,
    revision: Revision,
    pub(super) stored: Stored,
}

/// What became of a job that was found due.
pub(super) enum Claimed {
    /// It is ours.
    Ours(Box<Claim>),
    /// Another process was faster.
    Theirs,
    /// It cannot be run, and was set aside.
    Unreadable(String),
}

/// How a failed run ends.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is tried again after this time.
    Again(Duration),
    SetAside,
}

impl Claim {
    /// Claims the job found under `key`. `is_known` says whether there is a function of a name.
    pub(super) async fn take(
        desk: &Desk,
        key: StorageKey,
        record: Record,
        is_known: impl Fn(&str) -> bool,
    ) -> Result<Claimed, StorageError> {
        let now = desk.clock.now();
        let unreadable = match Stored::read(&record.value) {
            Ok(stored) if is_known(&stored.name) => {
                let mut claim = Self { desk: desk.clone(), key, revision: record.revision, stored };
                claim.stored.attempts += 1;
                return Ok(match claim.put(now + LEASE).await {
                    Ok(()) => Claimed::Ours(Box::new(claim)),
                    Err(error) if error.is_conflict() => Claimed::Theirs,
                    Err(error) => return Err(error),
                });
            }
            Ok(stored) => format!("no function has the name `{}`", stored.name),
            Err(error) => error,
        };
        let value = match Stored::read(&record.value) {
            Ok(stored) => written(&Stored { error: Some(unreadable.clone()), ..stored }, now),
            Err(_) => record.value.term(Term::Due(now)),
        };
        match desk.storage.commit(set_aside(&key, record.revision, value), now).await {
            Ok(_) => Ok(Claimed::Unreadable(unreadable)),
            Err(error) if error.is_conflict() => Ok(Claimed::Theirs),
            Err(error) => Err(error),
        }
    }

    pub(super) fn id(&self) -> JobId {
        JobId::from(self.key.id())
    }

    pub(super) fn now(&self) -> Timestamp {
        self.desk.clock.now()
    }

    pub(super) fn key(&self) -> &StorageKey {
        &self.key
    }

    async fn put(&mut self, due: Timestamp) -> Result<(), StorageError> {
        let commit = Commit::new()
            .expecting(self.key.clone(), Some(self.revision))
            .put(self.key.clone(), written(&self.stored, due));
        if let Committed::Written(revision) =
            self.desk.storage.commit(commit, self.desk.clock.now()).await?
        {
            self.revision = revision;
        }
        Ok(())
    }

    /// Keeps others from running it for a while longer.
    pub(super) async fn renew(&mut self) -> Result<(), StorageError> {
        self.put(self.desk.clock.now() + LEASE).await
    }

    /// Leaves it to the next process: it was cut off.
    pub(super) async fn release(mut self) -> Result<(), StorageError> {
        self.stored.attempts -= 1;
        self.put(self.desk.clock.now()).await
    }

    /// It is done.
    pub(super) async fn finish(self) -> Result<(), StorageError> {
        let commit =
            Commit::new().expecting(self.key.clone(), Some(self.revision)).remove(self.key);
        self.desk.storage.commit(commit, self.desk.clock.now()).await.map(drop)
    }

    /// What comes after a failure of this run.
    pub(super) fn fate(&self, is_final: bool) -> Fate {
        let attempts = self.stored.attempts;
        if is_final || attempts >= ATTEMPTS {
            return Fate::SetAside;
        }
        Fate::Again(FIRST_WAIT * 4_u32.pow(attempts - 1))
    }

    /// It has failed.
    pub(super) async fn fail(mut self, fate: &Fate, error: String) -> Result<(), StorageError> {
        self.stored.error = Some(error);
        let now = self.desk.clock.now();
        match fate {
            Fate::Again(wait) => self.put(now + *wait).await,
            Fate::SetAside => {
                let commit = set_aside(&self.key, self.revision, written(&self.stored, now));
                self.desk.storage.commit(commit, now).await.map(drop)
            }
        }
    }
}

fn written(stored: &Stored, due: Timestamp) -> Value {
    stored.value(due).expect("texts, numbers and JSON are JSON")
}

fn set_aside(key: &StorageKey, revision: Revision, value: Value) -> Commit {
    let aside = Space::new(key.space().bot(), FAILED).key(key.id());
    Commit::new().expecting(key.clone(), Some(revision)).remove(key.clone()).put(aside, value)
}
