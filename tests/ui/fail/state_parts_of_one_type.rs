#[derive(bale::State)]
struct Shop {
    _name: String,
    _owner: String,
}

fn main() {}
