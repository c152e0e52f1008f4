use bale::Data;
use serde::{Deserialize, Serialize};

#[derive(bale::Data, Default, Serialize, Deserialize)]
struct Cart {
    fruits: Vec<String>,
}

#[bale::command("add {fruit}")]
async fn add(fruit: String, mut cart: Data<Cart>) -> String {
    cart.fruits.push(fruit);
    cart.fruits.join(" ")
}

fn main() {}
