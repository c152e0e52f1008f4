#[inline]
async fn start(bot: Bot) -> u8 {
    half
}
::core::compile_error! {
    "unknown option `aliass` in `#[bale::command]`; did you mean `alias`?"
}
::core::compile_error! {
    "unknown option `foo` in `#[bale::command]`; it takes `alias`, `aliases`, `chat`, `from`, `reply`, `forwarded`, `filter`, `state`, `lane`, `hidden`, `group`, `priority`, `crate`"
}
