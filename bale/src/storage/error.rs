//! Why a store did not do what it was asked.

use std::{error::Error as StdError, fmt};

use super::StorageKey;
use crate::BoxError;

/// A failure of a store. Its text names the store and the record, and never a password.
pub struct StorageError(Box<Inner>);

struct Inner {
    kind: StorageErrorKind,
    store: String,
    key: Option<StorageKey>,
    source: Option<BoxError>,
}

/// What went wrong in a store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StorageErrorKind {
    /// The store cannot be reached, or cannot read or write now. Later it may.
    #[error("not available: {problem}{}", if *may_have_been_written { "; the change may have been made" } else { "" })]
    Unavailable {
        /// What was tried, what happened, and what to look at.
        problem: String,
        /// Whether a commit may have taken effect all the same.
        may_have_been_written: bool,
    },
    /// What is stored cannot be read, and will not be by itself.
    #[error("cannot be read: {problem}")]
    Corrupt {
        /// What was expected, what was found, and what to do.
        problem: String,
    },
    /// A record was not as the commit expects: another one was faster. Read it again and decide anew.
    #[error("another commit has changed the record in the meantime; nothing was written")]
    Conflict,
    /// A value or an id has more bytes than any store takes.
    #[error("{what} may have {expected} bytes, and this has {found}; nothing was written")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// The limit, in bytes.
        expected: usize,
        /// Bytes found.
        found: usize,
    },
    /// There is no room, and nothing that may be dropped to make some.
    #[error("full: {problem}; nothing was written")]
    Full {
        /// What fills it, and what to do.
        problem: String,
    },
    /// The store cannot be set up as asked.
    #[error("cannot be set up: {problem}")]
    Setup {
        /// What is wrong, and what to do about it.
        problem: String,
    },
}

impl StorageError {
    /// A failure of `store`, which is named as a person knows it: `Redis at localhost:6379`.
    pub fn new(kind: StorageErrorKind, store: impl Into<String>) -> Self {
        Self(Box::new(Inner { kind, store: store.into(), key: None, source: None }))
    }

    /// Says which record it is about.
    #[must_use]
    pub fn at(mut self, key: StorageKey) -> Self {
        self.0.key = Some(key);
        self
    }

    /// Says what caused it.
    #[must_use]
    pub fn because(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> &StorageErrorKind {
        &self.0.kind
    }

    /// The record it is about, if it is about one.
    pub fn key(&self) -> Option<&StorageKey> {
        self.0.key.as_ref()
    }

    /// Whether another commit was faster. Nothing was written.
    pub fn is_conflict(&self) -> bool {
        self.0.kind == StorageErrorKind::Conflict
    }

    /// Whether the store is down for now.
    pub fn is_unavailable(&self) -> bool {
        matches!(self.0.kind, StorageErrorKind::Unavailable { .. })
    }

    /// Whether the commit may have taken effect: its answer got lost. One with a mark can be repeated.
    pub fn may_have_been_written(&self) -> bool {
        matches!(self.0.kind, StorageErrorKind::Unavailable { may_have_been_written: true, .. })
    }
}

impl fmt::Display for StorageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, store, key, .. } = &*self.0;
        match key {
            Some(key) => write!(f, "{store}, record {key}: {kind}"),
            None => write!(f, "{store}: {kind}"),
        }
    }
}

/// As its text, with the causes.
impl fmt::Debug for StorageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        let mut source = self.source();
        while let Some(cause) = source {
            write!(f, ": {cause}")?;
            source = cause.source();
        }
        Ok(())
    }
}

impl StdError for StorageError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(|source| &**source as _)
    }
}
