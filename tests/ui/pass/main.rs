//! Everything that the attributes accept: that this compiles is the test. `cargo clippy` holds it to the
//! lints as well.

mod captures;
mod conditions;
mod hygiene;
mod lints;
mod main_forms;
mod parameters;
mod places;
mod returns;
mod signatures;

/// A file that no `mod` names would never be compiled.
#[test]
fn every_file_is_here() {
    let here = concat!(env!("CARGO_MANIFEST_DIR"), "/ui/pass");
    let files = std::fs::read_dir(here).expect("the directory of this file");
    let mut names: Vec<String> = files
        .filter_map(|file| {
            file.ok()?.file_name().into_string().ok()?.strip_suffix(".rs").map(str::to_owned)
        })
        .filter(|name| name != "main")
        .collect();
    names.sort_unstable();
    let modules: Vec<&str> = include_str!("main.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'))
        .collect();
    assert_eq!(names, modules);
}

#[test]
fn the_handlers_make_a_bot() {
    let app = bale::App::collect().state(String::new()).state(lints::Shop::default());
    assert_eq!(app.check(), Ok(()));
}
