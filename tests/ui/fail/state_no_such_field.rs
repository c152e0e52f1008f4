use bale::{Dialogue, Goto};
use serde::{Deserialize, Serialize};

#[derive(Dialogue, Serialize, Deserialize)]
enum Order {
    Name,
    Phone { name: String },
}

#[bale::on_message(state = Order::Phone { nam })]
async fn phone(nam: String) -> Goto<Order> {
    Goto(Order::Phone { name: nam })
}

fn main() {}
