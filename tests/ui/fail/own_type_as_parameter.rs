struct Basket;

#[bale::on_message]
async fn show(_: Basket) {}

fn main() {}
