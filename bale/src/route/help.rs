//! What the bot says about its own commands: `/help`, and the usage of a command that was called wrongly.

use std::{
    cmp::Ordering,
    fmt::Write as _,
    num::{IntErrorKind, ParseFloatError, ParseIntError},
    str::ParseBoolError,
};

use super::{
    Place, Route, RoutePattern, Table,
    pattern::{Mismatch, split_command},
};
use crate::{
    extract::ArgError,
    registry::{Meta, Options, Trigger},
    text::{ascii_digits, fold_eq},
};

/// The language of the texts that the framework itself sends to users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Language {
    /// Persian.
    #[default]
    Persian,
    /// English.
    English,
}

impl Language {
    /// What the user is told whose payment nobody answered in time.
    pub(crate) fn decline_text(self) -> &'static str {
        match self {
            Self::Persian => "پرداخت به‌موقع تأیید نشد. لطفاً دوباره تلاش کنید.",
            Self::English => "The payment was not approved in time. Please try again.",
        }
    }
}

/// The generated `/help`.
pub(crate) const HELP: Meta = Meta {
    name: "help",
    krate: "bale",
    in_library: true,
    module: module_path!(),
    file: Place::BUILT_IN,
    line: 0,
    column: 0,
    doc: "",
    trigger: Trigger::Command("help {command?}"),
    options: Options { hidden: true, priority: i32::MIN, ..Options::DEFAULT },
    needs: &[],
    total: true,
};

/// Whether a bot with these handlers gets the generated `/help`: it has commands, and none of them is
/// called so.
pub(crate) fn is_wanted<'m>(handlers: impl Iterator<Item = &'m Meta>) -> bool {
    let mut commands = handlers
        .filter_map(|meta| match meta.trigger {
            Trigger::Command(pattern) => Some((pattern, meta.options.aliases)),
            _ => None,
        })
        .peekable();
    let is_help = |name: &str| fold_eq(name, "help");
    commands.peek().is_some()
        && !commands.any(|(pattern, aliases)| {
            pattern.split_whitespace().next().is_some_and(is_help)
                || aliases.iter().copied().any(is_help)
        })
}

impl Table {
    /// The answer to `/help`, or to `/help command`. A bot whose commands are all hidden has none.
    pub(crate) fn help(&self, command: Option<&str>, language: Language) -> Option<String> {
        let Some(command) = command.map(|name| name.trim_start_matches('/')) else {
            return self.list(language);
        };
        let about: Vec<String> = self
            .in_source_order(self.command(command).iter().copied())
            .filter(is_shown)
            .map(details)
            .collect();
        if !about.is_empty() {
            return Some(about.join("\n\n"));
        }
        let command = ArgError::excerpt(command);
        let list = self.list(language)?;
        Some(match language {
            Language::Persian => format!("دستوری به نام «{command}» نیست.\n\n{list}"),
            Language::English => format!("There is no command \"{command}\".\n\n{list}"),
        })
    }

    /// One line a command.
    fn list(&self, language: Language) -> Option<String> {
        let lines: Vec<String> =
            self.in_source_order(0..self.routes.len()).filter(is_shown).map(line).collect();
        (!lines.is_empty()).then(|| match language {
            Language::Persian => format!("دستورها:\n{}", lines.join("\n")),
            Language::English => format!("Commands:\n{}", lines.join("\n")),
        })
    }

