//! A set of ids that follow each other nearly without a gap.

use std::collections::BTreeMap;

/// Ids as spans of neighbours, from the first one of a span to its last.
#[derive(Debug, Default)]
pub(super) struct Done(BTreeMap<i64, i64>);

impl Done {
    pub(super) fn contains(&self, id: i64) -> bool {
        self.span_before(id).is_some_and(|(_, last)| id <= last)
    }

    pub(super) fn insert(&mut self, id: i64) {
        if self.contains(id) {
            return;
        }
        let before = self.span_before(id).filter(|(_, last)| last.checked_add(1) == Some(id));
        let behind = id.checked_add(1).and_then(|next| self.0.remove(&next));
        let first = before.map_or(id, |(first, _)| first);
        self.0.insert(first, behind.unwrap_or(id));
    }

    /// Forgets what is below `id`, but for a span that reaches beyond it.
    pub(super) fn forget_below(&mut self, id: i64) {
        while let Some(span) = self.0.first_entry().filter(|span| *span.get() < id) {
            span.remove();
        }
    }

    /// The last span that begins at `id` or below.
    fn span_before(&self, id: i64) -> Option<(i64, i64)> {
        self.0.range(..=id).next_back().map(|(first, last)| (*first, *last))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn neighbours_become_one_span() {
        let mut done = Done::default();
        for id in [5, 1, 3, 2, 4, i64::MIN, i64::MAX] {
            done.insert(id);
        }
        let spans: Vec<_> = done.0.iter().map(|(first, last)| (*first, *last)).collect();
        assert_eq!(spans, [(i64::MIN, i64::MIN), (1, 5), (i64::MAX, i64::MAX)]);
        done.forget_below(3);
        assert_eq!(
            [i64::MIN, 1, 6, i64::MAX].map(|id| done.contains(id)),
            [false, true, false, true]
        );
    }

    proptest! {
        #[test]
        fn it_is_a_set(ids in prop::collection::vec(-20i64..20, 0..60)) {
            let mut done = Done::default();
            let mut set = BTreeSet::new();
            for id in ids {
                done.insert(id);
                set.insert(id);
                for id in -21..21 {
                    prop_assert_eq!(done.contains(id), set.contains(&id), "{}", id);
                }
            }
        }
    }
}
