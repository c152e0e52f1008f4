#[bale::main]
fn main() {}
