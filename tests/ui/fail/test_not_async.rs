#[bale::test]
fn greets(bot: bale::testing::TestBot) {}

fn main() {}
