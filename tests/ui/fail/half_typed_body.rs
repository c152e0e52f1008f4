use bale::Message;

#[bale::on_message]
async fn echo(message: Message) -> bale::Result {
    message.
}

fn main() {}
