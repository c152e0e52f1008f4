//! What the documents say about the repository is so.

use std::collections::BTreeSet;

use super::{examples, features, none, text};

/// Lines of a document's code blocks of one language.
fn code(document: &str, language: &str) -> Vec<String> {
    let mut inside = false;
    let mut lines = Vec::new();
    for line in document.lines() {
        if line.starts_with("```") {
            inside = !inside && line == format!("```{language}");
        } else if inside {
            lines.push(line.to_owned());
        }
    }
    lines
}

/// The first cells of a table under the heading `heading`, each a name in backticks.
fn table(document: &str, heading: &str) -> BTreeSet<String> {
    let (_, section) = document.split_once(&format!("\n## {heading}\n")).expect("the heading");
    section
        .lines()
        .take_while(|line| !line.starts_with("## "))
        .filter_map(|line| Some(line.strip_prefix("| `")?.split_once('`')?.0.to_owned()))
        .collect()
}

#[test]
fn the_readme_is_short_and_begins_with_a_bot() {
    let readme = text("README.md");
    let lines: Vec<&str> = readme.lines().collect();
    assert!(lines.len() <= 160, "{} lines", lines.len());
    let bot = lines.iter().position(|line| line.contains("#[bale::main]"));
    assert!(bot.is_some_and(|line| line < 15), "a whole bot by line 15");
}

#[test]
fn the_readme_names_all_features_and_attributes() {
    let readme = text("README.md");
    let mut expected: BTreeSet<String> = features().into_iter().collect();
    expected.remove("default");
    assert_eq!(table(&readme, "Features"), expected);

    let macros = text("bale-macros/src/lib.rs");
    let attributes: BTreeSet<String> = macros
        .split("#[proc_macro_attribute]\npub fn ")
        .skip(1)
        .filter_map(|rest| Some(format!("#[bale::{}]", rest.split_once('(')?.0)))
        .collect();
    assert_eq!(table(&readme, "Attributes"), attributes);

    let missing = examples().into_iter().filter(|name| !readme.contains(&format!("/{name}.rs")));
    none("link every example", missing);
}

#[test]
fn ci_runs_what_contributing_lists() {
    let ci = text(".ci/run");
    let steps: Vec<String> = ci
        .lines()
        .filter_map(|line| {
            let (before, command) = line.split_once("step cargo ")?;
            Some(format!("{before}cargo {command}"))
        })
        .collect();
    // What stands further in runs only where it can.
    let steps: Vec<String> = steps.into_iter().filter(|step| !step.starts_with(' ')).collect();
    assert_eq!(code(&text("CONTRIBUTING.md"), "sh"), steps);

    let alone = |feature: &String| {
        let alone = format!(" -p bale-bot --no-default-features --features {feature} ");
        feature == "default" || steps.iter().any(|step| step.contains(&alone))
    };
    none("check every feature alone", features().into_iter().filter(|feature| !alone(feature)));

    let readme = code(&text("README.md"), "sh");
    let test = readme.iter().find(|line| line.starts_with("cargo test")).expect("how to test");
    assert!(steps.contains(test), "CI passes the tests as the README does: {test}");
}
