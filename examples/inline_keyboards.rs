//! Buttons with typed data: `cargo run --example inline_keyboards`

use bale::{CallbackQuery, Message, Result, types::InlineKeyboardMarkup};

/// Show what is for sale.
#[bale::command]
async fn start(message: Message) -> Result {
    let goods = [(1, "سیب"), (2, "انار")];
    let mut keyboard = InlineKeyboardMarkup::new();
    for (item, name) in goods {
        // The way back to `buy` below: the compiler checks the types, and 64 bytes are never passed.
        keyboard = keyboard.row([
            buy::button(format!("یک {name}"), item, 1)?,
            buy::button(format!("ده {name}"), item, 10)?,
        ]);
    }
    keyboard = keyboard.row([close::button("بستن")?]);
    message.answer("چه می‌خواهید؟").reply_markup(keyboard).await?;
    Ok(())
}

#[bale::on_callback("buy:{item}:{qty}")]
async fn buy(item: u64, qty: u32) -> String {
    format!("{qty} عدد از کالای {item} خریدید.")
}

#[bale::on_callback("close")]
async fn close(query: CallbackQuery) -> Result {
    if let Some(message) = query.message() {
        message.edit("خداحافظ!").await?;
    }
    Ok(())
}

#[bale::main]
async fn main() {}

#[cfg(test)]
mod tests {
    use bale::testing::TestBot;

    #[bale::test]
    async fn goods_are_bought_until_the_shop_closes(bot: TestBot) {
        let sara = bot.user("سارا");
        sara.send("/start").await;
        sara.expect_text("چه می‌خواهید؟").await;
        sara.expect_buttons(&[&["یک سیب", "ده سیب"], &["یک انار", "ده انار"], &["بستن"]]).await;
        sara.press("ده انار").await;
        sara.expect_toast("10 عدد از کالای 2 خریدید.").await;
        sara.press("بستن").await;
        sara.expect_edit("خداحافظ!").await;
    }
}
