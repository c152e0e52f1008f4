//! Integration tests: one binary, public API only.

mod bad_input;
mod bound;
mod cargo;
mod coverage;
mod dispatch;
mod download;
mod emulator;
mod handlers;
mod keyboard;
mod limits;
mod logs;
mod methods;
mod patterns;
mod polling;
mod process;
mod readme;
mod retry;
mod rig;
mod routing;
mod stop;
mod tidy;
mod ui;
mod upload;
mod wait;
mod wire;
