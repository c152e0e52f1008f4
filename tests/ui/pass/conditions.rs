//! Handlers that are not there.

use bale::App;

#[bale::command]
#[cfg(any())]
async fn absent(unknown: UnknownType) -> UnknownType {
    unknown
}

#[cfg(any())]
#[bale::command("absent {")]
async fn not_even_read(unknown: UnknownType) {}

#[bale::on_callback("absent:{id}")]
#[cfg_attr(all(), cfg(any()))]
async fn absent_button(id: UnknownType) {}

#[bale::command]
#[cfg(not(any()))]
async fn present() {}

#[bale::on_callback("present:{id}")]
#[cfg_attr(any(), cfg(any()))]
#[cfg_attr(all(), inline)]
async fn present_button(id: u64) -> String {
    id.to_string()
}

#[tokio::test]
async fn the_others_are_there() {
    present().await;
    assert_eq!(present_button(1).await, "1");
    assert_eq!(present_button::data(1).as_deref(), Ok("present:1"));
    assert_eq!(App::collect_module(module_path!()).check(), Ok(()));
}
