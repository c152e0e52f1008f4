//! Integration tests: one binary, public API only.

mod patterns;
mod process;
mod rig;
mod routing;
mod ui;
