#[derive(bale::Dialogue)]
enum Order {
    Name,
}

fn main() {}
