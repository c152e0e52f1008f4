use bale::Message;

#[bale::every("1h")]
async fn tick(_: Message) {}

fn main() {}
