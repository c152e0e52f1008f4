//! Sends every text back: `cargo run --example echo`

use bale::Text;

/// Say hello.
#[bale::command]
async fn start() -> &'static str {
    "سلام! هر چه بنویسید برمی‌گردانم."
}

#[bale::on_message]
async fn echo(Text(text): Text) -> String {
    text
}

#[bale::main]
async fn main() {}

#[cfg(test)]
mod tests {
    use bale::testing::TestBot;

    #[bale::test]
    async fn a_text_comes_back(bot: TestBot) {
        let sara = bot.user("سارا");
        sara.send("/start").await;
        sara.expect_text("سلام! هر چه بنویسید برمی‌گردانم.").await;
        sara.send("چه خبر؟").await;
        sara.expect_text("چه خبر؟").await;
    }
}
