//! Updates on their way in, kept until they are done.
//!
//! It knows their ids, their order and their text, and nothing of what is in them.

use std::fmt;

use super::{StorageError, Timestamp};
use crate::BoxFuture;

#[cfg(feature = "sqlite")]
mod seen;

#[cfg(feature = "sqlite")]
pub(super) use self::seen::Seen;

/// An update to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Letter {
    pub(crate) update_id: i64,
    /// What it must stay in order with.
    pub(crate) lane: Option<String>,
    /// As it was received, JSON or not.
    pub(crate) raw: String,
}

/// An update that was kept, and its place: places are counted up as updates arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) row: i64,
    pub(crate) update_id: i64,
    pub(crate) raw: String,
}

/// Which rows are wanted: those from `from` on and below `to`, `limit` at most, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) from: i64,
    pub(crate) to: i64,
    /// Only those of this lane.
    pub(crate) lane: Option<String>,
    pub(crate) limit: usize,
}

/// What lies in an inbox when it is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Stock {
    /// Updates that are not done.
    pub(crate) count: usize,
    /// The place that the next one gets.
    pub(crate) end: i64,
}

/// A durable place for the updates of several bots. What is answered survives the end of the process.
pub(crate) trait Inbox: fmt::Debug + Send + Sync {
    /// What is there.
    #[cfg(feature = "sqlite")]
    fn stock(&self, bot: i64) -> BoxFuture<'_, Result<Stock, StorageError>>;

    /// Keeps all of these or none. Each gets its place, or none if it was kept before.
    fn keep(
        &self,
        bot: i64,
        letters: Vec<Letter>,
        now: Timestamp,
    ) -> BoxFuture<'_, Result<Vec<Option<i64>>, StorageError>>;

    /// What of these is not done. It sees what was kept and done by calls that were begun before.
    fn rows(&self, bot: i64, wanted: Wanted) -> BoxFuture<'_, Result<Vec<Row>, StorageError>>;

    /// Forgets the updates at these places, but for their ids. A power cut may undo it.
    fn done(&self, bot: i64, rows: Vec<i64>) -> BoxFuture<'_, Result<(), StorageError>>;
}
