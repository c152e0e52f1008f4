//! Which module of `bale` may use which: ARCHITECTURE.md, as a test.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Item};

use super::{none, sources, text};

/// Each row may use itself and the rows above it.
const LAYERS: &[&[&str]] = &[
    &["types", "text", "storage", "schedule", "observe"],
    &["methods"],
    &["error", "client", "bound"],
    &[
        "event",
        "registry",
        "extract",
        "filter",
        "handler",
        "middleware",
        "context",
        "route",
        "dialogue",
        "data",
        "journal",
        "once",
        "dispatch",
        "jobs",
    ],
    &["polling", "webhook", "keyboard", "health"],
    &["app"],
    &["emulator"],
    &["testing"],
    &["laws"],
];

/// Uses of a lower row, each with its reason.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("methods", "bound", "a row says what its answer becomes for the caller: data with its bot"),
    ("methods", "client", "a row writes the call on `Bot` and the setters on `Request`"),
    ("error", "handler", "`BoxError`, an alias that any module may use, is declared there"),
    ("app", "emulator", "a bot without a token runs against the emulator, if the feature is on"),
];

/// Modules that use less than their row would let them.
const CLOSED: &[(&str, &[&str], &str)] = &[
    ("types", &[], "data serves bot, emulator and storage alike"),
    ("text", &[], "it knows letters, and no Bale"),
    ("storage", &[], "it keeps records, and does not know what they mean"),
    ("observe", &[], "it tells numbers and names, and knows nothing of what they are about"),
    ("schedule", &["storage"], "it knows times, and not what is done then"),
    (
        "route",
        &[
            "schedule", "types", "text", "observe", "extract", "filter", "handler", "context",
            "registry",
        ],
        "a table says who is asked, and makes no calls",
    ),
    (
        "dispatch",
        &[
            "types",
            "storage",
            "observe",
            "client",
            "bound",
            "context",
            "handler",
            "journal",
            "middleware",
            "registry",
            "route",
        ],
        "it knows neither where updates come from nor the methods",
    ),
    (
        "journal",
        &["types", "storage"],
        "it keeps updates, and does not know what is done with them",
    ),
    (
        "webhook",
        &["types", "client", "error", "dispatch", "health", "polling", "storage"],
        "it brings updates in and knows no handlers; polling lends it the calls that wait for a server",
    ),
    (
        "keyboard",
        &["types", "text", "methods", "error", "client", "bound", "route"],
        "it fills buttons and reads presses like an author: it registers nothing",
    ),
    (
        "emulator",
        &["client"],
        "it shares no types with the bot, or it would agree with our mistakes",
    ),
];

/// Crates that only some modules know.
const CONFINED: &[(&str, &[&str])] = &[
    // The emulator reads addresses of webhooks and files as reqwest does.
    // And `client::lean` makes its own of an address that `client::http` has read.
    ("reqwest", &["client/http", "client/lean", "emulator/fetch", "emulator/methods/updates"]),
    ("h2", &["client/http"]),
    ("hyper", &["client/lean", "emulator/fetch", "emulator/webhook/post", "webhook/server"]),
    ("hyper_rustls", &["client/lean"]),
    ("hyper_util", &["client/lean", "emulator/fetch", "emulator/webhook/post", "webhook/server"]),
    ("tower_service", &["client/lean"]),
    ("rustls", &["client/tls"]),
    ("rustls_platform_verifier", &["client/tls"]),
    ("webpki_root_certs", &["client/tls"]),
    ("axum", &["emulator", "health", "webhook"]),
    ("getrandom", &["webhook/secret"]),
    ("subtle", &["webhook/secret"]),
    ("form_urlencoded", &["client/body", "emulator"]),
    ("futures_core", &["client/body", "client/http", "client/lean", "emulator"]),
    ("jiff", &["schedule/zone"]),
    ("multer", &["emulator"]),
    ("regex", &["filter"]),
    ("metrics", &["observe/numbers"]),
    ("inventory", &["registry", "app", "lib"]),
    ("redis", &["storage/redis"]),
    ("rusqlite", &["storage/sqlite"]),
    ("tracing_subscriber", &["app/log"]),
];

/// Names at the crate's root that every module may use: aliases of types of the standard library.
const ALIASES: &[&str] = &["BoxError", "BoxFuture", "Result"];

/// One file of the library, without its tests.
struct Module {
    /// As `client/http`.
    name: String,
    tokens: Vec<Token>,
}

#[derive(PartialEq)]
enum Token {
    Word(String),
    Mark(char),
    Open,
    Close,
    Value,
}

impl Module {
    /// `client` of `client/http`.
    fn top(&self) -> &str {
        self.name.split('/').next().expect("a first part")
    }

