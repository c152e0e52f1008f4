//! Integration tests: one binary, public API only.

mod rig;
mod routing;
