//! Parameters that are captures, of all forms and types.

use std::{fmt, net::IpAddr, str::FromStr};

use bale::{
    App, Message,
    extract::{ArgError, FromArg},
};

type Count = u32;

/// A type with `FromStr` and `Display`.
#[derive(Debug, PartialEq)]
enum Colour {
    Red,
    Blue,
}

impl FromStr for Colour {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "red" => Ok(Self::Red),
            "blue" => Ok(Self::Blue),
            other => Err(format!("{other} is no colour")),
        }
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if *self == Self::Red { "red" } else { "blue" })
    }
}

/// A type that is read without `FromStr`.
struct Tags(Vec<String>);

impl FromArg for Tags {
    fn from_arg(_: &'static str, text: &str) -> Result<Self, ArgError> {
        Ok(Self(text.split(',').map(str::to_owned).collect()))
    }
}

#[bale::command("captures {a} {mut_} {type} {نام} {c} {d} {e}")]
#[expect(clippy::too_many_arguments, reason = "one of each type")]
async fn required(
    e: Tags,
    message: &Message,
    a: i64,
    mut mut_: Count,
    r#type: bool,
    d: IpAddr,
    نام: String,
    c: char,
) {
    mut_ += 1;
    drop((e.0, message, a, mut_, r#type, d, نام, c));
}

#[bale::command("captures_optional {a?} {b?} {c...}")]
async fn optional(a: Option<Colour>, b: Option<f64>, c: Option<String>) {
    drop((a, b, c));
}

#[bale::command("captures_rest {all...}")]
async fn rest(all: String) -> String {
    all
}

#[bale::command("captures_words {all...}")]
async fn words(all: Vec<Colour>) -> String {
    format!("{all:?}")
}

#[bale::on_message("سفارش {count} عدد {what}")]
async fn order(count: Count, what: String) -> String {
    format!("{count} {what}")
}

#[bale::on_callback("captures:{colour}:{count}")]
async fn paint(count: Count, colour: Colour) -> String {
    format!("{count} {colour}")
}

/// The lower pattern is the one that is written.
#[bale::on_callback("captures-old:{count}")]
#[bale::on_callback("captures-new:{count}")]
pub(crate) async fn moved(count: Count) -> String {
    count.to_string()
}

#[tokio::test]
async fn functions_are_called_as_any_other() {
    assert_eq!(order(2, "سیب".to_owned()).await, "2 سیب");
    assert_eq!(paint(3, Colour::Blue).await, "3 blue");
    assert_eq!(words(vec![Colour::Red]).await, "[Red]");
    assert_eq!(rest("a b".to_owned()).await, "a b");
    assert_eq!(moved(1).await, "1");
}

#[test]
fn data_takes_the_captures_in_their_order() {
    assert_eq!(paint::data(Colour::Red, 5).as_deref(), Ok("captures:red:5"));
    assert_eq!(moved::data(1).as_deref(), Ok("captures-new:1"));
}

#[test]
fn the_module_makes_a_bot() {
    assert_eq!(App::collect_module(module_path!()).check(), Ok(()));
}
