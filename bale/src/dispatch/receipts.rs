//! Answers to whoever pushes updates and waits to hear that each is safe.

use std::{
    collections::{BTreeMap, hash_map::Entry},
    time::Duration,
};

use rustc_hash::FxHashMap;
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};

use super::lanes::LaneKey;

/// What became of a pushed update.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Receipt {
    /// The server may forget it.
    Safe,
    /// There is no room for it: the server should bring it again.
    Refused,
}

/// How long the later updates of a chat wait for one that was refused. Nobody knows how long Bale waits before it
/// tries again, nor whether it does.
const HOLD: Duration = Duration::from_secs(120);
/// How many refused updates are remembered: as many as the server keeps. Source: docs.bale.ai#getUpdates.
const REMEMBERED: usize = 2000;

/// Who waits for which update, and which ones were refused.
#[derive(Debug)]
pub(super) struct Receipts {
    open: FxHashMap<i64, Vec<oneshot::Sender<Receipt>>>,
    refused: BTreeMap<i64, (LaneKey, Instant)>,
    /// Updates whose handlers began to wait for a person. Never more than are in flight ask at a time.
    pub(super) asking: mpsc::UnboundedReceiver<i64>,
    asking_tx: mpsc::UnboundedSender<i64>,
}

impl Default for Receipts {
    fn default() -> Self {
        let (asking_tx, asking) = mpsc::unbounded_channel();
        Self { open: FxHashMap::default(), refused: BTreeMap::new(), asking, asking_tx }
    }
}

impl Receipts {
    /// What the handler of update `id` calls when it begins to wait for a person.
    pub(super) fn asks(&self, id: i64) -> impl Fn() + Send + Sync + 'static {
        let asking = self.asking_tx.clone();
        move || {
            // Once the owner is gone nobody waits for a receipt.
            let _ = asking.send(id);
        }
    }

    /// Answers when update `id` is safe.
    pub(super) fn wait(&mut self, id: i64, answer: oneshot::Sender<Receipt>) {
        self.refused.remove(&id);
        match self.open.entry(id) {
            Entry::Occupied(mut waiting) => {
                // A server that lost its patience left one behind each time.
                waiting.get_mut().retain(|answer| !answer.is_closed());
                waiting.get_mut().push(answer);
            }
            Entry::Vacant(place) => drop(place.insert(vec![answer])),
        }
    }

    /// Update `id` is safe.
    pub(super) fn give(&mut self, id: i64) {
        for answer in self.open.remove(&id).into_iter().flatten() {
            // Whoever has gone will hear it when the update comes again.
            let _ = answer.send(Receipt::Safe);
        }
    }

    /// Whether update `id` would overtake one of its chat that was refused.
    pub(super) fn is_early(&mut self, id: i64, key: Option<LaneKey>, now: Instant) -> bool {
        self.refused.retain(|_, (_, since)| now.duration_since(*since) < HOLD);
        self.refused.range(..id).any(|(_, (refused, _))| Some(*refused) == key)
    }

    /// There is no room for update `id`.
    pub(super) fn refuse(
        &mut self,
        id: i64,
        key: Option<LaneKey>,
        now: Instant,
        answer: oneshot::Sender<Receipt>,
    ) {
        if let Some(key) = key.filter(|_| self.refused.len() < REMEMBERED) {
            self.refused.entry(id).or_insert((key, now));
        }
        let _ = answer.send(Receipt::Refused);
    }
}
