const ADMIN: u32 = 5;

#[bale::on_message(from = ADMIN)]
async fn hello() {}

fn main() {}
