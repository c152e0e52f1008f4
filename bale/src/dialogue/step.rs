//! What a handler returns to bring its conversation on.

use std::{borrow::Cow, fmt};

use super::{Dialogue, at::load};
use crate::{
    BoxFuture,
    context::Context,
    event,
    extract::Reject,
    filter::InState,
    handler::{IntoOutcome, Outcome},
};

/// Returned by a handler after which the conversation is in this state.
///
/// The step and the mark that the update made it are written together, so an update that comes again after a crash
/// makes no second one. A text of [`reply`](Self::reply) is sent after that.
///
/// ```
/// # use bale::{Goto, Text, dialogue::{Dialogue, Step}};
/// # #[derive(serde::Serialize, serde::Deserialize)]
/// # enum Order { Name, Phone { name: String } }
/// # impl Dialogue for Order { const NAME: &'static str = "order"; }
/// async fn name(Text(name): Text) -> Step {
///     if name.len() > 100 {
///         return "کوتاه‌تر، لطفاً.".into(); // the state stays
///     }
///     Goto(Order::Phone { name }).reply("شماره؟")
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a handler returns it"]
pub struct Goto<S>(pub S);

/// Returned by a handler after which the conversation has ended: that of its `state = ..`. Elsewhere, [`Exit::of`]
/// names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[must_use = "a handler returns it"]
pub struct Exit;

/// What becomes of a conversation, and what is said: made from a [`Goto`], an [`Exit`], or a text, which leaves the
/// state as it is. Handlers return it if they do now one and now another.
#[must_use = "a handler returns it"]
pub struct Step {
    text: Option<Cow<'static, str>>,
    change: Change,
}

enum Change {
    None,
    Exit,
    Does(Box<dyn Does>),
}

trait Does: Send + Sync {
    fn run<'c>(self: Box<Self>, cx: &'c Context) -> BoxFuture<'c, Result<(), Outcome>>;
}

/// What went wrong with a conversation, for a handler that has one.
pub(super) fn failed(reject: Reject) -> Outcome {
    match reject {
        Reject::NotMine(reason) => Outcome::Failed(reason.into()),
        reject => Outcome::rejected("Goto", reject),
    }
}

impl<S: Dialogue> Does for Goto<S> {
    fn run<'c>(self: Box<Self>, cx: &'c Context) -> BoxFuture<'c, Result<(), Outcome>> {
        Box::pin(async move {
            let (at, _) = load::<S>(cx).await.map_err(failed)?;
            at.goto(self.0).await.map_err(|error| Outcome::of_error(error.into()))
        })
    }
}

/// Ends the conversation `S` of the update.
pub(super) async fn exit<S: Dialogue>(cx: &Context) -> Result<(), Outcome> {
    let (at, _) = load::<S>(cx).await.map_err(failed)?;
    at.exit().await.map_err(|error| Outcome::of_error(error.into()))
}

struct ExitOf<S>(std::marker::PhantomData<fn(S)>);

impl<S: Dialogue> Does for ExitOf<S> {
    fn run<'c>(self: Box<Self>, cx: &'c Context) -> BoxFuture<'c, Result<(), Outcome>> {
        Box::pin(exit::<S>(cx))
    }
}

impl<S: Dialogue> Goto<S> {
    /// And this text is sent, as a returned text is.
    pub fn reply(self, text: impl Into<Cow<'static, str>>) -> Step {
        Step::from(self).reply(text)
    }
}

impl Exit {
    /// The end of this conversation, in a handler without `state = ..`.
    pub fn of<S: Dialogue>() -> Step {
        Step { text: None, change: Change::Does(Box::new(ExitOf::<S>(std::marker::PhantomData))) }
    }

    /// And this text is sent, as a returned text is.
    pub fn reply(self, text: impl Into<Cow<'static, str>>) -> Step {
        Step::from(self).reply(text)
    }
}

impl Step {
    /// And this text is sent, as a returned text is. A second one takes the place of the first.
    pub fn reply(self, text: impl Into<Cow<'static, str>>) -> Self {
        Self { text: Some(text.into()), ..self }
    }

    /// Whether it does not leave the state as it is.
    pub(crate) fn is_change(&self) -> bool {
        !matches!(self.change, Change::None)
    }

    /// Makes the step; gives what is left to do.
    pub(crate) async fn take(self, cx: &Context, state: Option<&InState>) -> Outcome {
        let changed = match (self.change, state) {
            (Change::None, _) => Ok(()),
            (Change::Exit, Some(state)) => state.exit(cx).await,
            (Change::Exit, None) => Err(Outcome::Failed(
                "`Exit` was returned by a handler without `state = ..`: return `Exit::of::<..>()`, which names the \
                 conversation"
                    .into(),
            )),
            (Change::Does(change), _) => change.run(cx).await,
        };
        match changed {
            Ok(()) => self.text.map_or(Outcome::Done, Outcome::Reply),
            Err(outcome) => outcome,
        }
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let change = match self.change {
            Change::None => "none",
            Change::Exit => "exit",
            Change::Does(_) => "goto",
        };
        f.debug_struct("Step").field("change", &change).field("text", &self.text).finish()
    }
}

impl<S: Dialogue> From<Goto<S>> for Step {
    fn from(goto: Goto<S>) -> Self {
        Self { text: None, change: Change::Does(Box::new(goto)) }
    }
}

impl From<Exit> for Step {
    fn from(_: Exit) -> Self {
        Self { text: None, change: Change::Exit }
    }
}

impl From<&'static str> for Step {
    fn from(text: &'static str) -> Self {
        Self { text: Some(text.into()), change: Change::None }
    }
}

impl From<String> for Step {
    fn from(text: String) -> Self {
        Self { text: Some(text.into()), change: Change::None }
    }
}

macro_rules! steps {
    ($($kind:ident)*) => { $(
        #[diagnostic::do_not_recommend]
        impl IntoOutcome<event::$kind> for Step {
            const MAY_PASS: bool = false;

            fn into_outcome(self) -> Outcome {
                Outcome::Step(self)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<S: Dialogue> IntoOutcome<event::$kind> for Goto<S> {
            const MAY_PASS: bool = false;

            fn into_outcome(self) -> Outcome {
                Outcome::Step(self.into())
            }
        }

        #[diagnostic::do_not_recommend]
        impl IntoOutcome<event::$kind> for Exit {
            const MAY_PASS: bool = false;

            fn into_outcome(self) -> Outcome {
                Outcome::Step(self.into())
            }
        }
    )* };
}

steps!(command on_message on_edited_message on_callback on_payment on_member_join on_member_leave
    on_channel_post fallback);
