#[bale::test]
#[tokio::test]
async fn greets(_: bale::testing::TestBot) {}

fn main() {}
