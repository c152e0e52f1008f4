use serde::{Deserialize, Serialize};

#[derive(bale::Dialogue, Serialize, Deserialize)]
struct Order {
    name: String,
}

fn main() {}
