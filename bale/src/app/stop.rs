//! Stopping a bot from inside the program.

use std::{fmt, sync::Arc};

use tokio::sync::watch;

/// Stops a bot as SIGTERM does, from inside the program. A cheap clone.
///
/// [`App::stop_handle`](super::App::stop_handle) gives it; inside a handler it is
/// [`State<StopHandle>`](crate::extract::State).
///
/// ```
/// # use bale::{App, State, app::StopHandle};
/// # let _ =
/// App::new().command("shutdown", async |stop: State<StopHandle>| {
///     stop.stop();
///     "bye"
/// });
/// ```
#[derive(Clone)]
pub struct StopHandle(Arc<watch::Sender<bool>>);

impl Default for StopHandle {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl fmt::Debug for StopHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StopHandle").field("is_stopped", &self.is_stopped()).finish()
    }
}

impl StopHandle {
    /// Stops the bot, and those [beside](super::App::beside) it: no more updates are taken in, and running
    /// handlers may end. A bot that does not run yet will end as soon as it does.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }

    /// Whether the bot was told to stop, by a signal or by this handle, or has ended by itself.
    pub fn is_stopped(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until [`is_stopped`](Self::is_stopped).
    pub async fn stopped(&self) {
        // It fails when the sender is gone, and this is the sender.
        let _ = self.0.subscribe().wait_for(|is_stopped| *is_stopped).await;
    }
}

/// Says that the bot has stopped, however it ends.
pub(crate) struct StopsAtEnd(pub(crate) StopHandle);

impl Drop for StopsAtEnd {
    fn drop(&mut self) {
        self.0.stop();
    }
}
