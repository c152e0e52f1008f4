//! Logs a line in its handler, for a test of the log: `cargo run -p bale-tests --example lines`

#[bale::command]
async fn tea() -> &'static str {
    let _brewing = tracing::warn_span!("brewing", cups = 2).entered();
    tracing::warn!(lemons = 0, "no sugar left");
    "tea without sugar"
}

#[bale::main]
async fn main() {}
