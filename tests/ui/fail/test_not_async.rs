#[bale::test]
fn greets(_: bale::testing::TestBot) {}

fn main() {}
