//! Periods, as `every` takes them: `1h`, `1d 12h`.

const UNITS: &[(&str, u64)] = &[
    ("w", 7 * 24 * 60 * 60 * 1000),
    ("d", 24 * 60 * 60 * 1000),
    ("h", 60 * 60 * 1000),
    ("m", 60 * 1000),
    ("s", 1000),
    ("ms", 1),
];

/// The milliseconds of a period, or what is wrong with it.
pub(crate) fn millis(text: &str) -> Result<u64, String> {
    let problem = || {
        format!(
            "`{text}` is no period: write numbers with units (w, d, h, m, s, ms), as in `1h`, `30s` or `1d 12h`"
        )
    };
    let mut rest = text.trim();
    let mut sum: u64 = 0;
    let mut last = u64::MAX;
    while !rest.is_empty() {
        let unit_at = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(problem)?;
        let (number, unit) = rest.split_at(unit_at);
        let end = unit.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(unit.len());
        let (unit, after) = unit.split_at(end);
        let (_, size) = UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(problem)?;
        let number: u64 = number.parse().map_err(|_| problem())?;
        if *size >= last {
            return Err(format!("`{text}` is no period: each unit stands once, the longest first"));
        }
        last = *size;
        let part = number.checked_mul(*size);
        sum = part.and_then(|part| sum.checked_add(part)).ok_or_else(problem)?;
        rest = after.trim_start();
    }
    match sum {
        0 if last == u64::MAX => Err(problem()),
        ..1000 => Err(format!("a period is at least one second long, and `{text}` is shorter")),
        _ => Ok(sum),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_add_up() {
        for (text, expected) in [
            ("1h", 3_600_000),
            (" 1d 12h ", 129_600_000),
            ("1w1d", 691_200_000),
            ("1m 30s 5ms", 90_005),
            ("1000ms", 1000),
        ] {
            assert_eq!(millis(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_period_is_said() {
        for text in [
            "",
            "1",
            "h",
            "1 h",
            "1 hour",
            "-1h",
            "1.5h",
            "1h,",
            "99999999999999999999s",
            "9999999999999999w",
        ] {
            let error = millis(text).unwrap_err();
            assert!(error.contains("is no period: write numbers with units"), "{text}: {error}");
        }
        assert_eq!(
            millis("30m 1h").unwrap_err(),
            "`30m 1h` is no period: each unit stands once, the longest first"
        );
        assert_eq!(
            millis("999ms").unwrap_err(),
            "a period is at least one second long, and `999ms` is shorter"
        );
    }
}
