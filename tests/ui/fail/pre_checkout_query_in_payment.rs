use bale::PreCheckoutQuery;

#[bale::on_payment]
async fn paid(_: PreCheckoutQuery) {}

fn main() {}
