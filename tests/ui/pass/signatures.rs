//! Heads of functions: lifetimes, patterns, qualifiers, attributes.

use bale::{CallbackQuery, Message, Text};

/// A synchronous one-liner.
#[bale::command]
fn one_liner() -> &'static str {
    "text"
}

#[bale::command]
pub fn one_liner_of_string(message: &Message) -> String {
    message.text.clone().unwrap_or_default()
}

#[bale::command("one_liner_of {a}")]
#[must_use]
fn one_liner_with_capture(a: u8) -> Option<String> {
    (a > 1).then(|| a.to_string())
}

#[bale::command]
async fn lifetimes<'a, 'b: 'a>(message: &'a Message, other: &'b Message) -> bale::Result {
    let chosen: &'a Message = if message.text.is_some() { message } else { other };
    assert!(chosen.text.is_some());
    Ok(())
}

#[bale::on_callback("lifetime")]
async fn lifetime_in_clause<'a>(query: &'a CallbackQuery) -> Option<&'static str>
where
    'a: 'a,
{
    query.data.as_deref().map(|_| "data")
}

#[bale::command]
#[expect(clippy::toplevel_ref_arg, reason = "legal all the same")]
async fn patterns(
    Text(mut text): Text,
    _: Message,
    ref message: Message,
    whole @ Text(_): Text,
) -> String {
    text.push_str(&whole.0);
    text.push_str(message.text.as_deref().unwrap_or_default());
    text
}

#[bale::command]
#[deprecated = "use `one_liner`"]
async fn deprecated() {}

#[bale::command(
    "options {a?}",
    alias = "optionen",
    aliases = ["گزینه", "opsi"],
    chat = private | group,
    chat = channel,
    lane = "none",
    priority = -1,
    hidden,
    crate = ::bale,
)]
async fn options(a: Option<u8>) -> Option<String> {
    Some(a?.to_string())
}

#[bale::command("می‌خواهم {چه...}", alias = "می‌خوام")]
async fn سفارش(چه: String) -> String {
    چه
}

#[bale::command]
async fn r#async() -> &'static str {
    "raw"
}

#[bale::command("several {n}")]
#[bale::command("some {n}")]
#[bale::on_message("several {n}")]
async fn with_several_attributes(n: u8) -> String {
    n.to_string()
}

#[tokio::test]
async fn functions_are_called_as_any_other() {
    assert_eq!(one_liner(), "text");
    assert_eq!(one_liner_with_capture(2).as_deref(), Some("2"));
    assert_eq!(options(Some(3)).await.as_deref(), Some("3"));
    assert_eq!(سفارش("چای".to_owned()).await, "چای");
    assert_eq!(r#async().await, "raw");
    assert_eq!(with_several_attributes(2).await, "2");
}
