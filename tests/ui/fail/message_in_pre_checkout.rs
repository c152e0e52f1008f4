use bale::Message;

#[bale::on_pre_checkout]
async fn check(_: Message) {}

fn main() {}
