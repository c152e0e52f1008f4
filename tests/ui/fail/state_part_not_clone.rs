use std::sync::atomic::AtomicU32;

#[derive(bale::State)]
struct Shop {
    _visits: AtomicU32,
}

fn main() {}