    /// What a user is told who called a command wrongly by `text`. `routes` are its handlers.
    pub(crate) fn usage(
        &self,
        text: &str,
        routes: &[usize],
        error: &Misuse,
        language: Language,
    ) -> String {
        let called = split_command(text).map(|line| line.name);
        let only_hidden = routes.iter().all(|&index| self.routes[index].meta.options.hidden);
        let mut lines: Vec<String> = Vec::new();
        for route in self.in_source_order(routes.iter().copied()) {
            let Meta { options, .. } = &route.meta;
            if options.hidden && !only_hidden {
                continue;
            }
            let alias = called
                .and_then(|called| options.aliases.iter().find(|alias| fold_eq(alias, called)));
            let mut line = usage_line(route, alias.copied());
            if let Some(summary) = summary(&route.meta) {
                let _ = write!(line, "\n{summary}");
            }
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        let usage = match language {
            Language::Persian => "طرز استفاده:",
            Language::English => "Usage:",
        };
        let explanation = error.explain(language).map(|text| format!("{text}\n"));
        format!("{}{usage}\n{}", explanation.unwrap_or_default(), lines.join("\n"))
    }

    /// The handlers in the order in which their author wrote them.
    fn in_source_order(
        &self,
        indices: impl IntoIterator<Item = usize>,
    ) -> impl Iterator<Item = &Route> {
        let mut routes: Vec<&Route> =
            indices.into_iter().map(|index| &self.routes[index]).collect();
        routes.sort_by_key(|route| {
            let Meta { module, file, line, column, .. } = route.meta;
            (module, file, line, column)
        });
        routes.into_iter()
    }
}

fn is_shown(route: &&Route) -> bool {
    route.is_command() && !route.meta.options.hidden
}

/// `text` in pieces that each fit a message, cut between lines.
pub(crate) fn pages(text: &str) -> Vec<String> {
    let mut pages = vec![String::new()];
    let mut length = 0;
    for line in text.split_inclusive('\n') {
        let count = line.chars().count();
        if length > 0 && length + count > TEXT_LIMIT {
            pages.push(String::new());
            length = 0;
        }
        length += count;
        if let Some(page) = pages.last_mut() {
            page.push_str(line);
        }
    }
    pages.into_iter().map(|page| page.trim_end().to_owned()).collect()
}

/// Characters in a message, at most. Source: docs.bale.ai#sendmessage.
const TEXT_LIMIT: usize = 4096;

/// How a command was called wrongly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Misuse {
    /// This argument does not parse.
    Invalid {
        /// Name of the argument.
        name: &'static str,
        /// What was written.
        found: String,
        /// What is wrong with it.
        reason: Reason,
    },
    /// This argument is missing.
    Missing(&'static str),
    /// There is this more text than arguments.
    Surplus(String),
    /// This fixed word of the pattern is not there.
    OtherWord(String),
    /// Several handlers expect different words.
    OtherWords,
}

/// Why an argument does not parse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reason {
    NoInteger,
    Negative,
    TooLarge,
    TooSmall,
    NoNumber,
    NoTruth,
    /// In the words of the type's own error, which its author chose.
    Other(String),
}

impl From<ArgError> for Misuse {
    fn from(error: ArgError) -> Self {
        match &error.found {
            None => Self::Missing(error.name),
            Some(found) => Self::Invalid {
                name: error.name,
                found: ArgError::excerpt(found).into_owned(),
                reason: Reason::of(&error, found),
            },
        }
    }
}

impl Misuse {
    /// Why `text` does not fit a pattern.
    pub(crate) fn mismatch(mismatch: Mismatch<'_>, text: &str) -> Self {
        match mismatch {
            Mismatch::Missing(name) => Self::Missing(name),
            Mismatch::Literal(word) => Self::OtherWord(word.to_owned()),
            Mismatch::TooMany(at) => {
                // The place of a quoted word is behind its quote.
                let at = text[..at].trim_end_matches(['"', '«', '“']).len();
                Self::Surplus(ArgError::excerpt(text[at..].trim()).into_owned())
            }
        }
    }

    /// What to say of two handlers of one command that were both called wrongly: what is wrong with a
    /// value tells the user more than that the other shape does not fit.
    pub(crate) fn or(self, other: Self) -> Self {
        let rank = |misuse: &Self| match misuse {
            Self::Invalid { .. } => 2,
            Self::Missing(_) | Self::Surplus(_) => 1,
            Self::OtherWord(_) | Self::OtherWords => 0,
        };
        match rank(&self).cmp(&rank(&other)) {
            Ordering::Less => other,
            Ordering::Equal if rank(&self) == 0 && self != other => Self::OtherWords,
            Ordering::Equal | Ordering::Greater => self,
        }
    }

