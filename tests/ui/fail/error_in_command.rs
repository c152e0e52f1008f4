use bale::HandlerError;

#[bale::command]
async fn start(error: HandlerError) -> String {
    error.to_string()
}

fn main() {}
