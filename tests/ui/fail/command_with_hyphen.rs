#[bale::command("get-file {id}")]
async fn get_file(id: u64) -> String {
    id.to_string()
}

fn main() {}
