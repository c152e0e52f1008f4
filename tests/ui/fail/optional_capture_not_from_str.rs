struct Name;

#[bale::command("greet {name?}")]
async fn greet(name: Option<Name>) {
    drop(name);
}

fn main() {}
