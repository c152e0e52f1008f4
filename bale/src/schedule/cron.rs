//! Cron expressions: five fields, as `crontab` has them.
//!
//! The parser is `const`, so that the same one reads an attribute's expression while the author compiles and
//! `App::cron`'s when the bot starts. No crate was found whose parser is.

/// The minutes, hours and days that an expression names, as sets of bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cron {
    pub(crate) minutes: u64,
    pub(crate) hours: u64,
    days: u64,
    months: u64,
    /// Sunday is bit 0.
    weekdays: u64,
    /// Whether the field begins with `*`, here and below.
    any_day: bool,
    any_weekday: bool,
    pub(crate) any_hour: bool,
}

/// One of the five fields: its least and greatest number, and what is said of a wrong one.
struct Field {
    least: u32,
    greatest: u32,
    problem: &'static str,
    names: &'static [&'static [u8; 3]],
}

const FIELDS: [Field; 5] = [
    Field {
        least: 0,
        greatest: 59,
        problem: "the 1st field, the minute, takes `*` and numbers from 0 to 59: `*`, `*/5`, `0`, `0,30`, `10-20`",
        names: &[],
    },
    Field {
        least: 0,
        greatest: 23,
        problem: "the 2nd field, the hour, takes `*` and numbers from 0 to 23: `*`, `*/2`, `9`, `9,18`, `9-17`",
        names: &[],
    },
    Field {
        least: 1,
        greatest: 31,
        problem: "the 3rd field, the day of the month, takes `*` and numbers from 1 to 31: `*`, `1`, `1,15`, `1-7`",
        names: &[],
    },
    Field {
        least: 1,
        greatest: 12,
        problem: "the 4th field, the month, takes `*`, numbers from 1 to 12 and JAN to DEC: `*`, `1`, `JAN`, `1-6`",
        names: &[
            b"JAN", b"FEB", b"MAR", b"APR", b"MAY", b"JUN", b"JUL", b"AUG", b"SEP", b"OCT", b"NOV",
            b"DEC",
        ],
    },
    Field {
        least: 0,
        // 7 is Sunday too.
        greatest: 7,
        problem: "the 5th field, the weekday, takes `*`, numbers from 0 to 7 (0 and 7 are Sunday) and SUN to SAT: \
                  `*`, `6`, `SAT`, `SAT,SUN`, `1-5`",
        names: &[b"SUN", b"MON", b"TUE", b"WED", b"THU", b"FRI", b"SAT"],
    },
];

const COUNT: &str = "a cron expression has five fields with spaces between them: minute, hour, day of the month, \
                     month, weekday, as in `0 9 * * *` for every day at 9:00";
const NEVER: &str =
    "none of the months in the 4th field has a day of the 3rd field: it would never run";
/// The days of each month, February's in leap years.
const LENGTHS: [u32; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// Fails the compilation if `expression` is none.
///
/// # Panics
///
/// If it is none.
#[track_caller]
pub const fn check(expression: &str) {
    if let Err(problem) = Cron::parse(expression) {
        panic!("{}", problem);
    }
}

impl Cron {
    /// Reads an expression; the error says what is expected.
    pub(crate) const fn parse(expression: &str) -> Result<Self, &'static str> {
        let text = expression.as_bytes();
        let mut sets = [0; 5];
        let mut stars = [false; 5];
        let (mut field, mut at) = (0, skip_spaces(text, 0));
        while at < text.len() {
            if field == FIELDS.len() {
                return Err(COUNT);
            }
            stars[field] = text[at] == b'*';
            loop {
                let Some((set, next)) = item(text, at, &FIELDS[field]) else {
                    return Err(FIELDS[field].problem);
                };
                sets[field] |= set;
                at = next;
                if at == text.len() || is_space(text[at]) {
                    break;
                }
                if text[at] != b',' {
                    return Err(FIELDS[field].problem);
                }
                at += 1;
            }
            field += 1;
            at = skip_spaces(text, at);
        }
        if field < FIELDS.len() {
            return Err(COUNT);
        }
        let [minutes, hours, days, months, weekdays] = sets;
        let cron = Self {
            minutes,
            hours,
            days,
            months,
            weekdays: (weekdays | weekdays >> 7) & 0x7f,
            any_day: stars[2],
            any_weekday: stars[4],
            any_hour: stars[1],
        };
        if cron.has_a_day() { Ok(cron) } else { Err(NEVER) }
    }

    const fn has_a_day(&self) -> bool {
        let mut month = 1;
        while month <= 12 {
            let days = (1 << (LENGTHS[month as usize - 1] + 1)) - 1;
            if has(self.months, month) && (!self.any_weekday || self.days & days != 0) {
                return true;
            }
            month += 1;
        }
        false
    }

    /// Whether it names this day. Where both kinds of days are restricted, one of them is enough, as in `crontab`.
    #[cfg(any(feature = "cron", test))]
    pub(crate) const fn has_date(&self, month: u32, day: u32, weekday: u32) -> bool {
        let (day, weekday) = (has(self.days, day), has(self.weekdays, weekday));
        let is_day = if self.any_day || self.any_weekday { day && weekday } else { day || weekday };
        has(self.months, month) && is_day
    }
}

/// Whether a set has this number.
pub(super) const fn has(set: u64, number: u32) -> bool {
    set >> number & 1 == 1
}

