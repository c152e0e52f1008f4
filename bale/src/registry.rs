//! What an attribute leaves behind: one constant record a handler, gathered by `inventory`.

use std::{
    any::{Any, TypeId},
    fmt,
    sync::Arc,
    time::Duration,
};

use crate::{
    BoxFuture,
    context::{Context, StateMap},
    filter::{Filter, InState},
    handler::Outcome,
    schedule::Zones,
    types::ChatType,
};

/// A handler's entry point: it extracts the parameters, calls the function, and gives its outcome.
pub type CallFn = for<'c> fn(&'c Context) -> BoxFuture<'c, Outcome>;

/// One registered handler.
#[derive(Debug, Clone, Copy)]
pub struct Record {
    /// What its attribute and signature say.
    pub meta: Meta,
    /// The entry point.
    pub call: CallFn,
}

/// What an attribute and the signature below it say.
#[derive(Clone, Copy)]
pub struct Meta {
    /// The function's name.
    pub name: &'static str,
    /// `CARGO_CRATE_NAME` of the crate that declares it.
    pub krate: &'static str,
    /// Whether that crate is a library, and not a program.
    pub in_library: bool,
    /// `module_path!()`.
    pub module: &'static str,
    /// `file!()`.
    pub file: &'static str,
    /// `line!()` of the attribute.
    pub line: u32,
    /// `column!()` of the attribute.
    pub column: u32,
    /// The doc comment, line by line, without the leading space.
    pub doc: &'static str,
    /// What makes it run.
    pub trigger: Trigger,
    /// The attribute's keys.
    pub options: Options,
    /// Application state that the parameters ask for.
    pub needs: &'static [&'static [Need]],
    /// Whether it takes every update that its trigger lets through: no parameter can refuse and the
    /// return type cannot pass on.
    pub total: bool,
}

impl fmt::Debug for Meta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meta")
            .field("name", &self.name)
            .field("trigger", &self.trigger)
            .field("at", &format_args!("{}:{}", self.file, self.line))
            .finish_non_exhaustive()
    }
}

inventory::collect!(Record);

/// What makes a handler run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// A command with its pattern, without the slash: `"add {a} {b}"`.
    Command(&'static str),
    /// Any message, or one whose text fits the pattern.
    Message(Option<&'static str>),
    /// Any edited message.
    EditedMessage,
    /// Any button press, or one whose data fits the pattern.
    Callback(Option<&'static str>),
    /// A payment that waits for approval.
    PreCheckout,
    /// A payment that was made.
    Payment,
    /// People who came into a group.
    MemberJoin,
    /// Somebody who left a group.
    MemberLeave,
    /// A post in a channel.
    ChannelPost,
    /// A message or a button press that nobody else took.
    Fallback,
    /// Every update, before its handler.
    Update,
    /// The start of the bot.
    Start,
    /// The stop of the bot.
    Stop,
    /// A handler that failed.
    Error,
    /// Around the handlers.
    Middleware,
    /// A time.
    Schedule(Schedule),
    /// A job of this name that was put off: see [`jobs`](crate::jobs).
    Job(&'static str),
}

/// When a job runs again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// When it is due.
    pub when: When,
    /// Whether it may run while it still runs (`overlap`).
    pub overlap: bool,
    /// Whether one run makes up for those that were missed (`catch_up = true`).
    pub catch_up: bool,
}

/// When a job is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Again after this period.
    Every(Duration),
    /// At the times that a cron expression names in a time zone, `UTC` for none.
    Cron(&'static str, Option<&'static str>, Zones),
}

impl fmt::Display for Trigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(pattern) => write!(f, "command /{pattern}"),
            Self::Message(None) => f.write_str("any message"),
            Self::Message(Some(pattern)) => write!(f, "message \"{pattern}\""),
            Self::EditedMessage => f.write_str("any edited message"),
            Self::Callback(None) => f.write_str("any button"),
            Self::Callback(Some(pattern)) => write!(f, "button \"{pattern}\""),
            Self::PreCheckout => f.write_str("any payment that waits for approval"),
            Self::Payment => f.write_str("any receipt"),
            Self::MemberJoin => f.write_str("people who join"),
            Self::MemberLeave => f.write_str("somebody who leaves"),
            Self::ChannelPost => f.write_str("any channel post"),
            Self::Fallback => f.write_str("what no other handler takes"),
            Self::Update => f.write_str("every update"),
            Self::Start => f.write_str("the start"),
            Self::Stop => f.write_str("the stop"),
            Self::Error => f.write_str("an error"),
            Self::Schedule(Schedule { when: When::Every(period), .. }) => {
                f.write_str("every")?;
                in_units(*period, f)
            }
            Self::Schedule(Schedule { when: When::Cron(expression, zone, _), .. }) => {
                write!(f, "cron \"{expression}\" {}", zone.unwrap_or("UTC"))
            }
            Self::Job(name) => write!(f, "job {name}"),
            Self::Middleware => f.write_str("middleware"),
        }
    }
}

