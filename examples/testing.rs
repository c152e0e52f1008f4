//! A bot with tests of every sort: `cargo run --example testing`
//!
//! The tests run by `cargo test --example testing`.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use bale::{
    App, CallbackQuery, HandlerError, Message, Result, State,
    types::{InlineKeyboardButton, InlineKeyboardMarkup},
};

/// Glasses of tea that are left.
struct Tea(AtomicU32);

fn app() -> App {
    App::new().state(Tea(AtomicU32::new(2)))
}

/// Order tea.
#[bale::command]
async fn tea(message: Message) -> Result {
    let button = InlineKeyboardButton::callback("چای", pour::data()?);
    message.answer("چه می‌نوشید؟").reply_markup(InlineKeyboardMarkup::new().row([button])).await?;
    Ok(())
}

#[bale::on_callback("pour")]
async fn pour(query: CallbackQuery, State(tea): State<Tea>) -> Result {
    let left = tea.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
    let left = left.map_err(|_| "the pot is empty")? - 1;
    query.answer(format!("{left} چای مانده است.")).await?;
    if let Some(message) = query.message() {
        message.edit("نوش جان!").await?;
    }
    Ok(())
}

/// Remind of something: /remind 10 the tea
#[bale::command("remind {minutes} {text...}")]
async fn remind(message: Message, minutes: u64, text: String) -> Result {
    message.reply("باشد.").await?;
    tokio::time::sleep(Duration::from_secs(60 * minutes)).await;
    message.answer(text).await?;
    Ok(())
}

#[bale::on_message(chat = group)]
async fn greet(message: Message) -> Option<String> {
    let newcomer = message.new_chat_members.as_ref()?.first()?;
    Some(format!("{} خوش آمد!", newcomer.first_name))
}

#[bale::on_error]
async fn sorry(_: HandlerError) -> &'static str {
    "چای تمام شد."
}

#[bale::main]
async fn main() -> App {
    app()
}

#[cfg(test)]
mod tests {
    use bale::{
        emulator::{Fault, FaultAction},
        testing::TestBot,
    };

    use super::*;

    #[bale::test(app = app)]
    async fn tea_is_poured_until_the_pot_is_empty(bot: TestBot) {
        let sara = bot.user("سارا");
        for left in ["1 چای مانده است.", "0 چای مانده است."] {
            sara.send("/tea").await;
            sara.expect_text("چه می‌نوشید؟").await;
            sara.expect_buttons(&[&["چای"]]).await;
            sara.press("چای").await;
            sara.expect_toast(left).await;
            sara.expect_edit("نوش جان!").await;
        }
        sara.send("/tea").await;
        sara.expect_text_containing("می‌نوشید").await;
        sara.press("چای").await;
        bot.expect_error(|error| error.to_string().contains("the pot is empty")).await;
        sara.expect_toast("چای تمام شد.").await;
    }

    #[bale::test(app = app)]
    async fn ten_minutes_pass_at_once(bot: TestBot) {
        let sara = bot.user("سارا");
        sara.send("/remind 10 چای").await;
        sara.expect_text("باشد.").await;
        bot.advance(Duration::from_secs(9 * 60)).await;
        sara.expect_nothing().await;
        bot.advance(Duration::from_secs(60)).await;
        sara.expect_text("چای").await;
    }

    #[bale::test(app = app)]
    async fn who_joins_is_greeted(bot: TestBot) {
        let (sara, ali) = (bot.user("سارا"), bot.user("علی"));
        let family = bot.group("خانواده", [&sara]);
        ali.in_chat(&family).join().await;
        sara.in_chat(&family).expect_text("علی خوش آمد!").await;
        sara.expect_nothing().await;
    }

    #[bale::test(app = app)]
    async fn a_busy_server_is_asked_again(bot: TestBot) {
        let sara = bot.user("سارا");
        bot.fault(Fault::new(FaultAction::RateLimit { retry_after: Some(5) }).on("sendMessage"));
        sara.send("/tea").await;
        sara.expect_nothing().await;
        sara.expect_text("چه می‌نوشید؟").await;
    }

    #[bale::test(app = app)]
    async fn what_a_crash_cut_off_comes_again(bot: TestBot) -> Result<()> {
        let sara = bot.user("سارا");
        bot.fault(Fault::new(FaultAction::Hang).on("sendMessage"));
        sara.send("/tea").await;
        bot.crash().await;
        let message = sara.expect_matching(|message| message.text.is_some()).await;
        let keyboard = message.reply_markup.ok_or("a keyboard")?;
        assert_eq!(keyboard.inline_keyboard.len(), 1);
        Ok(())
    }
}
