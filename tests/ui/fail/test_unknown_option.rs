#[bale::test(ap = app)]
async fn greets(bot: bale::testing::TestBot) {}

fn main() {}