/// As an attribute writes it: ` 1h 30m`.
fn in_units(period: Duration, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut rest = period.as_millis();
    for (unit, millis) in
        [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)]
    {
        if rest >= millis {
            write!(f, " {}{unit}", rest / millis)?;
            rest %= millis;
        }
    }
    Ok(())
}

/// The keys of an attribute.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Other names of a command (`alias = "..."`, repeatable).
    pub aliases: &'static [&'static str],
    /// Kinds of chats it is for (`chat = private | group | channel`); empty means all.
    pub chats: &'static [ChatKind],
    /// Higher runs first (`priority = n`); 0 by default.
    pub priority: i32,
    /// Left out of `/help` (`hidden`).
    pub hidden: bool,
    /// What the update must be like beside (`photo`, `from = ..`, `regex = ".."`, `filter = ..`); all of them.
    pub filters: &'static [fn() -> Filter],
    /// The state that its conversation must be in (`state = ..`).
    pub state: Option<fn() -> InState>,
    /// `lane = "none"`: runs at once, beside the other updates of its chat.
    pub laneless: bool,
    /// The group of handlers it belongs to (`group = ".."`); a middleware of a group is around its handlers.
    pub group: Option<&'static str>,
}

impl Options {
    /// What an attribute without keys means.
    pub const DEFAULT: Self = Self {
        aliases: &[],
        chats: &[],
        filters: &[],
        state: None,
        priority: 0,
        hidden: false,
        laneless: false,
        group: None,
    };
}

/// A kind of chat, as `chat = ..` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChatKind {
    /// A chat with one person.
    Private,
    /// A group.
    Group,
    /// A channel.
    Channel,
}

impl ChatKind {
    /// Whether a chat of this type is one of these.
    pub(crate) fn includes(self, chat: &ChatType) -> bool {
        match self {
            Self::Private => *chat == ChatType::Private,
            Self::Group => *chat == ChatType::Group,
            Self::Channel => *chat == ChatType::Channel,
        }
    }

    /// As `chat = ..` names it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Group => "group",
            Self::Channel => "channel",
        }
    }
}

/// One piece of application state that a parameter asks for.
#[derive(Debug, Clone, Copy)]
pub struct Need {
    /// The type's name, for the message at start.
    pub name: fn() -> &'static str,
    /// The type's id.
    pub id: fn() -> TypeId,
}

/// What `#[derive(bale::State)]` leaves behind: how the struct is taken apart.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct PartsRecord {
    /// The struct.
    pub whole: fn() -> TypeId,
    /// Gives its fields.
    pub give: fn(&(dyn Any + Send + Sync), &mut Parts<'_>),
}

inventory::collect!(PartsRecord);

/// Where the fields of a struct go that is application state.
#[doc(hidden)]
#[derive(Debug)]
pub struct Parts<'a>(&'a mut StateMap);

impl<'a> Parts<'a> {
    pub(crate) fn new(state: &'a mut StateMap) -> Self {
        Self(state)
    }

    /// Gives a copy of a field.
    pub fn copy<T: Part>(&mut self, value: &T) {
        self.give(Arc::new(value.clone()));
    }

    /// Gives what a field shares.
    pub fn share<T: Any + Send + Sync>(&mut self, value: &Arc<T>) {
        self.give(Arc::clone(value));
    }

    /// Gives a value and, if its type is taken apart, its fields.
    pub(crate) fn give<T: Any + Send + Sync>(&mut self, value: Arc<T>) {
        let is_of = |record: &&PartsRecord| (record.whole)() == TypeId::of::<T>();
        for record in inventory::iter::<PartsRecord>().filter(is_of) {
            (record.give)(&*value, self);
        }
        self.0.insert(TypeId::of::<T>(), value);
    }
}

/// A field that can be copied into the application state.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` cannot be a part of the application state",
    label = "not `Clone`, or not `Send + Sync + 'static`",
    note = "a part is cloned once, when the state is given; what cannot be cloned is shared: write `Arc<{Self}>`, \
            which handlers ask for as `State<{Self}>`",
    note = "`#[state(skip)]` leaves a field out"
)]
pub trait Part: Clone + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Clone + Send + Sync + 'static> Part for T {}
