//! Conversations whose state is stored.

mod derived;
mod states;
mod talk;
mod watched;
