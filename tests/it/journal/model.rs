//! Random days in the life of a bot with a journal.
