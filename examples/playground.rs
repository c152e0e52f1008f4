//! Something to press, to pay and to look at in the playground: `cargo run --example playground`
//!
//! Without a token it prints an address. Open it in a browser.

use bale::{
    CallbackQuery, Message, PreCheckoutQuery, Result,
    types::{InlineKeyboardMarkup, LabeledPrice, ReplyKeyboardMarkup},
};

/// Bale's token for payments that are none. Source: docs.bale.ai, payments.
const TEST_WALLET: &str = "WALLET-TEST-1111111111111111";

/// Begin.
#[bale::command]
async fn start(message: Message) -> Result {
    let keyboard = ReplyKeyboardMarkup::grid(2, [order::button(), about::button()]);
    message.answer("سلام! یک عکس بفرستید، یا سفارش بدهید.").reply_markup(keyboard).await?;
    Ok(())
}

#[bale::on_message("سفارش")]
async fn order(message: Message) -> Result {
    let keyboard = InlineKeyboardMarkup::new()
        .row([choose::button("یک چای", 1)?, choose::button("دو چای", 2)?]);
    message.answer("چند *چای* بریزم؟").reply_markup(keyboard).await?;
    Ok(())
}

#[bale::on_message("درباره")]
async fn about() -> &'static str {
    "این ربات _چای_ می‌فروشد. روی هر پیام بزنید تا ببینید چه شد."
}

#[bale::on_callback("tea:{glasses}")]
async fn choose(query: CallbackQuery, glasses: u32) -> Result {
    query.answer(format!("{glasses} چای در راه است.")).await?;
    if let Some(message) = query.message() {
        let prices = [LabeledPrice::new("چای", i64::from(glasses) * 50_000)];
        let payload = glasses.to_string();
        message.answer_invoice("چای", "لب‌سوز و تازه‌دم", payload, TEST_WALLET, prices).await?;
    }
    Ok(())
}

#[bale::on_pre_checkout]
async fn agree(query: PreCheckoutQuery) -> Result {
    query.accept().await?;
    Ok(())
}

#[bale::on_payment]
async fn paid(message: Message) -> Result {
    message.answer("پرداخت شد. نوش جان!").await?;
    Ok(())
}

#[bale::on_message(photo)]
async fn photo(message: Message) -> Result {
    message.reply("چه عکس قشنگی!").await?;
    Ok(())
}

#[bale::main]
async fn main() {}

#[cfg(test)]
mod tests {
    use bale::testing::TestBot;

    #[bale::test]
    async fn tea_is_ordered_and_paid(bot: TestBot) {
        let sara = bot.user("سارا");
        sara.send("/start").await;
        sara.expect_text_containing("سفارش بدهید").await;
        sara.tap("سفارش").await;
        sara.expect_text("چند *چای* بریزم؟").await;
        sara.press("دو چای").await;
        sara.expect_toast("2 چای در راه است.").await;
        sara.expect_matching(|message| message.invoice.is_some()).await;
        sara.pay().await;
        bot.expect_call("answerPreCheckoutQuery").await;
        sara.expect_text("پرداخت شد. نوش جان!").await;
        sara.send_photo("a photo").await;
        sara.expect_text("چه عکس قشنگی!").await;
    }
}
