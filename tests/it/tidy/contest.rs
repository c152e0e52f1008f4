//! The contestants of `tests/bench` are what they say.

use super::{files, none, text};

/// Behind a heading of a manifest, its lines.
fn section<'m>(manifest: &'m str, heading: &str) -> Vec<&'m str> {
    let lines = manifest.lines().skip_while(|line| *line != heading).skip(1);
    lines.take_while(|line| !line.starts_with('[')).filter(|line| !line.is_empty()).collect()
}

#[test]
fn our_contestant_is_an_authors_bot() {
    let dependencies = |name| {
        let manifest = text(&format!("tests/bench/{name}/Cargo.toml"));
        section(&manifest, "[dependencies]").join("\n")
    };
    let with =
        |more| format!("bale = {{ package = \"bale-bot\", path = \"../../../bale\"{more} }}");
    assert_eq!(dependencies("with_bale"), with(""), "as the README says, without its emulator");
    assert_eq!(dependencies("with_bale_lean"), with(", features = [\"lean\"]"));

    let manifest = text("tests/bench/with_bale_lean/Cargo.toml");
    assert!(manifest.contains("path = \"../with_bale/main.rs\""), "it is the same program");
    let main = text("tests/bench/with_bale/main.rs");
    let foreign = ["Bot::", "App", "__private", "tokio", "unsafe", "env::"];
    none(
        "no setting that others have not",
        foreign.into_iter().filter(|word| main.contains(word)).map(str::to_owned),
    );
}

#[test]
fn contestants_are_built_as_authors_build_them() {
    let manifests = files().into_iter().filter(|name| {
        name.starts_with("tests/bench/") && name.ends_with("Cargo.toml")
            || name.starts_with("tests/bench/") && name.contains(".cargo/")
    });
    let set = |name: &String| {
        let text = text(name);
        ["[profile", "rustflags", "lto", "opt-level"].iter().any(|word| text.contains(word))
    };
    none("no profiles, no flags", manifests.filter(set));
}

#[test]
fn the_lock_file_of_the_contest_knows_our_dependencies() {
    let lock = text("tests/bench/Cargo.lock");
    let package = lock.split("\n\n").find(|package| package.contains("name = \"bale-bot\""));
    let package = package.expect("it takes part");
    let manifest = text("bale/Cargo.toml");
    let missing = section(&manifest, "[dependencies]")
        .into_iter()
        .filter(|line| !line.starts_with('#') && !line.contains("optional = true"))
        .filter_map(|line| line.split(['.', ' ']).next())
        .filter(|name| !package.contains(&format!(" \"{name}")))
        .map(str::to_owned);
    none("run `cargo update --workspace --manifest-path tests/bench/Cargo.toml`", missing);
}
