#[bale::command]
async fn start(next: bale::Next<'_>) -> bale::Outcome {
    next.run().await
}

fn main() {}
