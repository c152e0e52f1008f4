#[bale::test]
async fn greets(_: bale::testing::TestBot, _: bale::testing::Person) {}

fn main() {}
