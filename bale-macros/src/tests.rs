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
        "test" => crate::test_of_bot(attr, &item),
        _ => crate::handler(kind(attribute), attr, &item),
    }
}

fn kind(attribute: &str) -> Kind {
    use Kind::{
        Callback, ChannelPost, Command, Cron, EditedMessage, Error, Every, Fallback, Filter, Job,
        MemberJoin, MemberLeave, Message, Middleware, Payment, PreCheckout, Start, Stop, Update,
    };

    let messages = [Command, Message, EditedMessage, ChannelPost, Payment, MemberJoin, MemberLeave];
    let others = [Callback, PreCheckout, Fallback, Filter, Update, Start, Stop, Error];
    messages
        .into_iter()
        .chain(others)
        .chain([Every, Cron, Job, Middleware])
        .find(|kind| kind.attribute() == attribute)
        .unwrap_or_else(|| panic!("no attribute `{attribute}`"))
}

fn pretty(tokens: TokenStream) -> String {
    prettyplease::unparse(&syn::parse2(tokens).unwrap())
}

/// `::bale` is another crate, or none, where the author gave it another name.
#[test]
fn a_renamed_crate_is_named_by_its_name_only() {
    for (attribute, attr, item) in [
        (
            "command",
            r#""a {a} {b?} {c...}", alias = "b", chat = group, crate = b"#,
            "async fn a(bot: Bot, a: u8, b: Option<u8>, c: String) -> u8 {}",
        ),
        ("on_callback", r#""a:{a}", crate = b"#, "async fn a(a: u8) -> impl Any {}"),
        ("main", "crate = b", "async fn main() -> u8 {}"),
        ("test", "crate = b", "async fn greets(bot: TestBot) {}"),
    ] {
        let written = expand(attribute, attr, item).to_string();
        assert!(!written.contains("bale ::"), "{written}");
        assert!(written.contains("b :: __private"), "{written}");
    }
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
