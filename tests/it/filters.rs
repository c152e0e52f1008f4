//! Filters: by the keys of attributes, in code, and the author's own.

mod checks;
mod keys;
mod own;
