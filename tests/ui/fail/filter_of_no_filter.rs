fn is_member() -> bool {
    true
}

#[bale::on_message(filter = is_member)]
async fn hello() {}

fn main() {}
