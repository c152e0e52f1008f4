use bale::{Dialogue, Goto};
use serde::{Deserialize, Serialize};

#[derive(Dialogue, Serialize, Deserialize)]
enum Order {
    Name,
    Phone { name: String },
}

#[bale::on_message(state = Order::Phone)]
async fn phone(name: String) -> Goto<Order> {
    Goto(Order::Phone { name })
}

fn main() {}
