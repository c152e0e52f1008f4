//! Which ids were seen: a set that is nearly without gaps.

/// How far below the highest id one is remembered. An id further below means that the server counts anew.
const SPAN: i64 = 100_000;
/// How many runs of neighbours are remembered; the lowest give way.
const RUNS: usize = 1000;

/// Ids as runs of neighbours, from first to last, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::storage) struct Seen(pub(in crate::storage) Vec<(i64, i64)>);

impl Seen {
    /// Forgets what no longer counts beside ids up to `highest`.
    pub(in crate::storage) fn begin(&mut self, highest: i64) {
        if self.0.last().is_some_and(|(_, last)| last.saturating_sub(highest) >= SPAN) {
            self.0.clear();
        }
        let end = highest.saturating_sub(SPAN);
        self.0.retain(|(_, last)| *last >= end);
        if let Some((first, _)) = self.0.first_mut() {
            // Not at once, since it changes what is stored under the old one.
            if *first < end.saturating_sub(SPAN) {
                *first = end;
            }
        }
    }

    /// Takes an id down; `false` if it was there.
    pub(in crate::storage) fn insert(&mut self, id: i64) -> bool {
        // The first run that ends beside the id or behind it.
        let at = self.0.partition_point(|(_, last)| last.saturating_add(1) < id);
        match self.0.get(at).copied() {
            Some((first, last)) if first <= id && id <= last => return false,
            Some((first, last)) if id.checked_sub(1) == Some(last) => {
                self.0[at].1 = id;
                let next = self.0.get(at + 1).copied();
                if let Some((_, end)) = next.filter(|(next, _)| id.checked_add(1) == Some(*next)) {
                    self.0[at] = (first, end);
                    self.0.remove(at + 1);
                }
            }
            Some((first, _)) if id.checked_add(1) == Some(first) => self.0[at].0 = id,
            _ => self.0.insert(at, (id, id)),
        }
        if self.0.len() > RUNS {
            self.0.remove(0);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn neighbours_become_one_run() {
        let mut seen = Seen::default();
        for id in [5, 1, 3, 2, 4, i64::MIN, i64::MAX, 3, i64::MAX, i64::MIN] {
            seen.insert(id);
        }
        assert_eq!(seen.0, [(i64::MIN, i64::MIN), (1, 5), (i64::MAX, i64::MAX)]);
    }

    #[test]
    fn it_forgets_what_is_far_below() {
        let mut seen = Seen(vec![(1, 5), (10, 300_000)]);
        seen.begin(300_001);
        assert_eq!(seen.0, [(200_001, 300_000)]);
        seen.begin(300_001);
        assert_eq!(seen.0, [(200_001, 300_000)], "it is not cut each time");
    }

    #[test]
    fn a_server_that_counts_anew_is_believed() {
        let mut seen = Seen(vec![(0, 300_000)]);
        seen.begin(200_001);
        assert!(!seen.insert(200_001), "a late repetition");
        seen.begin(7);
        assert!(seen.insert(7));
    }

    #[test]
    fn it_is_bounded_whatever_the_ids() {
        let mut seen = Seen::default();
        for id in (0..10_000).step_by(2) {
            assert!(seen.insert(id));
        }
        assert_eq!((seen.0.len(), seen.insert(9998)), (RUNS, false));
    }

    proptest! {
        #[test]
        fn it_is_a_set(ids in prop::collection::vec(-20i64..20, 0..60)) {
            let (mut seen, mut set) = (Seen::default(), BTreeSet::new());
            for id in ids {
                seen.begin(id);
                prop_assert_eq!(seen.insert(id), set.insert(id), "{}", id);
                prop_assert!(seen.0.windows(2).all(|pair| pair[0].1 + 1 < pair[1].0), "{:?}", seen);
            }
        }
    }
}
