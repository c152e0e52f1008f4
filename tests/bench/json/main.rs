//! Reading batches of updates into the types of `bale` with serde_json, sonic-rs and simd-json: see `run`.
//!
//! ```text
//! json [ROUNDS]                    a table of nanoseconds an answer
//! json --once READER ANSWER TIMES  the work alone, for a profiler
//! ```
//!
//! Each reader gets an answer as it comes from the network and does what the library's own does: it checks that the bytes
//! are UTF-8, reads the frame around the updates and the updates in one pass, and drops them. simd-json writes into what
//! it reads, and errors quote the answer, so it gets a copy.

use std::{collections::BTreeMap, fmt::Debug, hint::black_box, sync::Arc, time::Instant};

use bale::types::{CallbackQuery, Message, Poll, PreCheckoutQuery, ShippingQuery};
use serde::{Deserialize, de::DeserializeOwned};

use self::{
    mixed::{MIXED, filled},
    updates::{command_update, press_update, text_update},
};

#[path = "../../benches/feed/mixed.rs"]
mod mixed;
#[path = "../../benches/feed/updates.rs"]
mod updates;

/// As many as a poll brings at most.
const UPDATES: usize = 100;
/// The cases of the tests that are written from Bale's documentation.
const REFERENCE: &str = include_str!("../../fixtures/types/Update.json");

#[derive(Debug, Deserialize)]
struct Envelope<T> {
    ok: bool,
    result: Option<T>,
}

/// As the library reads it: `types::decode::Fields`.
#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "read, compared as text, and dropped")]
struct Fields {
    update_id: i64,
    message: Option<Arc<Message>>,
    edited_message: Option<Arc<Message>>,
    callback_query: Option<Arc<CallbackQuery>>,
    pre_checkout_query: Option<Arc<PreCheckoutQuery>>,
    channel_post: Option<Arc<Message>>,
    edited_channel_post: Option<Arc<Message>>,
    shipping_query: Option<Arc<ShippingQuery>>,
    poll: Option<Arc<Poll>>,
}

const READERS: [&str; 3] = ["serde_json", "sonic-rs", "simd-json"];

fn read<T: DeserializeOwned>(reader: &str, answer: &[u8]) -> Envelope<T> {
    match reader {
        "serde_json" => {
            let text = std::str::from_utf8(answer).expect("UTF-8");
            serde_json::from_str(text).expect("serde_json reads it")
        }
        "sonic-rs" => {
            let text = std::str::from_utf8(answer).expect("UTF-8");
            sonic_rs::from_str(text).expect("sonic-rs reads it")
        }
        "simd-json" => {
            let mut copy = answer.to_vec();
            simd_json::serde::from_slice(&mut copy).expect("simd-json reads it")
        }
        other => panic!("there is no reader {other}: {READERS:?}"),
    }
}

struct Answer {
    name: &'static str,
    bytes: Vec<u8>,
    is_batch: bool,
}

impl Answer {
    fn batch(name: &'static str, update: impl Fn(usize) -> String) -> Self {
        let updates: Vec<_> = (0..UPDATES).map(update).collect();
        let bytes = format!(r#"{{"ok":true,"result":[{}]}}"#, updates.join(",")).into_bytes();
        Self { name, bytes, is_batch: true }
    }

    fn read(&self, reader: &str) -> usize {
        if self.is_batch {
            let envelope: Envelope<Vec<Fields>> = read(reader, &self.bytes);
            black_box(envelope).result.map_or(0, |updates| updates.len())
        } else {
            let envelope: Envelope<Message> = read(reader, &self.bytes);
            usize::from(black_box(envelope).ok)
        }
    }

    fn shown(&self, reader: &str) -> String {
        fn show(value: impl Debug) -> String {
            format!("{value:?}")
        }
        if self.is_batch {
            show(read::<Vec<Fields>>(reader, &self.bytes))
        } else {
            show(read::<Message>(reader, &self.bytes))
        }
    }
}

fn answers() -> Vec<Answer> {
    let cases: BTreeMap<String, serde_json::Value> =
        serde_json::from_str(REFERENCE).expect("the fixtures are JSON");
    let reference: Vec<String> = cases
        .values()
        .filter(|case| serde_json::from_value::<Fields>(case["json"].clone()).is_ok())
        .map(|case| case["json"].to_string())
        .collect();
    let persian = "سلام، قیمت سیب امروز چند است؟ لطفا فهرست کامل را برای من بفرستید.";
    let sent = filled(MIXED[0], 1);
    let sent = sent.split_once(r#""message":"#).expect("a message").1;
    let sent = format!(r#"{{"ok":true,"result":{sent}"#).into_bytes();
    vec![
        Answer::batch("short Latin texts", |k| {
            text_update(k as u64, 1_000 + k as u64, "hello there")
        }),
        Answer::batch("Persian texts", |k| text_update(k as u64, 1_000 + k as u64, persian)),
        Answer::batch("commands with entities", |k| {
            command_update(k as u64, 1_000 + k as u64, "/price 7")
        }),
        Answer::batch("photos", |k| filled(MIXED[2], k)),
        Answer::batch("presses on buttons", |k| {
            press_update(k as u64, 1_000 + k as u64, "buy:1:2")
        }),
        Answer::batch("of all sorts", |k| filled(MIXED[k % MIXED.len()], k)),
        Answer::batch("the reference's examples", |k| reference[k % reference.len()].clone()),
        Answer { name: "a message that was sent", bytes: sent, is_batch: false },
    ]
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let answers = answers();
    if let [once, reader, name, times] = &arguments[..] {
        assert_eq!(once, "--once", "see the first lines of main.rs");
        let answer =
            answers.iter().find(|answer| answer.name == name).expect("an answer of that name");
        let times: usize = times.parse().expect("a number of times");
        println!("{}", (0..times).map(|_| answer.read(reader)).sum::<usize>());
        return;
    }
    if arguments == ["--names"] {
        answers.iter().for_each(|answer| println!("{}", answer.name));
        return;
    }
    let rounds: usize =
        arguments.first().map_or(101, |rounds| rounds.parse().expect("a number of rounds"));
    println!("| answer | bytes | {} |", READERS.map(|reader| format!("{reader} ns")).join(" | "));
    println!("|---|--:|{}", "--:|".repeat(READERS.len()));
    for answer in &answers {
        let expected = answer.shown(READERS[0]);
        for reader in READERS {
            assert_eq!(answer.shown(reader), expected, "{reader} reads {} otherwise", answer.name);
        }
        println!(
            "| {} | {} | {} |",
            answer.name,
            answer.bytes.len(),
            figures(answer, rounds).join(" | ")
        );
    }
}

/// The median of each reader, and that of its ratios to the first one.
fn figures(answer: &Answer, rounds: usize) -> Vec<String> {
    let times = if answer.is_batch { 10 } else { 1000 };
    let mut taken = READERS.map(|_| Vec::new());
    for _ in 0..rounds {
        for (reader, taken) in READERS.into_iter().zip(&mut taken) {
            let started = Instant::now();
            for _ in 0..times {
                black_box(answer.read(reader));
            }
            taken.push(started.elapsed().as_secs_f64() * 1e9 / times as f64);
        }
    }
    let ratios = |of: &[f64]| median(of.iter().zip(&taken[0]).map(|(one, first)| one / first));
    taken
        .iter()
        .map(|of| format!("{:.0} ({:.2})", median(of.iter().copied()), ratios(of)))
        .collect()
}

fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
