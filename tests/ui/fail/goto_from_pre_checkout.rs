use bale::{Dialogue, Goto};
use serde::{Deserialize, Serialize};

#[derive(Dialogue, Serialize, Deserialize)]
enum Order {
    Name,
    Phone { name: String },
}

#[bale::on_pre_checkout]
async fn check() -> Goto<Order> {
    Goto(Order::Name)
}

fn main() {}
