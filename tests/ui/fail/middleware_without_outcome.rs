#[bale::middleware]
async fn log(next: bale::Next<'_>) {
    let _ = next.run().await;
}

fn main() {}
