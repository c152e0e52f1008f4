//! Integration tests: one binary, public API only.

mod emulator;
mod limits;
mod patterns;
mod process;
mod readme;
mod retry;
mod rig;
mod routing;
mod tidy;
mod ui;
mod wait;
