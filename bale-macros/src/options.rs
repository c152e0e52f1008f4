//! What the pieces of an attribute mean.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{
    Ident, LitInt, LitStr, Path, Token, bracketed,
    ext::IdentExt,
    parse::{ParseStream, Parser},
    punctuated::Punctuated,
};

use crate::{
    parse::{Arg, Problems, Value},
    pattern,
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
    pub(crate) group: Option<LitStr>,
    pub(crate) krate: Option<Path>,
    pub(crate) links: Vec<Ident>,
    pub(crate) app: Option<Path>,
}

/// One option: how it is written, and the attributes that take it.
struct Row {
    key: &'static str,
    usage: &'static str,
    repeats: bool,
    of: &'static [&'static str],
}

const TABLE: &[Row] = &[
    Row { key: "alias", usage: "`alias = \"..\"`", repeats: true, of: &["command"] },
    Row { key: "aliases", usage: "`aliases = [\"..\", \"..\"]`", repeats: true, of: &["command"] },
    Row {
        key: "chat",
        usage: "`chat = private | group | channel`",
        repeats: true,
        of: &["command", "on_message", "on_edited_message", "on_callback", "on_update"],
    },
    Row {
        key: "lane",
        usage: "`lane = \"none\"`",
        repeats: false,
        of: &["command", "on_message", "on_edited_message", "on_callback"],
    },
    Row {
        key: "group",
        usage: "`group = \"admin\"` with a name that is not empty",
        repeats: false,
        of: &[
            "command",
            "on_message",
            "on_edited_message",
            "on_callback",
            "on_update",
            "on_start",
            "on_stop",
            "on_error",
            "middleware",
        ],
    },
    Row { key: "hidden", usage: "`hidden`", repeats: false, of: &["command"] },
    Row { key: "link", usage: "`link(my_handlers, my_plugins)`", repeats: true, of: &["main"] },
    Row { key: "app", usage: "`app = path::to::app`", repeats: false, of: &["test"] },
    Row {
        key: "priority",
        usage: "`priority = 10` with an `i32`",
        repeats: false,
        of: &[
            "command",
            "on_message",
            "on_edited_message",
            "on_callback",
            "on_update",
            "on_start",
            "on_stop",
            "on_error",
            "middleware",
        ],
    },
    Row {
        key: "crate",
        usage: "`crate = path::to::bale`",
        repeats: false,
        of: &[
            "main",
            "test",
            "command",
            "on_message",
            "on_edited_message",
            "on_callback",
            "on_update",
            "on_start",
            "on_stop",
            "on_error",
            "middleware",
        ],
    },
];

/// The attributes that take a pattern.
const WITH_PATTERN: &[&str] = &["command", "on_message", "on_callback"];

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

    fn pattern(&mut self, attribute: &str, index: usize, pattern: LitStr) -> syn::Result<()> {
        let problem = if !WITH_PATTERN.contains(&attribute) {
            format!("`#[bale::{attribute}]` takes no pattern")
        } else if self.pattern.is_some() {
            format!("`#[bale::{attribute}]` takes one pattern")
        } else if index > 0 {
            "a pattern comes before the options".to_owned()
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
            ("hidden", Value::Is(value) | Value::List(value)) => {
                let at = quote!(#key #value);
                return Err(syn::Error::new_spanned(at, "`hidden` takes no value"));
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
    let own = || TABLE.iter().filter(|row| row.of.contains(&attribute));
    let takes = || {
        let own: Vec<_> = own().map(|row| format!("`{}`", row.key)).collect();
        format!("it takes {}", own.join(", "))
    };
    let problem = match TABLE.iter().find(|row| row.key == name) {
        Some(row) if row.of.contains(&attribute) => return Ok(row),
        Some(Row { of: [only], .. }) => {
            format!("`{key}` is an option of `#[bale::{only}]`, not of `#[bale::{attribute}]`")
        }
        Some(_) => format!("`{key}` is no option of `#[bale::{attribute}]`; {}", takes()),
        None => {
            let near = own().map(|row| row.key).min_by_key(|key| distance(key, &name));
            let hint = match near {
                Some(near) if distance(near, &name) <= 2 => format!("did you mean `{near}`?"),
                _ => takes(),
            };
            format!("unknown option `{key}` in `#[bale::{attribute}]`; {hint}")
        }
    };
    Err(syn::Error::new_spanned(key, problem))
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
