//! A bot that compiles and cannot start: its own `cargo test` says so. `it/ui.rs` runs that.

mod greetings {
    #[bale::command]
    pub(super) async fn start() -> &'static str {
        "Hello"
    }
}

mod shop {
    #[bale::command("start")]
    pub(super) async fn welcome() -> &'static str {
        "Welcome"
    }
}

#[bale::command("buy {item}")]
async fn buy(item: u64) -> String {
    item.to_string()
}

#[bale::command("buy {what}")]
async fn purchase(what: String) -> String {
    what
}

#[bale::on_callback("cancel")]
async fn cancel() {}

#[bale::on_callback("cancel")]
async fn cancelled() {}

#[bale::main]
async fn main() {}
