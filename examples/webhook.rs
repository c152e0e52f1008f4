//! A bot that does not poll: `cargo run --example webhook`
//!
//! In production `BALE_WEBHOOK_URL` says where Bale reaches it, as `https://shop.example.com/bale`; docs/webhook.md has
//! the proxy in front. Without that, and without a token, the built-in emulator brings the updates, on this machine.

use bale::{
    App, Message,
    webhook::{Webhook, WebhookError},
};

/// Where the emulator brings updates.
const HERE: &str = "127.0.0.1:8081";

/// Say hello.
#[bale::command]
async fn start() -> &'static str {
    "سلام! برای سفارش /order را بزنید."
}

/// Order something.
#[bale::command]
async fn order(message: Message) -> bale::Result {
    let what: String = message.ask("چه می‌خواهید؟").await?;
    message.reply(format!("ثبت شد: {what}")).await?;
    Ok(())
}

#[bale::main]
async fn main() -> Result<App, WebhookError> {
    let webhook = match Webhook::from_env()? {
        Some(webhook) => webhook,
        None => Webhook::new(format!("http://{HERE}/bale"))?.listen(HERE),
    };
    Ok(App::new().webhook(webhook))
}

#[cfg(test)]
mod tests {
    use bale::{
        emulator::{Fault, FaultAction},
        testing::TestBot,
    };

    use super::*;

    /// The set-up of the program, on another address: no test depends on its environment.
    fn app() -> Result<App, WebhookError> {
        Ok(App::new().webhook(Webhook::new("https://shop.example.com/bale")?))
    }

    #[bale::test(app = app)]
    async fn an_order_is_taken(bot: TestBot) {
        let sara = bot.user("سارا");
        sara.send("/start").await;
        sara.expect_text("سلام! برای سفارش /order را بزنید.").await;
        sara.send("/order").await;
        sara.expect_text("چه می‌خواهید؟").await;
        sara.send("سیب").await;
        sara.expect_text("ثبت شد: سیب").await;
        assert!(bot.calls().iter().all(|call| call.method != "getUpdates"));
    }

    #[bale::test(app = app)]
    async fn what_comes_twice_is_done_once(bot: TestBot) {
        bot.fault(Fault::new(FaultAction::DropAfterAcceptance).on("webhook"));
        let sara = bot.user("سارا");
        sara.send("/start").await;
        sara.expect_text("سلام! برای سفارش /order را بزنید.").await;
        bot.advance(std::time::Duration::from_secs(5)).await;
        assert_eq!(bot.emulator().deliveries().len(), 2);
    }
}
