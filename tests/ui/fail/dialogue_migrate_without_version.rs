use serde::{Deserialize, Serialize};

#[derive(bale::Dialogue, Serialize, Deserialize)]
#[dialogue(migrate = read_old)]
enum Order {
    Name,
}

fn main() {}
