//! What a bot says about itself: spans, numbers, health.

mod backlog;
mod bounds;
pub(crate) mod health;
mod metrics;
mod spans;
