#[bale::on_message(hidden)]
async fn echo() {}

fn main() {}
