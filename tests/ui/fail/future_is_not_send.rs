use std::rc::Rc;

use bale::Message;

#[bale::on_message]
async fn echo(message: Message) -> bale::Result {
    let text = Rc::new(message.text.clone().unwrap_or_default());
    message.reply(text.as_str()).await?;
    drop(text);
    Ok(())
}

fn main() {}
