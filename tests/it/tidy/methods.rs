//! What the documentation of a method says is what `tests/fixtures/bale-bot-api.json` says.

use std::collections::BTreeMap;

use proc_macro2::TokenTree;
use quote::ToTokens;
use serde::Deserialize;
use syn::{
    Attribute, Expr, Ident, Item, LitStr, Token, braced, parenthesized,
    parse::{Parse, ParseStream},
};

use super::{files, none, text};

#[derive(Deserialize)]
struct Api {
    methods: Vec<MethodEntry>,
    limits: Vec<Limit>,
}

#[derive(Deserialize)]
struct MethodEntry {
    name: String,
    status: String,
    params: Vec<Parameter>,
}

#[derive(Deserialize)]
struct Parameter {
    name: String,
    documented: bool,
    description: String,
}

#[derive(Deserialize)]
struct Limit {
    name: String,
    value: Option<String>,
    unit: String,
    applies_to: Vec<String>,
}

/// A row of the `methods!` tables: what is written about it.
struct Row {
    name: String,
    verb: String,
    docs: String,
    /// By the name on the wire.
    parameters: BTreeMap<String, String>,
    example: String,
}

impl Parse for Row {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let docs = docs(input)?;
        let name: Ident = input.parse()?;
        let _type: Ident = input.parse()?;
        let verb: Ident = input.parse()?;
        let (required, optional, example);
        parenthesized!(required in input);
        braced!(optional in input);
        let mut parameters = BTreeMap::new();
        for fields in [required, optional] {
            while !fields.is_empty() {
                let docs = self::docs(&fields)?;
                parameters.insert(parameter(&fields)?, docs);
            }
        }
        while !input.peek(Token![=>]) {
            input.parse::<TokenTree>()?;
        }
        input.parse::<Token![=>]>()?;
        braced!(example in input);
        let example = self::docs(&example)?;
        input.parse::<Token![;]>()?;
        let (name, verb) = (name.to_string(), verb.to_string());
        Ok(Self { name, verb, docs, parameters, example })
    }
}

/// The comments that come next.
fn docs(input: ParseStream<'_>) -> syn::Result<String> {
    let mut docs = String::new();
    for attribute in input.call(Attribute::parse_outer)? {
        let value = &attribute.meta.require_name_value()?.value;
        let line = syn::parse2::<LitStr>(value.to_token_stream())?.value();
        docs.push_str(line.trim());
        docs.push(' ');
    }
    Ok(docs)
}

/// The wire name of the parameter that comes next: `as "timeout"` is one, `as "ChatId::as_text"` a function.
fn parameter(input: ParseStream<'_>) -> syn::Result<String> {
    let mut name = input.parse::<Ident>()?.to_string();
    while !input.is_empty() && !input.peek(Token![,]) {
        if input.parse::<Option<Token![as]>>()?.is_none() {
            input.parse::<TokenTree>()?;
            continue;
        }
        let other = input.parse::<LitStr>()?.value();
        if !other.contains(':') {
            name = other;
        }
    }
    input.parse::<Option<Token![,]>>()?;
    Ok(name)
}

impl Row {
    /// All that is said about the method, with what it refers to: "As [`send_message`](..)".
    fn all(&self, rows: &[Self]) -> String {
        let mut all = self.docs.clone();
        all.extend(self.parameters.values().map(String::as_str));
        for piece in self.docs.split("As [`").skip(1) {
            let verb = piece.split('`').next().unwrap_or_default();
            let other = rows.iter().find(|row| row.verb == verb);
            all += &other.unwrap_or_else(|| panic!("there is no `{verb}`")).all(rows);
        }
        all
    }
}

/// The rows of all tables.
fn rows() -> Vec<Row> {
    let tables = files().into_iter().filter(|name| name.starts_with("bale/src/methods/"));
    let read = |input: ParseStream<'_>| {
        input.parse::<Ident>()?;
        input.parse::<Expr>()?;
        input.parse::<Token![;]>()?;
        let mut rows = Vec::new();
        while !input.is_empty() {
            rows.push(input.parse()?);
        }
        Ok(rows)
    };
    let mut rows = Vec::new();
    for table in tables {
        let file = syn::parse_file(&text(&table)).expect("a file of Rust");
        for item in file.items {
            if let Item::Macro(table) = item {
                if table.mac.path.is_ident("methods") {
                    rows.extend(table.mac.parse_body_with(read).expect("rows"));
                }
            }
        }
    }
    rows
}

/// The numbers of a text.
fn numbers(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty())
}

fn says_number(docs: &str, number: &str) -> bool {
    numbers(docs).any(|found| found == number)
}

#[test]
fn a_method_says_what_the_page_says() {
    const UNITS: [&str; 8] =
        ["seconds", "Rials", "metres", "characters", "bytes", "MB", "pixels", "degrees"];
    let api: Api = serde_json::from_str(&text("tests/fixtures/bale-bot-api.json")).expect("JSON");
    let rows = rows();
    let mut breaches = Vec::new();
    let mut count = 0;
    for MethodEntry { name, status, params } in &api.methods {
        // `coverage.rs` knows which methods have no row.
        let Some(row) = rows.iter().find(|row| row.name == *name) else { continue };
        count += 1;
        let source = format!("Source: docs.bale.ai#{}", name.to_lowercase());
        let says_so = row.docs.contains("The method is undocumented");
        match status.as_str() {
            "documented" if !row.docs.contains(&source) => {
                breaches.push(format!("{name}: expected `{source}`"));
            }
            "documented" if says_so => breaches.push(format!("{name} is documented")),
            "documented" => {}
            _ if says_so && row.docs.contains("Source: client libraries") => {}
            _ => breaches.push(format!("{name}: say that it is undocumented, and the source")),
        }
        if !row.docs.contains("# Errors") {
            breaches.push(format!("{name}: expected `# Errors`"));
        }
        if !row.example.contains("assert") {
            breaches.push(format!("{name}: the example asserts nothing"));
        }
        for Parameter { name: parameter, documented, description } in params {
            let place = format!("{name}.{parameter}");
            let Some(docs) = row.parameters.get(parameter) else {
                breaches.push(format!("{place}: not found in the row"));
                continue;
            };
            if docs.contains("Undocumented") == *documented {
                breaches.push(format!("{place}: documented is {documented}, the docs say: {docs}"));
            }
            let all = format!("{docs}{}", row.docs).to_lowercase();
            let said = description.to_lowercase();
            for unit in UNITS.map(str::to_lowercase) {
                let words = |text: &str| {
                    text.split(|c: char| !c.is_alphanumeric()).any(|word| word == unit)
                };
                if words(&said) && !words(&all) {
                    breaches.push(format!("{place}: expected {unit} ({description}): {docs}"));
                }
            }
        }
    }
    assert_eq!(count, rows.len(), "rows that the page does not have");
    let parameters: usize = rows.iter().map(|row| row.parameters.len()).sum();
    println!("{count} methods with an example, {parameters} parameters");
    for Limit { name: limit, value, unit, applies_to } in &api.limits {
        let Some(value) = value else { continue };
        for row in rows.iter().filter(|row| applies_to.contains(&row.name)) {
            let all = row.all(&rows);
            let missing: Vec<_> =
                numbers(value).filter(|number| !says_number(&all, number)).collect();
            if !missing.is_empty() {
                breaches
                    .push(format!("{}: {limit} is {value} {unit}, without {missing:?}", row.name));
            }
        }
    }
    none("say what the page says", breaches);
}
