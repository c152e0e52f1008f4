#[bale::command("greet {name?}")]
async fn greet(name: String) -> String {
    format!("Hello, {name}")
}

fn main() {}
