//! What a bot says about itself while it runs: spans here, numbers in `numbers`.
//!
//! Names, fields and levels stand in docs/observability.md, which tests compare with what is said.

use std::time::Duration;

use tracing::{
    Level, Span, debug_span,
    field::{Empty, debug, display},
    info_span, span_enabled,
};

pub(crate) mod meters;
pub(crate) mod numbers;

/// The span of an update; none if nobody listens.
pub(crate) fn update_span(
    update_id: i64,
    kind: &'static str,
    chat: Option<i64>,
    user: Option<i64>,
) -> Option<Span> {
    span_enabled!(target: "bale::update", Level::INFO).then(|| {
        info_span!(
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
        )
    })
}

/// Tells the update's span which handler took it and how that ended.
pub(crate) fn taken(handler: Option<(&'static str, &'static str, u32)>, outcome: &'static str) {
    if !span_enabled!(target: "bale::update", Level::INFO) {
        return;
    }
    let span = Span::current();
    if let Some((name, file, line)) = handler {
        span.record("handler", name);
        span.record("at", display(format_args!("{file}:{line}")));
    }
    span.record("outcome", outcome);
}

/// Tells the update's span how long it waited and how long it took.
pub(crate) fn ended(span: &Span, lane_wait: Duration, elapsed: Duration) {
    span.record("lane_wait", debug(lane_wait));
    span.record("elapsed", debug(elapsed));
}

/// The span of one call of a handler, in which its own log lines lie; none if nobody listens.
pub(crate) fn handler_span(name: &'static str, file: &'static str, line: u32) -> Option<Span> {
    span_enabled!(target: "bale::update", Level::INFO).then(
        || info_span!(target: "bale::update", "handler", name, at = %format_args!("{file}:{line}")),
    )
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
