use bale::Message;

#[bale::on_start]
async fn ready(_: Message) {}

fn main() {}
