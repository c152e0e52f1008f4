use bale::{App, app::on, filter};

fn main() {
    let _ = App::new().on(on::error().filter(filter::text()), async || "sorry");
}
