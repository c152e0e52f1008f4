use std::sync::Arc;

struct Database;

#[bale::on_message]
async fn store(_: Arc<Database>) {}

fn main() {}
