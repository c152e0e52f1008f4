struct OutOfStock;

#[bale::command]
async fn buy() -> Result<(), OutOfStock> {
    Err(OutOfStock)
}

fn main() {}
