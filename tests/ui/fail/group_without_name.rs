#[bale::command(group = "")]
async fn start() {}

fn main() {}