    fn is_in(&self, module: &str) -> bool {
        self.name.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    fn word(&self, at: usize) -> Option<&str> {
        match self.tokens.get(at)? {
            Token::Word(word) => Some(word),
            _ => None,
        }
    }

    fn is_path_sign(&self, at: usize) -> bool {
        self.tokens.get(at) == Some(&Token::Mark(':'))
            && self.tokens.get(at + 1) == Some(&Token::Mark(':'))
    }

    /// What stands behind `crate::`, also in `crate::{..}` and in the bodies of macros.
    fn uses(&self) -> BTreeSet<&str> {
        let mut uses = BTreeSet::new();
        for at in 0..self.tokens.len() {
            if self.word(at) == Some("crate") && self.is_path_sign(at + 1) {
                match self.tokens.get(at + 3) {
                    Some(Token::Word(word)) => drop(uses.insert(word.as_str())),
                    Some(Token::Open) => uses.extend(self.names_in_group(at + 3)),
                    _ => {}
                }
            }
        }
        uses
    }

    fn names_in_group(&self, open: usize) -> impl Iterator<Item = &str> {
        let mut depth = 0;
        let end = self.tokens[open..].iter().position(|token| {
            depth += match token {
                Token::Open => 1,
                Token::Close => -1,
                _ => 0,
            };
            depth == 0
        });
        let mut depth = 0;
        (open..open + end.unwrap_or_default()).filter_map(move |at| {
            match self.tokens[at] {
                Token::Open => depth += 1,
                Token::Close => depth -= 1,
                _ => {}
            }
            let starts = at == open || (depth == 1 && self.tokens[at] == Token::Mark(','));
            if starts { self.word(at + 1) } else { None }
        })
    }

    /// Names of crates, and whatever else a path begins with.
    fn path_starts(&self) -> BTreeSet<&str> {
        (0..self.tokens.len())
            .filter(|&at| self.is_path_sign(at + 1) && !self.continues_a_path(at))
            .filter_map(|at| self.word(at))
            .collect()
    }

    fn continues_a_path(&self, at: usize) -> bool {
        at >= 3 && self.is_path_sign(at - 2) && self.word(at - 3).is_some()
    }

    /// Whether `super::` goes up to the root of the crate, where the scan above does not follow.
    fn climbs_to_the_root(&self) -> bool {
        let depth = self.name.split('/').count();
        let is_super = |at: usize| self.word(at) == Some("super");
        (0..self.tokens.len()).any(|at| {
            (0..depth).all(|step| is_super(at + 3 * step) && self.is_path_sign(at + 3 * step + 1))
        })
    }
}

/// The library's files. Tests may use everything, so they are left out.
fn modules() -> Vec<Module> {
    let mut tests = BTreeSet::new();
    let mut modules = Vec::new();
    for file in sources() {
        let Some(name) = file.strip_prefix("bale/src/").and_then(|name| name.strip_suffix(".rs"))
        else {
            continue;
        };
        if name.starts_with("bin/") {
            continue;
        }
        let syn::File { mut items, .. } =
            syn::parse_file(&text(&file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        let above = if name == "lib" { String::new() } else { format!("{name}/") };
        items.retain(|item| {
            let is_test = is_test(item);
            if let (true, Item::Mod(module)) = (is_test, item) {
                tests.insert(format!("{above}{}", module.ident));
            }
            !is_test
        });
        let mut tokens = Vec::new();
        items.iter().for_each(|item| flatten(item.to_token_stream(), &mut tokens));
        modules.push(Module { name: name.to_owned(), tokens });
    }
    modules.retain(|module| !tests.iter().any(|test| module.is_in(test)));
    modules
}

fn is_test(item: &Item) -> bool {
    let attributes: &[Attribute] = match item {
        Item::Mod(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        _ => &[],
    };
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Ident>().is_ok_and(|condition| condition == "test")
    })
}

fn flatten(stream: TokenStream, tokens: &mut Vec<Token>) {
    for tree in stream {
        match tree {
            TokenTree::Group(group) => {
                tokens.push(Token::Open);
                flatten(group.stream(), tokens);
                tokens.push(Token::Close);
            }
            TokenTree::Ident(word) => tokens.push(Token::Word(word.to_string())),
            TokenTree::Punct(mark) => tokens.push(Token::Mark(mark.as_char())),
            TokenTree::Literal(_) => tokens.push(Token::Value),
        }
    }
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

#[test]
fn a_module_uses_only_the_layers_above_it() {
    let mut breaches = BTreeSet::new();
    let mut needed = BTreeSet::new();
    for module in modules() {
        let top = module.top();
        if top == "lib" {
            continue;
        }
        let Some(own) = layer(top) else {
            breaches.insert(format!("{top} is in no layer"));
            continue;
        };
        if module.climbs_to_the_root() {
            breaches.insert(format!("{}: write `crate::` for what is at the root", module.name));
        }
        for used in module.uses() {
            if used == top || ALIASES.contains(&used) {
                continue;
            }
            let closed = CLOSED.iter().find(|(closed, ..)| *closed == top);
            let excepted = EXCEPTIONS.iter().any(|(from, to, _)| (*from, *to) == (top, used));
            if excepted {
                needed.insert((top.to_owned(), used.to_owned()));
            } else if layer(used).is_none() {
                breaches.insert(format!("{}: `crate::{used}` is no module", module.name));
            } else if layer(used) > Some(own) {
                breaches.insert(format!("{} uses {used}, which is below it", module.name));
            } else if let Some((_, allowed, why)) = closed {
                if !allowed.contains(&used) {
                    breaches.insert(format!("{} uses {used}: {why}", module.name));
                }
            }
        }
    }
    for (from, to, _) in EXCEPTIONS {
        if !needed.contains(&((*from).to_owned(), (*to).to_owned())) {
            breaches.insert(format!("{from} no longer uses {to}: drop the exception"));
        }
    }
    none("use layers above only", breaches);
}

#[test]
fn a_crate_is_known_where_it_belongs() {
    let modules = modules();
    let mut breaches = Vec::new();
    for (krate, places) in CONFINED {
        let mut known = false;
        for module in modules.iter().filter(|module| module.path_starts().contains(krate)) {
            known = true;
            if !places.iter().any(|place| module.is_in(place)) {
                breaches.push(format!("{} knows {krate}", module.name));
            }
        }
        if !known {
            breaches.push(format!("nobody knows {krate}"));
        }
    }
    none("keep a crate to its modules", breaches);
}
