#[derive(bale::State)]
#[state(skip)]
struct Shop {
    #[state(skipped)]
    _name: String,
}

fn main() {}
