//! The log lines of one test.
//!
//! There is one subscriber for the whole process: tracing remembers per place in the code whether anybody
//! listens, and subscribers that come and go with parallel tests would make it forget.

use std::{
    cell::RefCell,
    fmt::{Debug, Write as _},
    marker::PhantomData,
    sync::Once,
};

use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    Layer,
    layer::{Context, SubscriberExt as _},
    util::SubscriberInitExt as _,
};

thread_local! {
    static SINK: RefCell<Option<Sink>> = const { RefCell::new(None) };
}

struct Sink {
    target: &'static str,
    level: Level,
    shows_target: bool,
    lines: Vec<String>,
}

/// What `bale` logs on this thread, until this is dropped.
pub(crate) struct Logs {
    /// It belongs to its thread.
    thread: PhantomData<*const ()>,
}

impl Logs {
    /// Begins to collect lines at info and above whose target is `target` or below it.
    pub(crate) fn of(target: &'static str) -> Self {
        Self::start(Sink { target, level: Level::INFO, shows_target: false, lines: Vec::new() })
    }

    /// Begins to collect warnings and errors, with their targets.
    pub(crate) fn warnings() -> Self {
        Self::start(Sink {
            target: "bale",
            level: Level::WARN,
            shows_target: true,
            lines: Vec::new(),
        })
    }

    fn start(sink: Sink) -> Self {
        static GLOBAL: Once = Once::new();
        GLOBAL.call_once(|| tracing_subscriber::registry().with(Collect).init());
        SINK.set(Some(sink));
        Self { thread: PhantomData }
    }

    /// The lines since the last time, one a line: level, message, fields. Seconds are shown as `_`,
    /// because some are drawn by lot.
    pub(crate) fn take(&self) -> String {
        let lines = SINK.with_borrow_mut(|sink| {
            sink.as_mut().map(|sink| std::mem::take(&mut sink.lines)).unwrap_or_default()
        });
        lines.iter().fold(String::new(), |text, line| text + &without_spans(line) + "\n")
    }
}

impl Drop for Logs {
    fn drop(&mut self) {
        SINK.set(None);
    }
}

fn without_spans(line: &str) -> String {
    let is_number = |word: &str| word.contains('.') && word.parse::<f64>().is_ok();
    let words = line.split(' ').map(|word| if is_number(word) { "_" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

struct Collect;

impl<S: Subscriber> Layer<S> for Collect {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        // A line logged while the sink is looked at is nobody's.
        let _ = SINK.try_with(|sink| {
            let Ok(mut sink) = sink.try_borrow_mut() else { return };
            let Some(sink) = sink.as_mut() else { return };
            if *metadata.level() > sink.level || !metadata.target().starts_with(sink.target) {
                return;
            }
            let mut line = Line(metadata.level().to_string());
            if sink.shows_target {
                line.0 = format!("{} {}:", line.0, metadata.target());
            }
            event.record(&mut line);
            sink.lines.push(line.0);
        });
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let written = match field.name() {
            "message" => write!(self.0, " {value:?}"),
            name => write!(self.0, " {name}={value:?}"),
        };
        written.expect("a string takes everything");
    }
}
