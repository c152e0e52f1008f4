//! Every row of the delivery matrix, and the document that shows it.

use std::process::Command;

use crate::{
    crash::alone,
    matrix::{self, MODES, Measure, bot_of_this_process, head, row, scenarios},
};

#[tokio::test]
#[ignore = "the bot of the tests below"]
async fn bot() {
    bot_of_this_process().await;
}

fn start() -> Command {
    alone("delivery::bot")
}

/// Runs all scenarios of one kind in all modes.
#[track_caller]
fn check(wanted: impl Fn(&Measure) -> bool) {
    let scenarios: Vec<_> = scenarios().filter(|scenario| wanted(&scenario.measure)).collect();
    assert!(!scenarios.is_empty());
    let mut missed = Vec::new();
    for scenario in scenarios {
        for mode in MODES {
            let cell = scenario.run(*mode, start);
            println!("{}, {}: {}", scenario.name, mode.name, cell.shown);
            missed.extend(cell.missed);
        }
    }
    assert!(missed.is_empty(), "missed targets:\n  {}", missed.join("\n  "));
}

#[test]
fn targets_are_met_in_virtual_time() {
    check(|measure| matches!(measure, Measure::Virtual(_)));
}

#[test]
fn targets_are_met_by_processes_that_are_killed_and_stopped() {
    check(|measure| matches!(measure, Measure::Process(_)));
}

/// The numbers in the document are of the run that wrote them; rows, targets and columns are those of the code.
#[test]
fn the_document_shows_the_whole_matrix() {
    let document = include_str!("../../docs/delivery.md");
    let begin = head().lines().next().expect("it has two lines").to_owned();
    let shown: Vec<&str> = document
        .lines()
        .skip_while(|line| *line != begin)
        .take_while(|l| l.starts_with('|'))
        .collect();
    let written: Vec<String> =
        head().lines().map(str::to_owned).chain(scenarios().map(matrix::row)).collect();
    let cells = MODES.len() + 2;
    let is_same = |(shown, written): (&&str, &String)| {
        shown.starts_with(written.as_str()) && shown.matches('|').count() == cells + 1
    };
    assert!(
        shown.len() == written.len() && shown.iter().zip(&written).all(is_same),
        "docs/delivery.md should have the table that `cargo run --release -p bale-tests --example matrix` prints, \
         which begins with:\n{}\n{}",
        head(),
        scenarios().map(row).collect::<Vec<_>>().join("\n")
    );
}
