use std::{convert::Infallible, str::FromStr};

struct Item;

impl FromStr for Item {
    type Err = Infallible;

    fn from_str(_: &str) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

#[bale::on_callback("buy:{item}")]
async fn buy(item: Item) {
    drop(item);
}

fn main() {}
