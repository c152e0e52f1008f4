//! Stored records: what was read from a store is written back the same, in this version's form.

use crate::{dialogue, jobs};

/// The bytes of a record, as a conversation and as a job.
pub(super) fn record(data: &[u8]) {
    for rewrite in [dialogue::rewrite, jobs::rewrite] {
        let Some(written) = rewrite(data) else { continue };
        assert_eq!(rewrite(&written).as_ref(), Some(&written), "a second writing changes nothing");
    }
}