const fn is_space(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

const fn skip_spaces(text: &[u8], mut at: usize) -> usize {
    while at < text.len() && is_space(text[at]) {
        at += 1;
    }
    at
}

/// The numbers of `*`, `5`, `1-5`, `*/2`, `1-5/2` or `5/2` at a place, and where it ends.
const fn item(text: &[u8], at: usize, field: &Field) -> Option<(u64, usize)> {
    let (first, mut last, mut at) = if at < text.len() && text[at] == b'*' {
        (field.least, field.greatest, at + 1)
    } else {
        let Some((first, after)) = number(text, at, field) else { return None };
        if after < text.len() && text[after] == b'-' {
            let Some((last, after)) = number(text, after + 1, field) else { return None };
            (first, last, after)
        } else {
            (first, first, after)
        }
    };
    let mut step = 1;
    if at < text.len() && text[at] == b'/' {
        let is_single = first == last;
        let Some((found, after)) = digits(text, at + 1) else { return None };
        if found == 0 {
            return None;
        }
        (step, at) = (found, after);
        if is_single {
            last = field.greatest;
        }
    }
    let goes_round = first > last;
    if goes_round {
        // Only the week has no first day that all agree on: `SAT-WED`.
        if field.greatest != 7 {
            return None;
        }
        last += 7;
    }
    let (mut set, mut number) = (0, first);
    while number <= last {
        set |= 1 << if goes_round { number % 7 } else { number };
        number += step;
    }
    Some((set, at))
}

/// A number of the field, or one of its names.
const fn number(text: &[u8], at: usize, field: &Field) -> Option<(u32, usize)> {
    if let Some((number, after)) = digits(text, at) {
        let is_in = field.least <= number && number <= field.greatest;
        return if is_in { Some((number, after)) } else { None };
    }
    if at + 3 > text.len() {
        return None;
    }
    let mut index = 0;
    while index < field.names.len() {
        let name = field.names[index];
        if text[at].to_ascii_uppercase() == name[0]
            && text[at + 1].to_ascii_uppercase() == name[1]
            && text[at + 2].to_ascii_uppercase() == name[2]
        {
            #[expect(clippy::cast_possible_truncation, reason = "there are twelve at most")]
            return Some((field.least + index as u32, at + 3));
        }
        index += 1;
    }
    None
}

/// At most three digits, which no number of a field needs.
const fn digits(text: &[u8], mut at: usize) -> Option<(u32, usize)> {
    let (from, mut number) = (at, 0);
    while at < text.len() && text[at].is_ascii_digit() && at < from + 3 {
        number = number * 10 + (text[at] - b'0') as u32;
        at += 1;
    }
    if at == from { None } else { Some((number, at)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits(numbers: impl IntoIterator<Item = u32>) -> u64 {
        numbers.into_iter().fold(0, |set, number| set | 1 << number)
    }

    #[test]
    fn fields_name_sets() {
        let cron = Cron::parse("  */15,7\t9-17/4 1,15 jan-MAR 5-7 ").unwrap();
        let expected = Cron {
            minutes: bits([0, 7, 15, 30, 45]),
            hours: bits([9, 13, 17]),
            days: bits([1, 15]),
            months: bits(1..=3),
            weekdays: bits([0, 5, 6]),
            any_day: false,
            any_weekday: false,
            any_hour: false,
        };
        assert_eq!(cron, expected);
        assert_eq!(Cron::parse("5/20 0 * * SUN").unwrap().minutes, bits([5, 25, 45]));
        assert_eq!(Cron::parse("0 0 * * *").unwrap().weekdays, bits(0..7));
    }

    #[test]
    fn a_week_begins_on_any_day() {
        for (field, days) in [
            ("SAT-WED", vec![6, 0, 1, 2, 3]),
            ("SAT-WED/2", vec![6, 1, 3]),
            ("FRI-7", vec![5, 6, 0]),
            ("7-1", vec![0, 1]),
            ("6-5", vec![0, 1, 2, 3, 4, 5, 6]),
        ] {
            let cron = Cron::parse(&format!("0 9 * * {field}")).unwrap();
            assert_eq!(cron.weekdays, bits(days), "{field}");
        }
    }

    #[test]
    fn either_kind_of_day_is_enough_if_both_are_given() {
        let both = Cron::parse("0 0 13 * FRI").unwrap();
        assert!(both.has_date(1, 13, 2) && both.has_date(1, 2, 5) && !both.has_date(1, 2, 2));
        let weekday = Cron::parse("0 0 */1 * FRI").unwrap();
        assert!(weekday.has_date(1, 2, 5) && !weekday.has_date(1, 13, 2));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (expression, expected) in [
            ("", COUNT),
            ("0 9 * *", COUNT),
            ("0 9 * * * *", COUNT),
            ("@daily", FIELDS[0].problem),
            ("60 9 * * *", FIELDS[0].problem),
            ("-1 9 * * *", FIELDS[0].problem),
            ("*/0 9 * * *", FIELDS[0].problem),
            ("1, 9 * * *", FIELDS[0].problem),
            ("0 24 * * *", FIELDS[1].problem),
            ("0 17-9 * * *", FIELDS[1].problem),
            ("0 0009 * * *", FIELDS[1].problem),
            ("0 9 0 * *", FIELDS[2].problem),
            ("0 9 L * *", FIELDS[2].problem),
            ("0 9 * JANUARY *", FIELDS[3].problem),
            ("0 9 * ۱ *", FIELDS[3].problem),
            ("0 9 * * 8", FIELDS[4].problem),
            ("0 9 * * 6#1", FIELDS[4].problem),
            ("0 9 30 FEB *", NEVER),
            ("0 9 31 2,4,6 *", NEVER),
        ] {
            assert_eq!(Cron::parse(expression), Err(expected), "{expression}");
        }
        assert!(Cron::parse("0 9 29 FEB *").is_ok());
        assert!(Cron::parse("0 9 30 FEB MON").is_ok());
    }
}
