//! `state = Order::Phone { name }`: the states that a handler is for, and their fields as parameters.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::{
    Ident, LitStr, Pat, Path, Token, ext::IdentExt, parse::Parser, punctuated::Punctuated,
    spanned::Spanned,
};

use crate::expand::{emit, ours};

/// The states that a handler is for.
pub(crate) struct InState {
    /// The enum.
    dialogue: Path,
    /// Its variants; none for all of them.
    variants: Option<Vec<Ident>>,
    /// The pattern that takes the one state apart, and the fields that it names.
    fields: Option<(TokenStream, Vec<Ident>)>,
    /// As the author wrote it, for explanations.
    written: String,
}

impl InState {
    /// Reads what follows `state =`. No error of its own means that it is written in another way.
    pub(crate) fn parse(value: TokenStream) -> Result<Self, Option<syn::Error>> {
        let patterns = Punctuated::<State, Token![|]>::parse_separated_nonempty;
        let states = patterns.parse2(value).map_err(|_| None)?;
        let is_alone = states.len() == 1;
        let mut found: Option<Self> = None;
        for state in states {
            let state = state.read()?;
            if !is_alone && (state.fields.is_some() || state.variants.is_none()) {
                let message = "of several states none has its fields taken: ask for `Talk<..>`, whose `state()` has them";
                return Err(Some(syn::Error::new_spanned(state.dialogue, message)));
            }
            match &mut found {
                None => found = Some(state),
                Some(found) => found.add(state)?,
            }
        }
        found.ok_or(None)
    }

    fn add(&mut self, other: Self) -> syn::Result<()> {
        let text = |path: &Path| path.to_token_stream().to_string();
        if text(&self.dialogue) != text(&other.dialogue) {
            let message = format!(
                "a handler is for states of one conversation, and `{}` is another than `{}`",
                text(&other.dialogue).replace(' ', ""),
                text(&self.dialogue).replace(' ', "")
            );
            return Err(syn::Error::new_spanned(other.dialogue, message));
        }
        for variant in other.variants.into_iter().flatten() {
            let variants = self.variants.get_or_insert_default();
            if variants.contains(&variant) {
                let message = format!("`{variant}` is given twice");
                return Err(syn::Error::new_spanned(variant, message));
            }
            variants.push(variant);
        }
        self.written = format!("{} | {}", self.written, other.written);
        Ok(())
    }

    /// The fields that become parameters.
    pub(crate) fn fields(&self) -> &[Ident] {
        self.fields.as_ref().map_or(&[], |(_, fields)| fields)
    }

    /// How the field of this name is called in `__call`.
    pub(crate) fn local(field: &Ident, span: Span) -> Ident {
        format_ident!("__state_{}", field.unraw(), span = span)
    }

