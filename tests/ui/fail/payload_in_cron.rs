use bale::Payload;

#[bale::cron("0 9 * * *")]
async fn tick(_: Payload<String>) {}

fn main() {}
