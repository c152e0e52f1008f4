//! The attributes of `bale`: they declare what a function is for, and the framework calls it.
//!
//! This crate is used through `bale`, which documents it with examples that run. An attribute leaves
//! its function exactly as it was written, so that it can be called and tested like any other, and
//! adds one constant record beside it, which `bale` finds when the program starts. Nothing is looked
//! up by name: a parameter is whatever `bale::extract::FromUpdate` makes of its type.
//!
//! # Functions
//!
//! All attributes but [`macro@main`] and [`macro@test`] go on a free function of this shape:
//!
//! - `async fn`; or `fn`, if it returns something.
//! - Each parameter is an argument, if the attribute's pattern has a capture of its name, or else
//!   something that this kind of update has, owned or borrowed: `Message`, `&Message`, `Bot`,
//!   `State<T>`, ..
//! - It returns `()`, a text to answer with, `Option`, `Pass`, or a `Result` of these with any error.
//! - It may have lifetimes, but no type parameters, and no `self`.
//!
//! # Options
//!
//! | option | of | meaning |
//! |---|---|---|
//! | `"pattern"` | `command`, `on_message`, `on_callback` | what it runs for; comes first |
//! | `alias = ".."` | `command` | another name; repeatable |
//! | `aliases = ["..", ".."]` | `command` | other names |
//! | `hidden` | `command` | not in the list of commands |
//! | `chat = private \| group \| channel` | all with a chat | only in these kinds of chats; repeatable |
//! | `group = ".."` | all but `main` | the group it belongs to, for `App::groups` and the group's middleware |
//! | `lane = "none"` | all with a chat, but `on_update` | does not wait for earlier updates of its chat |
//! | `priority = 10` | all but `main` and `test` | higher runs first; 0 if not given, and may be negative |
//! | `crate = path::to::bale` | all | where `bale` is, if it has another name |
//! | `link(a, b)` | `main` | crates whose handlers belong to the program |
//! | `app = path::to::app` | `test` | a function that gives the bot |
//!
//! # Patterns
//!
//! A pattern is literal text with captures, each of which fills the parameter of its name:
//!
//! | capture | takes | type of the parameter |
//! |---|---|---|
//! | `{name}` | one word | any that implements `FromStr` |
//! | `{name?}` | one word or nothing | an `Option` of such a type |
//! | `{name...}` | all that is left | `String`, `Option<String>`, or a `Vec` of such a type |
//!
//! Optional captures come after all others, a rest comes last, and a capture is a whole word. A
//! literal brace is written twice: `{{`. There are at most 16 captures. In the pattern of
//! [`macro@on_callback`] white space means nothing special, and all captures are plain ones.
//!
//! # What an attribute writes
//!
//! ```text
//! async fn start(message: Message) -> Result { .. }
//!
//! const _: () = {
//!     fn __call<'c>(cx: &'c Context) -> BoxFuture<'c, Outcome> { .. start(message).await .. }
//!     inventory::submit! { Record { name: "start", line: line!(), call: __call, .. } }
//! };
//! ```
//!
//! The files in `src/tests/expansions` show it to the letter.

use proc_macro::TokenStream;
use proc_macro2::TokenStream as TokenStream2;
use quote::quote;

use crate::model::{Handler, Kind, Main, Test};

mod expand;
mod model;
mod options;
mod parse;
mod pattern;
#[cfg(test)]
mod tests;

/// A command: a message that starts with `/` and a name.
///
/// The name is the pattern's first word, or without a pattern the function's name. It may be written
/// in any script. The function's doc comment describes the command in the list of commands, and the
/// pattern shows how it is used.
///
/// ```text
/// /// Add two numbers.
/// #[bale::command("add {a} {b}", alias = "جمع")]
/// async fn add(a: i64, b: i64) -> String {
///     (a + b).to_string()
/// }
/// ```
///
/// An argument that is missing or cannot be read answers the user how the command is used.
///
/// | option | meaning |
/// |---|---|
/// | `"pattern"` | the name and the arguments, without the slash |
/// | `alias = ".."`, `aliases = ["..", ".."]` | other names |
/// | `hidden` | not in the list of commands |
/// | `chat = private \| group \| channel` | only in these kinds of chats |
/// | `lane = "none"` | does not wait for earlier updates of its chat: `/cancel` overtakes |
/// | `priority = 10` | higher runs first |
/// | `crate = path::to::bale` | where `bale` is |
#[proc_macro_attribute]
pub fn command(attr: TokenStream, item: TokenStream) -> TokenStream {
    handler(Kind::Command, attr.into(), &item.into()).into()
}