    /// A function that gives the condition.
    pub(crate) fn condition(&self, bale: &TokenStream) -> TokenStream {
        let dialogue = &self.dialogue;
        let span = ours(dialogue.span());
        let wants = LitStr::new(&self.written, Span::mixed_site());
        let fits = match &self.variants {
            Some(variants) => {
                let variants = variants
                    .iter()
                    .map(|variant| quote_spanned!(span=> #dialogue::#variant { .. }));
                quote_spanned!(span=> ::core::matches!(__state, #(#variants)|*))
            }
            None => emit!(true),
        };
        quote_spanned! {span=>
            || #bale::__private::in_state::<#dialogue>(#wants, |__state| #fits)
        }
    }

    /// The statements that take the state apart, where `__call` begins.
    pub(crate) fn bindings(&self, bale: &TokenStream) -> Option<TokenStream> {
        let (pattern, _) = self.fields.as_ref()?;
        let dialogue = &self.dialogue;
        let span = ours(dialogue.span());
        Some(quote_spanned! {span=>
            #[allow(irrefutable_let_patterns)]
            let #pattern = (match #bale::__private::state::<#dialogue>(__cx).await {
                ::core::result::Result::Ok(__state) => __state,
                ::core::result::Result::Err(__reject) => {
                    return #bale::__private::rejected("state", __reject);
                }
            }) else {
                return ::core::convert::From::from(#bale::Pass);
            };
        })
    }
}

/// One state, as it is written.
enum State {
    /// `Order::_`
    Any(Path),
    Pattern(Pat),
}

impl syn::parse::Parse for State {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Self> {
        let ahead = input.fork();
        if let Ok(path) = any_of(&ahead) {
            any_of(input)?;
            return Ok(Self::Any(path));
        }
        Pat::parse_single(input).map(Self::Pattern)
    }
}

/// `shop::Order::_`
fn any_of(input: syn::parse::ParseStream<'_>) -> syn::Result<Path> {
    let leading_colon = input.parse()?;
    let mut segments = Punctuated::new();
    loop {
        segments.push_value(input.call(Ident::parse_any)?.into());
        let colons: Token![::] = input.parse()?;
        if input.peek(Token![_]) {
            input.parse::<Token![_]>()?;
            return Ok(Path { leading_colon, segments });
        }
        segments.push_punct(colons);
    }
}

impl State {
    fn read(self) -> Result<InState, Option<syn::Error>> {
        let pattern = match self {
            Self::Any(dialogue) => {
                let written = format!("{}::_", last(&dialogue));
                return Ok(InState { dialogue, variants: None, fields: None, written });
            }
            Self::Pattern(pattern) => pattern,
        };
        let mut names = Vec::new();
        let (path, apart) = match &pattern {
            Pat::Path(pattern) if pattern.qself.is_none() => (pattern.path.clone(), None),
            // `Name` alone.
            Pat::Ident(pattern) if pattern.by_ref.is_none() && pattern.subpat.is_none() => {
                (pattern.ident.clone().into(), None)
            }
            Pat::Struct(pattern) if pattern.qself.is_none() => {
                let mut fields = Vec::new();
                for field in &pattern.fields {
                    let local = bound(&field.pat, &mut names)?;
                    let member = &field.member;
                    fields.push(quote_spanned!(field.span()=> #member: #local));
                }
                let path = &pattern.path;
                (path.clone(), Some(quote_spanned!(ours(path.span())=> #path { #(#fields,)* .. })))
            }
            Pat::TupleStruct(pattern) if pattern.qself.is_none() => {
                let mut fields = Vec::new();
                for field in &pattern.elems {
                    fields.push(match field {
                        Pat::Rest(rest) => rest.to_token_stream(),
                        field => bound(field, &mut names)?,
                    });
                }
                let path = &pattern.path;
                (path.clone(), Some(quote_spanned!(ours(path.span())=> #path(#(#fields),*))))
            }
            _ => return Err(None),
        };
        let (dialogue, variant) = (enum_of(&path)?, last(&path));
        let written = format!("{}::{}", last(&dialogue).unraw(), variant.unraw());
        let fields = apart.map(|apart| (apart, names));
        Ok(InState { dialogue, variants: Some(vec![variant]), fields, written })
    }
}

/// What a field is bound to: a name, or nothing.
fn bound(pattern: &Pat, names: &mut Vec<Ident>) -> Result<TokenStream, Option<syn::Error>> {
    match pattern {
        Pat::Wild(wild) => Ok(wild.to_token_stream()),
        Pat::Ident(pat)
            if pat.by_ref.is_none() && pat.mutability.is_none() && pat.subpat.is_none() =>
        {
            names.push(pat.ident.clone());
            Ok(InState::local(&pat.ident, ours(pat.ident.span())).to_token_stream())
        }
        other => {
            let message = "a field of a state is taken by its name: write `{ name }`, `{ field: name }` or `(name)`";
            Err(Some(syn::Error::new_spanned(other, message)))
        }
    }
}

/// The path without the variant.
fn enum_of(variant: &Path) -> syn::Result<Path> {
    let mut path = variant.clone();
    path.segments.pop();
    path.segments.pop_punct();
    if path.segments.is_empty() {
        let name = variant.to_token_stream();
        let message = format!(
            "a state is written with its enum, as in `state = Order::{name}`: it says whose state it is"
        );
        return Err(syn::Error::new_spanned(variant, message));
    }
    Ok(path)
}

fn last(path: &Path) -> Ident {
    path.segments.last().expect("a path has a segment").ident.clone()
}
