//! Where states of conversations are kept, and what one looks like there.

use std::{
    borrow::Cow,
    collections::HashSet,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::storage::{Clock, Memory, Storage, StorageKey};

/// What a person is told when the store does not work.
const TROUBLE: &str = "الان نمی‌توانم ادامه بدهم. لطفاً کمی بعد دوباره بنویسید.";

/// The store of a bot, its clock, and what is said when it does not work.
#[derive(Clone)]
pub(crate) struct Store {
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) clock: Clock,
    /// Nothing is said if it is empty.
    pub(crate) trouble: Cow<'static, str>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Store").field(&self.storage).finish()
    }
}

impl Default for Store {
    fn default() -> Self {
        Self {
            storage: Arc::new(Memory::default()),
            clock: Clock::wall(),
            trouble: Cow::Borrowed(TROUBLE),
        }
    }
}

/// A record of a conversation. A state is in a list of one, since a state of its own may be `null`.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Stored {
    /// None of a conversation that has ended.
    pub(super) state: Option<(Value,)>,
    /// The update that brought it here.
    pub(super) by: i64,
    /// What it was before that update, which finds it like this when it comes again.
    pub(super) before: Option<(Value,)>,
}

/// A record read and written again; none if it cannot be read.
#[cfg(any(test, fuzzing))]
pub(crate) fn rewrite(record: &[u8]) -> Option<Vec<u8>> {
    let stored: Stored = serde_json::from_slice(record).ok()?;
    Some(serde_json::to_vec(&stored).expect("what was read can be written"))
}

/// What the handlers of one update did to conversations, this time that it is handled.
#[derive(Default)]
pub(super) struct Run {
    written: Mutex<HashSet<StorageKey>>,
    is_marked: AtomicBool,
    is_told: AtomicBool,
}

impl Run {
    pub(super) fn has_written(&self, key: &StorageKey) -> bool {
        self.written().contains(key)
    }

    /// Takes down that the update wrote this record, and with it the mark.
    pub(super) fn wrote(&self, key: &StorageKey) {
        self.written().insert(key.clone());
        self.is_marked.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_marked(&self) -> bool {
        self.is_marked.load(Ordering::Relaxed)
    }

    /// Whether the person is still to be told that something is wrong; once.
    pub(super) fn is_to_be_told(&self) -> bool {
        !self.is_told.swap(true, Ordering::Relaxed)
    }

    /// It holds keys, which are whole whatever panicked.
    fn written(&self) -> MutexGuard<'_, HashSet<StorageKey>> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
