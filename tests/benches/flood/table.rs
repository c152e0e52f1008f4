//! The result, in Markdown.

use crate::{options::Role, score::Score, tally::Report};

/// Medians of the rounds, and sums of what must be zero. The best round shows what the contestant can do
/// when nobody else wants the machine.
pub fn print(scores: &[(Role, Vec<Score>)]) {
    println!(
        "| contestant | updates/s | best | CPU µs/update | peak MiB | missing | doubled | inversions \
         | strange | server's CPU µs/update |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    for (role, scores) in scores {
        let sum = |count: fn(&Report) -> u64| -> u64 {
            scores.iter().map(|score| count(&score.report)).sum()
        };
        println!(
            "| {} | {:.0} | {:.0} | {:.1} | {:.1} | {} | {} | {} | {} | {:.1} |",
            role.name(),
            median(scores.iter().map(Score::updates_per_second)),
            best(scores),
            median(scores.iter().map(Score::cpu_micros_per_update)),
            median(scores.iter().map(Score::peak_mib)),
            sum(|report| report.missing),
            sum(|report| report.doubled),
            sum(|report| report.inversions),
            sum(|report| report.strange),
            median(scores.iter().map(Score::server_cpu_micros_per_update)),
        );
    }
    let of = |wanted| scores.iter().filter(move |(role, _)| *role == wanted);
    for (role, ours) in scores {
        // What a journal costs is seen beside the same bot without one.
        let other = match role {
            Role::Journal => Role::Bale,
            _ => Role::Bare,
        };
        for (other, theirs) in of(other).filter(|(other, _)| other != role) {
            println!(
                "| {} / {} | {} | {:.2} | {} | {} | | | | | |",
                role.name(),
                other.name(),
                ratio(ours, theirs, Score::updates_per_second),
                best(ours) / best(theirs),
                ratio(ours, theirs, Score::cpu_micros_per_update),
                ratio(ours, theirs, Score::peak_mib),
            );
        }
    }
}

fn best(scores: &[Score]) -> f64 {
    scores.iter().map(Score::updates_per_second).fold(0.0, f64::max)
}

/// The median of the rounds' ratios, with the least and the greatest: the two runs of a round saw the
/// same machine.
pub fn ratio(ours: &[Score], bare: &[Score], figure: fn(&Score) -> f64) -> String {
    let ratios = || ratios(ours, bare, figure);
    let least = ratios().fold(f64::INFINITY, f64::min);
    let greatest = ratios().fold(0.0, f64::max);
    format!("{:.2} ({least:.2} to {greatest:.2})", median(ratios()))
}

pub fn ratios(
    ours: &[Score],
    bare: &[Score],
    figure: fn(&Score) -> f64,
) -> impl Iterator<Item = f64> {
    ours.iter().zip(bare).map(move |(ours, bare)| figure(ours) / figure(bare))
}

pub fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    let middle = figures.len() / 2;
    if figures.len() % 2 == 1 {
        figures[middle]
    } else {
        (figures[middle - 1] + figures[middle]) / 2.0
    }
}
