struct Shop;

impl Shop {
    #[bale::command]
    async fn start(&self) -> &'static str {
        "Hello"
    }
}

fn main() {}
