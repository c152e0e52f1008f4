//! What a bot keeps to, as a table: situations, what is promised in each, and what is measured.
//!
//! The tests in `delivery` and the example `matrix` share it; docs/delivery.md shows it.

use std::{fmt, path::Path};

use bale::{App, BoxFuture, dispatch::Delivery};

mod handlers;
mod process;
mod sends;
mod server;
pub(crate) mod stage;

pub(crate) use self::process::{Started, bot_of_this_process};

/// A way to receive updates: a column of the table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mode {
    pub(crate) name: &'static str,
    /// Makes it a bot of this mode, whose files belong into the folder.
    pub(crate) set: fn(App, &Path) -> App,
    pub(crate) keeps: &'static [Promise],
    /// Its disk does not go by the paused clock, so only rows of processes are measured.
    pub(crate) has_a_disk: bool,
}

/// What only some modes promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Promise {
    /// No handler that was cut off by `kill -9` is left out.
    NothingLost,
    /// No handler that ended before `kill -9` runs again.
    NothingTwice,
}

pub(crate) const MODES: &[Mode] = &[
    Mode {
        name: "at least once",
        set: |app, _| app,
        keeps: &[Promise::NothingLost],
        has_a_disk: false,
    },
    Mode {
        name: "at most once",
        set: |app, _| app.delivery(Delivery::AtMostOnce),
        keeps: &[Promise::NothingTwice],
        has_a_disk: false,
    },
    Mode {
        name: "journal",
        set: |app, folder| app.journal(folder.join("bot.journal")),
        keeps: &[Promise::NothingLost, Promise::NothingTwice],
        has_a_disk: true,
    },
];

/// A row of the table.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) figures: &'static [Figure],
    pub(crate) measure: Measure,
}

/// Gives the scenario's figures, in their order.
pub(crate) enum Measure {
    /// On the paused clock, in this process.
    Virtual(fn(Mode) -> BoxFuture<'static, Vec<f64>>),
    /// The bot is a process. The function starts it.
    Process(fn(Mode, Started) -> BoxFuture<'static, Vec<f64>>),
}

/// One number of a scenario, and what it must be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figure {
    what: &'static str,
    limit: Limit,
    /// Promised by those modes only that keep this.
    only_with: Option<Promise>,
}

#[derive(Debug, Clone, Copy)]
enum Limit {
    Count(u32),
    CountAtMost(u32),
    SecondsAtMost(f64),
    Seconds(f64, f64),
}

impl Figure {
    const fn new(what: &'static str, limit: Limit) -> Self {
        Self { what, limit, only_with: None }
    }

    const fn count(what: &'static str, count: u32) -> Self {
        Self::new(what, Limit::Count(count))
    }

    const fn at_most(what: &'static str, count: u32) -> Self {
        Self::new(what, Limit::CountAtMost(count))
    }

    const fn within(what: &'static str, seconds: f64) -> Self {
        Self::new(what, Limit::SecondsAtMost(seconds))
    }

    const fn only_with(self, promise: Promise) -> Self {
        Self { only_with: Some(promise), ..self }
    }

    fn is_promised(&self, mode: Mode) -> bool {
        self.only_with.is_none_or(|promise| mode.keeps.contains(&promise))
    }

    fn is_met(&self, value: f64) -> bool {
        match self.limit {
            Limit::Count(count) => value == f64::from(count),
            Limit::CountAtMost(count) => value <= f64::from(count),
            Limit::SecondsAtMost(most) => value <= most,
            Limit::Seconds(least, most) => (least..=most).contains(&value),
        }
    }

    fn show(&self, value: f64) -> String {
        match self.limit {
            Limit::Count(_) | Limit::CountAtMost(_) => format!("{value}"),
            Limit::SecondsAtMost(_) | Limit::Seconds(..) => format!("{value:.2} s"),
        }
    }
}

/// As in the table: `lost 0`.
impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.limit {
            Limit::Count(count) => write!(f, "{} {count}", self.what),
            Limit::CountAtMost(count) => write!(f, "{} ≤ {count}", self.what),
            Limit::SecondsAtMost(most) => write!(f, "{} ≤ {most} s", self.what),
            Limit::Seconds(least, most) => write!(f, "{} {least} to {most} s", self.what),
        }
    }
}

const LOST: Figure = Figure::count("lost", 0);
const TWICE: Figure = Figure::count("done twice", 0);
const DISORDER: Figure = Figure::count("out of order", 0);

/// All rows.
pub(crate) fn scenarios() -> impl Iterator<Item = &'static Scenario> {
    [handlers::SCENARIOS, process::SCENARIOS, server::SCENARIOS, sends::SCENARIOS]
        .into_iter()
        .flatten()
}

impl Scenario {
    /// What is promised, as in the table.
    pub(crate) fn target(&self) -> String {
        self.figures.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    }

    /// Measures it in one mode; `start` starts processes.
    pub(crate) fn run(&self, mode: Mode, start: Started) -> Cell {
        let runtime = |paused| {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .start_paused(paused)
                .build()
                .expect("the runtime starts")
        };
        if mode.has_a_disk && matches!(self.measure, Measure::Virtual(_)) {
            return Cell { shown: "–".to_owned(), missed: Vec::new() };
        }
        let values = match self.measure {
            Measure::Virtual(measure) => runtime(true).block_on(measure(mode)),
            Measure::Process(measure) => runtime(false).block_on(measure(mode, start)),
        };
        assert_eq!(values.len(), self.figures.len(), "{}", self.name);
        let figures = self.figures.iter().zip(values);
        let missed = figures
            .clone()
            .filter(|(figure, value)| figure.is_promised(mode) && !figure.is_met(*value))
            .map(|(figure, value)| {
                format!("{}, {}: {figure}, found {}", self.name, mode.name, figure.show(value))
            })
            .collect();
        let shown = figures.map(|(figure, value)| {
            let value_ = figure.show(value);
            if figure.is_promised(mode) { value_ } else { format!("({value_})") }
        });
        Cell { shown: shown.collect::<Vec<_>>().join("; "), missed }
    }
}

/// What was measured of one scenario in one mode.
pub(crate) struct Cell {
    pub(crate) shown: String,
    /// A line for each target that was not met.
    pub(crate) missed: Vec<String>,
}

/// The head of the table, in Markdown.
pub(crate) fn head() -> String {
    let names = MODES.iter().map(|mode| format!(" {} |", mode.name)).collect::<String>();
    let rules = MODES.iter().map(|_| "---|").collect::<String>();
    format!("| situation | target |{names}\n|---|---|{rules}")
}

/// How the row of a scenario begins.
pub(crate) fn row(scenario: &Scenario) -> String {
    format!("| {} | {} |", scenario.name, scenario.target())
}
