#[bale::command("add {a")]
async fn add(a: i64) -> String {
    a.to_string()
}

fn main() {}
