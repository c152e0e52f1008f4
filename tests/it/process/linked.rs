//! What is no part of a program that does not name it.

use std::{path::Path, process::Command};

use super::example;

/// What each of them alone has in it, in two pieces so that this file is not found.
const TRACES: [(&str, [&str; 2]); 3] = [
    ("the engine of regular expressions", ["unclosed ", "character class"]),
    ("the list of MIME types", ["application/", "vnd.lotus-1-2-3"]),
    ("the time zones of the world", ["Antarctica/", "Troll"]),
];

#[cfg(target_os = "linux")]
fn has(program: &Path, trace: &str) -> bool {
    let grep = Command::new("grep").args(["-aqF", trace]).arg(program).status();
    grep.expect("grep is everywhere").success()
}

/// Other linkers may keep what nobody names.
#[cfg(target_os = "linux")]
#[test]
fn a_bot_is_linked_without_what_it_does_not_name() {
    let plain = example("bale-bot", "production");
    let tests = std::env::current_exe().expect("a test has a path");
    for (what, pieces) in TRACES {
        let trace = pieces.concat();
        assert!(has(&tests, &trace), "`{trace}` is no trace of {what}: these tests use it");
        assert!(!has(&plain, &trace), "{} names none and has {what}", plain.display());
    }
}