/// A message: any, or one whose text fits a pattern.
///
/// ```text
/// #[bale::on_message("راهنما")]
/// async fn help() -> &'static str {
///     "چه کمکی می‌خواهید؟"
/// }
///
/// #[bale::on_message]
/// async fn echo(Text(text): Text) -> String {
///     text
/// }
/// ```
///
/// The parameters are filters: with a `Photo` among them only messages with a photo fit, and others
/// go on to the next handler.
///
/// | option | meaning |
/// |---|---|
/// | `"pattern"` | the whole text; none means any message |
/// | `chat = private \| group \| channel` | only in these kinds of chats |
/// | `lane = "none"` | does not wait for earlier updates of its chat |
/// | `priority = 10` | higher runs first |
/// | `crate = path::to::bale` | where `bale` is |
#[proc_macro_attribute]
pub fn on_message(attr: TokenStream, item: TokenStream) -> TokenStream {
    handler(Kind::Message, attr.into(), &item.into()).into()
}

/// An edited message. It takes the options of [`macro@on_message`], but no pattern.
///
/// ```text
/// #[bale::on_edited_message]
/// async fn edited(message: Message) -> bale::Result { .. }
/// ```
#[proc_macro_attribute]
pub fn on_edited_message(attr: TokenStream, item: TokenStream) -> TokenStream {
    handler(Kind::EditedMessage, attr.into(), &item.into()).into()
}

/// A press of an inline button: any, or one whose data fits a pattern.
///
/// ```text
/// #[bale::on_callback("buy:{item}:{qty}")]
/// async fn buy(query: CallbackQuery, item: u64, qty: u32) -> bale::Result { .. }
/// ```
///
/// A pattern also gives the way back: `buy::data(42, 1)` is the data of a button that runs `buy` with
/// these arguments, `buy:42:1`, or an error if a button cannot carry it. It takes the types of the
/// parameters, in the order of the captures, so they implement `Display` as well. If a function has
/// several patterns, the last one is written.
///
/// `data` belongs to a type with the function's name and visibility. Where the function is imported,
/// so is the type.
///
/// | option | meaning |
/// |---|---|
/// | `"pattern"` | the whole data, 64 bytes at most; none means any button |
/// | `chat = private \| group \| channel` | only in these kinds of chats |
/// | `lane = "none"` | does not wait for earlier updates of its chat |
/// | `priority = 10` | higher runs first |
/// | `crate = path::to::bale` | where `bale` is |
#[proc_macro_attribute]
pub fn on_callback(attr: TokenStream, item: TokenStream) -> TokenStream {
    handler(Kind::Callback, attr.into(), &item.into()).into()
}

/// Every update, before the handler that it is for. It sees updates and never uses them up.
///
/// ```text
/// #[bale::on_update]
/// async fn count(update: Update, State(counter): State<Counter>) { .. }
/// ```
///
/// It takes the options `chat`, `priority` and `crate`.
#[proc_macro_attribute]
pub fn on_update(attr: TokenStream, item: TokenStream) -> TokenStream {
    handler(Kind::Update, attr.into(), &item.into()).into()
}

/// The start of the bot, before the first update.
///
/// ```text
/// #[bale::on_start]
/// async fn ready(bot: Bot) -> bale::Result { .. }
/// ```
///
/// It takes the options `priority` and `crate`.
#[proc_macro_attribute]
pub fn on_start(attr: TokenStream, item: TokenStream) -> TokenStream {
    handler(Kind::Start, attr.into(), &item.into()).into()
}

/// The stop of the bot, after the last update.
///
/// ```text
/// #[bale::on_stop]
/// async fn bye(State(db): State<Db>) -> bale::Result { .. }
/// ```
///
/// It takes the options `priority` and `crate`.
#[proc_macro_attribute]
pub fn on_stop(attr: TokenStream, item: TokenStream) -> TokenStream {
    handler(Kind::Stop, attr.into(), &item.into()).into()
}

