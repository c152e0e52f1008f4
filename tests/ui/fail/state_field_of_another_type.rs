use bale::{Dialogue, Goto};
use serde::{Deserialize, Serialize};

#[derive(Dialogue, Serialize, Deserialize)]
enum Order {
    Name,
    Phone { name: String },
}

#[bale::on_message(state = Order::Phone { name })]
async fn phone(name: u64) -> Goto<Order> {
    Goto(Order::Phone { name: name.to_string() })
}

fn main() {}
