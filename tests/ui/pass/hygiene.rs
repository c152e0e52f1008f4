//! No name of the author's comes in the way of what the attributes write.
#![no_implicit_prelude]
#![allow(dead_code, non_camel_case_types, non_snake_case)]

mod std {}
mod core {}
mod inventory {}

struct Box;
struct Pin;
struct Future;
struct Option;
struct String;
struct Vec;
enum Result {
    Ok,
    Err,
}
struct Some;
struct None;
fn Ok() {}
fn Err() {}

const __RECORD: u8 = 0;
fn __call() {}
type str = ();
type bool = ();

#[::bale::command("hygiene {a} {b?} {c...}")]
async fn command(
    bot: &::bale::Bot,
    a: u8,
    b: ::std::option::Option<u8>,
    c: ::std::vec::Vec<u8>,
) -> ::bale::Result {
    let _ = (bot, a, b, c);
    ::std::result::Result::Ok(())
}

#[::bale::on_callback("hygiene:{label}:{a}")]
async fn labelled(label: ::std::string::String, a: u8) -> ::std::string::String {
    ::std::mem::drop(labelled::button("label", ::std::clone::Clone::clone(&label), a));
    label
}

#[::bale::on_callback("hygiene:{a}")]
async fn button(a: u8) -> ::std::string::String {
    ::std::string::ToString::to_string(&a)
}

#[::bale::on_message("hygiene")]
fn message() -> &'static ::core::primitive::str {
    "text"
}

#[::bale::filter]
async fn is_known(_: ::bale::User) -> ::core::primitive::bool {
    true
}

#[::bale::filter]
fn is_stranger() -> ::bale::filter::Filter {
    is_known::filter().not()
}

const ADMIN: i64 = 5;

#[::bale::on_message("hygiene {x}", from = 5 | "sara" | ADMIN, reply, regex = "h", filter = is_stranger)]
async fn filtered(x: u8) {
    let _ = x;
}

#[derive(::bale::State)]
struct State {
    name: u8,
    shared: ::std::sync::Arc<u16>,
}

#[::bale::on_start]
async fn start() {}

mod program {
    #[::bale::main]
    async fn main() {}
}
