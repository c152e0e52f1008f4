//! The default of a bot without a token: an emulator in the same process.

use std::{io::Write as _, net::SocketAddr};

use crate::{
    app::{App, RunError},
    client::{Bot, BotBuilder},
    emulator::{Emulator, Server},
};

/// The emulated bot's token. It is no secret: nothing but this process answers to it.
const TOKEN: &str = "123456:EMULATOR";
/// Where the emulator listens; a free port of this machine by default.
const ADDRESS: &str = "BALE_EMULATOR_ADDR";

/// Gives a bot without a token an emulator to run against, and says how to talk to it. The emulator
/// lives as long as the second value.
pub(crate) async fn attach(app: App) -> Result<(App, Option<Server>), RunError> {
    if app.bot.is_some() || BotBuilder::from_env().has_token() {
        return Ok((app, None));
    }
    let address = std::env::var(ADDRESS).unwrap_or_else(|_| "127.0.0.1:0".to_owned());
    let address: SocketAddr = address.parse().map_err(|_| {
        RunError::Emulator(format!(
            "{ADDRESS} is `{address}`, which is no address like 127.0.0.1:8080"
        ))
    })?;
    let server = Emulator::new(TOKEN)
        .serve(address)
        .await
        .map_err(|error| RunError::Emulator(format!("it cannot listen on {address}: {error}")))?;
    let url = server.url();
    let bot = Bot::builder().token(TOKEN).api_url(&url).build().map_err(RunError::Bot)?;
    // Whoever closed standard output does not want to read it.
    let _ = write!(
        std::io::stdout(),
        "No BALE_BOT_TOKEN is set, so the bot runs against the built-in emulator of Bale: {url}\n\
         Talk to it from another terminal:\n  \
         curl -s {url}/control/message -d '{{\"chat_id\":1,\"user_id\":1,\"text\":\"/start\",\"wait\":5}}'\n"
    );
    let _ = std::io::stdout().flush();
    Ok((app.bot(bot), Some(server)))
}
