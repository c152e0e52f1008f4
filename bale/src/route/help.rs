//! What the bot says about its own commands: `/help`, and the usage of a command that was called wrongly.

use std::fmt::{self, Write as _};

use super::{Route, RoutePattern, Table, pattern::Mismatch};
use crate::{
    extract::ArgError,
    registry::{Meta, Options, Trigger},
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

/// The generated `/help`.
pub(crate) const HELP: Meta = Meta {
    name: "help",
    krate: "bale",
    in_library: true,
    module: module_path!(),
    file: file!(),
    line: line!(),
    column: 1,
    doc: "",
    trigger: Trigger::Command("help {command?}"),
    options: Options { hidden: true, priority: i32::MIN, ..Options::DEFAULT },
    needs: &[],
    total: true,
};

impl Table {
    /// The answer to `/help`, or to `/help command`. A bot whose commands are all hidden has none.
    pub(crate) fn help(&self, command: Option<&str>, language: Language) -> Option<String> {
        let shown = |route: &&Route| route.is_command() && !route.meta.options.hidden;
        let about = command.map(|name| self.command(name.trim_start_matches('/')));
        match about {
            Some(indices) if !indices.is_empty() => {
                let routes: Vec<&Route> =
                    indices.iter().map(|&index| &self.routes[index]).filter(shown).collect();
                (!routes.is_empty()).then(|| {
                    routes.iter().map(|route| details(route)).collect::<Vec<_>>().join("\n\n")
                })
            }
            _ => {
                let mut routes: Vec<&Route> = self.routes.iter().filter(shown).collect();
                routes.sort_by_key(|route| (route.meta.module, route.meta.file, route.meta.line));
                let lines: Vec<String> = routes.iter().map(|route| line(route)).collect();
                (!lines.is_empty()).then(|| match language {
                    Language::Persian => format!("دستورها:\n{}", lines.join("\n")),
                    Language::English => format!("Commands:\n{}", lines.join("\n")),
                })
            }
        }
    }

    /// What a user is told who called a command wrongly. `routes` are its handlers; `error` is what was
    /// wrong for the first of them.
    pub(crate) fn usage(&self, routes: &[usize], error: &Misuse, language: Language) -> String {
        let mut text = error.explain(language);
        text.push_str(match language {
            Language::Persian => "\nطرز استفاده:",
            Language::English => "\nUsage:",
        });
        for &index in routes {
            let route = &self.routes[index];
            let _ = write!(text, "\n{}", usage_line(route));
            if let Some(summary) = summary(&route.meta) {
                let _ = write!(text, "\n{summary}");
            }
        }
        text
    }
}

/// How a command was called wrongly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Misuse {
    /// This argument is missing.
    Missing(String),
    /// This argument does not parse: its name and what was written.
    Invalid(String, String),
    /// There is more text than arguments.
    Surplus,
    /// This fixed word of the pattern is not there.
    OtherWord(String),
}

impl fmt::Display for Misuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.explain(Language::English))
    }
}

impl From<Mismatch<'_>> for Misuse {
    fn from(mismatch: Mismatch<'_>) -> Self {
        match mismatch {
            Mismatch::Missing(name) => Self::Missing(name.to_owned()),
            Mismatch::TooMany(_) => Self::Surplus,
            Mismatch::Literal(word) => Self::OtherWord(word.to_owned()),
        }
    }
}

impl Misuse {
    fn explain(&self, language: Language) -> String {
        match (language, self) {
            (Language::Persian, Self::Missing(name)) => format!("<{name}> نوشته نشده است."),
            (Language::Persian, Self::Invalid(name, found)) => {
                format!("«{found}» برای <{name}> پذیرفته نیست.")
            }
            (Language::Persian, Self::Surplus) => "بیش از اندازه نوشته شده است.".to_owned(),
            (Language::Persian, Self::OtherWord(word)) => format!("«{word}» در جای خود نیست."),
            (Language::English, Self::Missing(name)) => format!("<{name}> is missing."),
            (Language::English, Self::Invalid(name, found)) => {
                format!("\"{found}\" is not accepted as <{name}>.")
            }
            (Language::English, Self::Surplus) => "There is too much text.".to_owned(),
            (Language::English, Self::OtherWord(word)) => {
                format!("\"{word}\" is not in its place.")
            }
        }
    }
}

/// More of a wrong argument is not sent back.
const SHOWN: usize = 64;

impl From<&ArgError> for Misuse {
    fn from(error: &ArgError) -> Self {
        match &error.found {
            None => Self::Missing(error.name.to_owned()),
            Some(found) if found.chars().count() > SHOWN => {
                let start: String = found.chars().take(SHOWN).collect();
                Self::Invalid(error.name.to_owned(), format!("{start}…"))
            }
            Some(found) => Self::Invalid(error.name.to_owned(), found.clone()),
        }
    }
}

fn usage_line(route: &Route) -> String {
    match &route.pattern {
        RoutePattern::Words(words) => words.to_string(),
        _ => String::new(),
    }
}

/// `/add <a> <b> - Add two numbers.`
fn line(route: &Route) -> String {
    let mut line = usage_line(route);
    if let Some(summary) = summary(&route.meta) {
        let _ = write!(line, " - {summary}");
    }
    line
}

fn details(route: &Route) -> String {
    let mut text = usage_line(route);
    let aliases = route.meta.options.aliases;
    if !aliases.is_empty() {
        let names: Vec<String> = aliases.iter().map(|alias| format!("/{alias}")).collect();
        let _ = write!(text, " ({})", names.join(", "));
    }
    if !route.meta.doc.is_empty() {
        let _ = write!(text, "\n{}", route.meta.doc);
    }
    text
}

/// The first paragraph of the doc comment, on one line.
pub(crate) fn summary(meta: &Meta) -> Option<String> {
    let first = meta.doc.trim().split("\n\n").next()?.trim();
    (!first.is_empty()).then(|| first.split_whitespace().collect::<Vec<_>>().join(" "))
}
