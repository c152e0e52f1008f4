#[bale::on_callback("the-button-that-has-more-fixed-text-than-any-button-could-ever-carry:{item}")]
async fn buy(item: u64) -> String {
    item.to_string()
}

fn main() {}
