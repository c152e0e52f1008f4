#[bale::command]
async fn count() -> Option<u64> {
    Some(42)
}

fn main() {}
