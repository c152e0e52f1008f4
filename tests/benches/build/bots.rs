//! How long the contestants of `tests/bench` take to build, as their authors would build them.

use std::{fs, path::Path, process::Command};

use crate::{Cost, cargo, folder, median, root, run, time, write};

/// After each build from nothing, a bot is changed so often.
const CHANGES: usize = 3;

/// What is timed, in the order of `Costs`.
const COURSES: [&str; 3] =
    ["debug, from nothing", "debug, a line changed", "release, from nothing"];

/// Of one bot, a list of rounds for each course.
type Costs = [Vec<Cost>; COURSES.len()];

/// Builds these bots in turn and prints a table. Each has a folder of its own to build in, since cargo would take what
/// another one has built.
pub fn run_all(names: &[&str], rounds: usize) {
    let sources = folder().join("bots");
    copy(&sources);
    // The rest is without the network.
    let manifest = sources.join("Cargo.toml");
    run(
        Command::new(cargo()).args(["fetch", "--locked", "--manifest-path"]).arg(&manifest),
        &sources,
    );
    let mut costs: Vec<Costs> = names.iter().map(|_| Costs::default()).collect();
    for round in 0..rounds {
        for (name, costs) in names.iter().zip(&mut costs) {
            eprintln!("build: {name}, round {} of {rounds}", round + 1);
            time_one(&sources, name, round, costs);
        }
    }
    println!("{rounds} rounds, medians in seconds: by the clock, and work of the processors\n");
    let columns = COURSES.map(|course| format!("{course}: clock | work"));
    println!("| contestant | {} |", columns.join(" | "));
    println!("|---|{}", "--:|".repeat(2 * COURSES.len()));
    for (name, costs) in names.iter().zip(&costs) {
        let cells = costs.each_ref().map(|costs| {
            let seconds = |of: fn(&Cost) -> f64| median(costs.iter().map(of).collect()) / 1e3;
            format!("{:.1} | {:.1}", seconds(|cost| cost.clock), seconds(|cost| cost.work))
        });
        println!("| {name} | {} |", cells.join(" | "));
    }
}

/// One round of one bot.
fn time_one(sources: &Path, name: &str, round: usize, [clean, changed, release]: &mut Costs) {
    let target = sources.join("target");
    let build = |more: &[&str]| {
        let mut command = Command::new(cargo());
        command
            .current_dir(sources)
            .args(["build", "--offline", "--locked", "-p", name])
            .args(more);
        time(|| run(&mut command, &target))
    };
    remove(&target);
    clean.push(build(&[]));
    for change in 0..CHANGES {
        change_main(sources, name, round * CHANGES + change);
        changed.push(build(&[]));
    }
    remove(&target);
    release.push(build(&["--release"]));
    remove(&target);
}

/// Copies the workspace of the contestants, which thus can be changed.
fn copy(sources: &Path) {
    let bench = root().join("tests/bench");
    let read = |file: &Path| fs::read_to_string(file).expect("it is there");
    for file in ["Cargo.toml", "Cargo.lock"] {
        write(&sources.join(file), &read(&bench.join(file)));
    }
    for folder in
        fs::read_dir(&bench).expect("it is there").map(|entry| entry.expect("it is there"))
    {
        let name = folder.file_name();
        let manifest = folder.path().join("Cargo.toml");
        if manifest.exists() {
            let library = format!("{:?}", root().join("bale"));
            let manifest = read(&manifest).replace("\"../../../bale\"", &library);
            write(&sources.join(&name).join("Cargo.toml"), &manifest);
        }
        let main = folder.path().join("main.rs");
        if main.exists() {
            write(&sources.join(&name).join("main.rs"), &read(&main));
        }
    }
}

/// Adds a line at the top, which moves all others: to a compiler, every one of them has changed.
fn change_main(sources: &Path, name: &str, change: usize) {
    // Two of the contestants are one program.
    let source = sources.join(name).join("main.rs");
    let source = if source.exists() { source } else { sources.join("with_bale/main.rs") };
    let text = fs::read_to_string(&source).expect("it was copied");
    write(&source, &format!("// {change}\n{text}"));
}

fn remove(folder: &Path) {
    if folder.exists() {
        fs::remove_dir_all(folder).expect("what cargo wrote can be removed");
    }
}
