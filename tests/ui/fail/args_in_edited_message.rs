use bale::extract::Args;

#[bale::on_edited_message]
async fn edited(_: Args<(i64,)>) {}

fn main() {}
