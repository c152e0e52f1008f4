use bale::CallbackQuery;

#[bale::on_message]
async fn echo(_: CallbackQuery) {}

fn main() {}
