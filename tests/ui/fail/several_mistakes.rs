#[bale::command("/add {a} {b", aliass = "plus", lane = "own", hidden = true)]
fn add(_: impl Into<i64>) {}

fn main() {}
