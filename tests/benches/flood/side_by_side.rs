//! Tables of programs side by side.

use crate::{
    against::{Entry, Idle, LATENCY, bare},
    options::Scenario,
    score::Score,
    table::{median, ratio},
    tally::Report,
};

/// What a column says of the rounds of one program.
struct Column<'e> {
    head: String,
    cell: Box<Cell<'e>>,
}

type Cell<'e> = dyn Fn(&[Score]) -> String + 'e;

pub fn print(scenario: Scenario, entries: &[Entry<'_>]) {
    println!("\n### {}\n", title(scenario));
    let columns = columns(scenario, bare(entries));
    let heads: Vec<&str> = columns.iter().map(|column| column.head.as_str()).collect();
    println!("| contestant | {} |", heads.join(" | "));
    println!("|---|{}", "--:|".repeat(heads.len()));
    for Entry { program, scores, failure } in entries {
        if let Some(failure) = failure {
            println!("| {} | FAILED: {failure} |{}", program.name, " |".repeat(heads.len() - 1));
        } else {
            let cells: Vec<String> = columns.iter().map(|column| (column.cell)(scores)).collect();
            println!("| {} | {} |", program.name, cells.join(" | "));
        }
    }
}

fn title(scenario: Scenario) -> String {
    match scenario {
        Scenario::Flood => "Flood: 1,000 chats, as fast as it goes".to_owned(),
        Scenario::Hot => "Hot chat: all updates from one chat".to_owned(),
        Scenario::Latency => {
            format!("Latency: every call takes {} ms, 1,000 chats", LATENCY.as_millis())
        }
        Scenario::Idle => "Idle: polls that are held, and nothing to do".to_owned(),
    }
}

fn columns<'e>(scenario: Scenario, bare: Option<&'e Entry<'_>>) -> Vec<Column<'e>> {
    let mut columns = vec![figure("updates/s", 0, Score::updates_per_second)];
    if scenario == Scenario::Latency {
        columns.extend([
            figure("replies under way", 1, |score| score.report.in_flight),
            figure("ideal", 1, Score::ideal_in_flight),
            Column { head: "of the ideal".to_owned(), cell: Box::new(of_ideal) },
        ]);
    } else {
        columns.extend(compared("updates/s", bare, Score::updates_per_second));
    }
    if scenario == Scenario::Flood {
        columns.push(figure("CPU µs/update", 1, Score::cpu_micros_per_update));
        columns.extend(compared("CPU", bare, Score::cpu_micros_per_update));
        columns.push(figure("peak MiB", 1, Score::peak_mib));
        columns.extend(compared("memory", bare, Score::peak_mib));
        columns.extend([
            figure("first poll after ms", 0, Score::start_up_millis),
            // Must be the smaller one, or what was measured is the server.
            figure("server's CPU µs/update", 1, Score::server_cpu_micros_per_update),
        ]);
    }
    columns.extend([
        sum("missing", |score| score.report.missing),
        sum("doubled", |score| score.report.doubled),
        sum("out of order", |score| score.report.inversions),
        sum("strange", |score| score.report.strange),
        Column { head: "at risk".to_owned(), cell: Box::new(at_risk) },
        sum("of", |score| score.updates as u64),
    ]);
    columns
}

/// The median of the rounds.
fn figure<'e>(head: &str, digits: usize, of: fn(&Score) -> f64) -> Column<'e> {
    let cell = move |scores: &[Score]| format!("{:.digits$}", median(scores.iter().map(of)));
    Column { head: head.to_owned(), cell: Box::new(cell) }
}

/// The ratio to the bare program of the same round, if there is one.
fn compared<'e>(
    what: &str,
    bare: Option<&'e Entry<'_>>,
    of: fn(&Score) -> f64,
) -> Option<Column<'e>> {
    let bare = bare?;
    let cell = move |scores: &[Score]| ratio(scores, &bare.scores, of);
    Some(Column { head: format!("{what} / {}", bare.program.name), cell: Box::new(cell) })
}

/// Of all rounds together.
fn sum<'e>(head: &str, count: fn(&Score) -> u64) -> Column<'e> {
    let cell = move |scores: &[Score]| scores.iter().map(count).sum::<u64>().to_string();
    Column { head: head.to_owned(), cell: Box::new(cell) }
}

fn at_risk(scores: &[Score]) -> String {
    let most = scores.iter().map(|Score { report: Report { at_risk, .. }, .. }| at_risk).max();
    most.map_or(String::new(), u64::to_string)
}

/// The median, with the least and the greatest.
fn of_ideal(scores: &[Score]) -> String {
    let figures = || scores.iter().map(Score::of_ideal);
    let least = figures().fold(f64::INFINITY, f64::min);
    let greatest = figures().fold(0.0, f64::max);
    format!("{:.2} ({least:.2} to {greatest:.2})", median(figures()))
}

pub fn print_idle(idle: &[Idle<'_>]) {
    println!("\n### {}\n", title(Scenario::Idle));
    println!("| contestant | CPU, ms a second | memory MiB |");
    println!("|---|--:|--:|");
    for Idle { program, used } in idle {
        match used {
            Ok((cpu, memory)) => {
                println!("| {} | {:.3} | {memory:.1} |", program.name, cpu * 1e3);
            }
            Err(problem) => println!("| {} | FAILED: {problem} | |", program.name),
        }
    }
}
