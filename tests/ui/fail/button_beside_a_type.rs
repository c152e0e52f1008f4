#[expect(non_camel_case_types)]
struct cart;

#[bale::on_message("Cart")]
async fn cart() -> &'static str {
    "empty"
}

fn main() {}
