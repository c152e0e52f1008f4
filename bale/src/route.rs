//! Which handlers an update is offered to, and in which order.
//!
//! One table, built once: commands and exact texts by hash, button data by its tag, then patterns, then
//! catch-alls. *Command before state before text before pattern before event (a receipt, a join, a leave, a post)
//! before catch-all before fallback; inside a group those of a state first, then by priority, then by how much the
//! pattern fixes, then those with filters, then by place in the source; the first whose state, filters and parameters
//! fit handles the update.*
//!
//! So a command works in the middle of a conversation, as it does in the middle of a question: nobody is caught. A text
//! or a button with `lane = "none"` comes before the handlers of a state as well.
//!
//! Arguments that do not parse say that a text or a button is for somebody else. A command is different:
//! its user meant this bot, so when none of its handlers can read the arguments they are told the usage,
//! and neither texts nor catch-alls are asked. Data of a button that nobody reads is answered without a
//! text, so that the button stops waiting, and logged as a warning.

use std::{cmp::Ordering, collections::HashMap, fmt, sync::Arc};

use tracing::debug;

use self::{
    by_state::ByState,
    callback::CallbackPattern,
    pattern::{Captures, Mismatch, PatternTree, WordPattern, split_command},
};
use crate::{
    BoxFuture,
    context::Context,
    filter::{Filter, InState, Regexes},
    handler::Outcome,
    observe::meters::HandlerMeter,
    registry::{CallFn, Meta, Trigger, When},
    schedule::Rhythm,
    text::fold,
    types::{ChatType, Message, UpdateKind},
};

pub use self::check::{Place, Problem, Problems};

mod by_state;
pub mod callback;
mod candidates;
mod check;
pub(crate) mod help;
pub(crate) mod pattern;

/// Of the log lines that say who was asked.
pub(crate) const TARGET: &str = "bale::route";

/// A handler given at run time.
pub(crate) trait DynHandler: Send + Sync + 'static {
    /// Extracts the parameters, calls the function, gives its outcome.
    fn call<'c>(&'c self, cx: &'c Context) -> BoxFuture<'c, Outcome>;

    /// What the update must be like.
    fn filter(&self) -> Option<&Filter> {
        None
    }

    /// What state the conversation must be in.
    fn state(&self) -> Option<&InState> {
        None
    }
}

/// How a handler is entered.
#[derive(Clone)]
pub(crate) enum Call {
    /// Through the attribute's function.
    Static(CallFn),
    /// Through a value.
    Dynamic(Arc<dyn DynHandler>),
    /// It is the generated `/help`.
    Help,
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Static(_) => "Static",
            Self::Dynamic(_) => "Dynamic",
            Self::Help => "Help",
        })
    }
}

impl Call {
    /// What the update must be like for the handler: by its attribute, or as it was given.
    pub(crate) fn filter(&self, meta: &Meta) -> Option<Filter> {
        let given = match self {
            Self::Dynamic(handler) => handler.filter().cloned(),
            Self::Static(_) | Self::Help => None,
        };
        Filter::all(meta.options.filters.iter().map(|filter| filter()).chain(given))
    }

    /// The same of the state that its conversation must be in.
    fn state(&self, meta: &Meta) -> Option<InState> {
        match self {
            Self::Dynamic(handler) => handler.state().cloned(),
            Self::Static(_) | Self::Help => meta.options.state.map(|state| state()),
        }
    }
}

/// One handler in the table.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    pub(crate) meta: Meta,
    pub(crate) call: Call,
    pub(crate) pattern: RoutePattern,
    pub(crate) filter: Option<Filter>,
    pub(crate) state: Option<InState>,
    /// The middlewares of its group, from the outermost in.
    pub(crate) around: Arc<[usize]>,
    pub(crate) meter: Arc<HandlerMeter>,
}

/// A trigger's pattern, parsed.
#[derive(Debug, Clone)]
pub(crate) enum RoutePattern {
    Any,
    Words(WordPattern),
    Data(CallbackPattern),
    Rhythm(Rhythm),
}

impl RoutePattern {
    fn rank(&self) -> u8 {
        match self {
            Self::Words(_) => 0,
            Self::Data(_) => 1,
            Self::Any | Self::Rhythm(_) => 2,
        }
    }
}

impl Route {
    /// Whether the chat's kind is one the handler is for.
    pub(crate) fn accepts_chat(&self, kind: Option<&ChatType>) -> bool {
        let chats = self.meta.options.chats;
        chats.is_empty()
            || kind.is_some_and(|kind| chats.iter().any(|wanted| wanted.includes(kind)))
    }

