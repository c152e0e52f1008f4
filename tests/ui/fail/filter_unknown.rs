#[bale::on_message(filter = is_membr)]
async fn hello() {}

fn main() {}
