#[bale::main(link(my_handlers))]
async fn main() {}