    /// The captures in `subject`, or why it does not fit.
    pub(crate) fn captures(&self, subject: &str) -> Result<Captures, Mismatch<'_>> {
        match &self.pattern {
            RoutePattern::Any | RoutePattern::Rhythm(_) => Ok(Captures::default()),
            RoutePattern::Data(pattern) => {
                pattern.match_data(subject).ok_or(Mismatch::Literal(pattern.as_str()))
            }
            // A command without arguments takes any: `/start <payload>` is how deep links arrive.
            RoutePattern::Words(pattern) if pattern.is_bare_command() => Ok(Captures::default()),
            RoutePattern::Words(pattern) => {
                let from = match pattern.name() {
                    Some(_) => split_command(subject).map_or(subject.len(), |line| line.rest_at),
                    None => 0,
                };
                pattern.match_words(subject, from)
            }
        }
    }

    /// The name of the capture at this position of the pattern.
    pub(crate) fn capture_name(&self, position: usize) -> Option<&'static str> {
        match &self.pattern {
            RoutePattern::Any | RoutePattern::Rhythm(_) => None,
            RoutePattern::Words(words) => words.captures().nth(position).map(|found| found.name),
            RoutePattern::Data(data) => data.captures().get(position).map(|found| found.name),
        }
    }

    /// Says in the log what became of it.
    pub(crate) fn log(&self, reason: &str) {
        let Meta { name, file, line, .. } = self.meta;
        debug!(target: TARGET, handler = name, file, line, "{reason}");
    }

    /// Whether it is one of the handlers of a command.
    pub(crate) fn is_command(&self) -> bool {
        matches!(self.meta.trigger, Trigger::Command(_))
    }
}

type Indices = Vec<usize>;

/// All handlers of a bot.
#[derive(Debug, Default)]
pub(crate) struct Table {
    /// In the order in which they are tried; the lists below are sorted because this is.
    pub(crate) routes: Vec<Route>,
    commands: HashMap<Box<str>, Indices>,
    texts: HashMap<Box<str>, Indices>,
    text_patterns: Indices,
    text_tree: PatternTree,
    messages: Indices,
    edited_messages: Indices,
    tagged_data: HashMap<Box<str>, Indices>,
    untagged_data: Indices,
    callbacks: Indices,
    pre_checkouts: Indices,
    payments: Indices,
    joins: Indices,
    leaves: Indices,
    channel_posts: Indices,
    fallbacks: Indices,
    pub(crate) observers: Indices,
    pub(crate) starts: Indices,
    pub(crate) stops: Indices,
    pub(crate) errors: Indices,
    pub(crate) regexes: Regexes,
    pub(crate) schedules: Indices,
    pub(crate) jobs: Indices,
    /// The middlewares around everything, from the outermost in.
    pub(crate) middlewares: Arc<[usize]>,
    has_laneless: bool,
    by_state: ByState,
}

