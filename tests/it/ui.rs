//! What the compiler says about each mistake of a bot's author.

use std::process::Command;

/// The release of the compiler whose words the files in `ui/fail` repeat; others say the same in other
/// words.
const BLESSED: &str = "rustc 1.95.";

/// `TRYBUILD=overwrite` writes the files anew.
#[test]
fn mistakes() {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output().expect("rustc runs").stdout;
    let version = String::from_utf8(version).expect("UTF-8");
    if !version.starts_with(BLESSED) {
        println!("SKIPPED: ui tests are blessed on {BLESSED}x, this is {}", version.trim());
        return;
    }
    trybuild::TestCases::new().compile_fail("ui/fail/*.rs");
}
