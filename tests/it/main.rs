//! Integration tests: one binary, public API only.

mod coverage;
mod emulator;
mod patterns;
mod process;
mod rig;
mod routing;
mod upload;
mod wire;
