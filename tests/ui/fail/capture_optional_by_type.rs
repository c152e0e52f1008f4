#[bale::command("greet {name}")]
async fn greet(name: Option<String>) -> String {
    format!("Hello, {}", name.unwrap_or_default())
}

fn main() {}
