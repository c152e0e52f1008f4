//! The numbers: what is told is what docs/observability.md says, with as few labels.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bale::{
    App, Bot,
    emulator::{ChatType, Fault, FaultAction},
};
use expect_test::expect;
use metrics::{
    Counter, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit,
};
use tokio::time::sleep;

use crate::{rig::Rig, tidy};

/// Keeps all numbers of one test.
#[derive(Clone, Default)]
struct Book(Arc<Mutex<Numbers>>);

#[derive(Default)]
struct Numbers {
    counters: BTreeMap<String, Arc<AtomicU64>>,
    gauges: BTreeMap<String, Arc<AtomicU64>>,
    histograms: BTreeMap<String, Arc<Times>>,
    described: BTreeSet<String>,
}

#[derive(Default)]
struct Times(Mutex<Vec<f64>>);

impl HistogramFn for Times {
    fn record(&self, value: f64) {
        self.0.lock().unwrap().push(value);
    }
}

fn shown(key: &Key) -> String {
    // Whose they are is always the same here.
    let labels = key.labels().filter(|label| label.key() != "bot");
    let labels: Vec<_> = labels.map(|label| format!("{}={}", label.key(), label.value())).collect();
    assert!(key.labels().any(|label| (label.key(), label.value()) == ("bot", "123456")), "{key}");
    format!("{}{{{}}}", key.name(), labels.join(","))
}

impl Recorder for Book {
    fn describe_counter(&self, key: KeyName, _: Option<Unit>, _: SharedString) {
        self.0.lock().unwrap().described.insert(key.as_str().to_owned());
    }

    fn describe_gauge(&self, key: KeyName, unit: Option<Unit>, help: SharedString) {
        self.describe_counter(key, unit, help);
    }

    fn describe_histogram(&self, key: KeyName, unit: Option<Unit>, help: SharedString) {
        self.describe_counter(key, unit, help);
    }

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        let mut numbers = self.0.lock().unwrap();
        Counter::from_arc(Arc::clone(numbers.counters.entry(shown(key)).or_default()))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        let mut numbers = self.0.lock().unwrap();
        Gauge::from_arc(Arc::clone(numbers.gauges.entry(shown(key)).or_default()))
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        let mut numbers = self.0.lock().unwrap();
        Histogram::from_arc(Arc::clone(numbers.histograms.entry(shown(key)).or_default()))
    }
}

impl Book {
    /// All numbers, one a line; those of a histogram with what was recorded. The wall clock is no number of ours.
    fn lines(&self) -> String {
        let numbers = self.0.lock().unwrap();
        let counters =
            numbers.counters.iter().map(|(key, count)| (key, count.load(Ordering::Relaxed)));
        let counters =
            counters.filter(|(_, count)| *count > 0).map(|(key, count)| format!("{key} {count}"));
        let gauges = numbers.gauges.iter().filter(|(key, _)| !key.contains("timestamp"));
        let gauges = gauges
            .map(|(key, bits)| format!("{key} {}", f64::from_bits(bits.load(Ordering::Relaxed))));
        let times = numbers.histograms.iter().map(|(key, times)| (key, times.0.lock().unwrap()));
        let times = times
            .filter(|(_, times)| !times.is_empty())
            .map(|(key, times)| format!("{key} {times:?}"));
        counters.chain(gauges).chain(times).fold(String::new(), |text, line| text + &line + "\n")
    }

    /// Each name with its labels.
    fn told(&self) -> BTreeSet<String> {
        let numbers = self.0.lock().unwrap();
        let keys =
            numbers.counters.keys().chain(numbers.gauges.keys()).chain(numbers.histograms.keys());
        keys.map(|key| {
            let (name, labels) = key.trim_end_matches('}').split_once('{').unwrap();
            let labels = labels.split(',').filter_map(|label| label.split_once('='));
            labels.fold(format!("{name} bot"), |text, (label, _)| format!("{text}, {label}"))
        })
        .collect()
    }
}

fn app() -> App {
    App::new()
        .command("tea", async || sleep(Duration::from_secs(2)).await)
        .command("burn", async || -> bale::Result { panic!("the kettle is dry") })
        .command("stuck", async || sleep(Duration::from_secs(60)).await)
        .command("spill", async || -> bale::Result { Err("on the floor".into()) })
        .command("greet", async || "hello")
        .command("broadcast", async |bot: Bot| -> bale::Result {
            for _ in 0..21 {
                bot.send_message(-5, "news").await?;
            }
            Ok(())
        })
}

