//! Where state outlives its handler: one trait, and the stores behind it.
//!
//! A [`Storage`] keeps opaque records. It knows no update, no chat and no dialogue; what a record means is its
//! writer's business, and the record's `version` says in which form it was written.
//!
//! | store | keeps | for |
//! |---|---|---|
//! | [`Memory`] | until the process ends, within a limit of bytes | tests, and bots that may forget |
#![cfg_attr(feature = "sqlite", doc = "| [`Sqlite`] | in a file | one machine |")]
#![cfg_attr(feature = "redis", doc = "| [`Redis`] | in a server | several machines |")]
//!
//! The effect of an update and a mark that it had its effect are written together, so an update that comes again
//! after a crash changes nothing:
//!
//! ```
//! use std::time::Duration;
//! use bale::storage::{Clock, Commit, Committed, Mark, Memory, Space, Storage, Value};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), bale::storage::StorageError> {
//! let (store, now) = (Memory::default(), Clock::wall().now());
//! let key = Space::new(42, "counters").key("chat 1");
//! let mark = Mark { bot: 42, update_id: 1000, until: now + Duration::from_secs(86_400) };
//!
//! for _ in 0..2 {
//!     let before = store.get(&key, now).await?;
//!     let count = before.as_ref().map_or(0, |record| record.value.bytes[0]);
//!     let commit = Commit::new()
//!         .done(mark)
//!         .expecting(key.clone(), before.map(|record| record.revision))
//!         .put(key.clone(), Value::new(1, vec![count + 1]));
//!     if store.commit(commit, now).await? == Committed::AlreadyDone {
//!         break;
//!     }
//! }
//! assert_eq!(store.get(&key, now).await?.expect("it was written").value.bytes, vec![1]);
//! # Ok(())
//! # }
//! ```
//!
//! # Time
//!
//! Every operation is told what time it is, so a store reads no clock and a test has no need to wait. [`Clock`]
//! gives that time: the machine's, or tokio's, which tests can pause.

use std::{
    collections::HashMap,
    fmt,
    ops::Add,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use tokio::time::Instant;

#[cfg(feature = "redis")]
pub use self::redis::Redis;
#[cfg(feature = "sqlite")]
pub use self::sqlite::Sqlite;
pub use self::{
    error::{StorageError, StorageErrorKind},
    memory::Memory,
};
use crate::BoxFuture;

mod error;
pub(crate) mod inbox;
mod memory;
#[cfg(feature = "redis")]
mod redis;
#[cfg(feature = "sqlite")]
mod sqlite;

/// The most bytes that the value of one record may have, in every store: 1 MiB.
pub const MAX_VALUE_BYTES: usize = 1 << 20;

/// The most bytes that the id of a key may have, in every store.
pub const MAX_ID_BYTES: usize = 1024;

/// A place for records.
///
/// An expired record does not exist: no operation finds it, and a store drops it when it comes by. There is no
/// background task.
///
/// Dropping the future of a call gives up the answer, and does not undo the call.
pub trait Storage: fmt::Debug + Send + Sync + 'static {
    /// The record of a key, if there is one at `now`.
    fn get<'a>(
        &'a self,
        key: &'a StorageKey,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Option<Record>, StorageError>>;

    /// Does all of a commit, or nothing of it: see [`Commit`].
    ///
    /// # Errors
    ///
    /// [`StorageError::is_conflict`] if a record was not as the commit expects. Nothing was written then, and
    /// neither was it after any other error but one that
    /// [may have been written](StorageError::may_have_been_written).
    fn commit(
        &self,
        commit: Commit,
        now: Timestamp,
    ) -> BoxFuture<'_, Result<Committed, StorageError>>;

    /// Whether an update was marked as done. Its `until` does not matter here.
    fn is_done(&self, mark: Mark, now: Timestamp) -> BoxFuture<'_, Result<bool, StorageError>>;

    /// The records of a space that are [due](Term::Due) at or before `until`, `limit` at most, the earliest
    /// first and, of the same time, in the order of their ids. `Timestamp::MAX` and `1` give the next one.
    ///
    /// Nothing is claimed. Whoever wants to run a job moves it into the future (how long it may take) with a
    /// commit that [expects](Commit::expecting) the revision found here: of several, one succeeds. When the job
    /// has ended it is removed; after a crash it becomes due again.
    fn due(
        &self,
        space: Space,
        until: Timestamp,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<(StorageKey, Record)>, StorageError>>;
}

/// A store that several share.
impl<T: Storage + ?Sized> Storage for Arc<T> {
    fn get<'a>(
        &'a self,
        key: &'a StorageKey,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Option<Record>, StorageError>> {
        (**self).get(key, now)
    }

    fn commit(
        &self,
        commit: Commit,
        now: Timestamp,
    ) -> BoxFuture<'_, Result<Committed, StorageError>> {
        (**self).commit(commit, now)
    }

    fn is_done(&self, mark: Mark, now: Timestamp) -> BoxFuture<'_, Result<bool, StorageError>> {
        (**self).is_done(mark, now)
    }

    fn due(
        &self,
        space: Space,
        until: Timestamp,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<(StorageKey, Record)>, StorageError>> {
        (**self).due(space, until, limit)
    }
}

