//! Which chats are private, as far as remembered.

use std::sync::{
    OnceLock,
    atomic::{AtomicI64, Ordering},
};

/// 64 KiB, taken when the first private chat is met.
const SLOTS: usize = 1 << 13;

/// A memory of fixed size: each id has one slot, and a later id takes it from an earlier one. What is
/// forgotten is learned again from the next update or answer.
#[derive(Debug, Default)]
pub(super) struct Privates(OnceLock<Box<[AtomicI64]>>);

impl Privates {
    /// Remembers a private chat; says whether it was known.
    pub(super) fn learn(&self, id: i64) -> bool {
        let slots = self.0.get_or_init(|| (0..SLOTS).map(|_| AtomicI64::new(0)).collect());
        let slot = &slots[place(id)];
        // Updates of a busy chat find it known; not writing spares the other cores.
        slot.load(Ordering::Relaxed) == id || slot.swap(id, Ordering::Relaxed) == id
    }

    pub(super) fn knows(&self, id: i64) -> bool {
        // 0 is what an empty slot holds.
        let Some(slots) = self.0.get() else { return false };
        id != 0 && slots[place(id)].load(Ordering::Relaxed) == id
    }
}

/// Ids of one time are close together; multiplying spreads them.
fn place(id: i64) -> usize {
    let spread = u64::from_ne_bytes(id.to_ne_bytes()).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    usize::try_from(spread >> 32).unwrap_or_default() % SLOTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_of_a_thousand_chats_are_remembered() {
        let privates = Privates::default();
        assert!(!privates.knows(7));
        assert!(!privates.learn(7));
        assert!(privates.learn(7));
        assert!(privates.knows(7));
        assert!(!privates.knows(0));
        for id in 5_000_000_000..5_000_001_000 {
            privates.learn(id);
        }
        let known = (5_000_000_000..5_000_001_000).filter(|id| privates.knows(*id)).count();
        assert!(known > 900, "{known}");
    }
}
