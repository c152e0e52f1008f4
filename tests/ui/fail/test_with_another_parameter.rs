#[bale::test]
async fn greets(bot: bale::testing::TestBot, sara: bale::testing::Person) {}

fn main() {}
