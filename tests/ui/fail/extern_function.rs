#[bale::command]
extern "C" fn start() -> &'static str {
    "Hello"
}

fn main() {}
