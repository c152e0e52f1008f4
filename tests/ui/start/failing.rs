//! Fails in every way against the server it is given, and prints all it can, logs of every crate at TRACE included.
//! `it/secrets.rs` searches that for the token.

use std::{error::Error as StdError, fmt::Debug, time::Duration};

use bale::{App, BotBuilder, Error, client::RetryPolicy, types::InputFile};
use tracing_subscriber::{filter::LevelFilter, fmt::format::FmtSpan};

fn show(name: &str, failed: Result<impl Debug, Error>) {
    let Err(error) = failed else { return println!("{name}: it worked") };
    println!("{name}: {error}\n{error:?}\n{error:#?}");
    let mut cause = error.source();
    while let Some(error) = cause {
        println!("  because {error}\n{error:?}\n{error:#?}");
        cause = error.source();
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_span_events(FmtSpan::FULL)
        .with_writer(std::io::stderr)
        .init();
    log();
    let patience = RetryPolicy::new().patience(Duration::from_millis(100)).retry_ambiguous();
    // Both clients, one by one.
    let is_lean = std::env::var_os("FAILING_GENERAL").is_none();
    let builder = BotBuilder::from_env().lean(is_lean);
    let builder = builder.timeout(Duration::from_secs(2)).retry(patience);
    println!("{builder:?}\n{builder:#?}");
    let bot = match builder.build() {
        Ok(bot) => bot,
        Err(error) => return show("the set-up", Err::<(), _>(error)),
    };
    println!("{bot:?}\n{bot:#?}");
    let request = bot.send_message(1, "hello");
    println!("{request:?}\n{request:#?}");
    show("a message", request.await);
    show("a read", bot.get_me().await);
    show("an answer", bot.answer_callback_query("5").await);
    show("an upload", bot.send_photo(1, InputFile::bytes("photo.jpg", vec![1, 2, 3])).await);
    show("a call by name", bot.call::<bool>("sendWhatever", &[("chat_id", 1)]).await);
    let download = bot.download("some-file");
    println!("{download:?}");
    show("a download", download.read().await);
    let app = App::new()
        .bot(bot)
        .poll_timeout(Duration::from_secs(1))
        .command("panic", async || -> bale::Result { panic!("on purpose") })
        .on_error(async |error: bale::HandlerError| println!("{error}\n{error:?}\n{error:#?}"));
    let health = app.health();
    println!("{app:?}\n{app:#?}");
    let ended = app.run_until(tokio::time::sleep(Duration::from_millis(1500))).await;
    println!("{ended:?}\n{ended:#?}\n{health:?}\n{}", health.check());
    if let Err(error) = ended {
        println!("{error}");
    }
}

/// Otherwise a silent logger would look like a clean one.
fn log() {
    tracing::trace!("the logs are on");
}
