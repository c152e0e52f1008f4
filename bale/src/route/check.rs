//! What can be wrong with a set of handlers, found before anything runs.

use std::{
    collections::{BTreeMap, HashMap},
    error::Error as StdError,
    fmt,
};

use super::{Route, RoutePattern, Table};
use crate::{
    filter::{Expression, Filter},
    registry::{ChatKind, Meta, Trigger},
    text::fold_eq,
};

/// Everything that is wrong with the handlers of a bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub(crate) Vec<Problem>);

impl Problems {
    /// Puts them in the order of the source, whatever the order in which handlers were registered.
    pub(crate) fn new(problems: impl IntoIterator<Item = Problem>) -> Self {
        let mut problems: Vec<_> = problems.into_iter().collect();
        problems.sort_by_cached_key(|problem| {
            let place = problem.place().map(|place| (place.file, place.line));
            (place, problem.to_string())
        });
        problems.dedup();
        Self(problems)
    }

    /// The problems, in the order of their handlers in the source.
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
    /// A job's period, cron expression, time zone or name is wrong.
    BadJob {
        /// The job.
        handler: Place,
        /// What is wrong.
        reason: String,
    },
    /// Two jobs have one name, by which the storage knows them.
    SameJob {
        /// The name.
        name: &'static str,
        /// One of them.
        first: Place,
        /// The other one.
        second: Place,
    },
    /// Two conversations have one name, under which their states are stored.
    SameDialogue {
        /// The name.
        name: &'static str,
        /// A handler for states of one of them.
        first: Place,
        /// A handler for states of the other one.
        second: Place,
    },
    /// An earlier handler takes everything this one could get.
    Shadowed {
        /// The handler that can never run.
        handler: Place,
        /// The handler that takes everything.
        by: Place,
    },
    /// A filter's regular expression cannot be read.
    BadRegex {
        /// The handler.
        handler: Place,
        /// The expression.
        regex: String,
        /// What is wrong.
        reason: String,
    },
    /// A parameter wants application state that nobody gave.
    MissingState {
        /// The handler.
        handler: Place,
        /// The type's name.
        state: String,
    },
    /// A middleware is around a group that has no handlers.
    EmptyGroup {
        /// The middleware.
        handler: Place,
        /// The group's name.
        group: &'static str,
    },
    /// Of the groups that the bot was told to run, one has no handlers.
    UnknownGroup {
        /// The group's name.
        group: String,
        /// The groups that there are.
        known: Vec<&'static str>,
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

impl Place {
    /// What stands for the source file of a handler that comes with the framework.
    pub(crate) const BUILT_IN: &'static str = "built in";

    /// `src/main.rs:10`.
    pub(crate) fn source(&self) -> String {
        match self.line {
            0 => self.file.to_owned(),
            line => format!("{}:{line}", self.file),
        }
    }
}

impl From<&Meta> for Place {
    fn from(meta: &Meta) -> Self {
        Self { name: meta.name, file: meta.file, line: meta.line }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` ({})", self.name, self.source())
    }
}

impl Problem {
    pub(super) fn bad_pattern(meta: &Meta, reason: String) -> Self {
        Self::BadPattern { handler: meta.into(), reason }
    }

    /// Of a middleware that has a group.
    pub(super) fn empty_group(meta: &Meta) -> Self {
        Self::EmptyGroup { handler: meta.into(), group: meta.options.group.unwrap_or_default() }
    }

    /// The handler to look at first.
    fn place(&self) -> Option<&Place> {
        match self {
            Self::BadPattern { handler, .. }
            | Self::BadRegex { handler, .. }
            | Self::BadJob { handler, .. }
            | Self::SameJob { first: handler, .. }
            | Self::SameDialogue { first: handler, .. }
            | Self::Duplicate { first: handler, .. }
            | Self::Shadowed { handler, .. }
            | Self::EmptyGroup { handler, .. }
            | Self::MissingState { handler, .. } => Some(handler),
            Self::UnknownGroup { .. } | Self::NoHandlers => None,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyGroup { handler, group } => write!(
                f,
                "middleware {handler} is around the group \"{group}\", and no handler says `group = \"{group}\"`"
            ),
            Self::UnknownGroup { group, known } if known.is_empty() => write!(
                f,
                "the bot is to run the group \"{group}\", and no handler is in a group: write `group = \"{group}\"`"
            ),
            Self::UnknownGroup { group, known } => write!(
                f,
                "the bot is to run the group \"{group}\", and no handler is in it; there are \"{}\"",
                known.join("\", \"")
            ),
            Self::BadPattern { handler, reason } => {
                write!(f, "{handler}: the pattern cannot be read: {reason}")
            }
            Self::BadRegex { handler, regex, reason } => {
                write!(f, "{handler}: the regular expression `{regex}` cannot be read: {reason}")
            }
            Self::BadJob { handler, reason } => {
                write!(f, "{handler}: the job cannot run: {reason}")
            }
            Self::SameJob { name, first, second } => write!(
                f,
                "{first} and {second} are both the job `{name}`: give one another name, as in \
                 `#[bale::job(\"{name}-2\")]`"
            ),
            Self::SameDialogue { name, first, second } => write!(
                f,
                "{first} and {second} are for states of two types that are both stored as `{name}`: give one another \
                 name, as in `#[dialogue(name = \"{name}_2\")]`"
            ),
            Self::Duplicate { what, first, second } => write!(
                f,
                "{first} and {second} both handle {what}: rename one, or say by `priority` which goes first"
            ),
            Self::Shadowed { handler, by } => write!(
                f,
                "{handler} can never run: {by} comes first and takes everything it could get; \
                 remove one, or give `{}` a higher `priority`",
                handler.name
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

/// The regular expressions that cannot be compiled; if each can, all of them, with the reason why not together.
pub(super) fn bad_regexes(routes: &[Route], together: &str) -> Vec<Problem> {
    let all = || {
        routes.iter().flat_map(|route| {
            let regexes = route.filter.iter().flat_map(Filter::regexes);
            regexes.map(|regex| (Place::from(&route.meta), regex))
        })
    };
    let problem = |(handler, regex): (Place, &Expression), reason| Problem::BadRegex {
        handler,
        regex: regex.as_str().to_owned(),
        reason,
    };
    let each: Vec<_> = all()
        .filter_map(|(handler, regex)| {
            let reason = regex.problem()?;
            Some(problem((handler, regex), reason))
        })
        .collect();
    if each.is_empty() {
        all().map(|found| problem(found, together.to_owned())).collect()
    } else {
        each
    }
}

/// Duplicates and handlers that can never run.
pub(super) fn conflicts(table: &Table) -> Vec<Problem> {
    // Handlers that share several names are reported once, and always by the same name.
    let mut problems = BTreeMap::new();
    for (name, group) in sorted(&table.commands) {
        find(table, group, Some(name), &mut problems);
    }
    for (_, group) in sorted(&table.texts).into_iter().chain(sorted(&table.tagged_data)) {
        find(table, group, None, &mut problems);
    }
    for group in [
        &table.text_patterns,
        &table.messages,
        &table.edited_messages,
        &table.untagged_data,
        &table.callbacks,
        &table.pre_checkouts,
        &table.payments,
        &table.joins,
        &table.leaves,
        &table.channel_posts,
        &table.fallbacks,
        &table.errors,
    ] {
        find(table, group, None, &mut problems);
    }
    let mut problems: Vec<_> = problems.into_values().collect();
    problems.extend(same_jobs(table));
    problems.extend(same_dialogues(table));
    problems
}

fn same_dialogues(table: &Table) -> impl Iterator<Item = Problem> + '_ {
    let mut first = HashMap::new();
    table.routes.iter().filter_map(move |route| {
        let (states, name) = route.state.as_ref()?.dialogue();
        let (known, meta) = *first.entry(name).or_insert((states, &route.meta));
        let (first, second) = (meta.into(), (&route.meta).into());
        (known != states).then_some(Problem::SameDialogue { name, first, second })
    })
}

fn same_jobs(table: &Table) -> impl Iterator<Item = Problem> + '_ {
    let mut first = HashMap::new();
    table.jobs.iter().filter_map(move |&index| {
        let meta = &table.routes[index].meta;
        let Trigger::Job(name) = meta.trigger else { return None };
        let first = *first.entry(name).or_insert(meta);
        let second = meta.into();
        (!std::ptr::eq(first, meta)).then(|| Problem::SameJob { name, first: first.into(), second })
    })
}

fn sorted(map: &HashMap<Box<str>, Vec<usize>>) -> Vec<(&str, &[usize])> {
    let mut groups: Vec<_> = map.iter().map(|(key, group)| (&**key, &**group)).collect();
    groups.sort_unstable();
    groups
}

/// Compares the handlers of a group, of which `command` is the common name.
fn find(
    table: &Table,
    group: &[usize],
    command: Option<&str>,
    problems: &mut BTreeMap<(usize, usize), Problem>,
) {
    for (position, &later) in group.iter().enumerate() {
        let conflict = group[..position].iter().find_map(|&earlier| {
            let conflict = conflict(&table.routes[earlier], &table.routes[later], command)?;
            Some((earlier, conflict))
        });
        if let Some((earlier, problem)) = conflict {
            problems.entry((earlier, later)).or_insert(problem);
        }
    }
}

fn conflict(earlier: &Route, later: &Route, command: Option<&str>) -> Option<Problem> {
    let same_pattern = match (&earlier.pattern, &later.pattern) {
        (RoutePattern::Any, RoutePattern::Any) => true,
        (RoutePattern::Words(a), RoutePattern::Words(b)) if command.is_some() => {
            arguments(&a.shape()) == arguments(&b.shape())
        }
        (RoutePattern::Words(a), RoutePattern::Words(b)) => a.shape() == b.shape(),
        (RoutePattern::Data(a), RoutePattern::Data(b)) => a.shape() == b.shape(),
        _ => false,
    };
    if !same_pattern {
        return None;
    }
    let chats = (earlier.meta.options.chats, later.meta.options.chats);
    // A middleware may keep updates from it.
    let takes_all = earlier.meta.total
        && earlier.around.is_empty()
        && covers(chats.0, chats.1)
        && (earlier.state.is_none() || earlier.state == later.state)
        && (earlier.filter.is_none() || earlier.filter == later.filter)
        && names(later).all(|name| names(earlier).any(|other| fold_eq(name, other)));
    if takes_all {
        let by = Place::from(&earlier.meta);
        let is_catch_all = matches!(later.pattern, RoutePattern::Any);
        if is_catch_all || earlier.meta.options.priority != later.meta.options.priority {
            return Some(Problem::Shadowed { handler: (&later.meta).into(), by });
        }
    }
    let what = what(later, command)?;
    let same_rank = earlier.meta.options.priority == later.meta.options.priority;
    let same_filter = earlier.filter == later.filter && earlier.state == later.state;
    (same_rank && same_filter && overlap(chats.0, chats.1)).then(|| Problem::Duplicate {
        what,
        first: (&earlier.meta).into(),
        second: (&later.meta).into(),
    })
}

/// All names of a command; none of anything else.
fn names(route: &Route) -> impl Iterator<Item = &str> {
    let name = match &route.pattern {
        RoutePattern::Words(words) => words.name(),
        _ => None,
    };
    name.into_iter().chain(route.meta.options.aliases.iter().copied())
}

/// What follows the name of a command.
fn arguments(usage: &str) -> &str {
    usage.find(' ').map_or("", |end| &usage[end..])
}

/// What a handler with a pattern wants; `None` for catch-alls, which are told apart by their parameters.
fn what(route: &Route, command: Option<&str>) -> Option<String> {
    match (&route.pattern, route.meta.trigger, command) {
        (RoutePattern::Words(words), Trigger::Command(_), Some(name)) => {
            Some(format!("the command `/{name}{}`", arguments(&words.to_string())))
        }
        (RoutePattern::Words(_), Trigger::Message(Some(text)), _) => {
            Some(format!("the text `{text}`"))
        }
        (RoutePattern::Data(_), Trigger::Callback(Some(data)), _) => {
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
