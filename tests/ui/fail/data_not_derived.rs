use bale::Data;

struct Cart {
    fruits: Vec<String>,
}

#[bale::command]
async fn cart(cart: Data<Cart>) -> String {
    cart.fruits.join(" ")
}

fn main() {}
