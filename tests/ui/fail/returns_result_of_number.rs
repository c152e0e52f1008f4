#[bale::command]
async fn count() -> bale::Result<u64> {
    Ok(42)
}

fn main() {}
