//! Where states of conversations are kept, and what one looks like there.

use std::{
    borrow::Cow,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::storage::{Clock, Memory, Storage};

/// What a person is told when the store does not work.
const TROUBLE: &str = "الان نمی‌توانم ادامه بدهم. لطفاً کمی بعد دوباره بنویسید.";

/// How often an update is handled anew at most, because another one was faster.
const MAX_RACES: u32 = 3;

/// The store of a bot, its clock, and what is said when it does not work.
#[derive(Clone)]
pub(crate) struct Store {
    pub(crate) storage: Arc<dyn Storage>,
    /// Whether the author said which.
    pub(crate) is_chosen: bool,
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
            is_chosen: false,
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
    /// The chat of that update, or its person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) chat: Option<i64>,
    /// What it was before that update, which finds it like this when it comes again.
    pub(super) before: Option<(Value,)>,
}

/// What the handlers of one update did to conversations, this time that it is handled.
#[derive(Default)]
pub(super) struct Run {
    races: AtomicU32,
    has_written: AtomicBool,
    is_told: AtomicBool,
}

impl Run {
    /// Takes down that the update brought a conversation on.
    pub(super) fn wrote(&self) {
        self.has_written.store(true, Ordering::Relaxed);
    }

    /// Whether the update may be handled once more, after another one was faster. One that brought a conversation
    /// on may not: the second time it would bring it on once more.
    pub(super) fn may_repeat(&self) -> bool {
        !self.has_written.load(Ordering::Relaxed)
            && self.races.fetch_add(1, Ordering::Relaxed) < MAX_RACES
    }

    /// Whether the person is still to be told that something is wrong; once.
    pub(super) fn is_to_be_told(&self) -> bool {
        !self.is_told.swap(true, Ordering::Relaxed)
    }
}
