#[derive(bale::State)]
struct Shop<T> {
    _stock: Vec<T>,
}

fn main() {}
