#[bale::test(ap = app)]
async fn greets(_: bale::testing::TestBot) {}

fn main() {}
