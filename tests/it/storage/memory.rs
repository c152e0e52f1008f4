//! Records in memory.

use std::sync::Arc;

use bale::storage::Memory;

use super::{Store, contract};

contract!(async { Some(Arc::new(Memory::default()) as Store) });
