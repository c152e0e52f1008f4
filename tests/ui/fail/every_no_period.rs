#[bale::every("1 hour")]
async fn tick() {}

fn main() {}
