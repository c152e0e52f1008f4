use bale::Message;

#[bale::on_callback]
async fn pressed(_: &Message) {}

fn main() {}
