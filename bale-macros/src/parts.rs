//! `#[derive(bale::State)]`: the fields of a struct as parts of the application state.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote_spanned};
use syn::{
    Attribute, Data, DeriveInput, Field, Fields, GenericArgument, Ident, Index, Member, Path,
    PathArguments, Type, parse::Parser, spanned::Spanned,
};

use crate::{
    expand::{bale, emit, ours},
    parse::Problems,
};

/// A struct whose fields are parts of the application state.
pub(crate) struct Parts {
    ident: Ident,
    krate: Option<Path>,
    fields: Vec<Part>,
}

/// One field.
struct Part {
    member: Member,
    /// What a handler asks for.
    ty: Type,
    /// Whether the field is an `Arc` of it.
    is_shared: bool,
}

/// What `#[state(..)]` says.
#[derive(Default)]
struct Options {
    skip: bool,
    krate: Option<Path>,
}

impl Parts {
    pub(crate) fn new(item: TokenStream) -> syn::Result<Self> {
        let input: DeriveInput = syn::parse2(item)?;
        let mut problems = Problems::default();
        let options = options(&input.attrs, "crate", &mut problems);
        if !input.generics.params.is_empty() {
            let message = "the application state cannot be generic: a handler asks for one type";
            problems.at(&input.generics, message);
        }
        let fields = match input.data {
            Data::Struct(data) if !matches!(data.fields, Fields::Unit) => data.fields,
            _ => {
                let message = "`#[derive(bale::State)]` goes on a struct with fields: each is a part of the state";
                return Err(problems.and(syn::Error::new_spanned(&input.ident, message)));
            }
        };
        let mut parts: Vec<Part> = Vec::new();
        for (index, field) in fields.iter().enumerate() {
            if options_of(field, &mut problems).skip {
                continue;
            }
            let part = Part::new(index, field);
            let written = part.ty.to_token_stream().to_string();
            if parts.iter().any(|other| other.ty.to_token_stream().to_string() == written) {
                let message = format!(
                    "two parts are `State<{}>`: wrap one in a type of its own, or leave it out by `#[state(skip)]`",
                    written.replace(' ', "")
                );
                problems.at(&field.ty, message);
            }
            parts.push(part);
        }
        problems.finish()?;
        Ok(Self { ident: input.ident, krate: options.krate, fields: parts })
    }

    /// The registration.
    pub(crate) fn expand(&self) -> TokenStream {
        let Self { ident, fields, .. } = self;
        let bale = bale(self.krate.as_ref());
        let gives = fields.iter().map(|Part { member, ty, is_shared }| {
            let span = ours(ty.span());
            let give = Ident::new(if *is_shared { "share" } else { "copy" }, span);
            quote_spanned!(span=> __parts.#give::<#ty>(&__whole.#member);)
        });
        emit! {
            const _: () = {
                fn __give(
                    __whole: &(dyn ::core::any::Any + ::core::marker::Send + ::core::marker::Sync),
                    __parts: &mut #bale::__private::Parts<'_>,
                ) {
                    if let ::core::option::Option::Some(__whole) = __whole.downcast_ref::<#ident>() {
                        #(#gives)*
                    }
                }
                #bale::__private::inventory::submit! {
                    #bale::__private::PartsRecord {
                        whole: ::core::any::TypeId::of::<#ident>,
                        give: __give,
                    }
                }
            };
        }
    }
}

impl Part {
    fn new(index: usize, field: &Field) -> Self {
        let member = match &field.ident {
            Some(ident) => Member::Named(ident.clone()),
            None => Member::Unnamed(Index::from(index)),
        };
        match shared(&field.ty) {
            Some(ty) => Self { member, ty: ty.clone(), is_shared: true },
            None => Self { member, ty: field.ty.clone(), is_shared: false },
        }
    }
}

/// The type that a field shares by an `Arc`; none if a handler could not ask for it, because it has no size.
fn shared(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|segment| segment.ident == "Arc")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(Type::TraitObject(_) | Type::Slice(_)) => None,
        GenericArgument::Type(Type::Path(path)) if path.path.is_ident("str") => None,
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

fn options_of(field: &Field, problems: &mut Problems) -> Options {
    options(&field.attrs, "skip", problems)
}

/// Reads `#[state(..)]`, where only the option `own` makes sense.
fn options(attrs: &[Attribute], own: &str, problems: &mut Problems) -> Options {
    let mut options = Options::default();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("state")) {
        let read = attr.parse_nested_meta(|meta| {
            if own == "skip" && meta.path.is_ident("skip") {
                options.skip = true;
            } else if own == "crate" && meta.path.is_ident("crate") {
                let path = meta.value()?.parse::<TokenStream>()?;
                options.krate = Some(Path::parse_mod_style.parse2(path)?);
            } else {
                let usage = if own == "skip" {
                    "`#[state(skip)]`"
                } else {
                    "`#[state(crate = path::to::bale)]`"
                };
                let place = if own == "skip" { "a field" } else { "the struct" };
                return Err(meta.error(format!("unknown option; {place} takes {usage}")));
            }
            Ok(())
        });
        problems.take(read);
    }
    options
}
