#[bale::command(crate = b)]
async fn start() {}

fn main() {}
