struct NoConfig;

#[bale::main]
async fn main() -> Result<bale::App, NoConfig> {
    Err(NoConfig)
}
