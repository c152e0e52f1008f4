#[bale::on_message]
async fn echo<T: std::fmt::Display>(text: T) -> String {
    text.to_string()
}

fn main() {}
