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
