//! What an update must be like for a handler to run, beside what the handler is for.
//!
//! The keys of an attribute are filters: `#[bale::on_message(photo, from = 5, filter = is_member)]`. In code they
//! compose:
//!
//! ```
//! # use bale::{App, app::on, filter};
//! # let _ =
//! App::new().on(
//!     on::message().filter(filter::text().or(filter::photo()).and(filter::reply().not())),
//!     async || "a text or a photo that replies to nothing",
//! );
//! ```
//!
//! Filters of your own are functions under [`#[bale::filter]`](macro@crate::filter), which gives each a function
//! `filter()`, or closures in [`of`]. Only the handlers that an update is offered to have their filters asked. Those
//! that need no waiting come first, and a function is asked once an update, however many handlers have it.

use std::{borrow::Cow, fmt, panic::Location, sync::Arc};

pub(crate) use self::{
    answers::Answers,
    in_state::{Condition, Variants},
    regexes::{Expression, Regexes},
};
pub use self::{
    content::*,
    in_state::InState,
    sender::{IntoSenders, Sender, from},
};
use crate::{
    BoxFuture,
    context::Context,
    event,
    handler::{Dynamic, Handler, Outcome, Why, short_name},
    registry::{CallFn, ChatKind, Need},
    route::{DynHandler, Place},
};

mod answers;
mod content;
mod in_state;
mod regexes;
mod sender;
#[cfg(test)]
mod tests;

/// A condition on updates. A cheap clone, which [`and`](Self::and), [`or`](Self::or) and [`not`](Self::not)
/// compose; its text says what it asks for.
#[derive(Clone, PartialEq)]
pub struct Filter(Node);

#[derive(Clone, PartialEq)]
enum Node {
    Content(Content),
    Chat(ChatKind),
    From(Arc<[Sender]>),
    Regex(Expression),
    Own(Own),
    All(Arc<[Filter]>),
    Any(Arc<[Filter]>),
    Not(Arc<Filter>),
}

/// A function of the author's.
#[derive(Clone)]
struct Own {
    place: Place,
    needs: &'static [&'static [Need]],
    ask: Ask,
}

#[derive(Clone)]
enum Ask {
    Function(CallFn),
    Closure(Arc<dyn DynHandler>),
}

impl Own {
    fn ask<'c>(&'c self, cx: &'c Context) -> BoxFuture<'c, Outcome> {
        match &self.ask {
            Ask::Function(function) => function(cx),
            Ask::Closure(closure) => closure.call(cx),
        }
    }
}

/// Functions are told apart by where they stand. Closures of one place may hold different values.
impl PartialEq for Own {
    fn eq(&self, other: &Self) -> bool {
        match (&self.ask, &other.ask) {
            (Ask::Closure(a), Ask::Closure(b)) => Arc::ptr_eq(a, b),
            (Ask::Function(_), Ask::Function(_)) => self.place == other.place,
            _ => false,
        }
    }
}

/// Messages whose text or caption, and buttons whose data, a regular expression finds something in. See the crate
/// [`regex`](https://docs.rs/regex) for its syntax.
///
/// Letters and digits mean what they mean everywhere here: in the expression as in the text, `ي` and `ی`, `ك` and `ک`,
/// `۱`, `١` and `1` are the same, and zero-width joiners do not count. Case and white space do. Written as an escape
/// (`\x{64A}`), a character that has another spelling is found nowhere; who wants it asks by [`of`], which gets the
/// text as it was sent.
///
/// All expressions of a bot are one set, which reads a text once. One that cannot be read is reported before the
/// bot starts.
pub fn regex(pattern: impl Into<Cow<'static, str>>) -> Filter {
    Filter(Node::Regex(Expression::new(pattern.into())))
}

/// Updates of one kind of chats, like `chat = group`.
pub fn chat(kind: ChatKind) -> Filter {
    Filter(Node::Chat(kind))
}

