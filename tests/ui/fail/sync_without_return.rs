#[bale::command]
fn start(_: bale::Message) {}

fn main() {}
