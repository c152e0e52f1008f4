//! What the attributes write, and what they say about mistakes.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};

use crate::model::Kind;

mod expansions;
mod messages;
mod twin;

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

/// A function that a `macro_rules!` of the author writes has its pieces in invisible groups.
#[test]
fn pieces_may_stand_in_invisible_groups() {
    let wrapped = |source: &str| {
        let tokens = Group::new(Delimiter::None, source.parse().unwrap());
        TokenTree::Group(tokens).to_token_stream()
    };
    let (pattern, body) = (wrapped("\"add {a}\""), wrapped("{ a }"));
    let written = crate::handler(
        Kind::Command,
        quote!(#pattern, hidden),
        &quote!(async fn add(a: String) -> String #body),
    );
    let plain = expand("command", "\"add {a}\", hidden", "async fn add(a: String) -> String { a }");
    assert_eq!(pretty(written), pretty(plain));
}
