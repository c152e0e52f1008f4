use std::time::Duration;

use bale::{Bot, Payload, Result};

#[bale::job]
async fn remind(_: Payload<String>) {}

#[bale::command]
async fn later(bot: Bot) -> Result {
    remind::after(&bot, Duration::from_secs(1), 5).await?;
    Ok(())
}

fn main() {}
