#[allow(dead_code)]
fn main() {
    async fn main(bot: Bot) {}
}
::core::compile_error! {
    "`main` takes no parameters: handlers and `on_start` do"
}