    fn explain(&self, language: Language) -> Option<String> {
        // A line that begins with a Persian word is shown from right to left.
        Some(match (language, self) {
            (Language::Persian, Self::Missing(name)) => format!("مقدار <{name}> نوشته نشده است."),
            (Language::English, Self::Missing(name)) => format!("<{name}> is missing."),
            (Language::Persian, Self::Invalid { name, found, reason }) => {
                format!("مقدار <{name}> نمی‌تواند «{found}» باشد: {}", reason.explain(language))
            }
            (Language::English, Self::Invalid { name, found, reason }) => {
                format!("<{name}> cannot be \"{found}\": {}", reason.explain(language))
            }
            (Language::Persian, Self::Surplus(text)) => format!("نوشتهٔ «{text}» اضافه است."),
            (Language::English, Self::Surplus(text)) => format!("\"{text}\" is too much."),
            (Language::Persian, Self::OtherWord(word)) => {
                format!("واژهٔ «{word}» در جای خود نیست.")
            }
            (Language::English, Self::OtherWord(word)) => {
                format!("The word \"{word}\" is not in its place.")
            }
            (_, Self::OtherWords) => return None,
        })
    }
}

impl Reason {
    fn of(error: &ArgError, found: &str) -> Self {
        let Some(source) = std::error::Error::source(error) else {
            return Self::Other(String::new());
        };
        if let Some(error) = source.downcast_ref::<ParseIntError>() {
            let is_integer = || ascii_digits(found).parse::<i128>().is_ok();
            return match error.kind() {
                IntErrorKind::PosOverflow => Self::TooLarge,
                IntErrorKind::NegOverflow => Self::TooSmall,
                _ if is_integer() => Self::Negative,
                _ => Self::NoInteger,
            };
        }
        if source.is::<ParseFloatError>() {
            Self::NoNumber
        } else if source.is::<ParseBoolError>() {
            Self::NoTruth
        } else {
            Self::Other(source.to_string())
        }
    }

    fn explain(&self, language: Language) -> &str {
        let (persian, english) = match self {
            Self::NoInteger => ("باید عدد صحیح باشد.", "it must be a whole number."),
            Self::Negative => ("نباید منفی باشد.", "it must not be negative."),
            Self::TooLarge => ("بیش از اندازه بزرگ است.", "it is too large."),
            Self::TooSmall => ("بیش از اندازه کوچک است.", "it is too small."),
            Self::NoNumber => ("باید عدد باشد.", "it must be a number."),
            Self::NoTruth => ("باید true یا false باشد.", "it must be true or false."),
            Self::Other(text) => return text,
        };
        match language {
            Language::Persian => persian,
            Language::English => english,
        }
    }
}

/// `/add <a> <b>`, or with an alias that the user called it by.
fn usage_line(route: &Route, alias: Option<&str>) -> String {
    let RoutePattern::Words(words) = &route.pattern else { return String::new() };
    let line = words.to_string();
    match alias {
        Some(alias) => format!("/{alias}{}", line.find(' ').map_or("", |end| &line[end..])),
        None => line,
    }
}

/// `/add <a> <b> - Add two numbers.`
fn line(route: &Route) -> String {
    let mut line = usage_line(route, None);
    if let Some(summary) = summary(&route.meta) {
        let _ = write!(line, " - {summary}");
    }
    line
}

fn details(route: &Route) -> String {
    let mut text = usage_line(route, None);
    let aliases = route.meta.options.aliases;
    if !aliases.is_empty() {
        let names: Vec<String> = aliases.iter().map(|alias| format!("/{alias}")).collect();
        let _ = write!(text, " ({})", names.join(", "));
    }
    if !route.meta.doc.is_empty() {
        let _ = write!(text, "\n{}", unwrapped(route.meta.doc));
    }
    text
}

/// The doc comment with one line a paragraph, as a chat shows it; lists stay lists.
fn unwrapped(doc: &str) -> String {
    let mut text = String::with_capacity(doc.len());
    for line in doc.trim().lines() {
        let goes_on = line.starts_with(char::is_alphabetic);
        match text.chars().next_back() {
            None => {}
            Some(last) if goes_on && last != '\n' => text.push(' '),
            Some(_) => text.push('\n'),
        }
        text.push_str(line);
    }
    text
}

/// The first paragraph of the doc comment, on one line.
pub(crate) fn summary(meta: &Meta) -> Option<String> {
    let first = meta.doc.trim().split("\n\n").next()?.trim();
    (!first.is_empty()).then(|| first.split_whitespace().collect::<Vec<_>>().join(" "))
}