/// A group of records: those of one kind that belong to one bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Space {
    bot: i64,
    kind: &'static str,
}

impl Space {
    /// The space of the bot with this id, for records of this kind.
    ///
    /// # Panics
    ///
    /// If `kind` is empty or has anything but lower-case ASCII letters, digits, `-` and `_`.
    pub const fn new(bot: i64, kind: &'static str) -> Self {
        let letters = kind.as_bytes();
        assert!(!letters.is_empty(), "the kind of a space needs a letter");
        let mut at = 0;
        while at < letters.len() {
            assert!(
                matches!(letters[at], b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'),
                "the kind of a space has lower-case ASCII letters, digits, `-` and `_`"
            );
            at += 1;
        }
        Self { bot, kind }
    }

    /// The bot's id.
    pub const fn bot(self) -> i64 {
        self.bot
    }

    /// What its records are.
    pub const fn kind(self) -> &'static str {
        self.kind
    }

    /// The key of one record.
    pub fn key(self, id: impl Into<Arc<str>>) -> StorageKey {
        StorageKey { space: self, id: id.into() }
    }
}

impl fmt::Display for Space {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.bot, self.kind)
    }
}

/// The name of a record: its space, and any text of at most [`MAX_ID_BYTES`].
///
/// ```
/// use bale::storage::Space;
///
/// let key = Space::new(42, "dialogue").key("1:7");
/// assert_eq!(key.to_string(), "42/dialogue/1:7");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StorageKey {
    space: Space,
    id: Arc<str>,
}

impl StorageKey {
    /// The space it is in.
    pub fn space(&self) -> Space {
        self.space
    }

    /// Its name there.
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// For people: control characters are escaped, and what is long is cut.
impl fmt::Display for StorageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 80;
        write!(f, "{}/", self.space)?;
        for c in self.id.chars().take(SHOWN) {
            if c.is_control() { write!(f, "{}", c.escape_default())? } else { write!(f, "{c}")? }
        }
        if self.id.chars().nth(SHOWN).is_some() { f.write_str("..") } else { Ok(()) }
    }
}

/// What is stored under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// The form of `bytes`, counted by whoever writes them.
    pub version: u32,
    /// Anything, [`MAX_VALUE_BYTES`] at most.
    pub bytes: Bytes,
    /// How long it is kept.
    pub term: Term,
}

impl Value {
    /// A value that is kept until it is removed.
    pub fn new(version: u32, bytes: impl Into<Bytes>) -> Self {
        Self { version, bytes: bytes.into(), term: Term::Forever }
    }

    /// The same, for another term.
    #[must_use]
    pub fn term(mut self, term: Term) -> Self {
        self.term = term;
        self
    }
}

