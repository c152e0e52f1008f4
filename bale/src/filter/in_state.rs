//! Which state of a conversation a handler is for.

use std::{
    any::{Any, TypeId},
    borrow::Cow,
    fmt,
    sync::Arc,
};

use crate::{BoxFuture, context::Context, handler::Outcome};

/// The state that a conversation must be in for a handler to run. A cheap clone.
#[derive(Clone)]
pub struct InState(Arc<dyn Condition>);

/// What a state must be like.
pub(crate) trait Condition: Send + Sync {
    /// The type of the states, and what they are stored under.
    fn dialogue(&self) -> (TypeId, &'static str);

    /// The states, as an attribute names them; none of a closure.
    fn wants(&self) -> Option<&'static str>;

    /// Whether a value of that type may be such a state: all that can be told by its variant.
    fn may_fit(&self, state: &dyn Any) -> bool;

    /// What knows the variants of that type.
    fn variants(&self) -> Box<dyn Variants>;

    /// Whether the conversation is in such a state, or what becomes of the update.
    fn check<'c>(&'c self, cx: &'c Context) -> BoxFuture<'c, Result<(), Outcome>>;

    /// Ends the conversation; what goes wrong is what becomes of the update.
    fn exit<'c>(&'c self, cx: &'c Context) -> BoxFuture<'c, Result<(), Outcome>>;

    /// Takes down that the update left the state as it is, unless its handler has written another one.
    fn stay<'c>(&'c self, cx: &'c Context) -> BoxFuture<'c, Result<(), Outcome>>;
}

/// Which handlers are for which variant of one type of states.
pub(crate) trait Variants: fmt::Debug + Send + Sync {
    /// The first of these handlers, from number `from` on, that may be for the state that the update's conversation is
    /// in; none if that has not been read yet. It is always asked with the same handlers.
    fn first(
        &self,
        from: usize,
        routes: &[(usize, InState)],
        cx: &Context,
    ) -> Option<Option<usize>>;
}

impl InState {
    pub(crate) fn new(condition: impl Condition + 'static) -> Self {
        Self(Arc::new(condition))
    }

    /// See [`Condition::dialogue`].
    pub(crate) fn dialogue(&self) -> (TypeId, &'static str) {
        self.0.dialogue()
    }

    /// See [`Condition::may_fit`].
    pub(crate) fn may_fit(&self, state: &dyn Any) -> bool {
        self.0.may_fit(state)
    }

    /// See [`Condition::variants`].
    pub(crate) fn variants(&self) -> Box<dyn Variants> {
        self.0.variants()
    }

    /// See [`Condition::check`].
    pub(crate) fn check<'c>(&'c self, cx: &'c Context) -> BoxFuture<'c, Result<(), Outcome>> {
        self.0.check(cx)
    }

    /// See [`Condition::exit`].
    pub(crate) fn exit<'c>(&'c self, cx: &'c Context) -> BoxFuture<'c, Result<(), Outcome>> {
        self.0.exit(cx)
    }

    /// See [`Condition::stay`].
    pub(crate) fn stay<'c>(&'c self, cx: &'c Context) -> BoxFuture<'c, Result<(), Outcome>> {
        self.0.stay(cx)
    }
}

/// Closures of one place may hold different values.
impl PartialEq for InState {
    fn eq(&self, other: &Self) -> bool {
        let is_same = self.0.wants().is_some()
            && (self.0.dialogue(), self.0.wants()) == (other.0.dialogue(), other.0.wants());
        is_same || Arc::ptr_eq(&self.0, &other.0)
    }
}

/// As an attribute writes it.
impl fmt::Display for InState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wants = self.0.wants().map_or_else(
            || Cow::Owned(format!("some of `{}`", self.0.dialogue().1)),
            Cow::Borrowed,
        );
        write!(f, "state = {wants}")
    }
}

impl fmt::Debug for InState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InState({self})")
    }
}
