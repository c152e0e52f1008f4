#[bale::on_start]
async fn ready() -> bale::Result<String> {
    Ok("ready".to_owned())
}

fn main() {}
