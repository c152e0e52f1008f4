//! What a handler may return, and what becomes of it.

use std::{
    any::TypeId, borrow::Cow, error::Error as StdError, fmt, future::Future, iter::successors,
    marker::PhantomData, sync::Arc,
};

use tracing::debug;

use crate::{
    BoxFuture,
    context::Context,
    dialogue::{AskError, DialogueError, Step},
    event,
    extract::{ArgError, FromUpdate, Reject},
    filter::{Filter, InState},
    registry::{Meta, Need},
    route::{DynHandler, Place},
};

/// Any error a handler can fail with.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// Returned by a handler that leaves the update to the next one that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pass;

/// How a handler ended.
#[derive(Debug)]
#[must_use = "what nobody returns is not done: a middleware gives it back"]
pub enum Outcome {
    /// The update is handled.
    Done,
    /// The update is handled, and this text goes back: a reply to a message, an answer to a button.
    Reply(Cow<'static, str>),
    /// The update is handled, and brings its conversation on. A middleware around the handler gets what is left to
    /// do after that.
    Step(Step),
    /// Not for this handler: the next one that fits gets it.
    Pass(Why),
    /// An argument did not parse. The next handler of the same command is tried, and if none takes it
    /// the user is told how the command is used; of a text or a button, the next one that fits is tried.
    Usage(ArgError),
    /// The handler failed; `on_error` is told.
    Failed(BoxError),
}

/// [`IntoOutcome`] for a type that has no name.
#[doc(hidden)]
pub fn into_outcome<K, T: IntoOutcome<K>>(value: T) -> Outcome {
    value.into_outcome()
}

/// What becomes of an update whose parameter `name` was refused.
#[doc(hidden)]
pub fn rejected(name: &'static str, reject: Reject) -> Outcome {
    Outcome::rejected(name, reject)
}

impl From<Pass> for Outcome {
    fn from(_: Pass) -> Self {
        Self::Pass(Why::Returned)
    }
}

impl Outcome {
    /// Whether a handler took the update, even if it failed.
    pub fn is_handled(&self) -> bool {
        matches!(self, Self::Done | Self::Reply(_) | Self::Step(_) | Self::Failed(_))
    }

    /// Why the handler failed, if it did.
    pub fn error(&self) -> Option<&(dyn StdError + Send + Sync + 'static)> {
        match self {
            Self::Failed(error) => Some(&**error),
            _ => None,
        }
    }

    /// What becomes of an update whose handler returned `error`. A question that a person does not answer is no
    /// failure of the bot, and neither is a conversation that they ended.
    pub(crate) fn of_error(error: BoxError) -> Self {
        let is_unanswered =
            error.downcast_ref::<AskError>().is_some_and(|unanswered| !unanswered.is_failure());
        let is_ended =
            matches!(error.downcast_ref::<DialogueError>(), Some(DialogueError::Ended { .. }));
        if is_unanswered || is_ended {
            debug!(target: "bale::dialogue", "the handler ended: {error}");
            return Self::Done;
        }
        Self::Failed(error)
    }

    /// Whether another update was faster with the conversation, so that this one is to be handled anew.
    pub(crate) fn is_raced(&self) -> bool {
        let Self::Failed(error) = self else { return false };
        let raced = match error.downcast_ref::<HandlerError>() {
            Some(failure) => failure.find::<DialogueError>(),
            None => error.downcast_ref::<DialogueError>(),
        };
        matches!(raced, Some(DialogueError::Raced { .. }))
    }

    /// Brings the conversation on, if that is what was returned. Else a handler for a `state` leaves it there, which is
    /// written if the update `has_turn`: one beside its chat would take that from the update whose turn it is.
    pub(crate) async fn settle(
        self,
        cx: &Context,
        state: Option<&InState>,
        has_turn: bool,
    ) -> Self {
        let outcome = match self {
            Self::Step(step) if step.is_change() => return step.take(cx, state).await,
            Self::Step(step) => step.take(cx, state).await,
            outcome => outcome,
        };
        match state {
            Some(state)
                if has_turn && outcome.is_handled() && !outcome.is_raced() && !cx.is_dry_run() =>
            {
                match (state.stay(cx).await, outcome) {
                    (Err(lost), Self::Done | Self::Reply(_)) => lost,
                    (_, outcome) => outcome,
                }
            }
            _ => outcome,
        }
    }

