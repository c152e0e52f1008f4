//! Cargo, run by a test.

use std::process::Command;

/// Cargo in the workspace. Without what cargo told this test of its package: ring's build script watches
/// these variables, and half of the dependencies would be built anew, here and by the next `cargo test`.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_MANIFEST_") || text.starts_with("CARGO_PKG_") {
            command.env_remove(name);
        }
    }
    command
}
