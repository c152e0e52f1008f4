use bale::{Message, Result};

#[bale::command]
async fn table(message: Message) -> Result {
    let people = message.ask("برای چند نفر؟").await?;
    message.answer("ثبت شد.").await?;
    Ok(())
}

fn main() {}
