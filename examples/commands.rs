//! Commands with typed arguments, and the help made of them: `cargo run --example commands`

use std::time::Duration;

use bale::{HandlerError, Message, Result};

/// Say hello. A deep link's payload arrives here too.
#[bale::command("start {payload?}")]
async fn start(payload: Option<String>) -> String {
    match payload {
        Some(payload) => format!("سلام! از «{payload}» آمدید."),
        None => "سلام! /help را ببینید.".to_owned(),
    }
}

/// Add two numbers.
///
/// The digits may be Persian: /add ۲ ۳
#[bale::command("add {a} {b}", alias = "جمع")]
async fn add(a: i64, b: i64) -> Result<String> {
    let sum = a.checked_add(b).ok_or("the sum does not fit")?;
    Ok(sum.to_string())
}

/// Repeat a text: /say 3 "good morning"
#[bale::command("say {times} {text...}")]
async fn say(message: Message, times: u8, text: String) -> Result {
    for _ in 0..times.min(5) {
        message.answer(&text).await?;
    }
    Ok(())
}

/// Sort words.
#[bale::command("sort {words...}")]
async fn sort(mut words: Vec<String>) -> String {
    words.sort();
    words.join(" ")
}

/// Do something that takes a while.
#[bale::command]
async fn work(message: Message) -> Result {
    tokio::time::sleep(Duration::from_secs(5)).await;
    message.reply("تمام شد.").await?;
    Ok(())
}

/// Answers while `/work` is still at it: it does not wait for its chat.
#[bale::command("ping", lane = "none", hidden)]
async fn ping() -> &'static str {
    "pong"
}

#[bale::on_message("سلام")]
async fn greet() -> &'static str {
    "سلام به روی ماهت!"
}

#[bale::on_error]
async fn sorry(error: HandlerError) -> &'static str {
    eprintln!("{error}");
    "ببخشید، نشد."
}

#[bale::main]
async fn main() {}

#[cfg(test)]
mod tests {
    use bale::testing::TestBot;

    #[bale::test]
    async fn a_deep_link_brings_its_payload(bot: TestBot) {
        let sara = bot.user("سارا");
        sara.send("/start").await;
        sara.expect_text("سلام! /help را ببینید.").await;
        sara.send("/start shop").await;
        sara.expect_text("سلام! از «shop» آمدید.").await;
        sara.send("سلام").await;
        sara.expect_text("سلام به روی ماهت!").await;
    }

    #[bale::test]
    async fn arguments_are_read(bot: TestBot) {
        let sara = bot.user("سارا");
        sara.send("/add ۲ ۳").await;
        sara.expect_text("5").await;
        sara.send("/جمع 2 x").await;
        sara.expect_text_containing("/جمع <a> <b>").await;
        sara.send("/say 2 صبح بخیر").await;
        sara.expect_text("صبح بخیر").await;
        sara.expect_text("صبح بخیر").await;
        sara.send("/sort c a b").await;
        sara.expect_text("a b c").await;
    }

    #[bale::test]
    async fn a_failure_is_apologized_for(bot: TestBot) {
        let sara = bot.user("سارا");
        sara.send(format!("/add {} 1", i64::MAX)).await;
        bot.expect_error(|error| error.to_string().contains("the sum does not fit")).await;
        sara.expect_text("ببخشید، نشد.").await;
    }

    #[bale::test]
    async fn a_ping_overtakes_work(bot: TestBot) {
        let sara = bot.user("سارا");
        sara.send("/work").await;
        sara.send("/ping").await;
        sara.expect_text("pong").await;
        sara.expect_text("تمام شد.").await;
    }

    #[bale::test]
    async fn help_lists_what_is_not_hidden(bot: TestBot) {
        let sara = bot.user("سارا");
        sara.send("/help").await;
        let help = sara.expect_text_containing("/add <a> <b>").await;
        assert!(!help.text.unwrap_or_default().contains("ping"));
    }
}
