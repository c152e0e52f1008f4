//! Updates that are in a journal, on their way to the lanes.

use super::{
    Books, Owner, Work,
    backlog::Arrival,
    lanes::{Admission, LaneKey},
};
use crate::{journal::Entry, types::Update};

impl Owner {
    pub(super) fn take_written(&mut self, entries: Vec<Entry>) {
        self.renew();
        for (row, update) in entries {
            let Books::Journal(backlog, _) = &mut self.books else { return };
            let arrival = backlog.arrives(row);
            if arrival == Arrival::Known {
                continue;
            }
            self.checkouts.see(&update, &self.shared);
            if arrival == Arrival::Next {
                if !self.enter(row, update, None) {
                    self.note_full();
                }
            } else {
                let bot = &self.shared.bot;
                // Whoever waits may stand before it, and would keep it from its turn.
                if bot.waiting().offer(&update, bot) {
                    self.books.finish(row);
                }
            }
        }
    }

    pub(super) fn take_loaded(&mut self, entries: Vec<Entry>) {
        self.renew();
        let (count, mut is_all) = (entries.len(), true);
        let Books::Journal(backlog, _) = &self.books else { return };
        let lane = backlog.loading_lane();
        for (row, update) in entries {
            let Books::Journal(backlog, _) = &mut self.books else { return };
            if backlog.is_known(row) {
                backlog.pass(row, lane);
                continue;
            }
            if backlog.is_old(row) {
                self.checkouts.see(&update, &self.shared);
            }
            if !self.enter(row, update, lane) {
                is_all = false;
                break;
            }
        }
        if let Books::Journal(backlog, _) = &mut self.books {
            backlog.settle(count, is_all);
        }
    }

    /// Gives an update from the journal to its lane, or leaves it for its lane's loading; `false` if it stays where
    /// it was, for want of room.
    fn enter(&mut self, row: i64, update: Update, loading: Option<LaneKey>) -> bool {
        let bot = &self.shared.bot;
        if bot.waiting().offer(&update, bot) {
            self.pass(row, loading);
            self.books.finish(row);
            return true;
        }
        let key = self.lane(&update);
        let Books::Journal(backlog, _) = &mut self.books else { return false };
        match key {
            Some(key) if loading.is_none() && backlog.is_spilled(key) => backlog.spill(key, row),
            _ => match (self.lanes.admit(key, Work { entry: row, update }, false), key) {
                (Admission::Run(work), _) => {
                    backlog.hold(row);
                    self.start(key, work);
                }
                (Admission::Queued, _) => backlog.hold(row),
                (Admission::LaneFull(_), Some(key)) if loading.is_none() => backlog.spill(key, row),
                (Admission::LaneFull(_) | Admission::Full(_), _) => return false,
            },
        }
        self.pass(row, loading);
        true
    }

    fn pass(&mut self, row: i64, loading: Option<LaneKey>) {
        if let Books::Journal(backlog, _) = &mut self.books {
            backlog.pass(row, loading);
        }
    }

    /// Asks for what there is room for.
    pub(super) fn load(&mut self) {
        let Books::Journal(backlog, clerk) = &mut self.books else { return };
        if self.drain_until.is_some() {
            return;
        }
        let lanes = &self.lanes;
        let room = (lanes.room(), self.limits.in_flight);
        if let Some(wanted) = backlog.wants(room, |key| (lanes.room_in(key), self.limits.lane)) {
            clerk.load(wanted);
        }
    }
}
