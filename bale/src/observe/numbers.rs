//! Numbers about a running bot, told to the `metrics` crate. Without the feature `metrics` nothing of this is
//! left: the types are empty and the functions do nothing.
//!
//! What is told once an update is registered once and kept, the rest is looked up when it is told. Labels
//! come from the program and from Bale's lists, never from what users send.

use std::{borrow::Cow, time::Duration};

#[cfg(feature = "metrics")]
use ::metrics::{Key, Label, Level, Metadata, Unit};
#[cfg(feature = "metrics")]
use tokio::time::Instant;

/// What kind of number it is.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Counter,
    Gauge,
    Histogram,
}

/// A number that the bot tells.
#[derive(Debug)]
#[cfg_attr(not(feature = "metrics"), expect(dead_code, reason = "nobody is told"))]
pub(crate) struct Metric {
    name: &'static str,
    kind: Kind,
    help: &'static str,
}

macro_rules! metrics {
    ($( $constant:ident = $kind:ident $name:literal, $help:literal; )*) => {
        $(
            #[doc = $help]
            pub(crate) const $constant: Metric = Metric { name: $name, kind: Kind::$kind, help: $help };
        )*
        #[cfg(feature = "metrics")]
        const ALL: &[Metric] = &[ $($constant),* ];
    };
}

metrics! {
    RECEIVED = Counter "bale_updates_received_total", "Updates that came for the first time.";
    UNHANDLED = Counter "bale_updates_unhandled_total", "Updates that no handler took.";
    RELEASED = Counter "bale_updates_released_total",
        "Updates confirmed at the confirm deadline, before their handlers ended.";
    IN_FLIGHT = Gauge "bale_updates_in_flight", "Updates running or waiting in lanes.";
    DEFERRED = Gauge "bale_updates_deferred", "Updates left at the server for want of room.";
    LANES = Gauge "bale_lanes", "Chats with work.";
    LANE_WAIT = Histogram "bale_lane_wait_seconds", "From the first sight of an update to its start.";
    HANDLER_CALLS = Counter "bale_handler_calls_total", "Calls of handlers, by how they ended.";
    HANDLER_TIME = Histogram "bale_handler_seconds", "How long calls of handlers took.";
    CALLS = Counter "bale_calls_total", "Tries of calls to Bale, by how they ended.";
    CALL_TIME = Histogram "bale_call_seconds", "How long tries of calls to Bale took.";
    RETRIES = Counter "bale_call_retries_total", "Calls made again.";
    SEND_WAIT = Histogram "bale_send_wait_seconds", "How long messages waited for Bale's limits.";
    LAST_POLL = Gauge "bale_last_poll_timestamp_seconds", "When the last poll was answered, in Unix time.";
    LAG = Gauge "bale_update_lag_seconds", "Age of the oldest message that the last poll brought.";
}

/// Tells the recorder what the numbers mean.
pub(crate) fn describe() {
    #[cfg(feature = "metrics")]
    for Metric { name, kind, help } in ALL {
        let unit = name.ends_with("_seconds").then_some(Unit::Seconds);
        ::metrics::with_recorder(|recorder| match kind {
            Kind::Counter => recorder.describe_counter((*name).into(), unit, (*help).into()),
            Kind::Gauge => recorder.describe_gauge((*name).into(), unit, (*help).into()),
            Kind::Histogram => recorder.describe_histogram((*name).into(), unit, (*help).into()),
        });
    }
}

/// A label's name and value.
pub(crate) type Labelled = (&'static str, Cow<'static, str>);

#[cfg(feature = "metrics")]
const METADATA: Metadata<'static> = Metadata::new("bale", Level::INFO, Some("bale"));

#[cfg(feature = "metrics")]
fn key<const N: usize>(metric: &Metric, bot: i64, labels: [Labelled; N]) -> Key {
    let bot = Label::new("bot", bot.to_string());
    let labels = labels.into_iter().map(|(name, value)| Label::new(name, value));
    Key::from_parts(metric.name, std::iter::once(bot).chain(labels).collect::<Vec<_>>())
}

macro_rules! instruments {
    ($( $(#[$attribute:meta])* $instrument:ident by $register:ident; )*) => { $(
        $(#[$attribute])*
        #[derive(Debug, Clone)]
        pub(crate) struct $instrument(#[cfg(feature = "metrics")] ::metrics::$instrument);

        impl $instrument {
            /// The number of this name, for this bot and these labels.
            #[cfg_attr(not(feature = "metrics"), expect(unused_variables, reason = "nobody is told"))]
            pub(crate) fn of<const N: usize>(metric: &Metric, bot: i64, labels: [Labelled; N]) -> Self {
                Self(
                    #[cfg(feature = "metrics")]
                    ::metrics::with_recorder(|recorder| {
                        recorder.$register(&key(metric, bot, labels), &METADATA)
                    }),
                )
            }
        }
    )* };
}

instruments! {
    /// A number that grows.
    Counter by register_counter;
    /// A number that comes and goes.
    Gauge by register_gauge;
    /// Times, by how long they are.
    Histogram by register_histogram;
}

#[cfg_attr(
    not(feature = "metrics"),
    expect(unused_variables, clippy::unused_self, reason = "nobody is told")
)]
impl Counter {
    pub(crate) fn add(&self, count: u64) {
        #[cfg(feature = "metrics")]
        self.0.increment(count);
    }
}

#[cfg_attr(
    not(feature = "metrics"),
    expect(unused_variables, clippy::unused_self, reason = "nobody is told")
)]
impl Gauge {
    #[cfg_attr(
        feature = "metrics",
        expect(clippy::cast_precision_loss, reason = "nobody counts to 2^53 updates")
    )]
    pub(crate) fn count(&self, count: usize) {
        #[cfg(feature = "metrics")]
        self.0.set(count as f64);
    }

    pub(crate) fn seconds(&self, seconds: f64) {
        #[cfg(feature = "metrics")]
        self.0.set(seconds);
    }
}

#[cfg_attr(
    not(feature = "metrics"),
    expect(unused_variables, clippy::unused_self, reason = "nobody is told")
)]
impl Histogram {
    pub(crate) fn time(&self, time: Duration) {
        #[cfg(feature = "metrics")]
        self.0.record(time.as_secs_f64());
    }
}

/// A clock that is only looked at if somebody wants to know.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stopwatch(#[cfg(feature = "metrics")] Instant);

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self(
            #[cfg(feature = "metrics")]
            Instant::now(),
        )
    }

    /// Zero if nobody wants to know.
    #[cfg_attr(not(feature = "metrics"), expect(clippy::unused_self, reason = "nobody is told"))]
    pub(crate) fn elapsed(self) -> Duration {
        #[cfg(feature = "metrics")]
        return self.0.elapsed();
        #[cfg(not(feature = "metrics"))]
        Duration::ZERO
    }
}
