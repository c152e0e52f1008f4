//! Records in a Redis server.
//!
//! A record is a hash, a mark a string, and the jobs of a space are a sorted set beside their records. A commit is a
//! script, which the server runs in one step.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use redis::{
    AsyncConnectionConfig, Client, ErrorKind, IntoConnectionInfo as _, ProtocolVersion, PushInfo,
    PushKind, RedisError, Script, ServerErrorKind, aio::MultiplexedConnection, cmd,
};
use tokio::{
    sync::Mutex,
    time::{Instant, timeout_at},
};

use super::{
    Commit, Committed, Mark, Record, Revision, Space, Storage, StorageError, StorageErrorKind,
    StorageKey, Term, Timestamp, Value,
};
use crate::BoxFuture;

/// How long a call may take, connecting included.
const TIMEOUT: Duration = Duration::from_secs(3);

/// How long after its end Redis drops a record. Until then our own clock decides, which may be late.
const GRACE: Duration = Duration::from_secs(60);

/// Records in a Redis server of version 6 or newer, or in one that speaks its language.
///
/// The connection is made by the first call, and anew when it is lost. A server that is down costs each call
/// [a bounded time](Self::timeout) and an error; when it is back, calls succeed again.
///
/// What was committed is as safe as the server is told to keep it: with `appendonly yes` and `appendfsync always` it
/// survives a power cut. `maxmemory-policy` should be `noeviction`, or records vanish. A cluster and TLS
/// are not supported.
///
/// Keys begin with `bale:` and the bot's id.
pub struct Redis {
    store: String,
    client: Client,
    timeout: Duration,
    /// The lock is held while a connection is made, so that one is.
    connection: Mutex<Option<Connection>>,
    commit: Script,
    due: Script,
}

#[derive(Clone)]
struct Connection {
    redis: MultiplexedConnection,
    is_lost: Arc<AtomicBool>,
}

/// Why a call failed, and whether another connection may help.
struct Failure {
    error: StorageError,
    may_work_again: bool,
}

/// The fields of a record: version, revision, until, due, value. All or none is there, but for the two times.
type Fields = (Option<u32>, Option<u64>, Option<i64>, Option<i64>, Option<Vec<u8>>);

impl Redis {
    /// The server at an address like `redis://user:password@host:6379/0`, where all but the host may be left out, or
    /// `redis+unix:///path`. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// If the address cannot be read.
    pub fn open(address: &str) -> Result<Self, StorageError> {
        let info = address.into_connection_info().map_err(|error| {
            // The error's own text may repeat what was given, and so a password.
            let problem = format!(
                "the address must look like redis://user:password@host:6379/0, without TLS, and this does not: {}",
                error.category()
            );
            StorageError::new(StorageErrorKind::Setup { problem }, "Redis")
        })?;
        // The third version of the protocol tells of a lost connection at once, and not with the next call.
        let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        let info = info.set_redis_settings(settings);
        let store = format!("Redis at {}", info.addr());
        let client = Client::open(info).map_err(|error| {
            let problem = error.category().to_owned();
            StorageError::new(StorageErrorKind::Setup { problem }, &*store)
        })?;
        Ok(Self {
            store,
            client,
            timeout: TIMEOUT,
            connection: Mutex::default(),
            commit: Script::new(include_str!("redis/commit.lua")),
            due: Script::new(include_str!("redis/due.lua")),
        })
    }

    /// How long a call may take, connecting included: 3 s if not given.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Reads in bounded time. A connection that turns out to be lost is replaced, once.
    async fn read<T, F>(&self, call: impl Fn(MultiplexedConnection) -> F) -> Result<T, StorageError>
    where
        F: Future<Output = Result<T, RedisError>>,
    {
        let deadline = Instant::now() + self.timeout;
        match self.call(false, deadline, &call).await {
            Err(Failure { error: _, may_work_again: true }) => {
                self.call(false, deadline, &call).await
            }
            result => result,
        }
        .map_err(|failure| failure.error)
    }

    /// Writes in bounded time, once: what became of a call whose connection was lost is not known.
    async fn write_once<T, F>(
        &self,
        call: impl Fn(MultiplexedConnection) -> F,
    ) -> Result<T, StorageError>
    where
        F: Future<Output = Result<T, RedisError>>,
    {
        let deadline = Instant::now() + self.timeout;
        self.call(true, deadline, &call).await.map_err(|failure| failure.error)
    }

