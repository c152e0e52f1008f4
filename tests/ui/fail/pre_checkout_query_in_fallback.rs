use bale::PreCheckoutQuery;

#[bale::fallback]
async fn lost(_: PreCheckoutQuery) {}

fn main() {}
