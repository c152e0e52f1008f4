//! Texts: folding forgets spellings and nothing else, and a cron expression means what it says.

use crate::{
    schedule::cron::Cron,
    text::{ascii_digits, fold, fold_eq, is_mark, persian_digits},
};

/// Two texts, each on a line of its own.
pub(super) fn folding(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (one, other) = text.split_once('\n').unwrap_or((text, ""));
    let key = fold(one);
    assert_eq!(fold(&key), key, "a key is its own key");
    assert!(!key.contains(|c| is_mark(c) || c == 'ي' || c == 'ك' || c == '\u{640}'), "{key:?}");
    assert!(key.chars().all(|c| !('۰'..='۹').contains(&c) && !('٠'..='٩').contains(&c)));
    assert!(!key.starts_with(' ') && !key.ends_with(' ') && !key.contains("  "), "{key:?}");
    assert_eq!(fold_eq(one, other), key == fold(other), "{one:?} and {other:?}");
    assert_eq!(fold_eq(one, other), fold_eq(other, one), "{one:?} and {other:?}");
    assert!(fold_eq(one, &key) && fold_eq(one, &persian_digits(one)), "{one:?}");
    let joined = fold_eq(&format!("{one} {other}"), &format!("{} {}", key, fold(other)));
    assert!(joined, "{one:?} and {other:?}");
    assert_eq!(ascii_digits(&ascii_digits(one)), ascii_digits(one));
}

/// A cron expression, read by a second reader that has nothing of the first.
pub(super) fn cron(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let expected = plain::read(text);
    let found = Cron::parse(text);
    assert_eq!(found.is_ok(), expected.is_some(), "{text:?}: {found:?}");
    let (Ok(cron), Some(fields)) = (found, expected) else { return };
    let numbers = |set: u64| (0..64).filter(move |bit| set >> bit & 1 == 1).collect::<Vec<u32>>();
    assert_eq!(numbers(cron.minutes), fields.minutes, "{text:?}");
    assert_eq!(numbers(cron.hours), fields.hours, "{text:?}");
    for month in 1..=12 {
        for day in 1..=31 {
            for weekday in 0..7 {
                let expected = fields.has_date(month, day, weekday);
                assert_eq!(
                    cron.has_date(month, day, weekday),
                    expected,
                    "{text:?} on {month}-{day}"
                );
            }
        }
    }
}

/// The second reader: slow, and close to the manual page of `crontab`.
mod plain {
    const MONTHS: &str = "janfebmaraprmayjunjulaugsepoctnovdec";
    const DAYS: &str = "sunmontuewedthufrisat";

    pub(super) struct Fields {
        pub(super) minutes: Vec<u32>,
        pub(super) hours: Vec<u32>,
        days: Vec<u32>,
        months: Vec<u32>,
        weekdays: Vec<u32>,
        is_any: [bool; 2],
    }

    impl Fields {
        pub(super) fn has_date(&self, month: u32, day: u32, weekday: u32) -> bool {
            let by_day = self.days.contains(&day);
            let by_weekday = self.weekdays.iter().any(|number| number % 7 == weekday);
            let is_day = match self.is_any {
                [false, false] => by_day || by_weekday,
                _ => by_day && by_weekday,
            };
            is_day && self.months.contains(&month)
        }
    }

    pub(super) fn read(text: &str) -> Option<Fields> {
        let fields: Vec<&str> = text.split([' ', '\t']).filter(|field| !field.is_empty()).collect();
        let &[minutes, hours, days, months, weekdays] = &fields[..] else { return None };
        let fields = Fields {
            minutes: numbers(minutes, 0, 59, "")?,
            hours: numbers(hours, 0, 23, "")?,
            days: numbers(days, 1, 31, "")?,
            months: numbers(months, 1, 12, MONTHS)?,
            weekdays: numbers(weekdays, 0, 7, DAYS)?,
            is_any: [days.starts_with('*'), weekdays.starts_with('*')],
        };
        let comes = |month: u32, day: u32| match month {
            2 => day <= 29,
            4 | 6 | 9 | 11 => day <= 30,
            _ => true,
        };
        let has_date = fields.months.iter().any(|month| {
            (1..=31)
                .any(|day| comes(*month, day) && (0..7).any(|w| fields.has_date(*month, day, w)))
        });
        has_date.then_some(fields)
    }

    fn numbers(field: &str, least: u32, greatest: u32, names: &str) -> Option<Vec<u32>> {
        let mut found: Vec<u32> = Vec::new();
        for item in field.split(',') {
            let (range, step) = match item.split_once('/') {
                Some((range, step)) => (range, Some(digits(step).filter(|step| *step > 0)?)),
                None => (item, None),
            };
            let number = |text: &str| {
                let number = digits(text).or_else(|| named(text, least, names))?;
                (least..=greatest).contains(&number).then_some(number)
            };
            let (from, to) = match range.split_once('-') {
                _ if range == "*" => (least, greatest),
                Some((from, to)) => (number(from)?, number(to)?),
                None => (number(range)?, number(range)?),
            };
            if from > to {
                return None;
            }
            let to = if step.is_some() && from == to { greatest } else { to };
            found.extend((from..=to).filter(|number| (number - from) % step.unwrap_or(1) == 0));
        }
        found.sort_unstable();
        found.dedup();
        Some(found)
    }

    fn digits(text: &str) -> Option<u32> {
        let is_short = (1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        is_short.then(|| text.parse().ok()).flatten()
    }

    fn named(text: &str, least: u32, names: &str) -> Option<u32> {
        let at =
            names.as_bytes().chunks(3).position(|name| text.as_bytes().eq_ignore_ascii_case(name));
        Some(least + u32::try_from(at?).ok()?)
    }
}
