//! `#[derive(bale::Data)]`: what the bot keeps of a person, a chat or itself.

use proc_macro2::{Literal, Span, TokenStream};
use quote::quote_spanned;
use syn::{
    DeriveInput, Ident, LitInt, LitStr, Path, ext::IdentExt, meta::ParseNestedMeta,
    spanned::Spanned,
};

use crate::{
    dialogue::{key, name, path, snake_case, ttl, version},
    expand::{bale, emit, ours},
    parse::Problems,
};

/// A type whose values are kept.
pub(crate) struct Data {
    ident: Ident,
    options: Options,
}

/// What `#[data(..)]` says.
#[derive(Default)]
struct Options {
    name: Option<LitStr>,
    /// A variant of `Owner`.
    owner: Option<Ident>,
    /// Milliseconds.
    ttl: Option<u64>,
    version: Option<LitInt>,
    migrate: Option<Path>,
    krate: Option<Path>,
}

const OPTIONS: &str = "`name = \"cart\"`, `key = user`, `key = chat`, `key = chat + user`, `key = bot`, \
                       `ttl = \"90d\"`, `version = 1`, `migrate = path::to::a_function` and \
                       `crate = path::to::bale`";

impl Data {
    pub(crate) fn new(item: TokenStream) -> syn::Result<Self> {
        let input: DeriveInput = syn::parse2(item)?;
        let mut problems = Problems::default();
        let mut options = Options::default();
        for attr in input.attrs.iter().filter(|attr| attr.path().is_ident("data")) {
            problems.take(attr.parse_nested_meta(|meta| options.read(&meta)));
        }
        if let (Some(migrate), None) = (&options.migrate, &options.version) {
            let message = "`migrate` is for data of other versions, and all data has version 0: add `version = 1`";
            problems.at(migrate, message);
        }
        if !input.generics.params.is_empty() {
            let message = "what the bot keeps cannot be generic: nothing says which type is stored";
            problems.at(&input.generics, message);
        }
        problems.finish()?;
        Ok(Self { ident: input.ident, options })
    }

    pub(crate) fn expand(&self) -> TokenStream {
        let Self { ident, options } = self;
        let bale = bale(options.krate.as_ref());
        let name = match &options.name {
            Some(name) => name.clone(),
            None => LitStr::new(&snake_case(&ident.unraw().to_string()), Span::mixed_site()),
        };
        let version = options.version.as_ref().map(|version| emit!(const VERSION: u32 = #version;));
        let owner = options
            .owner
            .as_ref()
            .map(|owner| emit!(const OWNER: #bale::data::Owner = #bale::data::Owner::#owner;));
        let ttl = options.ttl.map(|millis| {
            let millis = Literal::u64_unsuffixed(millis);
            emit! {
                const TTL: ::core::option::Option<::core::time::Duration> =
                    ::core::option::Option::Some(::core::time::Duration::from_millis(#millis));
            }
        });
        let migrate = options.migrate.as_ref().map(|migrate| {
            quote_spanned! {ours(migrate.span())=>
                fn migrate(
                    __version: u32,
                    __data: #bale::__private::Json,
                ) -> ::core::option::Option<Self> {
                    #migrate(__version, __data)
                }
            }
        });
        let kept = quote_spanned!(ours(ident.span())=> #bale::data::Kept for #ident);
        emit! {
            #[automatically_derived]
            impl #kept {
                const NAME: &'static str = #name;
                #version
                #owner
                #ttl
                #migrate
            }
        }
    }
}

impl Options {
    fn read(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let word = meta.path.get_ident().map(|word| word.unraw().to_string()).unwrap_or_default();
        let is_new = match &*word {
            "name" => self.name.replace(name(meta, "what the bot keeps")?).is_none(),
            "key" => self.owner.replace(owner(meta)?).is_none(),
            "ttl" => self.ttl.replace(ttl(meta)?).is_none(),
            "version" => self.version.replace(version(meta)?).is_none(),
            "migrate" => self.migrate.replace(path(meta)?).is_none(),
            "crate" => self.krate.replace(path(meta)?).is_none(),
            _ => return Err(meta.error(format!("unknown option; there are {OPTIONS}"))),
        };
        if is_new { Ok(()) } else { Err(meta.error(format!("`{word}` is given twice"))) }
    }
}

fn owner(meta: &ParseNestedMeta<'_>) -> syn::Result<Ident> {
    let owners = [("user", "User"), ("chat", "Chat"), ("chat+user", "ChatAndUser"), ("bot", "Bot")];
    let message = "whose data it is is written `key = user`, `key = chat`, `key = chat + user` or `key = bot`";
    key(meta, &owners, message)
}
