//! Two bots in one program, for a test of the playground: `cargo run -p bale-tests --example two_bots`

use bale::App;

#[bale::command(group = "shop")]
async fn price() -> &'static str {
    "50,000"
}

#[bale::command(group = "support")]
async fn ticket() -> &'static str {
    "noted"
}

#[bale::main]
async fn main() -> App {
    App::new().groups(["shop"]).beside(App::new().groups(["support"]))
}
