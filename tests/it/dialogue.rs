//! Conversations whose state is stored.

mod derived;
mod talk;
