use bale::{Dialogue, Goto, Text};
use serde::{Deserialize, Serialize};

#[derive(Dialogue, Serialize, Deserialize)]
enum Order {
    Name,
    Phone { name: String },
}

#[bale::on_message(state = Name)]
async fn name(Text(name): Text) -> Goto<Order> {
    Goto(Order::Phone { name })
}

fn main() {}
