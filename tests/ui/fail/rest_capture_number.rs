#[bale::command("add {all...}")]
async fn add(all: i64) -> String {
    all.to_string()
}

fn main() {}