/// A function of [parameters](crate::extract) that returns `bool`, or a `Result` of it:
///
/// ```
/// # use bale::{User, filter};
/// let named_sara = filter::of(async |user: User| user.first_name == "Sara");
/// ```
///
/// An update without one of the parameters is refused.
#[track_caller]
pub fn of<F, A>(function: F) -> Filter
where
    F: Handler<event::filter_, A>,
    A: Send + Sync + 'static,
{
    let place = Location::caller();
    let place = Place { name: short_name::<F>(), file: place.file(), line: place.line() };
    let ask = Ask::Closure(Arc::new(Dynamic::new(function)));
    Filter(Node::Own(Own { place, needs: F::NEEDS, ask }))
}

/// The filter of an annotated function.
#[doc(hidden)]
pub fn own(
    name: &'static str,
    file: &'static str,
    line: u32,
    needs: &'static [&'static [Need]],
    call: CallFn,
) -> Filter {
    let place = Place { name, file, line };
    Filter(Node::Own(Own { place, needs, ask: Ask::Function(call) }))
}

/// What `filter = ..` names.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "what `filter = ..` names is no filter",
    label = "not under `#[bale::filter]`",
    note = "write `#[bale::filter]` on the function; it takes parameters as a handler does, and returns `bool`, a \
            `Result` of it, or a `bale::filter::Filter`"
)]
pub trait IsFilter {
    /// The filter.
    fn filter() -> Filter;
}

/// What a function that is no filter is taken for.
#[doc(hidden)]
pub mod no_filter {
    /// Nothing.
    #[derive(Debug)]
    #[allow(non_camel_case_types, reason = "an attribute gives it this name")]
    pub enum __Filter {}
}

