//! The same bot with the framework.

use std::{io::ErrorKind, path::Path};

use bale::{App, Bot, Message, Result};

#[bale::command("echo {n}")]
async fn echo(message: Message, n: u64) -> Result {
    message.reply(n.to_string()).await?;
    Ok(())
}

/// A bot against the server on `port`.
pub fn bot(port: u16, lean: bool) -> Bot {
    Bot::builder()
        .token("123456:BENCH")
        .api_url(format!("http://127.0.0.1:{port}"))
        .lean(lean)
        .build()
        .expect("the address and the token are well-formed")
}

/// Answers updates until it is ended.
pub async fn run(bot: Bot) {
    serve(App::collect_module(module_path!()).bot(bot)).await;
}

/// The same with a journal, on the disk that the build is on.
pub async fn run_journal(bot: Bot) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    // It was killed in the last round, and the server of this one counts from the start again.
    for name in ["flood.journal", "flood.journal-wal"] {
        match std::fs::remove_file(folder.join(name)) {
            Err(error) if error.kind() != ErrorKind::NotFound => panic!("{name} stays: {error}"),
            _ => {}
        }
    }
    serve(App::collect_module(module_path!()).bot(bot).journal(folder.join("flood.journal"))).await;
}

async fn serve(app: App) {
    app.run_until(std::future::pending()).await.expect("the server accepts the token");
}
