//! The same bot with the framework.

use bale::{App, Bot, Message, Result};

#[bale::command("echo {n}")]
async fn echo(message: Message, n: u64) -> Result {
    message.reply(n.to_string()).await?;
    Ok(())
}

/// Answers updates until it is ended.
pub async fn run(port: u16, lean: bool) {
    let bot = Bot::builder()
        .token("123456:BENCH")
        .api_url(format!("http://127.0.0.1:{port}"))
        .lean(lean)
        .build()
        .expect("the address and the token are well-formed");
    App::collect_module(module_path!())
        .bot(bot)
        .run_until(std::future::pending())
        .await
        .expect("the server accepts the token");
}
