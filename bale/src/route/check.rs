//! What can be wrong with a set of handlers, found before anything runs.

use std::{error::Error as StdError, fmt};

use super::{Route, RoutePattern, Table};
use crate::registry::{ChatKind, Meta, Trigger};

/// Everything that is wrong with the handlers of a bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub(crate) Vec<Problem>);

impl Problems {
    /// The problems, in the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, problem) in self.0.iter().enumerate() {
            if number > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl StdError for Problems {}

/// One thing that is wrong with the handlers of a bot.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// A trigger's pattern cannot be read.
    BadPattern {
        /// The handler.
        handler: Place,
        /// What is wrong.
        reason: String,
    },
    /// Two handlers want the same updates and nothing says which goes first.
    Duplicate {
        /// What both want, as `the command /start`.
        what: String,
        /// The one that is tried first.
        first: Place,
        /// The other one.
        second: Place,
    },
    /// An earlier handler takes everything this one could get.
    Shadowed {
        /// The handler that can never run.
        handler: Place,
        /// The handler that takes everything.
        by: Place,
    },
    /// A parameter wants application state that nobody gave.
    MissingState {
        /// The handler.
        handler: Place,
        /// The type's name.
        state: String,
    },
    /// No handler at all.
    NoHandlers,
}

/// A handler and its place in the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The function's name.
    pub name: &'static str,
    /// Source file.
    pub file: &'static str,
    /// Line in it.
    pub line: u32,
}

impl From<&Meta> for Place {
    fn from(meta: &Meta) -> Self {
        Self { name: meta.name, file: meta.file, line: meta.line }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` ({}:{})", self.name, self.file, self.line)
    }
}

impl Problem {
    pub(super) fn bad_pattern(meta: &Meta, reason: String) -> Self {
        Self::BadPattern { handler: meta.into(), reason }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadPattern { handler, reason } => {
                write!(f, "{handler}: the pattern cannot be read: {reason}")
            }
            Self::Duplicate { what, first, second } => write!(
                f,
                "{first} and {second} both handle {what}: rename one, or say by `priority` which goes first"
            ),
            Self::Shadowed { handler, by } => write!(
                f,
                "{handler} can never run: {by} comes first and takes everything it could get; \
                 remove one, or give {handler} a higher `priority`"
            ),
            Self::MissingState { handler, state } => write!(
                f,
                "{handler} asks for `State<{state}>`, which nobody gave: add `.state(..)` to the `App`"
            ),
            Self::NoHandlers => f.write_str(
                "no handler is registered: annotate a function with `#[bale::command]` or `#[bale::on_message]`; \
                 handlers in another crate (also in this package's src/lib.rs) are only linked if this program \
                 names it: `#[bale::main(link(that_crate))]`",
            ),
        }
    }
}

/// Duplicates and handlers that can never run.
pub(super) fn conflicts(table: &Table) -> Vec<Problem> {
    let mut problems = Vec::new();
    let keyed = [&table.commands, &table.texts, &table.tagged_data];
    let mut groups: Vec<&[usize]> =
        keyed.iter().flat_map(|map| map.values()).map(Vec::as_slice).collect();
    groups.extend(
        [
            &table.text_patterns,
            &table.messages,
            &table.edited_messages,
            &table.untagged_data,
            &table.callbacks,
        ]
        .map(Vec::as_slice),
    );
    for group in groups {
        for (position, &later) in group.iter().enumerate() {
            let later = &table.routes[later];
            let conflict = group[..position]
                .iter()
                .find_map(|&earlier| conflict(&table.routes[earlier], later));
            // A command with aliases meets the same handler under several names: one report is enough.
            if let Some(problem) = conflict.filter(|problem| !problems.contains(problem)) {
                problems.push(problem);
            }
        }
    }
    problems.sort_by_cached_key(ToString::to_string);
    problems
}

fn conflict(earlier: &Route, later: &Route) -> Option<Problem> {
    let same_pattern = match (&earlier.pattern, &later.pattern) {
        (RoutePattern::Any, RoutePattern::Any) => true,
        (RoutePattern::Words(a), RoutePattern::Words(b)) => a.shape() == b.shape(),
        (RoutePattern::Data(a), RoutePattern::Data(b)) => a.shape() == b.shape(),
        _ => false,
    };
    if !same_pattern {
        return None;
    }
    let chats = (earlier.meta.options.chats, later.meta.options.chats);
    if earlier.meta.total && covers(chats.0, chats.1) {
        let by = Place::from(&earlier.meta);
        let is_catch_all = matches!(later.pattern, RoutePattern::Any);
        if is_catch_all || earlier.meta.options.priority != later.meta.options.priority {
            return Some(Problem::Shadowed { handler: (&later.meta).into(), by });
        }
    }
    let what = what(later)?;
    let same_rank = earlier.meta.options.priority == later.meta.options.priority;
    (same_rank && overlap(chats.0, chats.1)).then(|| Problem::Duplicate {
        what,
        first: (&earlier.meta).into(),
        second: (&later.meta).into(),
    })
}

/// What a handler with a pattern wants; `None` for catch-alls, which are told apart by their parameters.
fn what(route: &Route) -> Option<String> {
    match (&route.pattern, route.meta.trigger) {
        (RoutePattern::Words(words), Trigger::Command(_)) => Some(format!("the command `{words}`")),
        (RoutePattern::Words(_), Trigger::Message(Some(text))) => {
            Some(format!("the text `{text}`"))
        }
        (RoutePattern::Data(_), Trigger::Callback(Some(data))) => {
            Some(format!("the button data `{data}`"))
        }
        _ => None,
    }
}

/// Whether the kinds `a` include all of `b`; an empty list means every kind.
fn covers(a: &[ChatKind], b: &[ChatKind]) -> bool {
    a.is_empty() || (!b.is_empty() && b.iter().all(|kind| a.contains(kind)))
}

fn overlap(a: &[ChatKind], b: &[ChatKind]) -> bool {
    a.is_empty() || b.is_empty() || a.iter().any(|kind| b.contains(kind))
}
