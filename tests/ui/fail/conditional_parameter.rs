#[bale::on_message]
async fn echo(#[cfg(test)] bot: bale::Bot) {}

fn main() {}
