use std::{cell::Cell, sync::Arc};

#[derive(bale::State)]
struct Shop {
    _visits: Arc<Cell<u32>>,
}

fn main() {}
