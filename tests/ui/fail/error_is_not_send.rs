#[derive(Debug)]
struct OutOfStock(std::rc::Rc<str>);

impl std::fmt::Display for OutOfStock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for OutOfStock {}

#[bale::command]
async fn buy() -> Result<(), OutOfStock> {
    Ok(())
}

fn main() {}
