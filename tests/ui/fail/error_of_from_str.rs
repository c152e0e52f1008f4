use std::str::FromStr;

struct Item;

impl FromStr for Item {
    type Err = ();

    fn from_str(_: &str) -> Result<Self, ()> {
        Ok(Self)
    }
}

#[bale::command("buy {item}")]
async fn buy(item: Item) {
    drop(item);
}

fn main() {}
