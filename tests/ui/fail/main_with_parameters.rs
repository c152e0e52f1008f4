#[bale::main]
async fn main(_: bale::Bot) {}