/// How long a record is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Term {
    /// Until it is removed.
    Forever,
    /// Until it is removed, or until this time: from then on it does not exist.
    Until(Timestamp),
    /// Until it is removed. From this time on it is a job to run: see [`Storage::due`].
    Due(Timestamp),
}

impl Term {
    /// Whether a record of this term is gone at `now`.
    pub fn is_over(self, now: Timestamp) -> bool {
        matches!(self, Self::Until(end) if end <= now)
    }
}

/// A record as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What was written.
    pub value: Value,
    /// By which commit.
    pub revision: Revision,
}

/// Which commit wrote a record: a number without an order, given at random, so that a record that was
/// removed and written again does not look untouched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Revision(u64);

impl Revision {
    /// One that was never given before. For stores: each commit has one.
    pub fn unique() -> Self {
        // 63 bits: databases have signed numbers.
        Self(fastrand::u64(..) >> 1)
    }

    /// As a number, for stores to keep.
    pub fn get(self) -> u64 {
        self.0
    }
}

impl From<u64> for Revision {
    fn from(number: u64) -> Self {
        Self(number)
    }
}

/// Says that an update has had its effect, so that when it comes again it has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mark {
    /// The bot's id.
    pub bot: i64,
    /// The update's id.
    pub update_id: i64,
    /// From when on the mark may be forgotten: when the update cannot come again.
    pub until: Timestamp,
}

/// Changes that are made together.
///
/// A store does these three in one step, beside which no other commit happens:
///
/// 1. If there is a mark and it is known, nothing is written: [`Committed::AlreadyDone`].
/// 2. If a record is not as expected, nothing is written: an error whose
///    [`is_conflict`](StorageError::is_conflict) is true.
/// 3. The mark and the changes are written, the changes in order. All records get the same new revision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Commit {
    /// The update that this commit is the effect of.
    pub mark: Option<Mark>,
    /// Records and the revisions they must have; none if there must be no record.
    pub expected: Vec<(StorageKey, Option<Revision>)>,
    /// What each key becomes; none removes it.
    pub changes: Vec<(StorageKey, Option<Value>)>,
}

impl Commit {
    /// Without any change.
    pub fn new() -> Self {
        Self::default()
    }

    /// Marks an update as done.
    #[must_use]
    pub fn done(mut self, mark: Mark) -> Self {
        self.mark = Some(mark);
        self
    }

    /// Fails unless the record of `key` has this revision, or with none, unless there is no record.
    #[must_use]
    pub fn expecting(mut self, key: StorageKey, revision: Option<Revision>) -> Self {
        self.expected.push((key, revision));
        self
    }

    /// Writes a record, in the place of what was there.
    #[must_use]
    pub fn put(mut self, key: StorageKey, value: Value) -> Self {
        self.changes.push((key, Some(value)));
        self
    }

    /// Removes a record, if there is one.
    #[must_use]
    pub fn remove(mut self, key: StorageKey) -> Self {
        self.changes.push((key, None));
        self
    }

    /// For stores: fails if a value or an id has more bytes than any store takes. `store` is for the error.
    pub fn check_sizes(&self, store: &str) -> Result<(), StorageError> {
        for (key, value) in &self.changes {
            let sizes = [
                ("an id", MAX_ID_BYTES, key.id.len()),
                ("a value", MAX_VALUE_BYTES, value.as_ref().map_or(0, |value| value.bytes.len())),
            ];
            for (what, expected, found) in sizes {
                if found > expected {
                    let kind = StorageErrorKind::TooLarge { what, expected, found };
                    return Err(StorageError::new(kind, store).at(key.clone()));
                }
            }
        }
        Ok(())
    }

    /// What each key becomes in the end, if a key is changed more than once.
    fn outcome(self) -> HashMap<StorageKey, Option<Value>> {
        self.changes.into_iter().collect()
    }
}

