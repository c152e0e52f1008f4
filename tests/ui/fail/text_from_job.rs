#[bale::job]
async fn remind() -> &'static str {
    "whom?"
}

fn main() {}
