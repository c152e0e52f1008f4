#[bale::test(app = "app")]
async fn greets(_: bale::testing::TestBot) {}

fn main() {}
