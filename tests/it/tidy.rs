//! Rules of the repository, as tests: what a reviewer need not look for.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

mod contest;
mod docs;
mod layers;
mod methods;
mod msrv;

/// A path of the repository, by its name there.
fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

/// The text of one of the repository's files.
pub(crate) fn text(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Names of the repository's files, also of those that are about to be committed.
fn files() -> Vec<String> {
    let listed = Command::new("git")
        // A clone of another user's is as good.
        .args(["-c", "safe.directory=*"])
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(path(""))
        .output()
        .expect("git runs");
    assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
    let names = String::from_utf8(listed.stdout).expect("UTF-8");
    // A file that was just deleted is still listed.
    names.split_terminator('\0').filter(|name| path(name).exists()).map(str::to_owned).collect()
}

/// The Rust files of the published crates.
pub(crate) fn sources() -> Vec<String> {
    let is_source = |name: &String| {
        (name.starts_with("bale/src/") || name.starts_with("bale-macros/src/"))
            && name.ends_with(".rs")
            // Golden files are pieces of programs.
            && !name.contains("/expansions/")
    };
    files().into_iter().filter(is_source).collect()
}

/// The names of a manifest's features.
fn features() -> Vec<String> {
    let manifest = text("bale/Cargo.toml");
    let (_, features) = manifest.split_once("\n[features]\n").expect("a table of features");
    features
        .lines()
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| Some(line.split_once(" = ")?.0.to_owned()))
        .collect()
}

/// The names of the examples, which are files in one folder.
fn examples() -> Vec<String> {
    let name = |file: &String| {
        let name = file.strip_prefix("examples/")?.strip_suffix(".rs")?;
        (name != "lib").then(|| name.to_owned())
    };
    files().iter().filter_map(name).collect()
}

/// Fails with all breaches of a rule.
#[track_caller]
fn none(rule: &str, breaches: impl IntoIterator<Item = String>) {
    let breaches: Vec<String> = breaches.into_iter().collect();
    assert!(breaches.is_empty(), "{rule}:\n  {}", breaches.join("\n  "));
}

#[test]
fn a_file_says_in_its_first_line_what_it_is() {
    let breaches = sources().into_iter().filter(|name| !text(name).starts_with("//! "));
    none("begin with a `//! ` line", breaches);
}

#[test]
fn an_example_opens_with_the_command_that_runs_it() {
    let breaches = examples().into_iter().filter(|name| {
        let text = text(&format!("examples/{name}.rs"));
        let first = text.lines().next().unwrap_or_default();
        !first.starts_with("//! ") || !first.ends_with(&format!(": `cargo run --example {name}`"))
    });
    none("begin with what it shows and `cargo run --example ..`", breaches);

    let manifest = text("examples/Cargo.toml");
    let declared: BTreeSet<&str> = manifest
        .lines()
        .filter_map(|line| line.strip_prefix("path = \"")?.strip_suffix(".rs\""))
        .filter(|name| *name != "lib")
        .collect();
    let written = examples();
    assert_eq!(declared, written.iter().map(String::as_str).collect(), "declare each example");

    let echo = text("examples/echo.rs");
    let lines = echo.lines().take_while(|line| *line != "#[cfg(test)]").count();
    assert!(lines < 20, "the first example has {lines} lines, and should have under 20");
}

#[test]
fn a_dependency_and_a_feature_say_why_they_are_there() {
    let manifest = text("bale/Cargo.toml");
    let mut table = "";
    let mut above = "";
    let mut breaches = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            table = line;
        }
        let is_entry = !line.is_empty() && !line.starts_with(['#', '[', ' ', ']']);
        if is_entry
            && matches!(table, "[dependencies]" | "[dev-dependencies]" | "[features]")
            && !line.starts_with("default = ")
        {
            let name = |line: &str| line.split(['.', ' ']).next().unwrap_or_default().to_owned();
            // `serde_json` right below `serde` has its reason too.
            let shares = !above.is_empty() && name(line).starts_with(&name(above));
            if !above.starts_with('#') && !shares {
                breaches.push(format!("{table} {line}"));
            }
        }
        above = line;
    }
    none("write the reason in a comment above", breaches);
}

#[test]
fn no_file_has_a_path_of_a_machine_or_a_token() {
    let homes = ["home", "root", "Users", "work"].map(|folder| format!("/{folder}/"));
    let mut breaches = Vec::new();
    for name in files() {
        let Ok(text) = fs::read_to_string(path(&name)) else { continue };
        for (number, line) in text.lines().enumerate() {
            let place = format!("{name}:{}", number + 1);
            if homes.iter().any(|home| has_path(line, home)) {
                breaches.push(format!("{place}: a path"));
            }
            if words(line).any(is_token) {
                breaches.push(format!("{place}: a token"));
            }
        }
    }
    none("leave out what belongs to one machine or one bot", breaches);
}

/// Whether a path below `home` is in the line, and not only a longer path that has this folder.
fn has_path(line: &str, home: &str) -> bool {
    line.match_indices(home).any(|(at, _)| {
        !line[..at].ends_with(|before: char| before.is_alphanumeric() || "._-}".contains(before))
    })
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_ascii_alphanumeric() && !":_-".contains(c))
}

/// Digits, a colon, and as many characters as Bale gives.
fn is_token(word: &str) -> bool {
    word.split_once(':').is_some_and(|(id, _)| {
        id.len() > 5
            && id.bytes().all(|byte| byte.is_ascii_digit())
            && bale::emulator::looks_real(word)
    })
}

#[test]
fn these_rules_see_what_they_look_for() {
    let token = format!("{}:{}", 123_456_789, "Ab-_".repeat(10));
    assert!(words(&format!("token = \"{token}\"")).any(is_token));
    assert!(!words("12:34:56 123456:TEST a::b").any(is_token));
    let home = format!("/{}/", "home");
    assert!(has_path(&format!("include = \"{home}me/x\""), &home));
    assert!(!has_path(&format!("docs{home}index.html"), &home));
}
