//! The store of these tests.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use bale::{
    BoxFuture,
    storage::{
        Commit, Committed, Mark, Memory, Record, Space, Storage, StorageError, StorageErrorKind,
        StorageKey, Timestamp,
    },
};

/// A store that counts reads and can be down.
#[derive(Debug, Default)]
pub(super) struct Watched {
    pub(super) store: Memory,
    reads: AtomicUsize,
    pub(super) is_down: AtomicBool,
}

impl Watched {
    fn check(&self) -> Result<(), StorageError> {
        if !self.is_down.load(Ordering::Relaxed) {
            return Ok(());
        }
        let problem = "somebody pulled the plug".to_owned();
        let kind = StorageErrorKind::Unavailable { problem, may_have_been_written: false };
        Err(StorageError::new(kind, "the test's store"))
    }

    /// How often it was read since the last time.
    pub(super) fn reads(&self) -> usize {
        self.reads.swap(0, Ordering::Relaxed)
    }
}

impl Storage for Watched {
    fn get<'a>(
        &'a self,
        key: &'a StorageKey,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Option<Record>, StorageError>> {
        Box::pin(async move {
            self.check()?;
            self.reads.fetch_add(1, Ordering::Relaxed);
            self.store.get(key, now).await
        })
    }

    fn commit(
        &self,
        commit: Commit,
        now: Timestamp,
    ) -> BoxFuture<'_, Result<Committed, StorageError>> {
        Box::pin(async move {
            self.check()?;
            self.store.commit(commit, now).await
        })
    }

    fn is_done(&self, mark: Mark, now: Timestamp) -> BoxFuture<'_, Result<bool, StorageError>> {
        self.store.is_done(mark, now)
    }

    fn due(
        &self,
        space: Space,
        until: Timestamp,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<(StorageKey, Record)>, StorageError>> {
        self.store.due(space, until, limit)
    }
}