/// What a commit did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Committed {
    /// Everything, and the records written have this revision.
    Written(Revision),
    /// Nothing: its update was marked as done before.
    AlreadyDone,
}

/// A point in time, in milliseconds of Unix time, from 1970 to the end of the year 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The end of the year 9999.
    pub const MAX: Self = Self(253_402_300_799_999);

    /// From milliseconds since 1970; what is out of range becomes its nearest end.
    pub const fn from_millis(millis: i64) -> Self {
        match millis {
            ..0 => Self(0),
            millis if millis > Self::MAX.0 => Self::MAX,
            millis => Self(millis),
        }
    }

    /// Milliseconds since 1970.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// How long it is from `self` to `later`; zero if that is not later.
    pub fn until(self, later: Self) -> Duration {
        Duration::from_millis(u64::try_from(later.0 - self.0).unwrap_or(0))
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        Self(0) + time.duration_since(UNIX_EPOCH).unwrap_or_default()
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    /// Ends at [`Timestamp::MAX`].
    fn add(self, duration: Duration) -> Self {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self::from_millis(self.0.saturating_add(millis))
    }
}

/// Says what time it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock {
    /// When the clock began to follow tokio's; none if it does not.
    began: Option<(Timestamp, Instant)>,
}

impl Clock {
    /// The machine's clock, which may be set, and which goes on while the process does not run.
    pub fn wall() -> Self {
        Self::default()
    }

    /// The machine's clock at this moment, and from then on tokio's: a test that pauses that one also steers
    /// this one.
    pub fn runtime() -> Self {
        Self { began: Some((Timestamp::from(SystemTime::now()), Instant::now())) }
    }

    /// The time that this long after 1970 is now, and from then on tokio's.
    #[cfg(feature = "testing")]
    pub(crate) fn of_test(since_epoch: Duration) -> Self {
        Self { began: Some((Timestamp::from_millis(0) + since_epoch, Instant::now())) }
    }

    /// Whether it is the machine's clock.
    #[cfg(feature = "testing")]
    pub(crate) fn is_wall(self) -> bool {
        self.began.is_none()
    }

    /// The time now.
    pub fn now(self) -> Timestamp {
        match self.began {
            Some((time, instant)) => time + instant.elapsed(),
            None => Timestamp::from(SystemTime::now()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_stays_between_1970_and_9999() {
        let millis = |time: Timestamp| time.as_millis();
        assert_eq!(millis(Timestamp::from_millis(-1)), 0);
        assert_eq!(Timestamp::from_millis(i64::MAX), Timestamp::MAX);
        assert_eq!(Timestamp::from_millis(5) + Duration::MAX, Timestamp::MAX);
        assert_eq!(millis(Timestamp::from_millis(5) + Duration::from_millis(2)), 7);
        assert_eq!(millis(Timestamp::from(UNIX_EPOCH - Duration::from_secs(1))), 0);
        let (early, late) = (Timestamp::from_millis(5), Timestamp::from_millis(1005));
        assert_eq!(early.until(late), Duration::from_secs(1));
        assert_eq!(late.until(early), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_clock_of_the_runtime_goes_with_its_time() {
        let clock = Clock::runtime();
        let before = clock.now();
        tokio::time::sleep(Duration::from_secs(3600)).await;
        assert_eq!(before.until(clock.now()), Duration::from_secs(3600));
        assert!(before.until(Clock::wall().now()) < Duration::from_secs(3600));
    }

    #[test]
    fn a_key_is_shown_in_one_short_line() {
        let key = Space::new(42, "state").key(format!("a\nb\0{}", "ا".repeat(500)));
        assert_eq!(key.to_string(), format!("42/state/a\\nb\\u{{0}}{}..", "ا".repeat(76)));
    }

    #[test]
    #[should_panic(expected = "lower-case ASCII letters, digits, `-` and `_`")]
    fn the_kind_of_a_space_has_no_separators() {
        Space::new(1, "a:b");
    }
}
