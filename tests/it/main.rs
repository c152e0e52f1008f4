//! Integration tests: one binary, public API only.

mod dispatch;
mod emulator;
mod logs;
mod patterns;
mod process;
mod rig;
mod routing;
