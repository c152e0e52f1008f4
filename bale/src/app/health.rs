//! Where a program answers about the health of its bots.

use std::net::SocketAddr;

use tracing::info;

use super::{App, RunError};
use crate::health::{self, Page};

impl App {
    /// Answers at this address whether this bot and those [beside](Self::beside) it are well: `/livez` and `/readyz`, as
    /// [`health::router`] has them. Port 0 is a free one; a log line says which.
    ///
    /// [`App::run`](Self::run) also takes the address from `BALE_HEALTH_LISTEN`. It is for machines of one's own:
    /// `127.0.0.1:8081`, or the address of a container.
    pub fn health_listen(mut self, address: SocketAddr) -> Self {
        self.health_listen = Some(address);
        self
    }

    /// The same with the address of the environment, unless there is one.
    pub(super) fn health_from_env(mut self) -> Result<Self, RunError> {
        let asked = std::env::var(health::ADDRESS).ok().filter(|asked| !asked.is_empty());
        if let (None, Some(asked)) = (self.health_listen, asked) {
            let address = asked.parse().map_err(|_| {
                // It is not quoted: people mistake one variable for another, and some hold secrets.
                RunError::Health(format!(
                    "{} must be an address and a port, as 127.0.0.1:8081, and is something else",
                    health::ADDRESS
                ))
            })?;
            self.health_listen = Some(address);
        }
        Ok(self)
    }

    /// Begins to answer, if it was asked for.
    pub(super) async fn answer_health(&self, beside: &[Self]) -> Result<Option<Page>, RunError> {
        let all = || std::iter::once(self).chain(beside);
        let Some(address) = all().find_map(|app| app.health_listen) else { return Ok(None) };
        let bots = all().map(Self::health).collect();
        let (address, page) = health::serve(address, bots).await.map_err(|error| {
            RunError::Health(format!("cannot listen on {address} for /livez and /readyz: {error}"))
        })?;
        info!("health: http://{address}/livez and http://{address}/readyz");
        Ok(Some(page))
    }
}
