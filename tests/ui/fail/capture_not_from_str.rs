struct Item;

#[bale::on_callback("buy:{item}")]
async fn buy(item: Item) {
    drop(item);
}

fn main() {}
