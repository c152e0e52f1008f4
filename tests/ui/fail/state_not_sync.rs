use std::cell::RefCell;

use bale::State;

struct Counter(RefCell<u64>);

#[bale::on_message]
async fn count(counter: State<Counter>) {
    *counter.0.borrow_mut() += 1;
}

fn main() {}
