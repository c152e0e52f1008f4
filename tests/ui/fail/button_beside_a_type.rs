#[expect(non_camel_case_types)]
enum cart {}

#[bale::on_message("Cart")]
async fn cart() -> &'static str {
    "empty"
}

fn main() {}
