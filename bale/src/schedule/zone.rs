//! Cron expressions in time zones whose clocks may be changed.

use jiff::{
    Timestamp as Instant,
    civil::{Date, DateTime, time},
    tz::{AmbiguousOffset, TimeZone},
};

use super::{
    Calendar,
    cron::{Cron, has},
};
use crate::storage::Timestamp;

/// No day of an expression is farther off: from one 29 February to the next it may be eight years.
const DAYS: usize = 9 * 366;

/// A cron expression in a time zone.
#[derive(Debug)]
pub(super) struct InZone {
    cron: Cron,
    zone: TimeZone,
}

/// The zone of this name, `UTC` for none.
pub(super) fn in_zone(cron: Cron, name: Option<&str>) -> Result<InZone, String> {
    let Some(name) = name else { return Ok(InZone { cron, zone: TimeZone::UTC }) };
    match TimeZone::get(name) {
        Ok(zone) => Ok(InZone { cron, zone }),
        Err(_) => Err(format!(
            "there is no time zone `{name}`: write a name of the IANA database, as `Asia/Tehran`"
        )),
    }
}

/// With named hours each local time counts once: one that the zone skips is due when the skipping ends, one that it has
/// twice is due the first time. With `*` for the hour, whatever the clock shows is due.
impl Calendar for InZone {
    fn next_after(&self, time: Timestamp) -> Option<Timestamp> {
        let time = Instant::from_millisecond(time.as_millis()).ok()?;
        let next = if self.cron.any_hour { self.next_shown(time) } else { self.next_named(time) }?;
        Some(Timestamp::from_millis(next.as_millisecond()))
    }
}

impl InZone {
    fn next_named(&self, time: Instant) -> Option<Instant> {
        let mut local = self.zone.to_datetime(time);
        loop {
            local = self.next_local(local)?;
            // A local time that comes the second time was due before `time`.
            let due = self.first_instant(local)?;
            if due > time {
                return Some(due);
            }
        }
    }

    /// When the zone's clock shows `local` for the first time, or has skipped it.
    fn first_instant(&self, local: DateTime) -> Option<Instant> {
        let found = self.zone.to_ambiguous_timestamp(local);
        if matches!(found.offset(), AmbiguousOffset::Gap { .. }) {
            let before = found.earlier().ok()?;
            return Some(self.zone.following(before).next()?.timestamp());
        }
        found.earlier().ok()
    }

    /// Between two changes of its clock a zone is as simple as UTC.
    fn next_shown(&self, mut time: Instant) -> Option<Instant> {
        let mut local = self.zone.to_datetime(time);
        loop {
            let offset = self.zone.to_offset(time);
            let due = offset.to_timestamp(self.next_local(local)?).ok()?;
            match self.zone.following(time).next() {
                Some(change) if change.timestamp() <= due => {
                    time = change.timestamp();
                    // The change itself may be due.
                    local = change.offset().to_datetime(time).checked_sub(SECOND).ok()?;
                }
                _ => return Some(due),
            }
        }
    }

    /// The first local time after `local` that the expression names.
    fn next_local(&self, local: DateTime) -> Option<DateTime> {
        let (mut date, now) = (local.date(), local.time());
        let mut from = minute_of_day(now.hour(), now.minute()) + 1;
        for _ in 0..DAYS {
            if self.has(date) {
                let mut minutes = from..24 * 60;
                if let Some(minute) = minutes.find(|minute| {
                    has(self.cron.hours, minute / 60) && has(self.cron.minutes, minute % 60)
                }) {
                    let [hour, minute] = [minute / 60, minute % 60]
                        .map(|number| i8::try_from(number).expect("below 60"));
                    return Some(date.to_datetime(time(hour, minute, 0, 0)));
                }
            }
            date = date.tomorrow().ok()?;
            from = 0;
        }
        None
    }

    fn has(&self, date: Date) -> bool {
        let [month, day, weekday] =
            [date.month(), date.day(), date.weekday().to_sunday_zero_offset()]
                .map(i8::unsigned_abs);
        self.cron.has_date(month.into(), day.into(), weekday.into())
    }
}

const SECOND: std::time::Duration = std::time::Duration::from_secs(1);