    /// What becomes of an update whose parameter `name` was refused.
    pub(crate) fn rejected(name: &'static str, reject: Reject) -> Self {
        match reject {
            Reject::NotMine(reason) => Self::Pass(Why::Parameter(name, reason)),
            Reject::Handled(reason) => {
                debug!(target: "bale::route", "parameter `{name}` ends the update: {reason}");
                Self::Done
            }
            Reject::Reply(text) => Self::Reply(text),
            Reject::Usage(error) => Self::Usage(error),
            Reject::Error(error) => Self::Failed(error),
        }
    }
}

/// Why a handler left an update to the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// It returned [`Pass`].
    Returned,
    /// There is no handler for it: what a middleware around all of them gets.
    Nobody,
    /// A parameter refused: its name and reason.
    Parameter(&'static str, Cow<'static, str>),
    /// A filter refused: which one, and why if that is not plain.
    Filter(String),
    /// The conversation is not in the state that the handler is for.
    State(String),
}

impl Why {
    /// This filter refused.
    pub(crate) fn filter(filter: &Filter) -> Self {
        Self::Filter(format!("filter `{filter}` refuses it"))
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Returned => f.write_str("it passed the update on"),
            Self::Nobody => f.write_str("no handler takes the update"),
            Self::Parameter("_", reason) => f.write_str(reason),
            Self::Parameter(name, reason) => write!(f, "parameter `{name}`: {reason}"),
            Self::Filter(refusal) | Self::State(refusal) => f.write_str(refusal),
        }
    }
}

/// What a handler of kind `K` may return.
///
/// `()`, a text (`&'static str`, `String`: sent as a reply to a message, shown as the answer to a
/// button), [`Pass`], [`Goto`](crate::Goto) and [`Exit`](crate::Exit), an `Option` (`None` does nothing more), and a
/// `Result` of any of these with any error.
#[diagnostic::on_unimplemented(
    message = "a `#[bale::{K}]` handler cannot return `{Self}`",
    label = "not something a `#[bale::{K}]` handler can return",
    note = "every handler may return `()`, and a `Result` or `Option` of what it may return",
    note = "a handler of a message, a button press or an error may return a text (`&'static str` or `String`), \
            which is sent as the answer",
    note = "a handler of an update or an error may return `bale::Pass`",
    note = "a filter may return `bool`",
    note = "the error of a `Result` must convert into `bale::BoxError`: it implements `std::error::Error` \
            and is `Send + Sync + 'static`, or it is a text"
)]
pub trait IntoOutcome<K> {
    /// Whether a value of this type can pass the update on.
    const MAY_PASS: bool;

    /// Says what the value means.
    fn into_outcome(self) -> Outcome;
}

#[diagnostic::do_not_recommend]
impl<K> IntoOutcome<K> for () {
    const MAY_PASS: bool = false;

    fn into_outcome(self) -> Outcome {
        Outcome::Done
    }
}

#[diagnostic::do_not_recommend]
impl<K, T: IntoOutcome<K>, E: Into<BoxError>> IntoOutcome<K> for Result<T, E> {
    const MAY_PASS: bool = T::MAY_PASS;

