#[bale::command]
async fn name(bot: &bale::Bot) -> &String {
    unimplemented!("{bot:?}")
}

fn main() {}
