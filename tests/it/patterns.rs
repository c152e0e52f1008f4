//! Laws of callback data and of arguments, seen from outside: the data is read here by a plain
//! splitter and percent decoder, not by the code that wrote it.

use std::fmt::Display;

use bale::{
    extract::FromArg,
    route::callback::{CallbackDataError, callback_data},
};
use proptest::prelude::*;

const PATTERN: &str = "b:{x}:{y}:{z}";

fn written(values: &[String; 3]) -> Result<String, CallbackDataError> {
    callback_data(PATTERN, &values.each_ref().map(|value| value as &dyn Display))
}

/// Decodes percent escapes as any other program would.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let (byte, tail) = match first {
            b'%' => {
                let digits = std::str::from_utf8(&tail[..2]).unwrap();
                assert_eq!(digits, digits.to_uppercase());
                (u8::from_str_radix(digits, 16).unwrap(), &tail[2..])
            }
            byte => (byte, tail),
        };
        bytes.push(byte);
        rest = tail;
    }
    String::from_utf8(bytes).unwrap()
}

/// The bytes of `value` in the data: three for each escaped one.
fn length(value: &str, escaped: &[char]) -> usize {
    value.len() + 2 * value.chars().filter(|c| escaped.contains(c)).count()
}

/// `number` in the digits of a script whose zero is `zero`.
fn in_digits(number: &str, zero: char) -> String {
    let digit = |c: char| match c.to_digit(10) {
        Some(digit) => char::from_u32(u32::from(zero) + digit).unwrap(),
        None => c,
    };
    number.chars().map(digit).collect()
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof!["[:%2a ]{0,8}", "\\PC{0,6}", any::<i64>().prop_map(|number| number.to_string())]
}

proptest! {
    #[test]
    fn any_reader_finds_the_values(values in [value(), value(), value()]) {
        let bytes = 4
            + values[..2].iter().map(|value| length(value, &['%', ':'])).sum::<usize>()
            + length(&values[2], &['%']);
        match written(&values) {
            Ok(data) => {
                prop_assert_eq!(data.len(), bytes);
                let read: Vec<_> = data.splitn(4, ':').skip(1).map(decoded).collect();
                prop_assert_eq!(read, values);
            }
            Err(error) => {
                prop_assert!(bytes > 64);
                prop_assert_eq!(error, CallbackDataError::TooLong { pattern: PATTERN, bytes });
            }
        }
    }

    #[test]
    fn wrong_patterns_are_errors_and_no_panics(pattern in "[a{}?.:%_ ]{0,12}", value: i64) {
        let pattern: &'static str = pattern.leak();
        if let Ok(data) = callback_data(pattern, &[&value]) {
            prop_assert!(data.contains(&value.to_string()));
        }
    }

    #[test]
    fn numbers_are_read_in_any_digits(number: i64, fraction in 0_u16..1000) {
        for zero in ['0', '۰', '٠'] {
            let text = in_digits(&number.to_string(), zero);
            prop_assert_eq!(i64::from_arg("n", &text).unwrap(), number);
        }
        let point = format!("{}.{fraction:03}", number / 1_000_000);
        let typed = in_digits(&point, '۰').replace('.', "٫");
        prop_assert_eq!(f64::from_arg("n", &typed).unwrap(), point.parse::<f64>().unwrap());
    }
}

#[test]
fn data_holds_64_bytes() {
    let value = |length: usize| ["a".repeat(length), String::new(), String::new()];
    assert_eq!(written(&value(60)), Ok(format!("b:{}::", "a".repeat(60))));
    let error = written(&value(61)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the callback data of `b:{x}:{y}:{z}` has 65 bytes: at most 64 are allowed"
    );
}

#[test]
fn thousands_may_be_separated() {
    assert_eq!(u32::from_arg("n", "۱٬۲۳۴٬۵۶۷").unwrap(), 1_234_567);
    let error = u32::from_arg("n", "۱x").unwrap_err();
    assert_eq!(error.to_string(), "`۱x` is no `n`: invalid digit found in string");
}
