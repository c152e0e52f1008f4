//! A bot as it goes into production: without the emulator it refuses to start without a token.
//!
//! `cargo run -p bale-bot --example production`

/// Say hello.
#[bale::command]
async fn start() -> &'static str {
    "سلام!"
}

#[bale::main]
async fn main() {}
