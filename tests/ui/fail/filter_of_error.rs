use bale::HandlerError;

#[bale::filter]
fn is_member(_: HandlerError) -> bool {
    true
}

fn main() {}
