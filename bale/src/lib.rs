//! A declarative bot framework for Bale Messenger.
//!
//! Attributes say what a function is for; the framework receives updates, finds the function, takes its
//! parameters out of the update, and sends what it returns:
//!
#![cfg_attr(feature = "macros", doc = "```no_run")]
#![cfg_attr(not(feature = "macros"), doc = "```ignore")]
//! use bale::{CallbackQuery, Message, Result, Text};
//! use bale::types::InlineKeyboardMarkup;
//!
//! /// Show what is for sale.
//! #[bale::command]
//! async fn start(message: Message) -> Result {
//!     let keyboard = InlineKeyboardMarkup::new().row([buy::button("Buy two", 42, 2)?]);
//!     message.reply("Apples").reply_markup(keyboard).await?;
//!     Ok(())
//! }
//!
//! #[bale::on_callback("buy:{item}:{qty}")]
//! async fn buy(query: CallbackQuery, item: u64, qty: u32) -> Result {
//!     query.answer(format!("{qty} of {item}")).await?;
//!     Ok(())
//! }
//!
//! #[bale::on_message]
//! async fn echo(Text(text): Text) -> String {
//!     text
//! }
//!
//! #[bale::main]
//! async fn main() {}
//! ```
//!
//! The token comes from `BALE_BOT_TOKEN`, else `BALE_TOKEN`; `BALE_API_URL` and `BALE_PROXY` say where calls
//! go. With the feature `emulator` and without a token a bot runs against an emulator in the same program.
//!
//! # A handler
//!
//! - What it runs for: its attribute, with a [pattern](macro@command) if there is one. Commands come before
//!   handlers of a [state](mod@dialogue), these before texts, texts before patterns, patterns before events like a receipt, these before catch-alls, and
//!   [`fallback`](macro@fallback) last; then `priority`, then the place in the source.
//!   Keys of the attribute narrow it down: see [`filter`](mod@filter).
//! - What it receives: the pattern's captures, by name, and whatever implements
//!   [`FromUpdate`](extract::FromUpdate), by type. A parameter that an update does not have passes the update on.
//! - What it returns: `()`, a text, `Option`, [`Pass`], or a `Result` with any error
//!   ([`IntoOutcome`](handler::IntoOutcome)). A text is the reply to a message, and the answer to a button.
//! - What it calls: verbs like [`Message::reply`], or any function of [`Bot`]. Each gives a [`Request`], which is
//!   sent when awaited, once.
//! - How it talks by buttons: [`keyboard`] has pages, menus and questions with yes and no.
//!
//! # Delivery
//!
//! Updates of one chat are handled one after the other; chats do not wait for each other. An update is
//! confirmed to Bale when its handler has ended, so after a crash it comes again
//! ([`Delivery`](dispatch::Delivery)). [`App`] has the bounds and deadlines. A
#![cfg_attr(feature = "sqlite", doc = "[journal](App::journal)")]
#![cfg_attr(not(feature = "sqlite"), doc = "journal (feature `sqlite`)")]
//! confirms it as soon as it is on the disk, and works from there. [`Context::once`] keeps what people see, as payments
//! and broadcasts, from happening twice.
//!
//! # Jobs
//!
//! [`every`](macro@every), [`cron`](macro@cron) and [`job`](macro@job) run functions again and again, at times of the
//! day, and once, later. [`jobs`] says what happens when the bot is down or a run fails.
//! [`dialogue`] has questions and conversations, [`data`] what the bot remembers of people and chats, [`storage`] where
//! both are kept.
//!
//! # Without attributes, and in tests
//!
//! The feature `testing` gives a test people who talk to the bot. [`App`] takes functions and closures too, and
//! the emulator answers in the same process:
//!
#![cfg_attr(feature = "emulator", doc = "```")]
#![cfg_attr(not(feature = "emulator"), doc = "```ignore")]
//! use bale::{App, Bot, emulator::Emulator};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let emulator = Emulator::new("123456:TEST");
//! let bot = Bot::builder().token("123456:TEST").transport(emulator.transport()).build()?;
//!
//! emulator.message(1, 1, "/start");
//! let app = App::new().bot(bot).command("start", async || "hello");
//! app.run_until(emulator.idle()).await?;
//!
//! assert_eq!(emulator.messages(1)[1]["text"], "hello");
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! - `macros` (default): the attributes.
//! - `rustls` (default): HTTPS, with ring and the machine's CA store; building it needs a C compiler.
//! - `webpki-roots`: Mozilla's CA list in the binary, for machines without a CA store.
//! - `lean`: calls over hyper itself, for bots that make very many. Proxies and downloads stay with reqwest.
//! - `http2`: HTTP/2 where an `https://` server offers it, else HTTP/1.1 as ever. All calls share one connection and
//!   polls have another. That is worth it for a bot with many calls at once: fewer handshakes, less CPU. Calls one after
//!   the other cost more CPU than before, and a connection that breaks leaves all calls on it in doubt
//!   ([`may_have_been_sent`](Error::may_have_been_sent)). With `lean` it needs `BotBuilder::lean(false)`. The crate `h2`
//!   logs frames at DEBUG, without their headers and bodies, so not the token; what a server writes into a GOAWAY frame
//!   is shown, and no honest one writes the token there.
//! - `log` (default): `#[bale::main]` prints log lines to standard error, chosen by `RUST_LOG`.
//! - `cron` (default): [`cron`](macro@cron), with the time zones of the machine, or its own where there are none.
//! - `emulator`: [`emulator`], and the program `bale-emulator`.
//! - `testing`: [`testing`], for `[dev-dependencies]`.
//! - `webhook`: `webhook`, updates that Bale posts, in a server of its own or in the author's axum application.
//! - `sqlite`: `storage::Sqlite`, state in a file; building it needs a C compiler.
//! - `redis`: `storage::Redis`, state in a Redis server.
//! - `metrics`: numbers for the recorder that the program installs, as of Prometheus.
//! - `health`: [`health`](mod@health) over HTTP, `/livez` and `/readyz`.

