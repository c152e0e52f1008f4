#[bale::command]
async unsafe fn start() {}

fn main() {}
