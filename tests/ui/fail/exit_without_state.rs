use bale::{Dialogue, Exit};
use serde::{Deserialize, Serialize};

#[derive(Dialogue, Serialize, Deserialize)]
enum Order {
    Name,
    Phone { name: String },
}

#[bale::command(lane = "none")]
async fn cancel() -> bale::Result<Exit> {
    Ok(Exit)
}

fn main() {}
