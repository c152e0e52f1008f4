//! The log lines of one test.
//!
//! There is one subscriber for the whole process: tracing remembers per place in the code whether anybody
//! listens, and subscribers that come and go with parallel tests would make it forget.

use std::{
    cell::RefCell,
    fmt::{Debug, Write as _},
    io::Write as _,
    marker::PhantomData,
    sync::{LazyLock, Once},
};

use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{
    Layer,
    layer::{Context, SubscriberExt as _},
    registry::{LookupSpan, SpanRef},
    util::SubscriberInitExt as _,
};

thread_local! {
    static SINK: RefCell<Option<Sink>> = const { RefCell::new(None) };
}

struct Sink {
    target: &'static str,
    level: Level,
    shows_target: bool,
    shows_spans: bool,
    lines: Vec<String>,
}

impl Sink {
    fn new(target: &'static str, level: Level) -> Self {
        Self { target, level, shows_target: false, shows_spans: false, lines: Vec::new() }
    }
}

/// Begins to listen, once a process.
fn listen() {
    static GLOBAL: Once = Once::new();
    GLOBAL.call_once(|| tracing_subscriber::registry().with(Collect).init());
}

/// With `BALE_TEST_TOKEN` set, from now on every log line and span of every test is searched for it; where it is
/// found, a line says so past the harness. `.ci/run` sets it, and looks for that line.
pub(crate) fn watch_for_the_token() {
    if SECRET.is_some() {
        listen();
    }
}

static SECRET: LazyLock<Option<String>> = LazyLock::new(|| {
    let token = std::env::var("BALE_TEST_TOKEN").ok()?;
    Some(token.rsplit_once(':').map_or(token.clone(), |(_, secret)| secret.to_owned()))
});

fn search(line: &str) {
    if SECRET.as_ref().is_some_and(|secret| line.contains(secret)) {
        // The harness keeps what a passing test prints to itself.
        let _ = writeln!(std::io::stderr(), "THE TOKEN IS IN A LOG LINE OR A SPAN: {line}");
    }
}

/// What `bale` logs on this thread, until this is dropped.
pub(crate) struct Logs {
    /// It belongs to its thread.
    thread: PhantomData<*const ()>,
}

impl Logs {
    /// Begins to collect lines at info and above whose target is `target` or below it.
    pub(crate) fn of(target: &'static str) -> Self {
        Self::start(Sink::new(target, Level::INFO))
    }

    /// Begins to collect warnings and errors, with their targets.
    pub(crate) fn warnings() -> Self {
        Self::start(Sink { shows_target: true, ..Sink::new("bale", Level::WARN) })
    }

    /// Begins to collect all lines, each behind the spans it is in, and the ends of spans.
    pub(crate) fn spans() -> Self {
        let sink = Sink::new("bale", Level::TRACE);
        Self::start(Sink { shows_target: true, shows_spans: true, ..sink })
    }

    fn start(sink: Sink) -> Self {
        listen();
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

/// The fields of a span, as they were told.
struct Fields(String);

impl Collect {
    /// Gives a line to the sink of this thread, if it wants it.
    fn offer(metadata: &Metadata<'_>, line: impl FnOnce(&Sink) -> Option<String>) {
        // A line logged while the sink is looked at is nobody's.
        let _ = SINK.try_with(|sink| {
            let Ok(mut sink) = sink.try_borrow_mut() else { return };
            let Some(sink) = sink.as_mut() else { return };
            if *metadata.level() > sink.level || !metadata.target().starts_with(sink.target) {
                return;
            }
            if let Some(line) = line(sink) {
                sink.lines.push(line);
            }
        });
    }
}

impl<S: Subscriber + for<'l> LookupSpan<'l>> Layer<S> for Collect {
    fn on_event(&self, event: &Event<'_>, cx: Context<'_, S>) {
        let metadata = event.metadata();
        if SECRET.is_some() {
            let mut line = Line(format!("{}:", metadata.target()));
            event.record(&mut line);
            search(&line.0);
        }
        Self::offer(metadata, |sink| {
            let mut line = Line(metadata.level().to_string());
            if sink.shows_target {
                line.0 = format!("{} {}:", line.0, metadata.target());
            }
            event.record(&mut line);
            if !sink.shows_spans {
                return Some(line.0);
            }
            let spans = cx.event_scope(event).into_iter().flat_map(|scope| scope.from_root());
            let path: String = spans.map(|span| shown(&span) + ": ").collect();
            Some(path + &line.0)
        });
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, cx: Context<'_, S>) {
        let mut line = Line(String::new());
        attributes.record(&mut line);
        search(&line.0);
        if let Some(span) = cx.span(id) {
            span.extensions_mut().insert(Fields(line.0));
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, cx: Context<'_, S>) {
        let mut line = Line(String::new());
        values.record(&mut line);
        search(&line.0);
        if let Some(span) = cx.span(id) {
            if let Some(Fields(fields)) = span.extensions_mut().get_mut() {
                fields.push_str(&line.0);
            }
        }
    }

    fn on_close(&self, id: Id, cx: Context<'_, S>) {
        let Some(span) = cx.span(&id) else { return };
        Self::offer(span.metadata(), |sink| {
            sink.shows_spans.then(|| format!("close {}", shown(&span)))
        });
    }
}

fn shown<'s, S: LookupSpan<'s>>(span: &SpanRef<'s, S>) -> String {
    let extensions = span.extensions();
    let fields = extensions.get().map_or("", |Fields(fields)| fields.trim_start());
    format!("{}{{{fields}}}", span.name())
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
