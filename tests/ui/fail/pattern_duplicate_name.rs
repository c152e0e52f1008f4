#[bale::command("add {a} {a}")]
async fn add(a: i64) -> String {
    a.to_string()
}

fn main() {}
