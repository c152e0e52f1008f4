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

#[bale::cron("0 9 * * SUN-THU", tz = "Asia/Tehran")]
async fn good_morning(job: Job) {
    eprintln!("it is nine o'clock, and {:?} later", job.late());
}

#[bale::main]
async fn main() -> App {
    App::new().state(AtomicU32::new(0))
}
