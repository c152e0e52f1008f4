//! Handlers with `state = ..`, by the state that a conversation is in: what an update costs does not grow with them.

use std::any::TypeId;

use crate::{
    context::Context,
    filter::{InState, Variants},
};

/// The handlers of all conversations.
#[derive(Debug, Default)]
pub(super) struct ByState(Vec<Conversation>);

/// The handlers for states of one type.
#[derive(Debug)]
struct Conversation {
    states: TypeId,
    variants: Box<dyn Variants>,
    /// In the order in which they are tried.
    routes: Vec<(usize, InState)>,
}

impl ByState {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Files a handler. Its number is above those before.
    pub(super) fn insert(&mut self, index: usize, state: &InState) {
        let (states, _) = state.dialogue();
        let route = (index, state.clone());
        match self.0.iter_mut().find(|known| known.states == states) {
            Some(known) => known.routes.push(route),
            None => {
                self.0.push(Conversation {
                    states,
                    variants: state.variants(),
                    routes: vec![route],
                });
            }
        }
    }

    /// The first handler from `from` on whose conversation is in such a state, or has not been read yet; what lies
    /// beyond all of them if there is none.
    pub(super) fn next(&self, from: usize, cx: &Context) -> usize {
        let first = |known: &Conversation| {
            let Some(fitting) = known.variants.first(from, &known.routes, cx) else {
                let before = known.routes.partition_point(|(index, _)| *index < from);
                return Some(known.routes.get(before)?.0);
            };
            fitting
        };
        self.0.iter().filter_map(first).min().unwrap_or(usize::MAX)
    }
}
