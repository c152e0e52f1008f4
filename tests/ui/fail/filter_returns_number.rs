#[bale::filter]
fn is_member() -> u8 {
    1
}

fn main() {}
