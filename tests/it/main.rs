//! Integration tests: one binary, public API only.

mod process;
mod rig;
mod routing;
