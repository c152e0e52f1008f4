#[bale::command("add {a} {b}")]
async fn add(a: i64) -> String {
    a.to_string()
}

fn main() {}
