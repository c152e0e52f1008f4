use serde::{Deserialize, Serialize};

#[derive(bale::Dialogue, Serialize, Deserialize)]
#[dialogue(timeout = "1h")]
enum Order {
    Name,
}

fn main() {}
