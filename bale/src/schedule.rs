//! When something is due again: after a period, or as a cron expression says in a time zone.

use std::{fmt, sync::Arc, time::Duration};

use self::cron::Cron;
#[doc(hidden)]
pub use self::cron::check;
use crate::storage::Timestamp;

pub(crate) mod cron;
#[cfg(feature = "cron")]
mod zone;

/// The shortest period: each run is written to the storage.
const SHORTEST: Duration = Duration::from_secs(1);

/// When a job is due again.
#[derive(Debug, Clone)]
pub(crate) enum Rhythm {
    /// After this period, counted from the time at which it was due before.
    Every(Duration),
    Calendar(Arc<dyn Calendar>),
}

/// A cron expression in a time zone.
pub(crate) trait Calendar: fmt::Debug + Send + Sync {
    /// The first time after `time` at which it is due.
    fn next_after(&self, time: Timestamp) -> Option<Timestamp>;
}

/// What knows the time zones. Whoever has a cron expression brings it, and nothing else names it, so that the linker
/// leaves the zones of the world out of a program without one.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Zones(fn(Cron, Option<&str>) -> InZone);

type InZone = Result<Arc<dyn Calendar>, String>;

#[cfg(feature = "cron")]
#[doc(hidden)]
pub const ZONES: Zones = Zones(|cron, zone| Ok(Arc::new(zone::in_zone(cron, zone)?)));
#[cfg(not(feature = "cron"))]
#[doc(hidden)]
pub const ZONES: Zones =
    Zones(|_, _| Err("cron expressions need the feature `cron` of `bale-bot`".to_owned()));

/// There is one.
impl PartialEq for Zones {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Zones {}

impl fmt::Debug for Zones {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Zones")
    }
}

impl Rhythm {
    /// A period; the error says what is wrong with it.
    pub(crate) fn every(period: Duration) -> Result<Self, String> {
        if period < SHORTEST {
            return Err(format!("a period is at least {SHORTEST:?} long, and this is {period:?}"));
        }
        Ok(Self::Every(period))
    }

    /// A cron expression in a time zone, `UTC` if none is named; the error says what is wrong.
    pub(crate) fn cron(
        expression: &str,
        zone: Option<&str>,
        Zones(in_zone): Zones,
    ) -> Result<Self, String> {
        let cron = Cron::parse(expression)
            .map_err(|problem| format!("`{expression}` is no cron expression: {problem}"))?;
        in_zone(cron, zone).map(Self::Calendar)
    }

    /// The first time after `time` at which it is due.
    pub(crate) fn next_after(&self, time: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Every(period) => Some(time + *period),
            Self::Calendar(calendar) => calendar.next_after(time),
        }
    }

    /// `due`, or sooner: where the clock was set back a period counts anew.
    pub(crate) fn not_beyond(&self, due: Timestamp, now: Timestamp) -> Timestamp {
        match self {
            Self::Every(period) => due.min(now + *period),
            Self::Calendar(_) => due,
        }
    }

    /// Of the times at which it was due, `due` and later ones, one after which the next is later than `now`: what
    /// was missed is due once.
    pub(crate) fn skip(&self, due: Timestamp, now: Timestamp) -> Timestamp {
        match self {
            Self::Every(period) => {
                let missed = due.until(now).as_nanos() / period.as_nanos();
                due + period.saturating_mul(u32::try_from(missed).unwrap_or(u32::MAX))
            }
            Self::Calendar(_) => now.max(due),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// One run makes up for those that were missed, and the next one is in time.
        #[test]
        fn a_period_keeps_its_beat(period in 1000_u64..1_000_000, due in 0_i64..1 << 40, late in 0_i64..1 << 32) {
            let rhythm = Rhythm::every(Duration::from_millis(period)).unwrap();
            let (due, now) = (Timestamp::from_millis(due), Timestamp::from_millis(due + late));
            let last = rhythm.skip(due, now);
            prop_assert_eq!(due.until(last).as_millis() % u128::from(period), 0);
            prop_assert!(last <= now && now < rhythm.next_after(last).unwrap());
        }
    }
}
