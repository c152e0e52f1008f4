#[bale::on_update]
async fn see() -> &'static str {
    "seen"
}

fn main() {}
