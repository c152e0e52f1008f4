//! What an attribute leaves behind: one constant record a handler, gathered by `inventory`.

use std::fmt;

use crate::{BoxFuture, context::Context, handler::Outcome};

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
            Self::Update => f.write_str("every update"),
            Self::Start => f.write_str("the start"),
            Self::Stop => f.write_str("the stop"),
            Self::Error => f.write_str("an error"),
            Self::Middleware => f.write_str("middleware"),
        }
    }
}

/// The keys of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Other names of a command (`alias = "..."`, repeatable).
    pub aliases: &'static [&'static str],
    /// Kinds of chats it is for (`chat = private | group | channel`); empty means all.
    pub chats: &'static [ChatKind],
    /// Higher runs first (`priority = n`); 0 by default.
    pub priority: i32,
    /// Left out of `/help` (`hidden`).
    pub hidden: bool,
    /// `lane = "none"`: runs at once, beside the other updates of its chat.
    pub laneless: bool,
    /// The group of handlers it belongs to (`group = ".."`); a middleware of a group is around its handlers.
    pub group: Option<&'static str>,
}

impl Options {
    /// What an attribute without keys means.
    pub const DEFAULT: Self =
        Self { aliases: &[], chats: &[], priority: 0, hidden: false, laneless: false, group: None };
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

/// One piece of application state that a parameter asks for.
#[derive(Debug, Clone, Copy)]
pub struct Need {
    /// The type's name, for the message at start.
    pub name: fn() -> &'static str,
    /// The type's id.
    pub id: fn() -> std::any::TypeId,
}
