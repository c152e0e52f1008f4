#[bale::on_pre_checkout]
async fn check() -> &'static str {
    "yes"
}

fn main() {}
