#[bale::cron("0 25 * * *", tz = "Asia/Tehran")]
async fn morning() {}

fn main() {}
