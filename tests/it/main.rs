//! Integration tests: one binary, public API only.

mod bad_input;
mod cargo;
mod coverage;
mod dispatch;
mod emulator;
mod handlers;
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
mod testing;
mod tidy;
mod ui;
mod upload;
mod wait;
mod wire;