    fn into_outcome(self) -> Outcome {
        match self {
            Ok(value) => value.into_outcome(),
            Err(error) => Outcome::of_error(error.into()),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<K, T: IntoOutcome<K>> IntoOutcome<K> for Option<T> {
    const MAY_PASS: bool = T::MAY_PASS;

    fn into_outcome(self) -> Outcome {
        self.map_or(Outcome::Done, T::into_outcome)
    }
}

macro_rules! with_an_answer {
    ($($kind:ident)*) => { $(
        #[diagnostic::do_not_recommend]
        impl IntoOutcome<event::$kind> for &'static str {
            const MAY_PASS: bool = false;

            fn into_outcome(self) -> Outcome {
                Outcome::Reply(Cow::Borrowed(self))
            }
        }

        #[diagnostic::do_not_recommend]
        impl IntoOutcome<event::$kind> for String {
            const MAY_PASS: bool = false;

            fn into_outcome(self) -> Outcome {
                Outcome::Reply(Cow::Owned(self))
            }
        }
    )* };
}

macro_rules! with_a_pass {
    ($($kind:ident)*) => { $(
        #[diagnostic::do_not_recommend]
        impl IntoOutcome<event::$kind> for Pass {
            const MAY_PASS: bool = true;

            fn into_outcome(self) -> Outcome {
                Outcome::Pass(Why::Returned)
            }
        }

        #[diagnostic::do_not_recommend]
        impl IntoOutcome<event::$kind> for Outcome {
            const MAY_PASS: bool = true;

            fn into_outcome(self) -> Outcome {
                self
            }
        }
    )* };
}

with_an_answer!(command on_message on_edited_message on_callback on_payment on_member_join on_member_leave
    on_channel_post fallback on_error middleware);
with_a_pass!(command on_message on_edited_message on_callback on_pre_checkout on_payment on_member_join
    on_member_leave on_channel_post fallback filter_ on_error middleware);

#[diagnostic::do_not_recommend]
impl IntoOutcome<event::filter_> for bool {
    const MAY_PASS: bool = true;

    fn into_outcome(self) -> Outcome {
        if self { Outcome::Done } else { Outcome::Pass(Why::Returned) }
    }
}

/// A handler that failed or panicked: what `on_error` handlers receive.
///
/// A cheap clone. Its text names the handler, its place in the source, and the update.
#[derive(Clone)]
pub struct HandlerError(Arc<Failure>);

struct Failure {
    handler: Place,
    update_id: Option<i64>,
    cause: Cause,
}

enum Cause {
    Error(BoxError),
    Panic(String),
}

impl HandlerError {
    /// `meta`'s handler returned `error`.
    pub(crate) fn failed(meta: &Meta, update_id: Option<i64>, error: BoxError) -> Self {
        Self::new(meta, update_id, Cause::Error(error))
    }

    /// `meta`'s handler panicked with this text.
    pub(crate) fn panicked(meta: &Meta, update_id: Option<i64>, text: String) -> Self {
        Self::new(meta, update_id, Cause::Panic(text))
    }

    fn new(meta: &Meta, update_id: Option<i64>, cause: Cause) -> Self {
        Self(Arc::new(Failure { handler: meta.into(), update_id, cause }))
    }

    /// The handler's function name.
    pub fn handler(&self) -> &'static str {
        self.0.handler.name
    }

    /// The handler's place in the source: file and line.
    pub fn location(&self) -> (&'static str, u32) {
        (self.0.handler.file, self.0.handler.line)
    }

    /// The update it was working on; none in `on_start`, `on_stop` and jobs.
    pub fn update_id(&self) -> Option<i64> {
        self.0.update_id
    }

    /// Whether the handler panicked rather than returned an error.
    pub fn is_panic(&self) -> bool {
        matches!(self.0.cause, Cause::Panic(_))
    }

    /// The error the handler returned, if it is an `E`.
    pub fn downcast_ref<E: StdError + 'static>(&self) -> Option<&E> {
        match &self.0.cause {
            Cause::Error(error) => error.downcast_ref(),
            Cause::Panic(_) => None,
        }
    }

    /// The `E` among the error that the handler returned and its causes.
    pub fn find<E: StdError + 'static>(&self) -> Option<&E> {
        let Cause::Error(error) = &self.0.cause else { return None };
        let first: &(dyn StdError + 'static) = &**error;
        successors(Some(first), |&error| error.source()).find_map(<dyn StdError>::downcast_ref)
    }
}

/// Handler, place, update and error on one line, with the causes that the error does not name itself.
impl fmt::Display for HandlerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Failure { handler, update_id, cause } = &*self.0;
        let verb = if self.is_panic() { "panicked" } else { "failed" };
        write!(f, "handler {handler} {verb}")?;
        if let Some(id) = update_id {
            write!(f, " on update {id}")?;
        }
        match cause {
            Cause::Error(error) => write!(f, ": {}", with_causes(&**error)),
            Cause::Panic(text) => write!(f, ": {text}"),
        }
    }
}

fn with_causes(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    for cause in successors(error.source(), |&error| error.source()) {
        let cause = cause.to_string();
        if !text.contains(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
    }
    text
}

impl fmt::Debug for HandlerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("HandlerError").field(&self.to_string()).finish()
    }
}

impl StdError for HandlerError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.cause {
            Cause::Error(error) => Some(&**error),
            Cause::Panic(_) => None,
        }
    }
}

