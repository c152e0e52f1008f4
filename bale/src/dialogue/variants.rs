//! Which handlers are for which variant of a conversation's states.

use std::{
    collections::HashMap,
    fmt,
    mem::{Discriminant, discriminant},
    sync::{PoisonError, RwLock},
};

use super::{Dialogue, at::known};
use crate::{
    context::Context,
    filter::{InState, Variants},
};

/// The handlers of each variant that was met so far: a type does not tell its variants before.
pub(super) struct ByVariant<S>(RwLock<HashMap<Discriminant<S>, Box<[usize]>>>);

impl<S> Default for ByVariant<S> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

impl<S: Dialogue> fmt::Debug for ByVariant<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ByVariant({})", S::NAME)
    }
}

impl<S: Dialogue> Variants for ByVariant<S> {
    fn first(
        &self,
        from: usize,
        routes: &[(usize, InState)],
        cx: &Context,
    ) -> Option<Option<usize>> {
        let seen = known::<S>(cx)?;
        let Some(state) = &seen.state else { return Some(None) };
        let variant = discriminant(state);
        let first = |of_variant: &[usize]| {
            of_variant.get(of_variant.partition_point(|index| *index < from)).copied()
        };
        let met = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(of_variant) = met.get(&variant) {
            return Some(first(of_variant));
        }
        drop(met);
        let of_variant: Box<[usize]> = routes
            .iter()
            .filter(|(_, condition)| condition.may_fit(state))
            .map(|(index, _)| *index)
            .collect();
        let next = first(&of_variant);
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(variant, of_variant);
        Some(next)
    }
}
