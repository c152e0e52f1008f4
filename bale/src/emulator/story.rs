//! What the bot in the same process tells about its handlers: which one ran, and why the others did not.

use std::collections::VecDeque;

use serde_json::Value;

/// How many are remembered; the oldest give way.
const KEPT_STORIES: usize = 2_000;

/// Stories of updates, in the order they were told.
#[derive(Debug, Default)]
pub(crate) struct Stories {
    told: u64,
    stories: VecDeque<Value>,
}

impl Stories {
    /// Adds one, an object.
    pub(crate) fn tell(&mut self, story: Value) {
        if self.stories.len() == KEPT_STORIES {
            self.stories.pop_front();
        }
        self.stories.push_back(story);
        self.told += 1;
    }

    /// Those told after the first `count`, and how many there are now.
    pub(crate) fn since(&self, count: u64) -> (u64, impl Iterator<Item = &Value>) {
        let new = usize::try_from(self.told - count).unwrap_or(usize::MAX);
        (self.told, self.stories.iter().skip(self.stories.len().saturating_sub(new)))
    }

    pub(crate) fn clear(&mut self) {
        self.stories.clear();
    }
}
