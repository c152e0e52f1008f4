//! `state = Order::Name`: which states a handler is for, and its fields as parameters.

use std::{
    any::{Any, TypeId},
    marker::PhantomData,
};

use super::{
    Dialogue,
    at::{load, seen},
    step::exit,
    variants::ByVariant,
};
use crate::{
    BoxFuture,
    context::Context,
    extract::Reject,
    filter::{Condition, InState, Variants},
    handler::{Outcome, Why, short_name},
};

/// The condition that an attribute or a closure writes.
struct States<S, F> {
    wants: Option<&'static str>,
    fits: F,
    states: PhantomData<fn(S)>,
}

/// States that fit, as an attribute names them: `fits` looks at the variant alone.
#[doc(hidden)]
pub fn in_state<S: Dialogue>(
    wants: &'static str,
    fits: impl Fn(&S) -> bool + Send + Sync + 'static,
) -> InState {
    InState::new(States { wants: Some(wants), fits, states: PhantomData })
}

/// States that a closure lets through.
pub(crate) fn in_state_that<S: Dialogue>(
    fits: impl Fn(&S) -> bool + Send + Sync + 'static,
) -> InState {
    InState::new(States { wants: None, fits, states: PhantomData })
}

/// The state itself, for a handler that has it as parameters.
#[doc(hidden)]
pub async fn state<S: Dialogue>(cx: &Context) -> Result<S, Reject> {
    match seen::<S>(cx).await?.owned() {
        Some(state) => state.map_err(Reject::Error),
        None => Err(Reject::NotMine("there is no conversation".into())),
    }
}

impl<S: Dialogue, F: Fn(&S) -> bool + Send + Sync> Condition for States<S, F> {
    fn dialogue(&self) -> (TypeId, &'static str) {
        (TypeId::of::<S>(), S::NAME)
    }

    fn wants(&self) -> Option<&'static str> {
        self.wants
    }

    fn may_fit(&self, state: &dyn Any) -> bool {
        // What an attribute writes looks at the variant alone. A closure looks at what it likes, and may panic.
        self.wants.is_none() || state.downcast_ref().is_some_and(&self.fits)
    }

    fn variants(&self) -> Box<dyn Variants> {
        Box::new(ByVariant::<S>::default())
    }

    fn check<'c>(&'c self, cx: &'c Context) -> BoxFuture<'c, Result<(), Outcome>> {
        Box::pin(async move {
            let found = seen::<S>(cx).await;
            let seen = found.map_err(|reject| Outcome::rejected("state", reject))?;
            if seen.state.as_ref().is_some_and(&self.fits) {
                return Ok(());
            }
            let found = match seen.state.as_ref().map(Dialogue::variant) {
                None => format!("there is no conversation `{}`", S::NAME),
                Some(None) => format!("the conversation `{}` is in another state", S::NAME),
                Some(Some(variant)) => {
                    format!("the conversation is in `{}::{variant}`", short_name::<S>())
                }
            };
            Err(Outcome::Pass(Why::State(match self.wants {
                Some(wants) => format!("it is for `state = {wants}`, and {found}"),
                None => format!("it is for some states of `{}`, and {found}", S::NAME),
            })))
        })
    }

    fn exit<'c>(&'c self, cx: &'c Context) -> BoxFuture<'c, Result<(), Outcome>> {
        Box::pin(exit::<S>(cx))
    }

    // Else an update that comes again after a crash would be taken for an answer to what was asked after it.
    fn stay<'c>(&'c self, cx: &'c Context) -> BoxFuture<'c, Result<(), Outcome>> {
        Box::pin(async move {
            // It was read for the condition, so this finds it.
            let Ok((at, seen)) = load::<S>(cx).await else { return Ok(()) };
            match seen.owned() {
                Some(Ok(state)) if !seen.is_written() => {
                    at.goto(state).await.map_err(|error| Outcome::of_error(error.into()))
                }
                _ => Ok(()),
            }
        })
    }
}
