use bale::Message;

#[bale::on_message]
async fn echo(message: Message) -> bale::Result {
    message.replay("Hello").await?;
    Ok(())
}

fn main() {}
