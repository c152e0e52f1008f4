//! Buttons in place of the keyboard, each beside its handler.

use bale::{
    App, Message, Result,
    types::{InlineKeyboardButton, KeyboardButton, ReplyKeyboardMarkup},
};
use expect_test::expect;

use crate::rig::Rig;

#[bale::command]
async fn start(message: Message) -> Result {
    let keyboard = ReplyKeyboardMarkup::grid(2, [cart::button(), help::button(), braces::button()]);
    message.answer("سلام").reply_markup(keyboard).await?;
    Ok(())
}

#[bale::on_message("🛒 کیک‌های خریدنی")]
async fn cart() -> &'static str {
    "cart"
}

/// Several ways to one function: the last one has the button.
#[bale::command]
#[bale::on_callback("help")]
#[bale::on_message("کمک")]
#[bale::on_message("راهنما")]
async fn help() -> &'static str {
    "help"
}

#[bale::on_message("{{x}}")]
async fn braces() -> &'static str {
    "braces"
}

/// With captures there is no text to write on a button, and the name stays free.
#[bale::on_message("item {n}")]
async fn item(n: u8) -> String {
    n.to_string()
}

#[expect(dead_code, non_camel_case_types, reason = "it compiles, as no attribute writes this type")]
enum item {}

/// A label, and a capture of that name.
#[bale::on_callback("label:{label}:{n}")]
async fn label(label: String, n: u8) -> String {
    format!("{label} {n}")
}

#[tokio::test(start_paused = true)]
async fn a_button_writes_the_text_of_its_handler() {
    let rig = Rig::start(App::collect_module(module_path!()));
    expect![[r#"
        sendMessage {"chat_id":1,"reply_markup":{"keyboard":[[{"text":"🛒 کیک‌های خریدنی"},{"text":"راهنما"}],[{"text":"{x}"}]],"resize_keyboard":true},"text":"سلام"}
    "#]]
    .assert_eq(&rig.ask("/start").await);
    let mut answers = Vec::new();
    for text in [
        cart::button().text.as_str(),
        // An Arabic keyboard, no joiner, and a phone that adds a mark of direction.
        "🛒 كيك\u{200c}هاي خريدني",
        "🛒 کیکهای خریدنی",
        "\u{200f}🛒  کیک‌های خریدنی ",
        help::button().text.as_str(),
        "کمک",
        braces::button().text.as_str(),
        "item ۳",
    ] {
        let calls = rig.ask(text).await;
        let answer = calls.split("\"text\":").nth(1).expect("an answer").trim();
        answers.push(answer.trim_end_matches('}').to_owned());
    }
    assert_eq!(
        answers,
        ["cart", "cart", "cart", "cart", "help", "help", "braces", "3"].map(|it| format!("{it:?}"))
    );
}

#[test]
fn a_button_is_made_in_one_go() -> Result<()> {
    let button = label::button("خرید", "a:b".to_owned(), 7)?;
    assert_eq!(button, InlineKeyboardButton::callback("خرید", "label:a%3Ab:7"));
    assert_eq!(help::button(), KeyboardButton::text("راهنما"));
    assert_eq!(help::data()?, "help");
    let error = label::button("x", "-".repeat(57), 7).expect_err("65 bytes").to_string();
    assert_eq!(
        error,
        "the callback data of `label:{label}:{n}` has 65 bytes: at most 64 are allowed"
    );
    Ok(())
}
