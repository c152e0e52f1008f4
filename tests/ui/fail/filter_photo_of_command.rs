#[bale::command(photo)]
async fn start() {}

fn main() {}
