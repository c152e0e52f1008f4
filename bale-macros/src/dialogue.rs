//! `#[derive(bale::Dialogue)]`: the states of a conversation.

use proc_macro2::{Literal, Span, TokenStream};
use quote::quote_spanned;
use syn::{
    Data, DeriveInput, Ident, LitInt, LitStr, Path, Token, ext::IdentExt, meta::ParseNestedMeta,
    spanned::Spanned,
};

use crate::{
    expand::{bale, emit, ours},
    parse::Problems,
    period,
};

/// An enum of states.
pub(crate) struct Dialogue {
    ident: Ident,
    variants: Vec<Ident>,
    options: Options,
}

/// What `#[dialogue(..)]` says.
#[derive(Default)]
struct Options {
    name: Option<LitStr>,
    /// A variant of `Scope`.
    scope: Option<Ident>,
    /// Milliseconds.
    ttl: Option<u64>,
    version: Option<LitInt>,
    migrate: Option<Path>,
    krate: Option<Path>,
}

const OPTIONS: &str = "`name = \"order\"`, `key = chat + user`, `key = chat`, `key = user`, `ttl = \"7d\"`, \
                       `version = 1`, `migrate = path::to::a_function` and `crate = path::to::bale`";

impl Dialogue {
    pub(crate) fn new(item: TokenStream) -> syn::Result<Self> {
        let input: DeriveInput = syn::parse2(item)?;
        let mut problems = Problems::default();
        let mut options = Options::default();
        for attr in input.attrs.iter().filter(|attr| attr.path().is_ident("dialogue")) {
            problems.take(attr.parse_nested_meta(|meta| options.read(&meta)));
        }
        if let (Some(migrate), None) = (&options.migrate, &options.version) {
            let message = "`migrate` is for states of other versions, and every state has version 0: add `version = 1`";
            problems.at(migrate, message);
        }
        if !input.generics.params.is_empty() {
            let message =
                "the states of a conversation cannot be generic: nothing says which type is stored";
            problems.at(&input.generics, message);
        }
        let variants: Vec<_> = match input.data {
            Data::Enum(data) => data.variants.into_iter().map(|variant| variant.ident).collect(),
            Data::Struct(_) | Data::Union(_) => {
                let message = "`#[derive(bale::Dialogue)]` goes on an enum: a variant for each thing that is asked for";
                return Err(problems.and(syn::Error::new_spanned(&input.ident, message)));
            }
        };
        if variants.is_empty() {
            problems.at(&input.ident, "a conversation has at least one state: add a variant");
        }
        problems.finish()?;
        Ok(Self { ident: input.ident, variants, options })
    }

