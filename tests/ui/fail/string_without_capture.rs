#[bale::on_message]
async fn echo(text: String) -> String {
    text
}

fn main() {}
