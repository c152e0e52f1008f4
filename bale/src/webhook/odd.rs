//! Bodies that are no updates.

use std::{
    collections::hash_map::DefaultHasher,
    hash::{Hash as _, Hasher as _},
    sync::{Mutex, PoisonError},
};

/// After so many equal bodies it is no accident of the way.
const NO_ACCIDENT: u32 = 3;

/// The last body that could not be read, and how often in a row it came. A server that tries again until it hears
/// 200 would bring nothing else any more.
#[derive(Debug, Default)]
pub(super) struct Odd(Mutex<(u64, u32)>);

impl Odd {
    /// Whether to let go of this body.
    pub(super) fn is_hopeless(&self, body: &[u8]) -> bool {
        let mut hasher = DefaultHasher::new();
        body.hash(&mut hasher);
        let found = hasher.finish();
        // The two numbers are whole whatever happened under the lock.
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (seen, times) = *last;
        *last = (found, if seen == found { times + 1 } else { 1 });
        last.1 >= NO_ACCIDENT && {
            last.1 = 0;
            true
        }
    }
}
