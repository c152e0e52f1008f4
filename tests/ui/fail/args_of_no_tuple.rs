use bale::extract::Args;

#[bale::command("add {a}")]
async fn add(a: i64, Args(b): Args<i64>) -> String {
    (a + b).to_string()
}

fn main() {}
