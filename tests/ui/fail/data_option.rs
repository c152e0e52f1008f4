use serde::{Deserialize, Serialize};

#[derive(bale::Data, Default, Serialize, Deserialize)]
#[data(key = group)]
struct Rules {
    words: Vec<String>,
}

#[derive(bale::Data, Default, Serialize, Deserialize)]
#[data(scope = chat)]
struct Words {
    words: Vec<String>,
}

fn main() {}
