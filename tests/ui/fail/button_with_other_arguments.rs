#[bale::on_callback("buy:{item}:{qty}")]
async fn buy(item: u64, qty: u32) -> String {
    format!("{qty} of {item}")
}

fn main() {
    let _ = buy::button("Buy", "apple", 1);
    let _ = buy::button("Buy", 42);
}
