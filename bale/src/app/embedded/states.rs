//! Stored records as they change, for the playground: a store that looks at what goes through it.

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

/// The space of the states of conversations.
const CONVERSATION: &str = "dialogue";
/// The space of what the bot keeps.
const DATA: &str = "data";

/// The author's store, watched.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) inner: Arc<dyn Storage>,
    pub(super) notes: Arc<Notes>,
}

impl Watched {
    /// What a commit makes of stored records: name, before and after.
    async fn states(&self, commit: &Commit, now: Timestamp) -> Vec<Value> {
        let mut states = Vec::new();
        for (key, value) in &commit.changes {
            let after = value.as_ref().map(|value| readable(&value.bytes));
            states.extend(if key.space().kind() == CONVERSATION {
                // It knows what it was before. A state is in a list of one.
                after.map(|record| {
                    json!({"name": key.id(), "before": record["before"][0], "after": record["state"][0]})
                })
            } else {
                let kind = key.space().kind();
                let before = self.inner.get(key, now).await.ok().flatten();
                let before = before.map(|record| readable(&record.value.bytes));
                let [before, after] = [before, after].map(|it| it.map(|it| of_author(kind, it)));
                Some(json!({"name": format!("{kind} {}", key.id()), "before": before, "after": after}))
            });
        }
        states
    }
}

/// What the author keeps of it, without our own notes beside: that of a [`Data`](crate::Data) is in a list of one.
fn of_author(kind: &str, mut record: Value) -> Value {
    match record.pointer_mut("/data/0") {
        Some(data) if kind == DATA => data.take(),
        _ => record,
    }
}

/// A record as a person reads it: JSON, a text, or how long it is.
fn readable(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap_or_else(|_| match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => format!("{} bytes", bytes.len()).into(),
    })
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
        Box::pin(async move {
            let states = self.states(&commit, now).await;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::{Memory, Value as Stored};

    #[tokio::test]
    async fn any_record_that_can_be_read_is_shown_before_and_after() {
        let store = Watched { inner: Arc::new(Memory::default()), notes: Arc::default() };
        let now = Timestamp::MAX;
        let shown = async |kind, bytes: &'static [u8]| {
            let key = Space::new(1, kind).key("7");
            let commit = Commit::new().put(key, Stored::new(1, bytes));
            let states = store.states(&commit, now).await;
            store.commit(commit, now).await.expect("there is room");
            Value::from(states).to_string()
        };
        assert_eq!(
            shown("cart", b"{\"tea\":1}").await,
            r#"[{"after":{"tea":1},"before":null,"name":"cart 7"}]"#
        );
        assert_eq!(
            shown("cart", b"two teas").await,
            r#"[{"after":"two teas","before":{"tea":1},"name":"cart 7"}]"#
        );
        assert_eq!(
            shown("cart", b"\xff").await,
            r#"[{"after":"1 bytes","before":"two teas","name":"cart 7"}]"#
        );
        assert_eq!(
            shown("data", b"{\"data\":[{\"tea\":1}],\"by\":4,\"before\":[null]}").await,
            r#"[{"after":{"tea":1},"before":null,"name":"data 7"}]"#
        );
        assert_eq!(
            shown("data", b"{\"data\":[{\"tea\":2}]}").await,
            r#"[{"after":{"tea":2},"before":{"tea":1},"name":"data 7"}]"#
        );
        assert_eq!(
            shown("dialogue", b"{\"before\":[\"Name\"],\"state\":[\"Sugar\"]}").await,
            r#"[{"after":"Sugar","before":"Name","name":"7"}]"#
        );
    }
}
