#[bale::middleware]
async fn log(user: bale::User) -> bale::Outcome {
    println!("{}", user.id);
    bale::Outcome::Done
}

fn main() {}