/// A handler that failed: it returned an error, or it panicked.
///
/// ```text
/// #[bale::on_error]
/// async fn report(error: HandlerError) -> &'static str {
///     eprintln!("{error}");
///     "مشکلی پیش آمد."
/// }
/// ```
///
/// It takes the options `priority` and `crate`.
#[proc_macro_attribute]
pub fn on_error(attr: TokenStream, item: TokenStream) -> TokenStream {
    handler(Kind::Error, attr.into(), &item.into()).into()
}

/// What runs around the handlers of every update, or of a group of them.
///
/// ```text
/// #[bale::middleware]
/// async fn time(cx: &Context, next: Next<'_>) -> Outcome {
///     let start = Instant::now();
///     let outcome = next.run().await;
///     println!("{:?}", start.elapsed());
///     outcome
/// }
///
/// #[bale::middleware(group = "admin")]
/// async fn only_admins(user: User, State(admins): State<Admins>, next: Next<'_>) -> Outcome {
///     if admins.contains(user.id) { next.run().await } else { Pass.into() }
/// }
/// ```
///
/// Without a group it is around the search for a handler: it runs once an update, also if no handler takes it,
/// after the observers of [`macro@on_update`]. With a group it is around each handler of that group, and runs
/// when one of them is about to.
///
/// Parameters that an update does not have are no filter for the handlers: the middleware is left out.
///
/// | option | meaning |
/// |---|---|
/// | `group = ".."` | only around the handlers of this group |
/// | `priority = 10` | higher is further out |
/// | `crate = path::to::bale` | where `bale` is |
#[proc_macro_attribute]
pub fn middleware(attr: TokenStream, item: TokenStream) -> TokenStream {
    handler(Kind::Middleware, attr.into(), &item.into()).into()
}

/// The program: it gathers all handlers, checks them, and runs the bot.
///
/// ```text
/// #[bale::main]
/// async fn main() {}
/// ```
///
/// It goes on `async fn main`, which is the place for what must be set up before the bot starts. It
/// returns `()`, an `App` with state and settings, or a `Result` of one of these.
///
/// | option | meaning |
/// |---|---|
/// | `link(a, b)` | crates whose handlers belong to the program |
/// | `crate = path::to::bale` | where `bale` is |
///
/// Handlers of a crate that the program names nowhere are not linked into it. That is so for the
/// package's own `src/lib.rs` as well, if `src/main.rs` uses nothing of it: name it in `link(..)`.
///
/// It also writes a test, `bale_registry_is_valid`, by which `cargo test` finds what would keep the
/// bot from starting, such as two handlers of one command.
///
/// ```text
/// fn main() -> ExitCode {
///     use ::my_handlers as _;
///     async fn main() {}
///     bale::__private::run(.., main)
/// }
///
/// #[cfg(test)]
/// #[test]
/// fn bale_registry_is_valid() { .. }
/// ```
#[proc_macro_attribute]
pub fn main(attr: TokenStream, item: TokenStream) -> TokenStream {
    start(attr.into(), &item.into(), has_lib_beside()).into()
}

/// A test of the bot, by `bale::testing`: it needs that feature.
///
/// ```text
/// #[bale::test]
/// async fn greets(bot: TestBot) {
///     let sara = bot.user("سارا");
///     sara.send("/start").await;
///     sara.expect_text("سلام").await;
/// }
/// ```
///
/// It goes on an `async fn` with one parameter, the bot under test, that returns `()` or a `Result<(), E>` with
/// any `E: Debug`. Attributes such as `#[should_panic]` and `#[ignore]` mean what they mean on other tests.
///
/// | option | meaning |
/// |---|---|
/// | `app = path::to::app` | a function that gives what the body of [`macro@main`] may give |
/// | `crate = path::to::bale` | where `bale` is |
#[proc_macro_attribute]
pub fn test(attr: TokenStream, item: TokenStream) -> TokenStream {
    test_of_bot(attr.into(), &item.into()).into()
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

/// The test; after a mistake the function, so that nothing in it seems unused.
fn test_of_bot(attr: TokenStream2, item: &TokenStream2) -> TokenStream2 {
    match Test::new(attr, item.clone()) {
        Ok(test) => test.expand(),
        Err(problems) => {
            let problems = problems.into_compile_error();
            quote! {
                #[allow(dead_code)]
                #item
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
