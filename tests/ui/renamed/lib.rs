//! Handlers of a crate that knows no `bale`, and no prelude.
#![no_implicit_prelude]
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, unreachable_pub)]

use ::std::{option::Option, string::String, vec::Vec};

/// Says something.
#[::b::command("say {what} {times?} {to...}", alias = "tell", crate = ::b)]
pub async fn say(bot: &::b::Bot, what: String, times: Option<u8>, to: Vec<String>) -> String {
    ::std::format!("{what} {times:?} {to:?} {bot:?}")
}

/// Buys something.
#[::b::on_callback("buy:{item}", crate = ::b)]
pub async fn buy(item: u64) -> String {
    ::std::format!("{item}")
}

#[::b::on_message(crate = ::b)]
fn hello() -> &'static str {
    "Hello"
}

#[::b::on_start(crate = ::b)]
async fn ready() -> ::b::Result {
    ::std::result::Result::Ok(())
}

#[::b::on_error(crate = ::b)]
async fn failed(_: ::b::HandlerError) {}

/// A function of any crate can be called by its users.
#[::std::prelude::v1::test]
fn data() {
    ::std::assert_eq!(buy::data(3).as_deref(), ::std::result::Result::Ok("buy:3"));
}
