//! Integration tests.

mod patterns;