impl Table {
    /// Sorts and files the handlers, and reports everything that is wrong with them at once.
    ///
    /// # Errors
    /// See [`Problem`].
    pub(crate) fn build(
        handlers: impl IntoIterator<Item = (Meta, Call)>,
    ) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let mut routes = Vec::new();
        for (meta, call) in handlers {
            match parse(&meta) {
                Ok(pattern) => {
                    let filter = call.filter(&meta);
                    let state = call.state(&meta);
                    let (around, meter) = Default::default();
                    routes.push(Route { meta, call, pattern, filter, state, around, meter });
                }
                Err(reason) if matches!(meta.trigger, Trigger::Schedule(_) | Trigger::Job(_)) => {
                    problems.push(Problem::BadJob { handler: (&meta).into(), reason });
                }
                Err(reason) => problems.push(Problem::bad_pattern(&meta, reason)),
            }
        }
        routes.sort_by(order);
        let patterns = |route: &Route| {
            route.filter.iter().flat_map(Filter::regexes).cloned().collect::<Vec<_>>()
        };
        let regexes = Regexes::new(routes.iter().flat_map(patterns).collect());
        let regexes = regexes.unwrap_or_else(|reason| {
            problems.extend(check::bad_regexes(&routes, &reason));
            Regexes::default()
        });
        let mut table = Self { routes, regexes, ..Self::default() };
        for index in 0..table.routes.len() {
            table.file(index);
        }
        problems.extend(table.wrap());
        problems.extend(check::conflicts(&table));
        if problems.is_empty() { Ok(table) } else { Err(Problems::new(problems)) }
    }

    /// Puts the middlewares around what they are for. A group that is nowhere is a slip of the pen.
    fn wrap(&mut self) -> Vec<Problem> {
        let mut of_groups: HashMap<Option<&str>, Indices> = HashMap::new();
        for (index, route) in self.routes.iter().enumerate() {
            if route.meta.trigger == Trigger::Middleware {
                of_groups.entry(route.meta.options.group).or_default().push(index);
            }
        }
        let mut alone = of_groups.clone();
        alone.remove(&None);
        for (group, indices) in &of_groups {
            let indices: Arc<[usize]> = indices.as_slice().into();
            if group.is_none() {
                self.middlewares = indices;
                continue;
            }
            let theirs = |route: &&mut Route| {
                route.meta.options.group == *group && route.meta.trigger != Trigger::Middleware
            };
            for route in self.routes.iter_mut().filter(theirs) {
                alone.remove(group);
                route.around = Arc::clone(&indices);
            }
        }
        let alone = alone.values().flatten();
        alone.map(|&index| Problem::empty_group(&self.routes[index].meta)).collect()
    }

    fn file(&mut self, index: usize) {
        let Route { meta, pattern, state, .. } = &self.routes[index];
        self.has_laneless |= meta.options.laneless;
        if let Some(state) = state {
            self.by_state.insert(index, state);
        }
        match (&meta.trigger, pattern) {
            (Trigger::Command(_), RoutePattern::Words(words)) => {
                for name in words.name().into_iter().chain(meta.options.aliases.iter().copied()) {
                    let list = self.commands.entry(fold(name).into()).or_default();
                    if list.last() != Some(&index) {
                        list.push(index);
                    }
                }
            }
            (Trigger::Message(_), RoutePattern::Words(words)) => match words.exact_key() {
                Some(key) => self.texts.entry(key.into_boxed_str()).or_default().push(index),
                None => {
                    self.text_tree.insert(words, index);
                    self.text_patterns.push(index);
                }
            },
            (Trigger::Callback(_), RoutePattern::Data(data)) => match data.tag() {
                Some(tag) => self.tagged_data.entry(Box::from(tag)).or_default().push(index),
                None => self.untagged_data.push(index),
            },
            (Trigger::Command(_) | Trigger::Message(_), _) => self.messages.push(index),
            (Trigger::Callback(_), _) => self.callbacks.push(index),
            (Trigger::EditedMessage, _) => self.edited_messages.push(index),
            (Trigger::PreCheckout, _) => self.pre_checkouts.push(index),
            (Trigger::Payment, _) => self.payments.push(index),
            (Trigger::MemberJoin, _) => self.joins.push(index),
            (Trigger::MemberLeave, _) => self.leaves.push(index),
            (Trigger::ChannelPost, _) => self.channel_posts.push(index),
            (Trigger::Fallback, _) => self.fallbacks.push(index),
            (Trigger::Update, _) => self.observers.push(index),
            (Trigger::Start, _) => self.starts.push(index),
            (Trigger::Stop, _) => self.stops.push(index),
            (Trigger::Error, _) => self.errors.push(index),
            (Trigger::Schedule(_), _) => self.schedules.push(index),
            (Trigger::Job(_), _) => self.jobs.push(index),
            // See `wrap`.
            (Trigger::Middleware, _) => {}
        }
    }

    /// The names of the jobs that can be put off.
    pub(crate) fn job_names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.jobs.iter().filter_map(|&index| match self.routes[index].meta.trigger {
            Trigger::Job(name) => Some(name),
            _ => None,
        })
    }

    /// The job of this name.
    pub(crate) fn job(&self, name: &str) -> Option<usize> {
        let named =
            |route: &Route| matches!(route.meta.trigger, Trigger::Job(known) if known == name);
        self.jobs.iter().copied().find(|&index| named(&self.routes[index]))
    }

    /// The handlers of the command `name`.
    pub(crate) fn command(&self, name: &str) -> &[usize] {
        self.commands.get(&*fold(name)).map_or(&[], Vec::as_slice)
    }
}

/// The bot that the message's command is meant for, if it is not `username`.
pub(crate) fn other_bot<'m>(message: &'m Message, username: Option<&str>) -> Option<&'m str> {
    other_than(username, split_command(message.text.as_deref()?)?.mention)
}

/// The bot that a command mentions, if it is not `username`.
fn other_than<'m>(username: Option<&str>, mention: Option<&'m str>) -> Option<&'m str> {
    let mention = mention?;
    let is_ours = username.is_none_or(|username| mention.eq_ignore_ascii_case(username));
    (!is_ours).then_some(mention)
}

/// The documented kind of a post is a message in a channel; the old one has a name of its own.
fn is_channel_post(update: &UpdateKind, message: &Message) -> bool {
    matches!(update, UpdateKind::ChannelPost(_)) || message.chat.kind == ChatType::Channel
}

