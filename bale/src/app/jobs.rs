//! What an `App` says about jobs and where they are stored.

use std::time::Duration;

use super::{App, on};
use crate::{event, handler::Handler};

impl App {
    /// Runs again after each period, one second or longer, like `#[bale::every("1h")]`: see [`jobs`](crate::jobs).
    #[track_caller]
    pub fn every<H, A>(self, period: Duration, handler: H) -> Self
    where
        H: Handler<event::every, A>,
        A: Send + Sync + 'static,
    {
        self.on(on::every(period), handler)
    }

    /// Runs at the times that a cron expression names in a time zone of the IANA database, like
    /// `#[bale::cron("0 9 * * *", tz = "Asia/Tehran")]`: see [`jobs`](crate::jobs).
    #[cfg(feature = "cron")]
    #[track_caller]
    pub fn cron<H, A>(self, expression: &'static str, zone: &'static str, handler: H) -> Self
    where
        H: Handler<event::cron, A>,
        A: Send + Sync + 'static,
    {
        self.on(on::cron(expression, zone), handler)
    }

    /// Runs when it is asked for by [`Bot::schedule`](crate::Bot::schedule), like `#[bale::job]`.
    #[track_caller]
    pub fn job<H, A>(self, name: &'static str, handler: H) -> Self
    where
        H: Handler<event::job, A>,
        A: Send + Sync + 'static,
    {
        self.on(on::job(name), handler)
    }
}
