//! The log lines of one test.

use std::{
    fmt::{Debug, Write as _},
    sync::{Arc, Mutex},
};

use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
    subscriber::DefaultGuard,
};
use tracing_subscriber::{
    Layer,
    layer::{Context, SubscriberExt as _},
};

/// What `bale` logs on this thread from now on, at info and above.
pub(crate) struct Logs {
    lines: Arc<Mutex<Vec<String>>>,
    _guard: DefaultGuard,
}

impl Logs {
    /// Begins to collect lines whose target is `target` or below it.
    pub(crate) fn of(target: &'static str) -> Self {
        let lines = Arc::default();
        let layer = Collect { target, lines: Arc::clone(&lines) };
        let subscriber = tracing_subscriber::registry().with(layer);
        Self { lines, _guard: tracing::subscriber::set_default(subscriber) }
    }

    /// The lines so far, one a line: level, message, fields. Spans of time are shown as `_ s`, because
    /// some are drawn by lot.
    pub(crate) fn take(&self) -> String {
        let lines = std::mem::take(&mut *self.lines.lock().unwrap());
        lines.iter().fold(String::new(), |text, line| text + &without_spans(line) + "\n")
    }
}

fn without_spans(line: &str) -> String {
    let is_number = |word: &str| word.contains('.') && word.parse::<f64>().is_ok();
    let words = line.split(' ').map(|word| if is_number(word) { "_" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

struct Collect {
    target: &'static str,
    lines: Arc<Mutex<Vec<String>>>,
}

impl<S: Subscriber> Layer<S> for Collect {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        if *metadata.level() <= Level::INFO && metadata.target().starts_with(self.target) {
            let mut line = Line(metadata.level().to_string());
            event.record(&mut line);
            self.lines.lock().unwrap().push(line.0);
        }
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
