//! Jobs: every minute, at nine in Tehran, and once, later: `cargo run --example jobs`

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use bale::{App, Bot, Job, JobId, Message, Payload, Result, State};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Reminder {
    chat_id: i64,
    text: String,
}

/// Remind me: /remind 90 drink tea
#[bale::command("remind {seconds} {text...}")]
async fn remind_me(bot: Bot, message: Message, seconds: u64, text: String) -> Result<String> {
    let reminder = Reminder { chat_id: message.chat().id, text };
    let job = remind::after(&bot, Duration::from_secs(seconds), reminder).await?;
    Ok(format!("باشه. /cancel {job}"))
}

/// The other end of it. With a database as `App::storage` it survives a restart.
#[bale::job]
async fn remind(bot: Bot, Payload(reminder): Payload<Reminder>) -> Result {
    bot.send_message(reminder.chat_id, format!("⏰ {}", reminder.text)).await?;
    Ok(())
}

/// Cancel a reminder.
#[bale::command("cancel {job}")]
async fn cancel(bot: Bot, job: String) -> Result<&'static str> {
    let is_there = bot.cancel_job(&JobId::from(job)).await?;
    Ok(if is_there { "لغو شد." } else { "چنین یادآوری نیست." })
}

/// Answer, and think again a little later.
#[bale::command]
async fn think(bot: Bot, message: Message) -> &'static str {
    bot.after(Duration::from_secs(3), async move || -> Result {
        message.reply("۴۲").await?;
        Ok(())
    });
    "بگذار فکر کنم…"
}

/// How many minutes the bot has been up.
#[bale::command]
async fn uptime(minutes: State<AtomicU32>) -> String {
    format!("{} دقیقه", minutes.load(Ordering::Relaxed))
}

#[bale::every("1m")]
async fn count(minutes: State<AtomicU32>) {
    minutes.fetch_add(1, Ordering::Relaxed);
}

#[bale::cron("0 9 * * SAT-WED", tz = "Asia/Tehran")]
async fn good_morning(job: Job, State(mornings): State<Mornings>) {
    eprintln!("it is nine o'clock, and {:?} later", job.late());
    mornings.0.fetch_add(1, Ordering::Relaxed);
}

#[derive(Default)]
struct Mornings(AtomicU32);

/// On how many mornings of work.
#[bale::command]
async fn mornings(State(mornings): State<Mornings>) -> String {
    format!("{} صبح", mornings.0.load(Ordering::Relaxed))
}

#[bale::main]
async fn main() -> App {
    app()
}

fn app() -> App {
    App::new().state(AtomicU32::new(0)).state(Mornings::default())
}

#[cfg(test)]
mod tests {
    use bale::testing::TestBot;

    use super::*;

    #[bale::test(app = app)]
    async fn a_reminder_comes_unless_it_is_cancelled(bot: TestBot) {
        let sara = bot.user("سارا");
        sara.send("/remind ۹۰ چای").await;
        sara.expect_text_containing("باشه.").await;
        bot.advance(Duration::from_secs(89)).await;
        sara.expect_nothing().await;
        sara.expect_text("⏰ چای").await;

        sara.send("/remind 3600 شام").await;
        let noted = sara.expect_text_containing("/cancel ").await.text.unwrap_or_default();
        sara.send(noted.trim_start_matches("باشه. ")).await;
        sara.expect_text("لغو شد.").await;
        bot.advance(Duration::from_secs(3600)).await;
        sara.expect_nothing().await;
    }

    #[bale::test(app = app)]
    async fn a_thought_takes_three_seconds(bot: TestBot) {
        let sara = bot.user("سارا");
        sara.send("/think").await;
        sara.expect_text("بگذار فکر کنم…").await;
        sara.expect_text("۴۲").await;
    }

    #[bale::test(app = app)]
    async fn a_week_has_five_mornings_of_work(bot: TestBot) {
        // Friday, 20 March 2026.
        bot.starts_at(1_773_990_000);
        let sara = bot.user("سارا");
        bot.advance(Duration::from_secs(7 * 24 * 60 * 60)).await;
        sara.send("/mornings").await;
        sara.expect_text("5 صبح").await;
        sara.send("/uptime").await;
        sara.expect_text_containing("100").await;
    }
}
