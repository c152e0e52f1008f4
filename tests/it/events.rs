//! What happens besides messages and button presses: payments, people who come and leave, posts, and what nobody took.

mod fallback;
mod members;
mod payments;
