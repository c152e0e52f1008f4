//! What the compiler, and then the program's own test, say about each mistake of a bot's author.

use std::process::Command;

use bale::App;
use expect_test::expect;

use crate::cargo::cargo;

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

/// Two handlers of one command compile; the test that `#[bale::main]` writes finds them.
#[test]
fn duplicates_fail_the_program_s_own_test() {
    let test = cargo()
        .args(["test", "--quiet", "--package", "bale-tests", "--example", "duplicates"])
        .env("RUST_BACKTRACE", "0")
        .output()
        .expect("cargo runs");
    assert!(!test.status.success());
    let output = String::from_utf8(test.stdout).expect("UTF-8");
    let report: Vec<&str> = output
        .lines()
        // The thread's number stands before and differs from run to run.
        .filter_map(|line| line.split(" panicked ").last())
        .skip_while(|line| !line.starts_with("at "))
        .take_while(|line| !line.starts_with("note: "))
        .collect();
    expect![[r#"
        at tests/ui/start/duplicates.rs:33:1:
        `start` (tests/ui/start/duplicates.rs:4) and `welcome` (tests/ui/start/duplicates.rs:11) both handle the command `/start`: rename one, or say by `priority` which goes first
        `buy` (tests/ui/start/duplicates.rs:17) and `purchase` (tests/ui/start/duplicates.rs:22) both handle the command `/buy <what>`: rename one, or say by `priority` which goes first
        `cancel` (tests/ui/start/duplicates.rs:27) and `cancelled` (tests/ui/start/duplicates.rs:30) both handle the button data `cancel`: rename one, or say by `priority` which goes first"#]].assert_eq(&report.join("\n"));
}

mod twice {
    pub(super) const FIRST: u32 = line!() + 1;
    #[bale::command("twice {a}")]
    async fn first(a: u8) -> String {
        a.to_string()
    }

    pub(super) const SECOND: u32 = line!() + 1;
    #[bale::command("TWICE {b}")]
    async fn second(b: u8) -> String {
        b.to_string()
    }
}

#[test]
fn duplicates_in_one_module_are_reported() {
    let app = App::collect_module(concat!(module_path!(), "::twice"));
    let (file, first, second) = (file!(), twice::FIRST, twice::SECOND);
    assert_eq!(
        app.check().expect_err("a duplicate").to_string(),
        format!(
            "`first` ({file}:{first}) and `second` ({file}:{second}) both handle the command `/twice <b>`: \
             rename one, or say by `priority` which goes first"
        )
    );
}