#[tokio::test(start_paused = true)]
async fn what_happens_is_counted() {
    let book = Book::default();
    let _here = metrics::set_default_local_recorder(&book);
    let rig = Rig::start(app());
    rig.ask("/tea").await;
    rig.says("/tea");
    rig.ask("/greet").await;
    rig.ask("/burn").await;
    rig.ask("/spill").await;
    rig.ask("nobody wants this").await;
    rig.emulator
        .fault(Fault::new(FaultAction::RateLimit { retry_after: Some(3) }).on("sendMessage"));
    rig.ask("/greet").await;
    rig.stop().await.unwrap();
    let lines = book.lines();
    // How often it polls is told elsewhere.
    let lines: Vec<_> = lines.lines().filter(|line| !line.contains("getUpdates")).collect();
    expect![[r#"
        bale_call_retries_total{method=sendMessage} 1
        bale_calls_total{method=deleteWebhook,code=ok} 1
        bale_calls_total{method=getMe,code=ok} 1
        bale_calls_total{method=sendMessage,code=429} 1
        bale_calls_total{method=sendMessage,code=ok} 2
        bale_handler_calls_total{handler=closure,outcome=done} 2
        bale_handler_calls_total{handler=closure,outcome=failed} 1
        bale_handler_calls_total{handler=closure,outcome=panicked} 1
        bale_handler_calls_total{handler=closure,outcome=replied} 2
        bale_updates_received_total{kind=message} 7
        bale_updates_unhandled_total{kind=message} 1
        bale_lanes{} 0
        bale_update_lag_seconds{} 0
        bale_updates_deferred{} 0
        bale_updates_in_flight{} 0
        bale_call_seconds{method=deleteWebhook} [0.0]
        bale_call_seconds{method=getMe} [0.0]
        bale_call_seconds{method=sendMessage} [0.0, 0.0, 0.0]
        bale_handler_seconds{handler=closure} [2.0, 2.0, 0.0, 0.0, 0.0, 0.0]
        bale_lane_wait_seconds{} [0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0]
        bale_send_wait_seconds{} [3.0]"#]]
    .assert_eq(&lines.join("\n"));
}

/// Each number that the documentation names is told in this scene, with those labels, and none besides.
#[tokio::test(start_paused = true)]
async fn the_documented_numbers_are_those_that_are_told() {
    let book = Book::default();
    let _here = metrics::set_default_local_recorder(&book);
    let rig = Rig::start(app());
    for text in ["/tea", "/burn", "/stuck", "nobody"] {
        rig.ask(text).await;
    }
    rig.emulator
        .fault(Fault::new(FaultAction::RateLimit { retry_after: Some(3) }).on("sendMessage"));
    rig.emulator.add_chat(-5, ChatType::Group).unwrap();
    rig.ask("/broadcast").await;
    rig.stop().await.unwrap();

    let text = tidy::text("docs/observability.md");
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `bale_"));
    let documented: BTreeSet<String> = rows
        .map(|row| {
            let mut cells = row.split(" | ");
            let name = cells.next().unwrap().trim_end_matches('`');
            let labels = cells.nth(1).unwrap().replace('`', "");
            format!("bale_{name} {labels}")
        })
        .collect();
    assert_eq!(book.told(), documented, "docs/observability.md (right) and what is told (left)");
    let names = |set: &BTreeSet<String>| -> BTreeSet<String> {
        set.iter().map(|row| row.split(' ').next().unwrap().to_owned()).collect()
    };
    assert_eq!(book.0.lock().unwrap().described, names(&documented), "each has its help text");
}

/// Labels come from the program, whatever users and servers send.
#[tokio::test(start_paused = true)]
async fn no_label_grows_with_users_or_servers() {
    let book = Book::default();
    let _here = metrics::set_default_local_recorder(&book);
    let rig = Rig::start(App::new().fallback(async || "hello"));
    rig.ask("hi").await;
    let size =
        || book.0.lock().map(|numbers| numbers.counters.len() + numbers.gauges.len()).unwrap();
    let before = size();
    for chat in 100..200 {
        rig.emulator.message(chat, chat, "hi");
    }
    rig.transcript().await;
    assert_eq!(size(), before, "{}", book.lines());
    for code in 600..700_u16 {
        let body = format!(r#"{{"ok":false,"error_code":{code},"description":"odd"}}"#);
        let action =
            FaultAction::Status { status: 400, body: body.into(), content_type: String::new() };
        rig.emulator.fault(Fault::new(action).on("sendMessage"));
    }
    for _ in 0..100 {
        rig.says("hi");
    }
    rig.transcript().await;
    assert!(size() <= before + 3, "{}", book.lines());
}
