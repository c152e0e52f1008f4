use bale::Text;

#[bale::on_callback]
async fn pressed(Text(text): Text) -> String {
    text
}

fn main() {}
