use bale::CallbackQuery;

#[bale::on_message]
async fn echo(_: Option<CallbackQuery>) {}

fn main() {}
