#[bale::command("ban {reason?} {who}")]
async fn ban(reason: Option<String>, who: String) -> String {
    reason.unwrap_or(who)
}

fn main() {}
