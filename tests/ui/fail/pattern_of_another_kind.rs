#[bale::on_update("hello")]
async fn see() {}

fn main() {}
