#[bale::command]
async fn count() -> u64 {
    42
}

fn main() {}
