#[bale::command("greet {name}")]
async fn greet(name: &str) -> String {
    format!("Hello, {name}")
}

fn main() {}
