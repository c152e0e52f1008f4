#[bale::command("/start")]
async fn start() {}

fn main() {}
