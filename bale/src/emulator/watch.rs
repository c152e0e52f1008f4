//! What the test kit sees of a server.

use std::time::Duration;

use super::{Emulator, ReceivedCall, time::Time};

impl Emulator {
    /// [`calls`](Self::calls) from this number on, without `getUpdates`: number, whether it ended, the call.
    pub(crate) fn calls_since(&self, number: u64) -> Vec<(u64, bool, ReceivedCall)> {
        self.core().log().since(number)
    }

    /// The id of the next update.
    pub(crate) fn next_update_id(&self) -> i64 {
        self.core().queue.next_id()
    }

    /// Whether the bot received every update, be it done with them or not.
    pub(crate) fn is_handed_out(&self) -> bool {
        self.core().queue.is_handed_out()
    }

    /// The bot's id, which is the first part of its token, and the token.
    pub(crate) fn account(&self) -> (i64, String) {
        let core = self.core();
        (core.bot().id, core.token().to_owned())
    }

    /// What time it is there, since 1970.
    pub(crate) fn since_epoch(&self) -> Duration {
        self.now().since(Time::since_epoch(Duration::ZERO))
    }

    /// Looks now and after every change, until there is something to see.
    pub(crate) async fn until_seen<T>(&self, mut look: impl FnMut(&Self) -> Option<T>) -> T {
        loop {
            let mut changed = std::pin::pin!(self.shared.changed.notified());
            changed.as_mut().enable();
            if let Some(seen) = look(self) {
                return seen;
            }
            changed.await;
        }
    }
}