    async fn call<T, F>(
        &self,
        writes: bool,
        deadline: Instant,
        call: &impl Fn(MultiplexedConnection) -> F,
    ) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, RedisError>>,
    {
        let hopeless = |error| Failure { error, may_work_again: false };
        let connection = match timeout_at(deadline, self.connection()).await {
            Ok(connected) => connected.map_err(|error| hopeless(self.error(&error, false)))?,
            Err(_) => return Err(hopeless(self.silent(false))),
        };
        let (is_lost, failure) = match timeout_at(deadline, call(connection.redis)).await {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(error)) => {
                let is_lost = error.is_unrecoverable_error();
                (is_lost, Failure { error: self.error(&error, writes), may_work_again: is_lost })
            }
            Err(_) => (true, hopeless(self.silent(writes))),
        };
        if is_lost {
            connection.is_lost.store(true, Ordering::Relaxed);
        }
        Err(failure)
    }

    async fn connection(&self) -> Result<Connection, RedisError> {
        let mut current = self.connection.lock().await;
        if let Some(connection) = &*current {
            if !connection.is_lost.load(Ordering::Relaxed) {
                return Ok(connection.clone());
            }
        }
        let is_lost = Arc::new(AtomicBool::new(false));
        let lost = is_lost.clone();
        let on_push = move |push: PushInfo| {
            if push.kind == PushKind::Disconnection {
                lost.store(true, Ordering::Relaxed);
            }
            Ok::<_, std::convert::Infallible>(())
        };
        // The time is bounded by each call.
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(None)
            .set_response_timeout(None)
            .set_push_sender(on_push);
        let redis = self.client.get_multiplexed_async_connection_with_config(&config).await?;
        Ok(current.insert(Connection { redis, is_lost }).clone())
    }

    fn silent(&self, may_have_been_written: bool) -> StorageError {
        let problem =
            format!("no answer within {:?}; see whether the server is overloaded", self.timeout);
        StorageError::new(
            StorageErrorKind::Unavailable { problem, may_have_been_written },
            &*self.store,
        )
    }

    fn error(&self, error: &RedisError, may_have_been_written: bool) -> StorageError {
        let is_refused = error.kind() == ErrorKind::AuthenticationFailed
            || matches!(error.code(), Some("WRONGPASS" | "NOAUTH" | "NOPERM"));
        let kind = match error.kind() {
            _ if is_refused => StorageErrorKind::Setup {
                problem: "the server refuses the user or the password of the address, or gives the user no right \
                          to what is needed"
                    .to_owned(),
            },
            ErrorKind::RESP3NotSupported => {
                StorageErrorKind::Setup { problem: "the server is older than Redis 6".to_owned() }
            }
            ErrorKind::UnexpectedReturnType | ErrorKind::Parse => StorageErrorKind::Corrupt {
                problem: format!(
                    "{error}; see whether another program writes keys that begin with `bale:`"
                ),
            },
            _ if error.code() == Some("OOM") => StorageErrorKind::Full {
                problem: "the server has reached its `maxmemory`".to_owned(),
            },
            _ if error.code() == Some("WRONGTYPE") => StorageErrorKind::Corrupt {
                problem: "another program writes keys that begin with `bale:`".to_owned(),
            },
            // The server answered, so it knows that it did nothing.
            ErrorKind::Server(ServerErrorKind::ReadOnly | ServerErrorKind::BusyLoading)
            | ErrorKind::Extension => {
                let problem = error.to_string();
                StorageErrorKind::Unavailable { problem, may_have_been_written: false }
            }
            _ => StorageErrorKind::Unavailable {
                problem: format!("{error}; see whether the server runs and can be reached"),
                may_have_been_written,
            },
        };
        StorageError::new(kind, &*self.store)
    }

    async fn get_record(
        &self,
        key: &StorageKey,
        now: Timestamp,
    ) -> Result<Option<Record>, StorageError> {
        let mut get = cmd("HMGET");
        get.arg(record_key(key)).arg(&["version", "revision", "until", "due", "value"]);
        let get = &get;
        let fields = self
            .read(|mut redis| async move { get.query_async(&mut redis).await })
            .await
            .map_err(|error| error.at(key.clone()))?;
        let record = self.record(key, fields)?;
        Ok(record.filter(|record| !record.value.term.is_over(now)))
    }

    async fn write(&self, commit: Commit, now: Timestamp) -> Result<Committed, StorageError> {
        commit.check_sizes(&self.store)?;
        let revision = Revision::unique();
        let Commit { mark, expected, changes } = commit;
        let mut script = self.commit.prepare_invoke();
        script
            .arg(now.as_millis())
            .arg(revision.get())
            .arg(mark.map_or_else(String::new, |mark| mark.until.as_millis().to_string()))
            .arg(expected.len())
            .arg(GRACE.as_millis().to_string());
        if let Some(mark) = mark {
            script.key(mark_key(mark));
        }
        for (key, revision) in &expected {
            script.key(record_key(key));
            script.arg(revision.map_or_else(String::new, |revision| revision.get().to_string()));
        }
        for (key, value) in &changes {
            script.key(record_key(key)).key(jobs_key(key.space())).arg(key.id());
            let (form, time) = match value.as_ref().map(|value| value.term) {
                None => ("", None),
                Some(Term::Forever) => ("forever", None),
                Some(Term::Until(time)) => ("until", Some(time)),
                Some(Term::Due(time)) => ("due", Some(time)),
            };
            script.arg(form).arg(time.map_or(0, Timestamp::as_millis));
            match value {
                Some(value) => script.arg(value.version).arg(&*value.bytes),
                None => script.arg("").arg(""),
            };
        }
        let script = &script;
        let written: i64 = self
            .write_once(|mut redis| async move { script.invoke_async(&mut redis).await })
            .await?;
        match usize::try_from(written) {
            Ok(0) => Ok(Committed::Written(revision)),
            Err(_) => Ok(Committed::AlreadyDone),
            Ok(nth) => {
                let key = expected.into_iter().nth(nth - 1).map(|(key, _)| key);
                let error = StorageError::new(StorageErrorKind::Conflict, &*self.store);
                Err(match key {
                    Some(key) => error.at(key),
                    None => error,
                })
            }
        }
    }

    async fn has_mark(&self, mark: Mark, now: Timestamp) -> Result<bool, StorageError> {
        let mut get = cmd("GET");
        get.arg(mark_key(mark));
        let get = &get;
        let until: Option<i64> =
            self.read(|mut redis| async move { get.query_async(&mut redis).await }).await?;
        Ok(until.is_some_and(|until| until > now.as_millis()))
    }

    async fn jobs(
        &self,
        space: Space,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<(StorageKey, Record)>, StorageError> {
        let mut script = self.due.prepare_invoke();
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        script
            .key(jobs_key(space))
            .arg(until.as_millis())
            .arg(limit)
            .arg(record_key(&space.key("")));
        let script = &script;
        let found: Vec<(String, Fields)> =
            self.read(|mut redis| async move { script.invoke_async(&mut redis).await }).await?;
        let mut jobs = Vec::with_capacity(found.len());
        for (id, fields) in found {
            let key = space.key(id);
            if let Some(record) = self.record(&key, fields)? {
                jobs.push((key, record));
            }
        }
        Ok(jobs)
    }

    fn record(&self, key: &StorageKey, fields: Fields) -> Result<Option<Record>, StorageError> {
        let (version, revision, bytes) = match fields {
            (None, None, _, _, None) => return Ok(None),
            (Some(version), Some(revision), _, _, Some(bytes)) => (version, revision, bytes),
            _ => {
                let problem = format!(
                    "a hash with `version`, `revision` and `value` was expected, and not all are there; remove \
                     the key {}",
                    record_key(key).escape_debug()
                );
                let kind = StorageErrorKind::Corrupt { problem };
                return Err(StorageError::new(kind, &*self.store).at(key.clone()));
            }
        };
        let term = match (fields.2, fields.3) {
            (Some(end), _) => Term::Until(Timestamp::from_millis(end)),
            (None, Some(due)) => Term::Due(Timestamp::from_millis(due)),
            (None, None) => Term::Forever,
        };
        let value = Value { version, bytes: Bytes::from(bytes), term };
        Ok(Some(Record { value, revision: revision.into() }))
    }
}

fn record_key(key: &StorageKey) -> String {
    let space = key.space();
    format!("bale:{}:record:{}:{}", space.bot(), space.kind(), key.id())
}

fn jobs_key(space: Space) -> String {
    format!("bale:{}:jobs:{}", space.bot(), space.kind())
}

fn mark_key(mark: Mark) -> String {
    format!("bale:{}:done:{}", mark.bot, mark.update_id)
}

impl Storage for Redis {
    fn get<'a>(
        &'a self,
        key: &'a StorageKey,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Option<Record>, StorageError>> {
        Box::pin(self.get_record(key, now))
    }

    fn commit(
        &self,
        commit: Commit,
        now: Timestamp,
    ) -> BoxFuture<'_, Result<Committed, StorageError>> {
        Box::pin(self.write(commit, now))
    }

    fn is_done(&self, mark: Mark, now: Timestamp) -> BoxFuture<'_, Result<bool, StorageError>> {
        Box::pin(self.has_mark(mark, now))
    }

    fn due(
        &self,
        space: Space,
        until: Timestamp,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<(StorageKey, Record)>, StorageError>> {
        Box::pin(self.jobs(space, until, limit))
    }
}

/// Without the address, which may have a password.
impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redis")
            .field("store", &self.store)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