    pub(crate) fn expand(&self) -> TokenStream {
        let Self { ident, variants, options } = self;
        let bale = bale(options.krate.as_ref());
        let name = match &options.name {
            Some(name) => name.clone(),
            None => LitStr::new(&snake_case(&ident.unraw().to_string()), Span::mixed_site()),
        };
        let version = options.version.as_ref().map(|version| emit!(const VERSION: u32 = #version;));
        let scope = options.scope.as_ref().map(
            |scope| emit!(const SCOPE: #bale::dialogue::Scope = #bale::dialogue::Scope::#scope;),
        );
        let ttl = options.ttl.map(|millis| {
            let millis = Literal::u64_unsuffixed(millis);
            emit!(const TTL: ::core::time::Duration = ::core::time::Duration::from_millis(#millis);)
        });
        let migrate = options.migrate.as_ref().map(|migrate| {
            quote_spanned! {ours(migrate.span())=>
                fn migrate(
                    __version: u32,
                    __state: #bale::__private::Json,
                ) -> ::core::option::Option<Self> {
                    #migrate(__version, __state)
                }
            }
        });
        let names = variants.iter().map(|variant| {
            let name = LitStr::new(&variant.unraw().to_string(), Span::mixed_site());
            emit!(Self::#variant { .. } => #name)
        });
        let dialogue = quote_spanned!(ours(ident.span())=> #bale::dialogue::Dialogue for #ident);
        emit! {
            #[automatically_derived]
            impl #dialogue {
                const NAME: &'static str = #name;
                #version
                #scope
                #ttl
                #migrate
                fn variant(&self) -> ::core::option::Option<&'static str> {
                    ::core::option::Option::Some(match self {
                        #(#names,)*
                    })
                }
            }
        }
    }
}

impl Options {
    fn read(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let key = meta.path.get_ident().map(|key| key.unraw().to_string()).unwrap_or_default();
        let is_new = match &*key {
            "name" => self.name.replace(name(meta, "a conversation")?).is_none(),
            "key" => self.scope.replace(scope(meta)?).is_none(),
            "ttl" => self.ttl.replace(ttl(meta)?).is_none(),
            "version" => self.version.replace(version(meta)?).is_none(),
            "migrate" => self.migrate.replace(path(meta)?).is_none(),
            "crate" => self.krate.replace(path(meta)?).is_none(),
            _ => return Err(meta.error(format!("unknown option; there are {OPTIONS}"))),
        };
        if is_new { Ok(()) } else { Err(meta.error(format!("`{key}` is given twice"))) }
    }
}

/// The name of `what`.
pub(crate) fn name(meta: &ParseNestedMeta<'_>, what: &str) -> syn::Result<LitStr> {
    let name: LitStr = meta.value()?.parse()?;
    let text = name.value();
    // It is part of the key of each record, in front of a slash.
    if text.is_empty() || text.len() > 64 || text.contains(['/', '\0']) {
        let message = format!("the name of {what} has 1 to 64 bytes and no `/`");
        return Err(syn::Error::new_spanned(name, message));
    }
    Ok(name)
}

/// Milliseconds.
pub(crate) fn ttl(meta: &ParseNestedMeta<'_>) -> syn::Result<u64> {
    let ttl: LitStr = meta.value()?.parse()?;
    period::millis(&ttl.value()).map_err(|problem| syn::Error::new_spanned(&ttl, problem))
}

pub(crate) fn version(meta: &ParseNestedMeta<'_>) -> syn::Result<LitInt> {
    let version: LitInt = meta.value()?.parse()?;
    version.base10_parse::<u32>()?;
    Ok(version)
}

pub(crate) fn path(meta: &ParseNestedMeta<'_>) -> syn::Result<Path> {
    let value = meta.value()?;
    value.call(Path::parse_mod_style)
}

/// `chat + user`, `chat` or `user`.
fn scope(meta: &ParseNestedMeta<'_>) -> syn::Result<Ident> {
    let scopes = [("chat", "Chat"), ("user", "User"), ("chat+user", "ChatAndUser")];
    let message =
        "whose conversation it is is written `key = chat + user`, `key = chat` or `key = user`";
    key(meta, &scopes, message)
}

/// The variant that stands beside the words, in any order, or the message.
pub(crate) fn key(
    meta: &ParseNestedMeta<'_>,
    variants: &[(&str, &str)],
    message: &str,
) -> syn::Result<Ident> {
    let value = meta.value()?;
    let mut words = vec![value.parse::<Ident>()?];
    while value.parse::<Option<Token![+]>>()?.is_some() {
        words.push(value.parse()?);
    }
    words.sort_by_key(ToString::to_string);
    let written = words.iter().map(ToString::to_string).collect::<Vec<_>>().join("+");
    let found = variants.iter().find(|(words, _)| *words == written);
    let (_, variant) = found.ok_or_else(|| syn::Error::new_spanned(&words[0], message))?;
    Ok(Ident::new(variant, Span::mixed_site()))
}

/// `PizzaOrder` as `pizza_order`.
pub(crate) fn snake_case(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.extend(letter.to_lowercase());
    }
    text
}
