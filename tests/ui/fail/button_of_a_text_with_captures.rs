#[bale::on_message("order {number}")]
async fn order(number: u32) -> String {
    number.to_string()
}

fn main() {
    let _ = order::button();
}