/// A function or closure that handles updates of kind `K`: every `async` function whose parameters are
/// owned [extractors](crate::extract) and whose return value is an [`IntoOutcome`].
///
/// For handlers given at run time ([`App::command`](crate::app::App::command) and its sisters);
/// annotated functions do not go through it and may also take references.
#[diagnostic::on_unimplemented(
    message = "this cannot handle `{K}` updates",
    label = "not an async function of extractors",
    note = "every parameter must be an owned extractor for `{K}` (`Message`, `Bot`, ..), and the return \
            value `()`, a text, or a `Result`"
)]
pub trait Handler<K, A>: Send + Sync + 'static {
    /// Application state that the parameters ask for.
    const NEEDS: &'static [&'static [Need]];

    /// Whether it takes every update: no parameter can refuse and the return type cannot pass on.
    const TOTAL: bool;

    /// Extracts the parameters, calls the function, gives its outcome.
    fn call<'c>(&'c self, cx: &'c Context) -> BoxFuture<'c, Outcome>;
}

/// A type's name without its path and its parameters: a function's own name.
pub(crate) fn short_name<T>() -> &'static str {
    let path = std::any::type_name::<T>();
    let path = path.split_once('<').map_or(path, |(path, _)| path);
    match path.rsplit("::").next() {
        Some("{{closure}}") => "closure",
        name => name.unwrap_or(path),
    }
}

macro_rules! functions {
    ($($param:ident)*) => {
        impl<K, F, Fut, R, $($param,)*> Handler<K, ($($param,)*)> for F
        where
            K: 'static,
            F: Fn($($param),*) -> Fut + Send + Sync + 'static,
            Fut: Future<Output = R> + Send,
            R: IntoOutcome<K>,
            $($param: for<'u> FromUpdate<'u, K> + Send,)*
        {
            const NEEDS: &'static [&'static [Need]] =
                &[$(<$param as FromUpdate<'static, K>>::NEEDS),*];
            const TOTAL: bool = $(<$param as FromUpdate<'static, K>>::ALWAYS &&)* !R::MAY_PASS;

            #[allow(non_snake_case, unused_variables, reason = "the macro also writes the case of no parameters")]
            fn call<'c>(&'c self, cx: &'c Context) -> BoxFuture<'c, Outcome> {
                Box::pin(async move {
                    $(
                        let $param = match <$param as FromUpdate<'_, K>>::from_update(cx).resolve().await {
                            Ok(value) => value,
                            Err(reject) => {
                                return Outcome::rejected(short_name::<$param>(), reject);
                            }
                        };
                    )*
                    // Filters are asked all the same: what they say is what is explained.
                    if cx.is_dry_run() && TypeId::of::<K>() != TypeId::of::<event::filter_>() {
                        return Outcome::Done;
                    }
                    self($($param),*).await.into_outcome()
                })
            }
        }
    };
}

functions!();
functions!(A);
functions!(A B);
functions!(A B C);
functions!(A B C D);
functions!(A B C D E);
functions!(A B C D E F2);
functions!(A B C D E F2 G);
functions!(A B C D E F2 G H);

/// A [`Handler`] whose parameter types are forgotten.
pub(crate) struct Dynamic<K, H, A> {
    handler: H,
    filter: Option<Filter>,
    state: Option<InState>,
    types: PhantomData<fn(K, A)>,
}

impl<K, H, A> Dynamic<K, H, A> {
    pub(crate) fn new(handler: H) -> Self {
        Self { handler, filter: None, state: None, types: PhantomData }
    }

    /// With what the update must be like.
    pub(crate) fn filtered(self, filter: Option<Filter>) -> Self {
        Self { filter, ..self }
    }

    /// For a state of a conversation.
    pub(crate) fn in_state(self, state: Option<InState>) -> Self {
        Self { state, ..self }
    }
}

impl<K: 'static, H: Handler<K, A>, A: 'static> DynHandler for Dynamic<K, H, A> {
    fn call<'c>(&'c self, cx: &'c Context) -> BoxFuture<'c, Outcome> {
        self.handler.call(cx)
    }

    fn filter(&self) -> Option<&Filter> {
        self.filter.as_ref()
    }

    fn state(&self) -> Option<&InState> {
        self.state.as_ref()
    }
}
