#[bale::on_pre_checkout(chat = private)]
async fn check() {}

fn main() {}
