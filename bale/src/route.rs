//! Routing.
pub mod callback;
pub(crate) mod pattern;
