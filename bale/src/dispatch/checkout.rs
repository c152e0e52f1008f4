//! The clocks of payments that wait for approval. Bale cancels one after 10 seconds, without a word to the user, so it
//! is declined before that, whatever its handler does and however long its lane is.

use std::{sync::Arc, time::Duration};

use rustc_hash::FxHashMap;
use tokio::{task::JoinSet, time::Instant};
use tracing::{error, warn};

use super::Shared;
use crate::{
    bound::{PreCheckoutQuery, Update},
    types,
};

/// How long a handler may take. Two of the ten seconds are for the call.
const PATIENCE: Duration = Duration::from_secs(8);

/// The payments whose clocks run.
#[derive(Debug, Default)]
pub(super) struct Checkouts {
    /// Those not handled yet, by the update's id: the handler must know of an answer by the clock.
    waiting: FxHashMap<i64, Update>,
    /// One task a clock, which ends with the update's id.
    clocks: JoinSet<i64>,
}

impl Checkouts {
    /// Starts the clock, if `update` is such a payment.
    pub(super) fn see(&mut self, update: &types::Update, shared: &Arc<Shared>) {
        if update.pre_checkout_query().is_none() {
            return;
        }
        while let Some(Ok(id)) = self.clocks.try_join_next() {
            self.waiting.remove(&id);
        }
        let id = update.update_id;
        if self.waiting.contains_key(&id) {
            // There was no room for it, and it comes again.
            return;
        }
        let update = Update::new(update.clone(), shared.bot.clone());
        let Some(query) = update.pre_checkout_query() else { return };
        self.waiting.insert(id, update);
        let deadline = Instant::now() + PATIENCE;
        let shared = Arc::clone(shared);
        self.clocks.spawn(async move {
            tokio::time::sleep_until(deadline).await;
            if !query.is_answered() {
                decline(id, &query, &shared).await;
            }
            id
        });
    }

    /// The update with this id, as the clock knows it.
    pub(super) fn take(&mut self, update_id: i64) -> Option<Update> {
        self.waiting.remove(&update_id)
    }
}

async fn decline(update_id: i64, query: &PreCheckoutQuery, shared: &Shared) {
    warn!(update_id, "no handler answered a payment within {PATIENCE:?}: it is declined");
    if let Err(error) = query.decline(&*shared.decline_text).await {
        error!(update_id, "the payment could not be declined: {error}");
    }
}
