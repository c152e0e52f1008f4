struct Item;

#[bale::command("buy {items...}")]
async fn buy(items: Vec<Item>) {
    drop(items);
}

fn main() {}
