//! A declarative bot framework for Bale Messenger.

use std::{future::Future, pin::Pin};

#[cfg(feature = "macros")]
#[doc(inline)]
pub use bale_macros::*;

pub use crate::{
    app::App,
    bound::{CallbackQuery, Chat, Message, Update, User},
    client::{Bot, BotBuilder, Request},
    context::Context,
    error::{Error, ErrorKind},
    extract::{Photo, State, Text},
    handler::{BoxError, HandlerError, Outcome, Pass},
    methods::ChatId,
    route::callback::CallbackDataError,
};

pub mod app;
pub mod bound;
pub mod client;
pub mod context;
pub mod dispatch;
#[cfg(feature = "emulator")]
pub mod emulator;
pub mod error;
pub mod event;
pub mod extract;
pub mod handler;
pub mod methods;
pub mod polling;
pub mod registry;
pub mod route;
mod text;
pub mod types;

#[doc(hidden)]
pub mod __private {
    //! What the attributes write against. Not public API.

    pub use inventory;

    pub use crate::{
        BoxFuture,
        app::{Main, assert_registry_is_valid, run},
        context::Context,
        extract::{FromUpdate, optional, required, rest},
        handler::{IntoOutcome, Outcome, into_outcome, rejected},
        registry::{ChatKind, Meta, Options, Record, Trigger},
        route::callback::{CallbackDataError, callback_data},
    };
}

/// A boxed future that can move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What a handler returns: with no type named, `()` or any error.
pub type Result<T = (), E = BoxError> = std::result::Result<T, E>;
