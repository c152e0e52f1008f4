use serde::{Deserialize, Serialize};

#[derive(bale::Dialogue, Serialize, Deserialize)]
#[dialogue(key = group)]
enum Order {
    Name,
}

fn main() {}
