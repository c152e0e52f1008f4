//! The attribute macros of `bale`.

use proc_macro::TokenStream;
use proc_macro2::TokenStream as TokenStream2;
use quote::quote;

use crate::model::{Handler, Kind, Main};

mod expand;
mod model;
mod options;
mod parse;
mod pattern;

macro_rules! attributes {
    ($($(#[doc = $doc:expr])* $name:ident = $kind:ident;)*) => { $(
        $(#[doc = $doc])*
        #[proc_macro_attribute]
        pub fn $name(attr: TokenStream, item: TokenStream) -> TokenStream {
            handler(Kind::$kind, attr.into(), &item.into()).into()
        }
    )* };
}

attributes! {
    /// A command, like `/start`.
    command = Command;
    /// A message, any or one whose text fits a pattern.
    on_message = Message;
    /// An edited message.
    on_edited_message = EditedMessage;
    /// A press of an inline button, any or one whose data fits a pattern.
    on_callback = Callback;
    /// Every update, before its handler.
    on_update = Update;
    /// The start of the bot.
    on_start = Start;
    /// The stop of the bot.
    on_stop = Stop;
    /// A handler that failed.
    on_error = Error;
}

/// The program: it gathers the handlers and runs the bot.
#[proc_macro_attribute]
pub fn main(attr: TokenStream, item: TokenStream) -> TokenStream {
    start(attr.into(), &item.into(), has_lib_beside()).into()
}

/// The function and its record; after a mistake, the function and what is wrong.
fn handler(kind: Kind, attr: TokenStream2, item: &TokenStream2) -> TokenStream2 {
    match Handler::new(kind, attr, item.clone()) {
        Ok(handler) => handler.expand(),
        Err(problems) => {
            let problems = problems.into_compile_error();
            quote!(#item #problems)
        }
    }
}

/// The program's `main`; after a mistake one that does nothing, so that the compiler does not miss it
/// as well.
fn start(attr: TokenStream2, item: &TokenStream2, lib_beside: bool) -> TokenStream2 {
    match Main::new(attr, item.clone(), lib_beside) {
        Ok(main) => main.expand(),
        Err(problems) => {
            let problems = problems.into_compile_error();
            quote! {
                #[allow(dead_code)]
                fn main() {
                    #item
                }
                #problems
            }
        }
    }
}

/// Whether a program is compiled whose package has a library as well. Nothing links that library
/// unless the program names it.
fn has_lib_beside() -> bool {
    let is_program = std::env::var_os("CARGO_BIN_NAME").is_some();
    let package = std::env::var_os("CARGO_MANIFEST_DIR");
    is_program
        && package.is_some_and(|package| std::path::Path::new(&package).join("src/lib.rs").exists())
}
