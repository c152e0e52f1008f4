//! The oldest Rust that the published crates promise to build with, as far as one toolchain can tell.
//!
//! Clippy's `incompatible_msrv` watches the standard library; these tests watch the dependencies and the
//! one piece of newer syntax that is easy to write by accident.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

use proc_macro2::TokenStream;
use quote::ToTokens;
use serde::Deserialize;
use syn::{
    BinOp, Expr,
    visit::{self, Visit},
};

use super::{none, path, sources, text};

/// What the workspace's manifest promises, as `1.85`.
fn promised() -> String {
    let manifest = text("Cargo.toml");
    let line = manifest.lines().find_map(|line| line.strip_prefix("rust-version = \""));
    line.and_then(|line| line.strip_suffix('"')).expect("a rust-version").to_owned()
}

/// `1.85` and `1.85.0` are the same.
fn version(text: &str) -> (u32, u32, u32) {
    let mut numbers = text.split('.').map(|number| number.parse().expect("a number"));
    let mut next = || numbers.next().unwrap_or(0);
    (next(), next(), next())
}

#[test]
fn every_place_promises_the_same() {
    let promised = promised();
    let places = [
        ("clippy.toml", format!("msrv = \"{promised}\"")),
        ("bale/Cargo.toml", "rust-version.workspace = true".to_owned()),
        ("bale-macros/Cargo.toml", "rust-version.workspace = true".to_owned()),
        ("README.md", format!("Rust {promised} or newer")),
        ("CONTRIBUTING.md", format!("Rust {promised}")),
    ];
    let breaches = places.iter().filter(|(name, promise)| !text(name).contains(promise));
    none("promise the same", breaches.map(|(name, promise)| format!("{name}: {promise}")));
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    rust_version: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<DependencyKind>,
}

#[derive(Deserialize)]
struct DependencyKind {
    /// None for normal ones, or `build` or `dev`.
    kind: Option<String>,
}

/// What Cargo.lock holds for this machine. No network: building this test has brought everything.
fn metadata() -> Metadata {
    let host = Command::new("rustc").args(["--print", "host-tuple"]).output().expect("rustc runs");
    let host = String::from_utf8(host.stdout).expect("UTF-8");
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--offline", "--locked", "--format-version", "1"])
        .args(["--all-features", "--filter-platform", host.trim()])
        .current_dir(path(""))
        .output()
        .expect("cargo runs");
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
    serde_json::from_slice(&metadata.stdout).expect("metadata of the first format")
}

#[test]
fn dependencies_of_the_published_crates_promise_as_much() {
    let Metadata { packages, resolve } = metadata();
    let packages: BTreeMap<&str, &Package> =
        packages.iter().map(|package| (package.id.as_str(), package)).collect();
    let nodes: BTreeMap<&str, &Node> =
        resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
    let root = packages.values().find(|package| package.name == "bale-bot").expect("ours");

    let mut seen = BTreeSet::new();
    let mut open = vec![root.id.as_str()];
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        let is_built = |dependency: &&Dependency| {
            dependency.dep_kinds.iter().any(|kind| kind.kind.as_deref() != Some("dev"))
        };
        open.extend(nodes[id].deps.iter().filter(is_built).map(|dependency| &*dependency.pkg));
    }
    assert!(seen.len() > 50, "the graph was read: {} packages", seen.len());

    let ours = version(&promised());
    let newer = seen.iter().filter_map(|id| {
        let Package { name, rust_version, .. } = packages[id];
        let stated = rust_version.as_deref()?;
        (version(stated) > ours).then(|| format!("{name} needs Rust {stated}"))
    });
    none("depend on what builds with the promised Rust", newer);
}

#[test]
fn no_syntax_is_newer_than_promised() {
    assert!(version(&promised()) < (1, 88, 0), "let chains are fine from 1.88 on: drop this test");
    let mut breaches = Vec::new();
    for name in sources() {
        let file = syn::parse_file(&text(&name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut chains = LetChains::default();
        chains.visit_file(&file);
        breaches.extend(chains.found.iter().map(|chain| format!("{name}: a let chain: {chain}")));
    }
    none("write syntax that the promised Rust knows", breaches);
}

/// Expressions with `let` beside `&&`.
#[derive(Default)]
struct LetChains {
    found: Vec<String>,
}

impl Visit<'_> for LetChains {
    fn visit_expr_binary(&mut self, binary: &syn::ExprBinary) {
        let is_let = |side: &Expr| matches!(side, Expr::Let(_));
        if matches!(binary.op, BinOp::And(_)) && (is_let(&binary.left) || is_let(&binary.right)) {
            self.found.push(binary.to_token_stream().to_string());
        }
        visit::visit_expr_binary(self, binary);
    }

    fn visit_macro(&mut self, invocation: &syn::Macro) {
        // A macro's body need not be an expression, so only its tokens can be looked at.
        if has_chain(&invocation.tokens) {
            self.found.push(invocation.to_token_stream().to_string());
        }
        visit::visit_macro(self, invocation);
    }
}

fn has_chain(tokens: &TokenStream) -> bool {
    tokens.to_string().contains("&& let ")
}

#[test]
fn let_chains_are_seen() {
    let program = "
        fn f(a: Option<u8>, b: bool) {
            if let Some(_) = a && b {}
            while b && let Some(1) = a {}
            assert!(matches!(a, Some(_)) && b);
            quote!(if b && let Some(_) = a {});
            if b && matches!(a, Some(_)) {}
        }
    ";
    let mut chains = LetChains::default();
    chains.visit_file(&syn::parse_file(program).expect("a program"));
    assert_eq!(chains.found.len(), 3);
}
