use serde::{Deserialize, Serialize};

#[derive(bale::Data, Serialize, Deserialize)]
struct Cart {
    fruits: Vec<String>,
}

fn main() {}
