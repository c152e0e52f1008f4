#[bale::command]
struct Start;

fn main() {}
