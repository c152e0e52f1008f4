//! The client.
pub mod transport;
