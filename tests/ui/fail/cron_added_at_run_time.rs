use bale::{App, app::on};

fn main() {
    let _ = App::new().handlers().on(on::cron("0 9 * * *", "Asia/Tehran"), async || {});
}
