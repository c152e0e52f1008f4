//! Which of the updates in a journal are in memory, and which are to be loaded next.
//!
//! Updates have places, counted up as they arrive. As long as there is room, each goes to its lane as it arrives.
//! What there is no room for stays in the journal: the *front* is the first place from which on nothing was looked
//! at, and a full lane *spills*: from the first place that did not fit, it is loaded by itself.

use rustc_hash::{FxHashMap, FxHashSet};

use super::lanes::LaneKey;
use crate::storage::inbox::{Stock, Wanted};

/// How many updates are loaded at once.
const AT_ONCE: usize = 100;

#[derive(Debug)]
pub(super) struct Backlog {
    /// All below went to lanes, or belong to lanes that spilled.
    front: i64,
    /// All below are in the journal.
    end: i64,
    /// What was there at the start ends here.
    old: i64,
    /// First and last place that a lane may have to load.
    spilled: FxHashMap<LaneKey, (i64, i64)>,
    /// In lanes.
    held: FxHashSet<i64>,
    loading: Option<Load>,
    /// Done since the loading began, so that it may bring them all the same.
    ended: FxHashSet<i64>,
    /// Lanes and front take turns.
    was_lane: bool,
}

/// What is being loaded: up to which place, for which lane, and how many at most.
#[derive(Debug, Clone, Copy)]
struct Load {
    to: i64,
    lane: Option<LaneKey>,
    limit: usize,
}

/// How an update arrives that was just written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arrival {
    /// It is the next one.
    Next,
    /// Others are before it: it is loaded when it is its turn.
    Behind,
    /// It was loaded already.
    Known,
}

impl Backlog {
    pub(super) fn new(stock: Stock) -> Self {
        Self {
            front: if stock.count > 0 { 0 } else { stock.end },
            end: stock.end,
            old: stock.end,
            spilled: FxHashMap::default(),
            held: FxHashSet::default(),
            loading: None,
            ended: FxHashSet::default(),
            was_lane: false,
        }
    }

    /// Updates in lanes.
    pub(super) fn held(&self) -> usize {
        self.held.len()
    }

    /// Whether it was in the journal when the bot started.
    pub(super) fn is_old(&self, row: i64) -> bool {
        row < self.old
    }

    /// An update was written at this place.
    pub(super) fn arrives(&mut self, row: i64) -> Arrival {
        if row < self.front {
            return Arrival::Known;
        }
        let is_next = row == self.front && self.front >= self.end;
        self.end = self.end.max(row.saturating_add(1));
        if is_next { Arrival::Next } else { Arrival::Behind }
    }

    /// Whether an update of this lane must wait for others of it that are not loaded.
    pub(super) fn is_spilled(&self, key: LaneKey) -> bool {
        self.spilled.contains_key(&key)
    }

    /// Whether what was loaded from this place is in a lane or done.
    pub(super) fn is_known(&self, row: i64) -> bool {
        self.held.contains(&row) || self.ended.contains(&row)
    }

    /// The update went to a lane.
    pub(super) fn hold(&mut self, row: i64) {
        self.held.insert(row);
    }

    /// There is no room for it in its lane.
    pub(super) fn spill(&mut self, key: LaneKey, row: i64) {
        self.spilled.entry(key).or_insert((row, row)).1 = row;
    }

    /// What is at this place was looked at, by its lane's loading or by the front's.
    pub(super) fn pass(&mut self, row: i64, lane: Option<LaneKey>) {
        let next = row.saturating_add(1);
        match lane {
            None => self.front = self.front.max(next),
            Some(key) => {
                if let Some((first, _)) = self.spilled.get_mut(&key) {
                    *first = next.max(*first);
                }
            }
        }
    }

    /// The update is done.
    pub(super) fn end(&mut self, row: i64) {
        self.held.remove(&row);
        if self.loading.is_some() {
            self.ended.insert(row);
        }
    }

    /// What to load now, if anything. For how many there is room in all, and in a lane, stands beside how many
    /// there can be at most; half of that is worth the way.
    pub(super) fn wants(
        &mut self,
        (room, capacity): (usize, usize),
        room_in: impl Fn(LaneKey) -> (usize, usize),
    ) -> Option<Wanted> {
        if self.loading.is_some() || room == 0 {
            return None;
        }
        let is_worth = |(room, capacity): (usize, usize)| room >= AT_ONCE || room * 2 >= capacity;
        let front = self.front < self.end && is_worth((room, capacity));
        let lane = self.spilled.iter().find(|(key, _)| is_worth(room_in(**key)));
        let (load, from) = match lane {
            Some((&key, &(first, last))) if !(front && self.was_lane) => {
                let limit = room.min(room_in(key).0).min(AT_ONCE);
                (Load { to: last.saturating_add(1), lane: Some(key), limit }, first)
            }
            _ if front => (Load { to: self.end, lane: None, limit: room.min(AT_ONCE) }, self.front),
            _ => return None,
        };
        self.was_lane = load.lane.is_some();
        self.loading = Some(load);
        let lane = load.lane.map(LaneKey::name);
        Some(Wanted { from, to: load.to, lane, limit: load.limit })
    }

    /// The lane that is being loaded, if it is not the front.
    pub(super) fn loading_lane(&self) -> Option<LaneKey> {
        self.loading?.lane
    }

    /// What was loaded, `count` updates, was looked at; `is_all` says whether there was room for all of them.
    pub(super) fn settle(&mut self, count: usize, is_all: bool) {
        let Some(load) = self.loading.take() else { return };
        self.ended.clear();
        if is_all && count < load.limit {
            self.pass(load.to.saturating_sub(1), load.lane);
        }
        if let Some(key) = load.lane {
            if self.spilled.get(&key).is_some_and(|(first, last)| first > last) {
                self.spilled.remove(&key);
            }
        }
    }
}
