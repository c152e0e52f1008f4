//! Integration tests: one binary, public API only.

mod emulator;
mod patterns;
mod process;
mod readme;
mod rig;
mod routing;
mod tidy;
mod ui;
mod wait;