fn minute_of_day(hour: i8, minute: i8) -> u32 {
    u32::from(hour.unsigned_abs()) * 60 + u32::from(minute.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn calendar(expression: &str, zone: &str) -> InZone {
        in_zone(Cron::parse(expression).unwrap(), Some(zone)).unwrap()
    }

    /// What is due after a time, as the zone's clock shows it.
    fn dues(expression: &str, zone: &str, after: &str, count: usize) -> Vec<String> {
        let calendar = calendar(expression, zone);
        let mut time = Timestamp::from_millis(after.parse::<Instant>().unwrap().as_millisecond());
        (0..count)
            .map(|_| {
                time = calendar.next_after(time).unwrap();
                let instant = Instant::from_millisecond(time.as_millis()).unwrap();
                format!(
                    "{} {}",
                    calendar.zone.to_datetime(instant),
                    calendar.zone.to_offset(instant)
                )
            })
            .collect()
    }

    #[test]
    fn tehran_has_had_one_offset_since_2022() {
        assert_eq!(
            dues("0 9 * * *", "Asia/Tehran", "2026-03-20T05:30:00Z", 3),
            [
                "2026-03-21T09:00:00 +03:30",
                "2026-03-22T09:00:00 +03:30",
                "2026-03-23T09:00:00 +03:30"
            ]
        );
    }

    /// On 29 March 2026 Berlin's clock goes from 2:00 to 3:00.
    #[test]
    fn a_skipped_time_is_due_when_the_skipping_ends() {
        let after = "2026-03-28T02:00:00Z";
        assert_eq!(
            dues("30 2 * * *", "Europe/Berlin", after, 2),
            ["2026-03-29T03:00:00 +02", "2026-03-30T02:30:00 +02"]
        );
        assert_eq!(
            dues("*/20 2,3 * * *", "Europe/Berlin", after, 5),
            [
                "2026-03-28T03:20:00 +01",
                "2026-03-28T03:40:00 +01",
                "2026-03-29T03:00:00 +02",
                "2026-03-29T03:20:00 +02",
                "2026-03-29T03:40:00 +02",
            ]
        );
        assert_eq!(
            dues("5 * * * *", "Europe/Berlin", "2026-03-29T00:30:00Z", 2),
            ["2026-03-29T03:05:00 +02", "2026-03-29T04:05:00 +02"]
        );
    }

    /// On 25 October 2026 it goes from 3:00 back to 2:00.
    #[test]
    fn a_doubled_time_is_due_once_and_every_hour_is_every_hour() {
        let after = "2026-10-24T22:00:00Z";
        assert_eq!(
            dues("30 2 * * *", "Europe/Berlin", after, 2),
            ["2026-10-25T02:30:00 +02", "2026-10-26T02:30:00 +01"]
        );
        assert_eq!(
            dues("30 * * * *", "Europe/Berlin", after, 5),
            [
                "2026-10-25T00:30:00 +02",
                "2026-10-25T01:30:00 +02",
                "2026-10-25T02:30:00 +02",
                "2026-10-25T02:30:00 +01",
                "2026-10-25T03:30:00 +01",
            ]
        );
    }

    #[test]
    fn a_day_may_be_years_off() {
        assert_eq!(
            dues("0 0 29 2 *", "UTC", "2096-03-01T00:00:00Z", 1),
            ["2104-02-29T00:00:00 +00"]
        );
        let end = calendar("0 0 * * *", "UTC").next_after(Timestamp::MAX);
        assert_eq!(end, None);
    }

    #[test]
    fn an_unknown_zone_is_told() {
        let error = in_zone(Cron::parse("0 9 * * *").unwrap(), Some("Asia/Teheran")).unwrap_err();
        assert_eq!(
            error,
            "there is no time zone `Asia/Teheran`: write a name of the IANA database, as `Asia/Tehran`"
        );
    }

    const MINUTE: i64 = 60_000;

    /// Minute by minute from three hours before `from`, what is due by the law of `next_after`.
    fn by_the_minute(calendar: &InZone, from: i64, to: i64) -> Vec<i64> {
        let InZone { cron, zone } = calendar;
        let matches = |local: DateTime| {
            calendar.has(local.date())
                && has(cron.hours, local.hour().unsigned_abs().into())
                && has(cron.minutes, local.minute().unsigned_abs().into())
        };
        let local = |at: i64| zone.to_datetime(Instant::from_millisecond(at).unwrap());
        let mut seen = BTreeSet::new();
        let mut before = local(from - 181 * MINUTE);
        let mut dues = Vec::new();
        for at in (from - 180 * MINUTE..=to).step_by(60_000) {
            let now = local(at);
            let mut skipped = before.checked_add(SECOND * 60).unwrap();
            let mut is_due = matches(now) && (cron.any_hour || !seen.contains(&now));
            while !cron.any_hour && skipped < now {
                is_due |= matches(skipped);
                skipped = skipped.checked_add(SECOND * 60).unwrap();
            }
            seen.insert(now);
            before = now;
            if is_due && at > from {
                dues.push(at);
            }
        }
        dues
    }

    proptest! {
        /// Around the changes of clocks, by an hour and by half an hour, north and south.
        #[test]
        fn what_is_due_is_what_a_look_at_the_clock_each_minute_finds(
            zone in prop::sample::select(vec![
                "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Tehran",
                "Africa/Casablanca", "America/Sao_Paulo",
            ]),
            expression in prop::sample::select(vec![
                "30 2 * * *", "*/20 1-3 * * *", "0 * * * *", "*/25 */2 * * *", "15 0,23 * * *",
                "0 2 * * SUN", "10 1 25-31 3,10 *", "* 1,2 * * *", "59 23 * * 6,0",
            ]),
            year in 2015_i16..2027,
            change in 0_usize..2,
            minutes in -2000_i64..200,
        ) {
            let calendar = calendar(expression, zone);
            let start = jiff::civil::date(year, 1, 1).at(0, 0, 0, 0);
            let start = TimeZone::UTC.to_timestamp(start).unwrap();
            let change = calendar.zone.following(start).nth(change);
            let near = change.map_or(start, |change| change.timestamp());
            let from = (near.as_millisecond().div_euclid(MINUTE) + minutes) * MINUTE;
            let to = from + 3000 * MINUTE;
            let mut found = Vec::new();
            let mut time = Timestamp::from_millis(from);
            while let Some(next) = calendar.next_after(time) {
                prop_assert!(next > time);
                if next.as_millis() > to {
                    break;
                }
                found.push(next.as_millis());
                time = next;
            }
            prop_assert_eq!(found, by_the_minute(&calendar, from, to));
        }
    }
}
