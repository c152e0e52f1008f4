use bale::Pass;

#[bale::on_update]
async fn see() -> Pass {
    Pass
}

fn main() {}
