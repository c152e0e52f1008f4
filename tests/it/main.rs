//! Integration tests: one binary, public API only.

mod emulator;
mod limits;
mod patterns;
mod process;
mod retry;
mod rig;
mod routing;
