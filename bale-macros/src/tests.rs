//! What the attributes write, and what they say about mistakes.

use proc_macro2::TokenStream;

use crate::model::Kind;

mod expansions;
mod messages;

/// Expands `#[bale::<attribute>(attr)]` on `item`.
fn expand(attribute: &str, attr: &str, item: &str) -> TokenStream {
    let (attr, item) = (attr.parse().unwrap(), item.parse().unwrap());
    match attribute {
        "main" => crate::start(attr, &item, true),
        _ => crate::handler(kind(attribute), attr, &item),
    }
}

fn kind(attribute: &str) -> Kind {
    use Kind::{Callback, Command, EditedMessage, Error, Message, Start, Stop, Update};

    [Command, Message, EditedMessage, Callback, Update, Start, Stop, Error]
        .into_iter()
        .find(|kind| kind.attribute() == attribute)
        .unwrap_or_else(|| panic!("no attribute `{attribute}`"))
}

fn pretty(tokens: TokenStream) -> String {
    prettyplease::unparse(&syn::parse2(tokens).unwrap())
}