/// Whether somebody wrote it and may wait for an answer of this bot.
fn waits_for_an_answer(update: &UpdateKind, message: &Message, username: Option<&str>) -> bool {
    !is_channel_post(update, message)
        && !message.is_service()
        && other_bot(message, username).is_none()
}

/// The trigger's pattern, parsed; the error says what is wrong with it.
fn parse(meta: &Meta) -> Result<RoutePattern, String> {
    Ok(match meta.trigger {
        Trigger::Command(pattern) => {
            for alias in meta.options.aliases {
                pattern::command_key(alias).map_err(|error| error.to_string())?;
            }
            RoutePattern::Words(
                WordPattern::parse_command(pattern).map_err(|error| error.to_string())?,
            )
        }
        Trigger::Message(Some(pattern)) => RoutePattern::Words(
            WordPattern::parse_text(pattern).map_err(|error| error.to_string())?,
        ),
        Trigger::Callback(Some(pattern)) => {
            RoutePattern::Data(CallbackPattern::parse(pattern).map_err(|error| error.to_string())?)
        }
        Trigger::Schedule(schedule) => RoutePattern::Rhythm(match schedule.when {
            When::Every(period) => Rhythm::every(period)?,
            When::Cron(expression, zone, zones) => Rhythm::cron(expression, zone, zones)?,
        }),
        Trigger::Job(name) if !is_job_name(name) => {
            return Err(format!(
                "its name has letters, digits, `-` and `_`, and at most {JOB_NAME_BYTES} bytes; this is `{name}`"
            ));
        }
        _ => RoutePattern::Any,
    })
}

/// The longest name of a job: it is part of each job's id in the storage.
const JOB_NAME_BYTES: usize = 64;

fn is_job_name(name: &str) -> bool {
    let is_letter = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    (1..=JOB_NAME_BYTES).contains(&name.len()) && name.chars().all(is_letter)
}

/// The order in which handlers are tried. Never the registry's own: that differs between debug and
/// release builds.
fn order(a: &Route, b: &Route) -> Ordering {
    let place = |route: &Route| {
        let Meta { module, file, line, column, .. } = route.meta;
        (module, file, line, column)
    };
    let priority = |route: &Route| route.meta.options.priority;
    let specificity = match (&a.pattern, &b.pattern) {
        // A command without arguments takes any, so it comes after those that read them.
        (RoutePattern::Words(a), RoutePattern::Words(b)) => {
            a.is_bare_command().cmp(&b.is_bare_command()).then_with(|| a.by_specificity(b))
        }
        (RoutePattern::Data(a), RoutePattern::Data(b)) => {
            a.captures().len().cmp(&b.captures().len())
        }
        // Never tried for the same update; only, a sort needs some order between them.
        (a, b) => a.rank().cmp(&b.rank()),
    };
    // An error handler for some errors goes before one for all.
    let takes_all_errors =
        |route: &Route| (route.meta.trigger == Trigger::Error).then_some(route.meta.total);
    (b.state.is_some().cmp(&a.state.is_some()))
        .then(priority(b).cmp(&priority(a)))
        .then(specificity)
        .then(takes_all_errors(a).cmp(&takes_all_errors(b)))
        .then(b.filter.is_some().cmp(&a.filter.is_some()))
        .then_with(|| place(a).cmp(&place(b)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{handler::Outcome, registry::Options};

    fn route(name: &'static str, trigger: Trigger) -> Route {
        let meta = Meta {
            name,
            krate: "tests",
            in_library: false,
            module: "tests",
            file: name,
            line: 1,
            column: 1,
            doc: "",
            trigger,
            options: Options::DEFAULT,
            needs: &[],
            total: false,
        };
        let pattern = parse(&meta).unwrap();
        let call = Call::Static(|_| Box::pin(async { Outcome::Done }));
        let (around, meter) = Default::default();
        Route { meta, call, pattern, filter: None, state: None, around, meter }
    }

    /// Otherwise a sort may panic.
    #[test]
    fn the_order_is_total() {
        let routes = [
            route("a", Trigger::Command("a {x}")),
            route("b", Trigger::Update),
            route("c", Trigger::Callback(Some("{x}:{y}"))),
            route("d", Trigger::Message(Some("d"))),
            route("e", Trigger::Callback(Some("e"))),
            route("f", Trigger::Command("f {x}")),
            route("g", Trigger::Command("g")),
        ];
        for a in &routes {
            for b in &routes {
                assert_eq!(order(a, b), order(b, a).reverse());
                for c in routes.iter().filter(|c| order(b, c).is_lt()) {
                    assert!(order(a, b).is_ge() || order(a, c).is_lt());
                }
            }
        }
    }
}
