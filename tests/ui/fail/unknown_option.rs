#[bale::command("start", aliass = "begin")]
async fn start() {}

fn main() {}
