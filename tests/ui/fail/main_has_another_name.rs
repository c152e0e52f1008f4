#[bale::main]
async fn run() {}
