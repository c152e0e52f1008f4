//! What a bot says about itself while it runs: spans here, numbers in `numbers`.
//!
//! Names, fields and levels stand in docs/observability.md, which tests compare with what is said.

#[cfg(feature = "log")]
use std::fmt;
use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use tokio::time::Instant;
use tracing::{
    Instrument as _, Level, Span, debug, debug_span,
    field::{self, Empty},
    info_span, span_enabled,
};

use crate::BoxFuture;

pub(crate) mod meters;
pub(crate) mod numbers;

/// Whether the lines that this library prints itself say of which update they are, in place of the spans of updates and
/// handlers. A span is written down when it begins, whether or not a line comes; that was a quarter of the work of an
/// update.
static IN_LINES: AtomicBool = AtomicBool::new(false);

tokio::task_local! {
    /// The update that is handled in this task.
    static ABOUT: About;
    /// The handler that runs in this task: its name, file and line.
    static HANDLER: (&'static str, &'static str, u32);
}

/// What a line says of its update.
#[derive(Debug, Clone, Copy)]
pub(crate) struct About {
    pub(crate) update_id: i64,
    pub(crate) kind: &'static str,
    pub(crate) chat: Option<i64>,
    pub(crate) user: Option<i64>,
}

/// Makes the lines say it: see [`write_context`].
#[cfg(feature = "log")]
pub(crate) fn tell_in_lines() {
    IN_LINES.store(true, Ordering::Relaxed);
}

/// Writes which update and handler this task is busy with, as the spans would be written.
#[cfg(feature = "log")]
pub(crate) fn write_context(to: &mut impl fmt::Write) -> fmt::Result {
    if let Ok(About { update_id, kind, chat, user }) = ABOUT.try_get() {
        write!(to, "update{{update_id={update_id} kind={kind:?}")?;
        for (name, id) in [("chat", chat), ("user", user)] {
            if let Some(id) = id {
                write!(to, " {name}={id}")?;
            }
        }
        to.write_str("}:")?;
    }
    if let Ok((name, file, line)) = HANDLER.try_get() {
        write!(to, "handler{{name={name:?} at={file}:{line}}}:")?;
    }
    Ok(())
}

/// An update of which somebody hears.
pub(crate) enum Heard {
    InLines(About),
    InSpan { span: Span, lane_wait: Duration },
}

impl Heard {
    /// An update that was first seen at `since` and starts now; none if nobody hears of it.
    pub(crate) fn begin(about: impl FnOnce() -> About, since: Instant) -> Option<Self> {
        if IN_LINES.load(Ordering::Relaxed) {
            return Some(Self::InLines(about()));
        }
        if !span_enabled!(target: "bale::update", Level::INFO) {
            return None;
        }
        let About { update_id, kind, chat, user } = about();
        let span = info_span!(
            target: "bale::update",
            "update",
            update_id,
            kind,
            chat,
            user,
            handler = Empty,
            at = Empty,
            outcome = Empty,
            lane_wait = Empty,
            elapsed = Empty,
        );
        Some(Self::InSpan { span, lane_wait: since.elapsed() })
    }

    /// Handles it in its span, and says when it is done.
    pub(crate) async fn of(self, handled: impl Future<Output = ()>) {
        let (span, lane_wait) = match self {
            Self::InLines(about) => return ABOUT.scope(about, handled).await,
            Self::InSpan { span, lane_wait } => (span, lane_wait),
        };
        let told = async {
            let started = Instant::now();
            handled.await;
            let span = Span::current();
            span.record("lane_wait", field::debug(lane_wait));
            span.record("elapsed", field::debug(started.elapsed()));
            debug!(target: "bale::update", "the update is done");
        };
        told.instrument(span).await;
    }
}

/// Tells the update's span which handler took it and how that ended.
pub(crate) fn taken(handler: Option<(&'static str, &'static str, u32)>, outcome: &'static str) {
    if !span_enabled!(target: "bale::update", Level::INFO) {
        return;
    }
    let span = Span::current();
    if let Some((name, file, line)) = handler {
        span.record("handler", name);
        span.record("at", field::display(format_args!("{file}:{line}")));
    }
    span.record("outcome", outcome);
}

/// Runs one call of a handler so that its own log lines say whose they are.
pub(crate) async fn in_handler<T>(
    (name, file, line): (&'static str, &'static str, u32),
    call: BoxFuture<'_, T>,
) -> T {
    if IN_LINES.load(Ordering::Relaxed) {
        return HANDLER.scope((name, file, line), call).await;
    }
    if !span_enabled!(target: "bale::update", Level::INFO) {
        return call.await;
    }
    let span =
        info_span!(target: "bale::update", "handler", name, at = %format_args!("{file}:{line}"));
    call.instrument(span).await
}

/// Whether anybody listens to the spans of calls.
pub(crate) fn calls_are_heard() -> bool {
    span_enabled!(target: "bale::call", Level::DEBUG)
}

/// The span of a call, all its tries and waits together.
pub(crate) fn call_span(method: &'static str, chat: Option<i64>) -> Span {
    debug_span!(
        target: "bale::call",
        "call",
        method,
        chat,
        code = Empty,
        elapsed = Empty,
    )
}
