//! Where a bot's updates come from: polls, or a webhook.

use std::time::Duration;

use super::RunError;
#[cfg(feature = "webhook")]
use crate::webhook::{Receiver, Stopped, Webhook};
use crate::{client::Bot, dispatch::Dispatcher, health::Health, polling::Poller, storage::Clock};

pub(super) enum Source {
    Polls(Poller),
    #[cfg(feature = "webhook")]
    Webhook(Receiver),
}

impl Source {
    pub(super) fn of(
        bot: Bot,
        hold: Duration,
        health: Health,
        clock: Clock,
        #[cfg(feature = "webhook")] webhook: Option<Webhook>,
    ) -> Self {
        #[cfg(feature = "webhook")]
        if let Some(webhook) = webhook {
            return Self::Webhook(Receiver::new(webhook, bot, health, clock));
        }
        Self::Polls(Poller::new(bot, hold, health, clock))
    }

    /// Whether updates come one by one, each waiting for its answer.
    pub(super) fn pushes(&self) -> bool {
        !matches!(self, Self::Polls(_))
    }

    /// What must be known before `on_start`. Waits for a server that is down.
    pub(super) async fn prepare(&mut self) -> Result<(), RunError> {
        match self {
            Self::Polls(poller) => poller.prepare().await.map_err(RunError::Refused),
            #[cfg(feature = "webhook")]
            Self::Webhook(receiver) => receiver.prepare().await.map_err(RunError::from),
        }
    }

    /// Receives until the dispatcher ends; to stop, drop the future.
    pub(super) async fn run(&mut self, dispatcher: &Dispatcher) -> Result<(), RunError> {
        match self {
            Self::Polls(poller) => poller.run(dispatcher).await.map_err(RunError::Refused),
            #[cfg(feature = "webhook")]
            Self::Webhook(receiver) => receiver.run(dispatcher).await.map_err(RunError::from),
        }
    }

    /// What a journal has, and the server need not keep.
    pub(super) fn written(&self) -> Option<i64> {
        match self {
            Self::Polls(poller) => poller.written(),
            #[cfg(feature = "webhook")]
            Self::Webhook(_) => None,
        }
    }

    /// Confirms what is done, if that was not said with each update.
    pub(super) async fn confirm(&self, offset: i64) {
        match self {
            Self::Polls(poller) => poller.confirm(offset).await,
            #[cfg(feature = "webhook")]
            Self::Webhook(_) => {}
        }
    }

    /// Ends what the source itself began.
    pub(super) async fn finish(self) {
        match self {
            Self::Polls(_) => {}
            #[cfg(feature = "webhook")]
            Self::Webhook(receiver) => receiver.finish().await,
        }
    }
}

#[cfg(feature = "webhook")]
impl From<Stopped> for RunError {
    fn from(stopped: Stopped) -> Self {
        match stopped {
            Stopped::Token(error) => Self::Refused(error),
            Stopped::Webhook(error) => Self::Webhook(error),
        }
    }
}
