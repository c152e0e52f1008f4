//! A webhook as the source of a bot's updates: set, served, and watched.

use std::{future::IntoFuture, time::Duration};

use axum::{Router, routing::any};
use tokio::time::timeout;
use tracing::{debug, info, warn};

use super::{Webhook, WebhookError, answer, server::Server};
use crate::{
    client::Bot, dispatch::Dispatcher, error::Error, health::Health, polling::Poller,
    storage::Clock,
};

/// How often the server is asked whether the webhook is still ours.
const LOOK: Duration = Duration::from_secs(300);
/// How long the removal at the stop may take.
const LAST_CALL: Duration = Duration::from_secs(5);

/// Why no updates come any more.
#[derive(Debug)]
pub(crate) enum Stopped {
    /// The token is refused.
    Token(Error),
    /// The webhook cannot be had.
    Webhook(WebhookError),
}

/// Receives updates by a webhook.
#[derive(Debug)]
pub(crate) struct Receiver {
    webhook: Webhook,
    bot: Bot,
    /// Makes the calls that wait for a server that is down.
    poller: Poller,
    server: Option<Server>,
    health: Health,
}

/// The door is open while this lives.
struct Open<'w>(&'w Webhook);

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.shared.door.send_replace(None);
    }
}

impl Receiver {
    pub(crate) fn new(webhook: Webhook, bot: Bot, health: Health, clock: Clock) -> Self {
        let poller = Poller::new(bot.clone(), Duration::ZERO, health.clone(), clock);
        Self { webhook, bot, poller, server: None, health }
    }

    /// Listens, though nothing is taken in yet, and learns who the bot is. Waits for a server that is down.
    ///
    /// # Errors
    /// If the address cannot be listened on, or the token is refused.
    pub(crate) async fn prepare(&mut self) -> Result<(), Stopped> {
        if let Some(address) = &self.webhook.listen {
            let shared = self.webhook.shared.clone();
            let router = Router::new().fallback(any(answer::answer)).with_state(shared);
            let server = Server::bind(address, router).await.map_err(|error| {
                let text = format!("the webhook cannot listen on `{address}`: {error}");
                Stopped::Webhook(WebhookError(text))
            })?;
            self.server = Some(server);
        }
        self.poller.meet().await.map_err(Stopped::Token)
    }

    /// Takes in updates until the dispatcher ends; to stop, drop the future. Requests that were begun are answered all
    /// the same.
    ///
    /// # Errors
    /// If the server refuses the webhook or the token.
    pub(crate) async fn run(&mut self, dispatcher: &Dispatcher) -> Result<(), Stopped> {
        self.webhook.shared.door.send_replace(Some(dispatcher.door()));
        let _open = Open(&self.webhook);
        let served = async {
            if let Some(server) = &mut self.server {
                if let Ok(address) = server.address() {
                    info!("the webhook listens on {address}");
                }
                server.run().await;
            }
            std::future::pending::<()>().await;
        };
        let watched = async {
            set(&self.webhook, &self.bot, &mut self.poller).await?;
            info!("updates come by the webhook {}", self.webhook);
            // Nothing is asked for that could fail to come.
            self.health.is_heard(Duration::MAX);
            watch(&self.webhook, &self.bot, &mut self.poller).await
        };
        tokio::select! {
            stopped = watched => stopped,
            () = served => Ok(()),
            () = dispatcher.ended() => Ok(()),
        }
    }

    /// Ends what was begun, after the last handler.
    pub(crate) async fn finish(self) {
        if let Some(server) = self.server {
            server.finish().await;
        }
        if self.webhook.is_deleted_at_stop {
            match timeout(LAST_CALL, self.bot.delete_webhook().into_future()).await {
                Ok(Ok(_)) => debug!("the webhook is removed"),
                Ok(Err(error)) => warn!("the webhook could not be removed: {error}"),
                Err(_) => warn!("the webhook could not be removed within {LAST_CALL:?}"),
            }
        }
    }
}

/// Tells the server where to bring updates, until it knows.
async fn set(webhook: &Webhook, bot: &Bot, poller: &mut Poller) -> Result<(), Stopped> {
    let address = webhook.full_address();
    let refused = |error: &Error| {
        error.is_invalid_token()
            || error.is_bad_request()
            || error.is_not_found()
            || error.is_forbidden()
    };
    let set = poller.persist(|| bot.set_webhook(&*address).no_retry().into_future(), refused).await;
    match set {
        Ok(_) => Ok(()),
        Err(error) if error.is_invalid_token() => Err(Stopped::Token(error)),
        Err(error) => {
            let found = webhook.redact(&error.to_string());
            let text = format!("the server refuses the webhook {webhook}: {found}");
            Err(Stopped::Webhook(WebhookError(text)))
        }
    }
}

/// Sets the webhook again when somebody removed it, as a copy of the program does that polls.
async fn watch(webhook: &Webhook, bot: &Bot, poller: &mut Poller) -> Result<(), Stopped> {
    let mut foreign = String::new();
    loop {
        tokio::time::sleep(LOOK).await;
        let found = match bot.get_webhook_info().no_retry().await {
            Ok(info) => info.url,
            Err(error) => {
                debug!("whether the webhook is still set is not known: {error}");
                continue;
            }
        };
        if found.is_empty() {
            warn!(
                "somebody removed the webhook, perhaps a copy of this program that polls: it is set again"
            );
            set(webhook, bot, poller).await?;
        } else if found != webhook.full_address() && found != foreign {
            warn!(
                "the webhook of this bot is another one: a second copy of the program gets the updates"
            );
            foreign = found;
        }
    }
}
