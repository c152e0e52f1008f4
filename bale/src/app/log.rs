//! Log lines on standard error for authors who set up nothing else.

use std::fmt::{self, Write as _};

use tracing::{Event, Level, Subscriber, level_filters::LevelFilter};
use tracing_subscriber::{
    filter::Targets,
    fmt::{
        FmtContext, FormatEvent, FormatFields, FormattedFields,
        format::Writer,
        time::{FormatTime as _, SystemTime},
    },
    layer::SubscriberExt as _,
    registry::{LookupSpan, Scope},
    util::SubscriberInitExt as _,
};

use crate::observe;

/// Of the spans of updates and handlers.
const SPANS: &str = "bale::update";

/// Prints what `RUST_LOG` asks for (`info`, `bale=debug`, `bale::route=debug,warn`); `bale` at info and
/// the rest at warn when it asks for nothing. Does nothing if the author has a subscriber already.
pub(crate) fn init() {
    let asked = std::env::var("RUST_LOG").ok().filter(|asked| !asked.is_empty());
    let (mut targets, complaint) = match asked.as_deref().map(str::parse::<Targets>) {
        Some(Ok(targets)) => (targets, None),
        Some(Err(error)) => (default_targets(), Some(error)),
        None => (default_targets(), None),
    };
    // All that those spans hold at this level is in the lines already.
    let in_lines =
        targets.would_enable(SPANS, &Level::INFO) && !targets.would_enable(SPANS, &Level::DEBUG);
    if in_lines {
        targets = targets.with_target(SPANS, LevelFilter::WARN);
    }
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .event_format(Line);
    if tracing_subscriber::registry().with(lines).with(targets).try_init().is_err() {
        return;
    }
    if in_lines {
        observe::tell_in_lines();
    }
    if let Some(error) = complaint {
        tracing::warn!("RUST_LOG cannot be read, so `bale=info` is used: {error}");
    }
}

fn default_targets() -> Targets {
    Targets::new().with_default(LevelFilter::WARN).with_target("bale", LevelFilter::INFO)
}

/// A line as `tracing_subscriber` writes it, with the update and the handler before the author's own spans.
struct Line;

impl<S, F> FormatEvent<S, F> for Line
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    F: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, F>,
        mut to: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        SystemTime.format_time(&mut to)?;
        let meta = event.metadata();
        write!(to, " {:>5} ", meta.level())?;
        let mut spans = String::new();
        observe::write_context(&mut spans)?;
        for span in context.event_scope().into_iter().flat_map(Scope::from_root) {
            spans.push_str(span.name());
            let extensions = span.extensions();
            if let Some(fields) = extensions.get::<FormattedFields<F>>() {
                if !fields.is_empty() {
                    write!(spans, "{{{fields}}}")?;
                }
            }
            spans.push(':');
        }
        if !spans.is_empty() {
            write!(to, "{spans} ")?;
        }
        write!(to, "{}: ", meta.target())?;
        context.format_fields(to.by_ref(), event)?;
        writeln!(to)
    }
}
