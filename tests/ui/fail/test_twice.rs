#[bale::test]
#[tokio::test]
async fn greets(bot: bale::testing::TestBot) {}

fn main() {}
