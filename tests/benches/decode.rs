//! ```text
//! cargo bench -p bale-tests --bench decode
//! cargo bench -p bale-tests --bench decode -- --quick     # for CI
//! ```
//!
//! What it costs to read an answer of `getUpdates` with 100 updates, from its bytes to the values and until
//! those are dropped: `serde_json::Value`, which knows no types, against `Bot::get_updates`, the whole call
//! over a transport that has the answer already, and `types::parse_updates` alone.
//!
//! Prints a table. The readers take turns with every batch; figures are medians of the rounds, and the
//! ratios are medians of the rounds' ratios, so that a slow minute of the machine hits both sides.

use std::{future::ready, hint::black_box, time::Instant};

use bale::{
    Bot, BoxFuture,
    client::transport::{Call, Reply, Transport, TransportError},
    types::parse_updates,
};
use bytes::Bytes;
use serde_json::{Value, value::RawValue};

use self::{
    mixed::{MIXED, filled},
    updates::command_update,
};

#[path = "feed/mixed.rs"]
mod mixed;
#[path = "feed/updates.rs"]
mod updates;

/// As many as a poll brings at most.
const UPDATES: usize = 100;

/// A kind that no version knows: the batch is then read one update at a time.
const UNKNOWN: &str = r#"{"update_id":$k,"message_reaction":{"emoji":["👍"]}}"#;

fn batches() -> [(&'static str, Vec<String>); 4] {
    let mixed = |k: usize| filled(MIXED[k % MIXED.len()], k);
    let one_unknown = |k| if k == UPDATES / 2 { filled(UNKNOWN, k) } else { mixed(k) };
    let command = |k: usize| command_update(k as u64, 1_000 + k as u64, "/price 7");
    let pressed = |k| filled(MIXED[3], k);
    [
        ("mixed", (0..UPDATES).map(mixed).collect()),
        ("commands", (0..UPDATES).map(command).collect()),
        ("presses", (0..UPDATES).map(pressed).collect()),
        ("mixed, one unknown", (0..UPDATES).map(one_unknown).collect()),
    ]
}

/// One batch, in the forms in which its readers get it.
struct Batch {
    name: &'static str,
    answer: Bytes,
    result: Box<RawValue>,
    bot: Bot,
}

impl Batch {
    fn new(name: &'static str, updates: &[String]) -> Self {
        let result = format!("[{}]", updates.join(","));
        let answer = Bytes::from(format!(r#"{{"ok":true,"result":{result}}}"#));
        let bot = Bot::builder().token("123456:BENCH").transport(Answer(answer.clone())).build();
        let result = RawValue::from_string(result).expect("the templates are JSON");
        Self { name, answer, result, bot: bot.expect("the token is well-formed") }
    }

    fn value(&self) -> usize {
        let value: Value = serde_json::from_slice(&self.answer).expect("it is JSON");
        black_box(&value)["result"].as_array().map_or(0, Vec::len)
    }

    fn typed(&self) -> usize {
        black_box(parse_updates(&self.result).expect("an array")).len()
    }

    async fn called(&self) -> usize {
        black_box(self.bot.get_updates().await.expect("the answer is there")).len()
    }
}

/// A server that answers always the same.
#[derive(Debug)]
struct Answer(Bytes);

impl Transport for Answer {
    fn send(&self, _call: Call) -> BoxFuture<'_, Result<Reply, TransportError>> {
        Box::pin(ready(Ok(Reply::new(200, self.0.clone()))))
    }
}

/// Nanoseconds an update, by reader.
struct Round {
    value: f64,
    called: f64,
    typed: f64,
}

async fn round(batch: &Batch, times: usize) -> Round {
    let per_update =
        |started: Instant| started.elapsed().as_secs_f64() * 1e9 / (times * UPDATES) as f64;
    let mut read = 0;
    let started = Instant::now();
    for _ in 0..times {
        read += batch.value();
    }
    let value = per_update(started);
    let started = Instant::now();
    for _ in 0..times {
        read += batch.called().await;
    }
    let called = per_update(started);
    let started = Instant::now();
    for _ in 0..times {
        read += batch.typed();
    }
    let typed = per_update(started);
    assert_eq!(read, 3 * times * UPDATES, "every reader has read all updates");
    Round { value, called, typed }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let given = |flag| std::env::args().any(|argument| argument == flag);
    // `cargo bench` says `--bench`; `cargo test --all-targets` does not, and only wants to see it work.
    let full = given("--bench") && !given("--quick");
    let (times, rounds) = if full { (50, 101) } else { (2, 3) };
    let batches = batches().map(|(name, updates)| Batch::new(name, &updates));
    let mut figures = batches.each_ref().map(|_| Vec::new());
    for _ in 0..rounds {
        for (batch, figures) in batches.iter().zip(&mut figures) {
            figures.push(round(batch, times).await);
        }
    }
    println!(
        "{UPDATES} updates a batch, {times} times a round, {rounds} rounds; ns/update, medians\n"
    );
    println!(
        "| batch | bytes/update | Value | get_updates | parse_updates | get_updates / Value |"
    );
    println!("|---|--:|--:|--:|--:|--:|");
    for (batch, rounds) in batches.iter().zip(&figures) {
        let figure = |figure: fn(&Round) -> f64| median(rounds.iter().map(figure));
        println!(
            "| {} | {} | {:.0} | {:.0} | {:.0} | {:.2} |",
            batch.name,
            batch.answer.len() / UPDATES,
            figure(|round| round.value),
            figure(|round| round.called),
            figure(|round| round.typed),
            figure(|round| round.called / round.value),
        );
    }
}

fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
