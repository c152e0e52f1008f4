use bale::User;

#[bale::on_channel_post]
async fn posted(_: User) {}

fn main() {}
