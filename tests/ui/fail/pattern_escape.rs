#[bale::on_callback("sale:{percent}%")]
async fn sale(percent: u8) -> String {
    percent.to_string()
}

fn main() {}