use std::{future::Future, pin::Pin};

#[cfg(feature = "macros")]
#[doc(inline)]
pub use bale_macros::*;

pub use crate::{
    app::App,
    bound::{
        Animation, Audio, CallbackQuery, Chat, Document, MemberJoin, MemberLeave, Message, Payment,
        Photo, PreCheckoutQuery, Sticker, Update, User, Video, Voice,
    },
    client::{Bot, BotBuilder, Request},
    context::Context,
    data::Data,
    dialogue::{Dialogue, Exit, Goto},
    error::{Error, ErrorKind},
    extract::{State, Text},
    handler::{BoxError, HandlerError, Outcome, Pass},
    jobs::{Job, JobId, Payload},
    methods::ChatId,
    middleware::{Local, Next},
    route::callback::CallbackDataError,
};

pub mod app;
pub mod bound;
pub mod client;
pub mod context;
pub mod data;
pub mod dialogue;
pub mod dispatch;
#[cfg(feature = "emulator")]
pub mod emulator;
pub mod error;
pub mod event;
pub mod extract;
pub mod filter;
pub mod handler;
pub mod health;
pub mod jobs;
mod journal;
pub mod keyboard;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod laws;
pub mod methods;
mod middleware;
mod observe;
pub mod once;
pub mod polling;
pub mod registry;
pub mod route;
mod schedule;
pub mod storage;
#[cfg(feature = "testing")]
pub mod testing;
mod text;
pub mod types;
#[cfg(feature = "webhook")]
pub mod webhook;

#[doc(hidden)]
pub mod __private {
    //! What the attributes write against. Not public API.

    pub use inventory;

    #[cfg(feature = "testing")]
    pub use crate::testing::run_test;
    pub use crate::{
        BoxFuture,
        app::{IntoApp, Main, assert_registry_is_valid},
        context::Context,
        dialogue::{in_state, state},
        extract::{FromArg, FromOptionalArg, FromRestArg, FromUpdate, ToArg},
        filter::{IsFilter, no_filter, own},
        handler::{IntoOutcome, Outcome, into_outcome, rejected},
        jobs::ScheduleError,
        registry::{ChatKind, Meta, Options, Parts, PartsRecord, Record, Schedule, Trigger, When},
        route::callback::{CallbackDataError, callback_data},
        schedule::{ZONES, check as check_cron},
        types::{InlineKeyboardButton, KeyboardButton},
    };
    pub use serde_json::Value as Json;

    /// Writes the test that `#[bale::test]` stands for.
    #[cfg(feature = "testing")]
    #[doc(hidden)]
    #[macro_export]
    macro_rules! __bale_test {
        ($($test:tt)*) => { $($test)* };
    }

    /// Says what `#[bale::test]` lacks.
    #[cfg(not(feature = "testing"))]
    #[doc(hidden)]
    #[macro_export]
    macro_rules! __bale_test {
        ($($test:tt)*) => {
            ::core::compile_error! {
                "`#[bale::test]` needs the feature `testing` of `bale-bot`: write `features = [\"testing\"]` \
                 for it under `[dev-dependencies]`"
            }
        };
    }
    pub use crate::__bale_test as test;
}

/// The version of this library.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A boxed future that can move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What a handler returns: with no type named, `()` or any error.
pub type Result<T = (), E = BoxError> = std::result::Result<T, E>;

/// The README's programs, compiled.
#[cfg(all(doctest, feature = "macros", feature = "testing"))]
#[doc = include_str!("../../README.md")]
mod readme {}

/// The programs of the page on delivery, compiled.
#[cfg(all(doctest, feature = "macros", feature = "testing"))]
#[doc = include_str!("../../docs/delivery.md")]
mod delivery {}
/// The program of the guide to webhooks, compiled.
#[cfg(all(doctest, feature = "macros", feature = "webhook"))]
#[doc = include_str!("../../docs/webhook.md")]
mod webhook_guide {}

/// The program of the guide for authors who come from other frameworks, compiled.
#[cfg(all(doctest, feature = "macros"))]
#[doc = include_str!("../../docs/coming-from.md")]
mod coming_from {}

/// The programs of the guide for authors who come from python-bale-bot, compiled.
#[cfg(all(doctest, feature = "macros"))]
#[doc = include_str!("../../docs/from-python-bale-bot.md")]
mod from_python_bale_bot {}
