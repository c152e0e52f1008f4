//! What the pieces of an attribute mean.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{
    Ident, LitBool, LitInt, LitStr, Path, Token, bracketed,
    ext::IdentExt,
    parse::{Parse, ParseStream, Parser},
    punctuated::Punctuated,
};

use crate::{
    parse::{Arg, Problems, Value},
    pattern,
    state::InState,
};

/// The options of one attribute.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) pattern: Option<LitStr>,
    pub(crate) aliases: Vec<LitStr>,
    /// Variants of `ChatKind`.
    pub(crate) chats: Vec<&'static str>,
    pub(crate) priority: i32,
    pub(crate) hidden: bool,
    pub(crate) laneless: bool,
    pub(crate) filters: Vec<Filter>,
    pub(crate) state: Option<InState>,
    pub(crate) group: Option<LitStr>,
    pub(crate) krate: Option<Path>,
    pub(crate) links: Vec<Ident>,
    pub(crate) zone: Option<LitStr>,
    pub(crate) overlap: bool,
    /// Whether `catch_up = false` is given.
    pub(crate) no_catch_up: bool,
    pub(crate) app: Option<Path>,
}

/// One key that says what an update must be like.
pub(crate) enum Filter {
    /// The function of this name in `bale::filter`.
    Named(&'static str),
    From(Vec<Sender>),
    Regex(LitStr),
    /// The author's own.
    Own(Path),
}

/// Somebody in `from = ..`.
pub(crate) enum Sender {
    Id(i64),
    Username(LitStr),
    /// A constant.
    Constant(Path),
}

/// One option: how it is written, and the attributes that take it.
struct Row {
    key: &'static str,
    usage: &'static str,
    repeats: bool,
    of: &'static [&'static [&'static str]],
    /// Why others do not take it, where that is not plain.
    why: &'static str,
}

impl Row {
    const DEFAULT: Self = Self { key: "", usage: "", repeats: false, of: &[], why: "" };

