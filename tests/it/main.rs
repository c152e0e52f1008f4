//! Integration tests: one binary, public API only.

mod cargo;
mod emulator;
mod patterns;
mod process;
mod rig;
mod routing;
mod ui;
mod wait;