impl Filter {
    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(Node::All(match self.0 {
            Node::All(list) => list.iter().cloned().chain([other]).collect(),
            node => [Self(node), other].into(),
        }))
    }

    /// At least one of the two.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(Node::Any(match self.0 {
            Node::Any(list) => list.iter().cloned().chain([other]).collect(),
            node => [Self(node), other].into(),
        }))
    }

    /// What this one refuses.
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "the third beside `and` and `or`")]
    pub fn not(self) -> Self {
        Self(Node::Not(Arc::new(self)))
    }

    /// All of them; none if there are none.
    pub(crate) fn all(filters: impl IntoIterator<Item = Self>) -> Option<Self> {
        filters.into_iter().reduce(Self::and)
    }

    /// Whether it lets the update through; `None` if that takes waiting. A part that is certain decides.
    pub(crate) fn now(&self, cx: &Context, regexes: &Regexes) -> Option<bool> {
        let parts = |list: &[Self], decisive: bool| {
            let mut answer = Some(!decisive);
            for filter in list {
                match filter.now(cx, regexes) {
                    Some(one) if one == decisive => return Some(decisive),
                    Some(_) => {}
                    None => answer = None,
                }
            }
            answer
        };
        match &self.0 {
            Node::Content(content) => Some(cx.message().is_some_and(|found| content.is_in(found))),
            Node::Chat(kind) => {
                let chat = cx.update().and_then(|update| crate::types::Update::chat(update));
                Some(chat.is_some_and(|chat| kind.includes(&chat.kind)))
            }
            Node::From(senders) => {
                let user = cx.update().and_then(|update| crate::types::Update::user(update));
                Some(user.is_some_and(|user| senders.iter().any(|sender| sender.is(user))))
            }
            Node::Regex(expression) => Some(regexes.is_match(expression, cx)),
            Node::Own(own) => cx.answers().of(own),
            Node::All(list) => parts(list, false),
            Node::Any(list) => parts(list, true),
            Node::Not(filter) => filter.now(cx, regexes).map(|passes| !passes),
        }
    }

    /// [`Outcome::Done`] if it lets the update through, or what becomes of the update.
    pub(crate) fn check<'c>(
        &'c self,
        cx: &'c Context,
        regexes: &'c Regexes,
    ) -> BoxFuture<'c, Outcome> {
        Box::pin(async move {
            match self.now(cx, regexes) {
                Some(true) => return Outcome::Done,
                Some(false) => return Outcome::Pass(self.refusal(cx, regexes)),
                None => {}
            }
            match &self.0 {
                Node::Own(own) => {
                    let outcome = own.ask(cx).await;
                    cx.answers().remember(own, &outcome);
                    match outcome {
                        Outcome::Pass(Why::Returned) => Outcome::Pass(Why::filter(self)),
                        Outcome::Pass(why) => {
                            Outcome::Pass(Why::Filter(format!("filter `{self}`: {why}")))
                        }
                        outcome => outcome,
                    }
                }
                Node::All(list) => {
                    for filter in list.iter() {
                        match filter.check(cx, regexes).await {
                            Outcome::Done => {}
                            outcome => return outcome,
                        }
                    }
                    Outcome::Done
                }
                Node::Any(list) => {
                    for filter in list.iter() {
                        match filter.check(cx, regexes).await {
                            Outcome::Pass(_) => {}
                            outcome => return outcome,
                        }
                    }
                    Outcome::Pass(self.refusal(cx, regexes))
                }
                Node::Not(filter) => match filter.check(cx, regexes).await {
                    Outcome::Done => Outcome::Pass(self.refusal(cx, regexes)),
                    Outcome::Pass(_) => Outcome::Done,
                    outcome => outcome,
                },
                // These are never in doubt.
                Node::Content(_) | Node::Chat(_) | Node::From(_) | Node::Regex(_) => Outcome::Done,
            }
        })
    }

    /// Names the part that refuses; of several that all have to agree, the first that is certain to refuse.
    pub(crate) fn refusal(&self, cx: &Context, regexes: &Regexes) -> Why {
        let mut culprit = self;
        while let Node::All(list) = &culprit.0 {
            let refuses = |filter: &&Self| filter.now(cx, regexes) == Some(false);
            let Some(part) = list.iter().find(refuses) else { break };
            culprit = part;
        }
        Why::filter(culprit)
    }

    /// The application state that its functions ask for, with their places.
    pub(crate) fn needs(&self) -> Vec<(&Place, &'static Need)> {
        let mut needs = Vec::new();
        self.visit(&mut |node| {
            if let Node::Own(own) = node {
                needs.extend(own.needs.iter().copied().flatten().map(|need| (&own.place, need)));
            }
        });
        needs
    }

    /// Its regular expressions.
    pub(crate) fn regexes(&self) -> Vec<&Expression> {
        let mut regexes = Vec::new();
        self.visit(&mut |node| {
            if let Node::Regex(expression) = node {
                regexes.push(expression);
            }
        });
        regexes
    }

    fn visit<'f>(&'f self, see: &mut impl FnMut(&'f Node)) {
        see(&self.0);
        match &self.0 {
            Node::All(list) | Node::Any(list) => {
                list.iter().for_each(|filter| filter.visit(see));
            }
            Node::Not(filter) => filter.visit(see),
            _ => {}
        }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let join = |f: &mut fmt::Formatter<'_>, list: &[Self], word: &str| {
            for (number, filter) in list.iter().enumerate() {
                if number > 0 {
                    write!(f, " {word} ")?;
                }
                match &filter.0 {
                    Node::Any(_) | Node::All(_) => write!(f, "({filter})")?,
                    _ => write!(f, "{filter}")?,
                }
            }
            Ok(())
        };
        match &self.0 {
            Node::Content(content) => f.write_str(content.name()),
            Node::Chat(kind) => write!(f, "chat = {}", kind.name()),
            Node::From(senders) => {
                f.write_str("from = ")?;
                for (number, sender) in senders.iter().enumerate() {
                    let bar = if number > 0 { " | " } else { "" };
                    write!(f, "{bar}{sender}")?;
                }
                Ok(())
            }
            Node::Regex(expression) => write!(f, "regex = {:?}", expression.as_str()),
            Node::Own(own) => f.write_str(own.place.name),
            Node::All(list) => join(f, list, "and"),
            Node::Any(list) => join(f, list, "or"),
            Node::Not(filter) => match &filter.0 {
                Node::Any(_) | Node::All(_) => write!(f, "not ({filter})"),
                _ => write!(f, "not {filter}"),
            },
        }
    }
}

impl fmt::Debug for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Filter({self})")
    }
}