    /// A key that asks for something in a message.
    const fn content(key: &'static str) -> Self {
        let why = "it asks for something that only a message can have, and a command is a text";
        Self { key, of: &[WITH_CONTENT], why, ..Self::DEFAULT }
    }
}

impl Row {
    fn is_of(&self, attribute: &str) -> bool {
        self.of.iter().any(|group| group.contains(&attribute))
    }
}

/// Attributes of handlers that happen in a chat of any kind.
const IN_CHATS: &[&str] = &[
    "command",
    "on_message",
    "on_edited_message",
    "on_callback",
    "on_payment",
    "on_member_join",
    "on_member_leave",
    "fallback",
];

/// The other attributes of handlers.
const ELSEWHERE: &[&str] = &["on_channel_post", "on_pre_checkout"];

/// Attributes of functions that use no update up.
const HOOKS: &[&str] = &["on_update", "on_start", "on_stop", "on_error", "middleware"];

/// Attributes of functions that run by the clock.
const TIMED: &[&str] = &["every", "cron", "job"];

/// Attributes of handlers of messages that may have any content.
const WITH_CONTENT: &[&str] = &["on_message", "on_edited_message", "on_channel_post", "fallback"];

/// What a message contains: one of these.
const CONTENTS: &[&str] = &[
    "text",
    "photo",
    "video",
    "voice",
    "audio",
    "document",
    "sticker",
    "animation",
    "contact",
    "location",
];

const TABLE: &[Row] = &[
    Row {
        key: "alias",
        usage: "`alias = \"..\"`",
        repeats: true,
        of: &[&["command"]],
        ..Row::DEFAULT
    },
    Row {
        key: "aliases",
        usage: "`aliases = [\"..\", \"..\"]`",
        repeats: true,
        of: &[&["command"]],
        ..Row::DEFAULT
    },
    Row {
        key: "chat",
        usage: "`chat = private | group | channel`",
        repeats: true,
        of: &[IN_CHATS, &["on_update"]],
        ..Row::DEFAULT
    },
    Row {
        key: "from",
        usage: "`from = 5 | \"username\" | CONSTANT`",
        of: &[IN_CHATS, &["on_pre_checkout", "on_update"]],
        why: "it asks who did it, which an update there does not say",
        ..Row::DEFAULT
    },
    Row::content("text"),
    Row::content("photo"),
    Row::content("video"),
    Row::content("voice"),
    Row::content("audio"),
    Row::content("document"),
    Row::content("sticker"),
    Row::content("animation"),
    Row::content("contact"),
    Row::content("location"),
    Row {
        key: "reply",
        of: &[&["command"], WITH_CONTENT],
        why: "only a message is a reply",
        ..Row::DEFAULT
    },
    Row {
        key: "forwarded",
        of: &[&["command"], WITH_CONTENT],
        why: "only a message is forwarded",
        ..Row::DEFAULT
    },
    Row {
        key: "regex",
        usage: "`regex = \"..\"`",
        of: &[&["on_message", "on_edited_message", "on_channel_post", "on_callback"]],
        why: "it reads the text of a message or the data of a button",
        ..Row::DEFAULT
    },
    Row {
        key: "filter",
        usage: "`filter = path::to::a_filter`, a function under `#[bale::filter]`",
        repeats: true,
        of: &[IN_CHATS, ELSEWHERE, &["on_update"]],
        why: "it asks about an update",
    },
    Row {
        key: "state",
        usage: "`state = Order::Name`, `state = Order::Phone { name }` or `state = Order::Name | Order::Phone`",
        of: &[IN_CHATS, ELSEWHERE],
        why: "it asks about the conversation of whoever an update is from",
        ..Row::DEFAULT
    },
    Row { key: "lane", usage: "`lane = \"none\"`", of: &[IN_CHATS, ELSEWHERE], ..Row::DEFAULT },
    Row { key: "hidden", of: &[&["command"]], ..Row::DEFAULT },
    Row {
        key: "link",
        usage: "`link(my_handlers, my_plugins)`",
        repeats: true,
        of: &[&["main"]],
        ..Row::DEFAULT
    },
    Row {
        key: "group",
        usage: "`group = \"admin\"` with a name that is not empty",
        of: &[IN_CHATS, ELSEWHERE, HOOKS, TIMED],
        ..Row::DEFAULT
    },
    Row { key: "app", usage: "`app = path::to::app`", of: &[&["test"]], ..Row::DEFAULT },
    Row {
        key: "priority",
        usage: "`priority = 10` with an `i32`",
        of: &[IN_CHATS, ELSEWHERE, HOOKS],
        ..Row::DEFAULT
    },
    Row { key: "tz", usage: "`tz = \"Asia/Tehran\"`", of: &[&["cron"]], ..Row::DEFAULT },
    Row { key: "overlap", of: &[&["every", "cron"]], ..Row::DEFAULT },
    Row { key: "catch_up", usage: "`catch_up = false`", of: &[&["every", "cron"]], ..Row::DEFAULT },
    Row {
        key: "crate",
        usage: "`crate = path::to::bale`",
        of: &[&["main", "test", "filter"], IN_CHATS, ELSEWHERE, HOOKS, TIMED],
        ..Row::DEFAULT
    },
];

/// The attributes that begin with a text, and what it is.
const WITH_TEXT: &[(&str, &str)] = &[
    ("command", "pattern"),
    ("on_message", "pattern"),
    ("on_callback", "pattern"),
    ("every", "period"),
    ("cron", "expression"),
    ("job", "name"),
];

impl Options {
    /// Reads the pieces of `#[bale::<attribute>]`.
    pub(crate) fn read(attribute: &str, args: Vec<Arg>, problems: &mut Problems) -> Self {
        let mut options = Self::default();
        let mut seen = Vec::new();
        for (index, arg) in args.into_iter().enumerate() {
            let result = match arg {
                Arg::Pattern(pattern) => options.pattern(attribute, index, pattern),
                Arg::Option { key, value } => row(attribute, &key).and_then(|row| {
                    if !row.repeats && seen.contains(&row.key) {
                        return Err(syn::Error::new_spanned(
                            &key,
                            format!("`{key}` is given twice"),
                        ));
                    }
                    seen.push(row.key);
                    options.option(row, &key, value)
                }),
            };
            problems.take(result);
        }
        options
    }

    /// Adds `key`, which asks for something in a message.
    fn content(&mut self, row: &Row, key: &Ident) -> syn::Result<()> {
        let is_content = |name: &str| CONTENTS.contains(&name);
        let other = self.filters.iter().find_map(|filter| match filter {
            Filter::Named(name) if is_content(name) && is_content(row.key) => Some(name),
            _ => None,
        });
        if let Some(other) = other {
            let message = format!(
                "no message has `{other}` and `{key}` at once; for either, write a `#[bale::filter]` that returns \
                 `filter::{other}().or(filter::{key}())`"
            );
            return Err(syn::Error::new_spanned(key, message));
        }
        if self.pattern.is_some() && is_content(row.key) {
            let message = format!("`{key}` beside a pattern: what fits the pattern is a text");
            return Err(syn::Error::new_spanned(key, message));
        }
        self.filters.push(Filter::Named(row.key));
        Ok(())
    }

