#[bale::command("say {what}")]
async fn say(what: impl Into<String>) -> String {
    what.into()
}

fn main() {}
