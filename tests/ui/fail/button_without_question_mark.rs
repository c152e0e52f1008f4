use bale::{Message, Result, types::InlineKeyboardMarkup};

#[bale::on_callback("buy:{item}")]
async fn buy(item: u64) -> String {
    item.to_string()
}

#[bale::command]
async fn start(message: Message) -> Result {
    let keyboard = InlineKeyboardMarkup::new().row([buy::button("Buy", 42)]);
    message.reply("Apples").reply_markup(keyboard).await?;
    Ok(())
}

fn main() {}