    fn pattern(&mut self, attribute: &str, index: usize, pattern: LitStr) -> syn::Result<()> {
        let what = WITH_TEXT.iter().find(|(with_text, _)| *with_text == attribute);
        let problem = if let Some((_, what)) = what.filter(|_| self.pattern.is_some()) {
            format!("`#[bale::{attribute}]` takes one {what}")
        } else if let Some((_, what)) = what.filter(|_| index > 0) {
            format!("the {what} comes before the options")
        } else if what.is_none() {
            format!("`#[bale::{attribute}]` takes no pattern")
        } else {
            self.pattern = Some(pattern);
            return Ok(());
        };
        Err(syn::Error::new_spanned(pattern, problem))
    }

    fn option(&mut self, row: &Row, key: &Ident, value: Value) -> syn::Result<()> {
        let wrong = |at: TokenStream| {
            let at = if at.is_empty() { key.to_token_stream() } else { at };
            syn::Error::new_spanned(at, format!("`{key}` is written {}", row.usage))
        };
        match (row.key, value) {
            ("hidden", Value::None) => self.hidden = true,
            ("overlap", Value::None) => self.overlap = true,
            (_, Value::None) if row.usage.is_empty() => self.content(row, key)?,
            (_, Value::Is(value) | Value::List(value)) if row.usage.is_empty() => {
                let at = quote!(#key #value);
                return Err(syn::Error::new_spanned(at, format!("`{key}` takes no value")));
            }
            ("from", Value::Is(value)) => {
                let senders = Punctuated::<Sender, Token![|]>::parse_separated_nonempty;
                let senders = senders.parse2(value.clone()).map_err(|_| wrong(value))?;
                self.filters.push(Filter::From(senders.into_iter().collect()));
            }
            ("regex", Value::Is(value)) => {
                let regex = syn::parse2(value.clone()).map_err(|_| wrong(value))?;
                self.filters.push(Filter::Regex(regex));
            }
            ("filter", Value::Is(value)) => {
                let path = Path::parse_mod_style.parse2(value.clone()).map_err(|_| wrong(value))?;
                self.filters.push(Filter::Own(path));
            }
            ("state", Value::Is(value)) => {
                self.state = Some(
                    InState::parse(value.clone())
                        .map_err(|error| error.unwrap_or_else(|| wrong(value)))?,
                );
            }
            ("tz", Value::Is(value)) => {
                self.zone = Some(syn::parse2(value.clone()).map_err(|_| wrong(value))?);
            }
            ("catch_up", Value::Is(value)) => {
                let catch_up: LitBool = syn::parse2(value.clone()).map_err(|_| wrong(value))?;
                self.no_catch_up = !catch_up.value;
            }
            ("alias", Value::Is(value)) => {
                self.aliases.push(syn::parse2(value.clone()).map_err(|_| wrong(value))?);
            }
            ("aliases", Value::Is(value)) => {
                self.aliases.extend(texts.parse2(value.clone()).map_err(|_| wrong(value))?);
            }
            ("chat", Value::Is(value)) => {
                let kinds = Punctuated::<Ident, Token![|]>::parse_separated_nonempty;
                for kind in kinds.parse2(value.clone()).map_err(|_| wrong(value))? {
                    self.chat(&kind)?;
                }
            }
            ("priority", Value::Is(value)) => {
                self.priority = number.parse2(value.clone()).map_err(|_| wrong(value))?;
            }
            ("lane", Value::Is(value)) => {
                let lane: LitStr = syn::parse2(value.clone()).map_err(|_| wrong(value.clone()))?;
                if lane.value() != "none" {
                    return Err(wrong(value));
                }
                self.laneless = true;
            }
            ("group", Value::Is(value)) => {
                let group: LitStr = syn::parse2(value.clone()).map_err(|_| wrong(value.clone()))?;
                if group.value().trim().is_empty() {
                    return Err(wrong(value));
                }
                self.group = Some(group);
            }
            ("crate", Value::Is(value)) => {
                let path = Path::parse_mod_style.parse2(value.clone()).map_err(|_| wrong(value))?;
                self.krate = Some(path);
            }
            ("app", Value::Is(value)) => {
                let path = Path::parse_mod_style.parse2(value.clone()).map_err(|_| wrong(value))?;
                self.app = Some(path);
            }
            ("link", Value::List(value)) => {
                let names = Punctuated::<Ident, Token![,]>::parse_terminated;
                let names = names.parse2(value.clone()).map_err(|_| {
                    let message = "`link` takes names of crates as a path writes them: \
                                   `link(my_handlers, my_plugins)`";
                    syn::Error::new_spanned(&value, message)
                })?;
                if names.is_empty() {
                    return Err(wrong(value));
                }
                self.links.extend(names);
            }
            (_, Value::None) => return Err(wrong(TokenStream::new())),
            (_, Value::Is(value) | Value::List(value)) => return Err(wrong(value)),
        }
        Ok(())
    }

    fn chat(&mut self, kind: &Ident) -> syn::Result<()> {
        let variant = match kind.to_string().as_str() {
            "private" => "Private",
            "group" => "Group",
            "channel" => "Channel",
            _ => {
                let message =
                    format!("`{kind}` is no kind of chat: write `private`, `group` or `channel`");
                return Err(syn::Error::new_spanned(kind, message));
            }
        };
        if self.chats.contains(&variant) {
            return Err(syn::Error::new_spanned(kind, format!("`{kind}` is given twice")));
        }
        self.chats.push(variant);
        Ok(())
    }

    /// Whether handlers run as without any option.
    pub(crate) fn are_default(&self) -> bool {
        self.aliases.is_empty()
            && self.chats.is_empty()
            && self.priority == 0
            && !self.hidden
            && !self.laneless
            && self.filters.is_empty()
            && self.state.is_none()
            && self.group.is_none()
    }

    /// Checks the aliases of the command `name`.
    pub(crate) fn check_aliases(&self, name: &str, problems: &mut Problems) {
        let mut names = vec![name.to_owned()];
        for alias in &self.aliases {
            let value = alias.value();
            if let Err(problem) = pattern::check_command_name(&value) {
                problems.at(alias, problem);
            } else if value == name {
                problems.at(alias, format!("`{value}` is the command's own name"));
            } else if names.contains(&value) {
                problems.at(alias, format!("alias `{value}` is given twice"));
            }
            names.push(value);
        }
    }
}

/// The option `key` of `#[bale::<attribute>]`.
fn row(attribute: &str, key: &Ident) -> syn::Result<&'static Row> {
    let name = key.unraw().to_string();
    let own = || TABLE.iter().filter(|row| row.is_of(attribute));
    let takes = || {
        let own: Vec<_> = own().map(|row| format!("`{}`", row.key)).collect();
        format!("it takes {}", own.join(", "))
    };
    let problem = match TABLE.iter().find(|row| row.key == name) {
        Some(row) if row.is_of(attribute) => return Ok(row),
        Some(Row { of: [[only]], .. }) => {
            format!("`{key}` is an option of `#[bale::{only}]`, not of `#[bale::{attribute}]`")
        }
        Some(Row { why: "", .. }) => {
            format!("`{key}` is no option of `#[bale::{attribute}]`; {}", takes())
        }
        Some(Row { why, .. }) => {
            format!("`{key}` is no option of `#[bale::{attribute}]`: {why}; {}", takes())
        }
        None => {
            let near = own().map(|row| row.key).min_by_key(|key| distance(key, &name));
            let hint = match near {
                Some(near) if distance(near, &name) <= 2.min(name.len() / 2) => {
                    format!("did you mean `{near}`?")
                }
                _ => takes(),
            };
            format!("unknown option `{key}` in `#[bale::{attribute}]`; {hint}")
        }
    };
    Err(syn::Error::new_spanned(key, problem))
}

impl Parse for Sender {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitInt) {
            let id: LitInt = input.parse()?;
            id.base10_parse().map(Self::Id)
        } else if input.peek(LitStr) {
            input.parse().map(Self::Username)
        } else {
            input.call(Path::parse_mod_style).map(Self::Constant)
        }
    }
}

/// `["a", "b"]`
fn texts(input: ParseStream<'_>) -> syn::Result<Punctuated<LitStr, Token![,]>> {
    let list;
    bracketed!(list in input);
    Punctuated::parse_terminated(&list)
}

/// A whole number, perhaps negative.
fn number(input: ParseStream<'_>) -> syn::Result<i32> {
    let minus: Option<Token![-]> = input.parse()?;
    let digits: LitInt = input.parse()?;
    let sign = if minus.is_some() { "-" } else { "" };
    format!("{sign}{}", digits.base10_digits())
        .parse()
        .map_err(|error| syn::Error::new(digits.span(), error))
}

/// Levenshtein's distance: the fewest insertions, removals and replacements from `a` to `b`.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, a) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, b) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
