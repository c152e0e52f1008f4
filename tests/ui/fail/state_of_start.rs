use bale::Dialogue;
use serde::{Deserialize, Serialize};

#[derive(Dialogue, Serialize, Deserialize)]
enum Order {
    Name,
    Phone { name: String },
}

#[bale::on_start(state = Order::Name)]
async fn ready() {}

fn main() {}
