#[derive(bale::State)]
enum Mode {
    _Open,
}

fn main() {}
