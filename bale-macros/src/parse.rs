//! Syntax only: the pieces between an attribute's parentheses, and the head of a function.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::{
    Attribute, Ident, LitStr, Signature, Token, Visibility,
    parse::{ParseStream, Parser},
};

/// The mistakes found so far; all of them are reported at once.
#[derive(Default)]
pub(crate) struct Problems(Option<syn::Error>);

impl Problems {
    pub(crate) fn add(&mut self, error: syn::Error) {
        let all = std::mem::take(self).and(error);
        self.0 = Some(all);
    }

    /// Adds a mistake found at `tokens`.
    pub(crate) fn at(&mut self, tokens: impl quote::ToTokens, message: impl std::fmt::Display) {
        self.add(syn::Error::new_spanned(tokens, message));
    }

    /// Keeps the value of a success and the mistake of a failure.
    pub(crate) fn take<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.add(error)).ok()
    }

    /// All mistakes, `last` among them.
    pub(crate) fn and(self, last: syn::Error) -> syn::Error {
        match self.0 {
            Some(mut all) => {
                all.combine(last);
                all
            }
            None => last,
        }
    }

    pub(crate) fn finish(self) -> syn::Result<()> {
        self.0.map_or(Ok(()), Err)
    }
}

/// One piece between the commas of an attribute.
pub(crate) enum Arg {
    Pattern(LitStr),
    Option { key: Ident, value: Value },
}

/// What follows an option's key.
pub(crate) enum Value {
    None,
    /// The tokens after `=`.
    Is(TokenStream),
    /// The tokens between parentheses.
    List(TokenStream),
}

/// Reads the pieces of an attribute. A broken piece is reported and left out, so that it does not
/// hide mistakes in the others.
pub(crate) fn args(attr: TokenStream, problems: &mut Problems) -> Vec<Arg> {
    let mut pieces = vec![Vec::new()];
    for token in without_invisible_groups(attr) {
        match (&token, pieces.last_mut()) {
            (TokenTree::Punct(punct), Some(piece)) if punct.as_char() == ',' => {
                if piece.is_empty() {
                    problems.at(&token, "nothing stands before this comma");
                } else {
                    pieces.push(Vec::new());
                }
            }
            (_, Some(piece)) => piece.push(token),
            (_, None) => {}
        }
    }
    pieces
        .into_iter()
        .filter(|piece| !piece.is_empty())
        .filter_map(|piece| problems.take(arg(&piece)))
        .collect()
}

fn arg(piece: &[TokenTree]) -> syn::Result<Arg> {
    match piece {
        [TokenTree::Ident(key)] => Ok(Arg::Option { key: key.clone(), value: Value::None }),
        [TokenTree::Ident(key), TokenTree::Punct(equals), value @ ..]
            if equals.as_char() == '=' =>
        {
            let value = Value::Is(value.iter().cloned().collect());
            Ok(Arg::Option { key: key.clone(), value })
        }
        [TokenTree::Ident(key), TokenTree::Group(list)]
            if list.delimiter() == Delimiter::Parenthesis =>
        {
            Ok(Arg::Option { key: key.clone(), value: Value::List(list.stream()) })
        }
        [TokenTree::Literal(_)] => syn::parse2(piece.iter().cloned().collect())
            .map(Arg::Pattern)
            .map_err(|error| syn::Error::new(error.span(), "a pattern is a text in quotes")),
        _ => {
            let tokens: TokenStream = piece.iter().cloned().collect();
            Err(syn::Error::new_spanned(
                tokens,
                "expected a pattern in quotes or an option between two commas",
            ))
        }
    }
}

/// Opens the invisible groups around what a `macro_rules!` of the author substituted.
fn without_invisible_groups(tokens: TokenStream) -> Vec<TokenTree> {
    tokens
        .into_iter()
        .flat_map(|token| match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                without_invisible_groups(group.stream())
            }
            token => vec![token],
        })
        .collect()
}

/// An annotated function. Its body stays unread: half-written code is the compiler's business.
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    /// What follows the signature.
    pub(crate) body: TokenStream,
}

impl Function {
    /// Reads the item below `#[bale::<attribute>]`.
    pub(crate) fn parse(attribute: &str, item: TokenStream) -> syn::Result<Self> {
        let parser = |input: ParseStream<'_>| {
            let attrs = input.call(Attribute::parse_outer)?;
            let vis = input.parse()?;
            if !starts_a_function(&input.fork()) {
                let message = format!("`#[bale::{attribute}]` goes on a function");
                let rest: TokenStream = input.parse()?;
                return Err(syn::Error::new_spanned(rest.into_iter().next(), message));
            }
            let sig: Signature = input.parse()?;
            if input.peek(Token![;]) {
                let message = format!("`#[bale::{attribute}]` goes on a function with a body");
                return Err(syn::Error::new_spanned(input.parse::<Token![;]>()?, message));
            }
            let body = input.parse()?;
            Ok(Self { attrs, vis, sig, body })
        };
        parser.parse2(item)
    }
}

/// Whether `fn` follows, perhaps behind its qualifiers.
fn starts_a_function(input: ParseStream<'_>) -> bool {
    while !input.peek(Token![fn]) {
        match input.parse() {
            Ok(TokenTree::Ident(word))
                if ["const", "async", "unsafe", "safe", "extern"].iter().any(|q| word == q) => {}
            Ok(TokenTree::Literal(_)) => {}
            _ => return false,
        }
    }
    true
}
