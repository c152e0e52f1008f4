//! A minute of everything going wrong at once, again and again, and what must hold all the same.
//!
//! A seed decides what people write, what the line and the server do, and when the bot is killed or stopped. Time is
//! tokio's paused clock, so a seed takes milliseconds and always goes the same way.
//! `BALE_CHAOS_SEEDS=5000` runs as many, `BALE_CHAOS_SEED=17` one.

use std::{env, time::Instant};

mod laws;
mod line;
mod notes;
mod plan;
mod run;

/// How many seeds a plain `cargo test` runs.
const SEEDS: u64 = 40;

fn number(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name}={text}?")))
}

#[test]
fn nothing_that_must_never_happen_happens() {
    let seeds = match number("BALE_CHAOS_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("BALE_CHAOS_SEEDS").unwrap_or(SEEDS),
    };
    let (start, mut sum) = (Instant::now(), run::Tally::default());
    for seed in seeds.clone() {
        let plan = plan::Plan::of(seed);
        match run::run(&plan) {
            Ok(tally) => sum.add(&tally),
            Err(breaches) => {
                panic!("BALE_CHAOS_SEED={seed}, {}:\n  {}", plan.settings(), breaches.join("\n  "))
            }
        }
    }
    println!("seeds {seeds:?} in {:.1?}: {sum:?}", start.elapsed());
    assert!(seeds.end - seeds.start < SEEDS || sum.is_worth_it(), "too little went wrong: {sum:?}");
}
