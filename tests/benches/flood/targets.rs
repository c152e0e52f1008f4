//! What is wanted of ours beside the others, and what was found: medians of the rounds.

use crate::{
    against::{Entry, Idle, bare},
    options::{Scenario, Side},
    score::Score,
    table::{median, ratios},
};

#[derive(Default)]
pub struct Targets {
    rows: Vec<Row>,
}

struct Row {
    name: String,
    what: String,
    wanted: Wanted,
    found: f64,
}

#[derive(Clone, Copy)]
enum Wanted {
    AtLeast(f64),
    AtMost(f64),
}

impl Targets {
    fn add(&mut self, name: &str, what: impl Into<String>, wanted: Wanted, found: f64) {
        self.rows.push(Row { name: name.to_owned(), what: what.into(), wanted, found });
    }

    pub fn see(&mut self, scenario: Scenario, entries: &[Entry<'_>]) {
        for ours in of_side(entries, Side::Ours) {
            match scenario {
                Scenario::Flood => self.see_flood(ours, entries),
                Scenario::Latency => {
                    let found = median(ours.scores.iter().map(Score::of_ideal));
                    let what = "replies under way / ideal";
                    self.add(&ours.program.name, what, Wanted::AtLeast(0.95), found);
                }
                Scenario::Hot | Scenario::Idle => {}
            }
        }
    }

    fn see_flood(&mut self, ours: &Entry<'_>, entries: &[Entry<'_>]) {
        let name = &ours.program.name;
        let against = |other: &Entry<'_>, of| median(ratios(&ours.scores, &other.scores, of));
        if let Some(bare) = bare(entries) {
            let base = &bare.program.name;
            // What is opt-in because it is faster has to be.
            let wanted = if name.ends_with("_lean") { 1.0 } else { 0.95 };
            let found = against(bare, Score::updates_per_second);
            self.add(name, format!("throughput / {base}"), Wanted::AtLeast(wanted), found);
            let found = against(bare, Score::cpu_micros_per_update);
            self.add(name, format!("CPU / {base}"), Wanted::AtMost(1.1), found);
        }
        let peers = |of: fn(&Score) -> f64| {
            of_side(entries, Side::Peer).map(move |peer| (&peer.program.name, against(peer, of)))
        };
        let fastest = peers(Score::updates_per_second).min_by(|(_, a), (_, b)| a.total_cmp(b));
        if let Some((peer, found)) = fastest {
            let what = format!("throughput / {peer}, the fastest peer");
            self.add(name, what, Wanted::AtLeast(1.0), found);
        }
        let smallest = peers(Score::peak_mib).max_by(|(_, a), (_, b)| a.total_cmp(b));
        if let Some((peer, found)) = smallest {
            let what = format!("peak memory / {peer}, the smallest peer");
            self.add(name, what, Wanted::AtMost(1.0), found);
        }
    }

    pub fn see_idle(&mut self, idle: &[Idle<'_>]) {
        for Idle { program, used } in idle.iter().filter(|idle| idle.program.side == Side::Ours) {
            if let Ok((cpu, _)) = used {
                // What `top` shows as 0.0 %.
                let what = "CPU while idle, ms a second";
                self.add(&program.name, what, Wanted::AtMost(0.5), cpu * 1e3);
            }
        }
    }

    pub fn print(&self) {
        if self.rows.is_empty() {
            return;
        }
        println!("\n### Targets\n");
        println!("| contestant | what | wanted | found | |");
        println!("|---|---|--:|--:|---|");
        for Row { name, what, wanted, found } in &self.rows {
            let (wanted, is_met) = match *wanted {
                Wanted::AtLeast(least) => (format!("at least {least}"), *found >= least),
                Wanted::AtMost(most) => (format!("at most {most}"), *found <= most),
            };
            let verdict = if is_met { "met" } else { "MISSED" };
            println!("| {name} | {what} | {wanted} | {found:.3} | {verdict} |");
        }
    }
}

/// Those of one side that ran.
fn of_side<'e, 'o>(entries: &'e [Entry<'o>], side: Side) -> impl Iterator<Item = &'e Entry<'o>> {
    entries.iter().filter(move |entry| entry.program.side == side && entry.failure.is_none())
}
