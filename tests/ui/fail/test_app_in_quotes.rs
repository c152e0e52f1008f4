#[bale::test(app = "app")]
async fn greets(bot: bale::testing::TestBot) {}

fn main() {}
