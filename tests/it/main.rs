//! Integration tests: one binary, public API only.

mod emulator;
mod patterns;
mod process;
mod rig;
mod routing;
mod wire;
