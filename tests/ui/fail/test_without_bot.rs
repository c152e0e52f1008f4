#[bale::test]
async fn greets() {}

fn main() {}
