//! The runtime reads patterns by a parser of its own. Both are held to one table of verdicts.

use std::path::Path;

use crate::pattern::{Capture, Grammar, captures};

/// The verdict in the words of the table: the texts of errors are each parser's own.
fn verdict(kind: &str, pattern: &str) -> String {
    let grammar = match kind {
        "command" => Grammar::Command,
        "text" => Grammar::Text,
        "callback" => Grammar::Callback,
        _ => panic!("no such kind of pattern: {kind}"),
    };
    match captures(grammar, pattern) {
        Ok(captures) => captures
            .iter()
            .map(Capture::written)
            .fold("ok".to_owned(), |all, one| format!("{all} {}", one.trim_matches(['{', '}']))),
        Err(_) => "refused".to_owned(),
    }
}

#[test]
fn both_parsers_give_the_same_verdicts() {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/patterns.txt");
    let Ok(table) = std::fs::read_to_string(table) else {
        eprintln!("SKIPPED: the table of patterns is only in the repository");
        return;
    };
    let rows = table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let (expected, found): (Vec<_>, Vec<_>) = rows
        .map(|row| {
            let (kind, rest) = row.split_once(" | \"").expect("a kind and a pattern");
            let (pattern, expected) = rest.rsplit_once("\" | ").expect("a pattern and a verdict");
            let is_ok = expected == "ok" || expected.starts_with("ok ");
            let expected = if is_ok { expected } else { "refused" };
            (
                format!("{kind} {pattern:?} {expected}"),
                format!("{kind} {pattern:?} {}", verdict(kind, pattern)),
            )
        })
        .unzip();
    assert!(expected.len() > 80, "the table has only {} rows", expected.len());
    assert_eq!(found, expected);
}
