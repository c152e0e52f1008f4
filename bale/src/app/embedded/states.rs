//! Conversations as they change, for the playground: a store that looks at what goes through it.

use std::sync::Arc;

use serde_json::{Value, json};

use super::Notes;
use crate::{
    BoxFuture,
    client::transport::cause,
    storage::{
        Commit, Committed, Mark, Record, Space, Storage, StorageError, StorageKey, Timestamp,
    },
};

/// The author's store, watched.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) inner: Arc<dyn Storage>,
    pub(super) notes: Arc<Notes>,
}

/// What a commit makes of conversations: name, state before and after.
fn states(commit: &Commit) -> Vec<Value> {
    let changes = commit.changes.iter().filter(|(key, _)| key.space().kind() == "dialogue");
    changes
        .filter_map(|(key, value)| {
            let record: Value = serde_json::from_slice(&value.as_ref()?.bytes).ok()?;
            // A state is in a list of one.
            let (before, after) = (&record["before"][0], &record["state"][0]);
            Some(json!({"name": key.id(), "before": before, "after": after}))
        })
        .collect()
}

impl Storage for Watched {
    fn get<'a>(
        &'a self,
        key: &'a StorageKey,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Option<Record>, StorageError>> {
        self.inner.get(key, now)
    }

    fn commit(
        &self,
        commit: Commit,
        now: Timestamp,
    ) -> BoxFuture<'_, Result<Committed, StorageError>> {
        let states = states(&commit);
        Box::pin(async move {
            let committed = self.inner.commit(commit, now).await?;
            if let Some(update_id) = cause() {
                self.notes.of(update_id, |note| note.states.extend(states));
            }
            Ok(committed)
        })
    }

    fn is_done(&self, mark: Mark, now: Timestamp) -> BoxFuture<'_, Result<bool, StorageError>> {
        self.inner.is_done(mark, now)
    }

    fn due(
        &self,
        space: Space,
        until: Timestamp,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<(StorageKey, Record)>, StorageError>> {
        self.inner.due(space, until, limit)
    }
}
