//! What a bot says about itself while it runs: spans here, numbers in `numbers`.
//!
//! Names, fields and levels stand in docs/observability.md, which tests compare with what is said.

use std::time::Duration;

use tokio::time::Instant;
use tracing::{
    Instrument as _, Level, Span, debug, debug_span,
    field::{self, Empty},
    info_span, span_enabled,
};

pub(crate) mod meters;
pub(crate) mod numbers;

/// An update of which somebody hears.
pub(crate) struct Heard {
    span: Span,
    lane_wait: Duration,
}

impl Heard {
    /// An update that was first seen at `since` and starts now; none if nobody hears of it.
    pub(crate) fn begin(
        update_id: i64,
        kind: &'static str,
        chat: Option<i64>,
        user: Option<i64>,
        since: Instant,
    ) -> Option<Self> {
        if !span_enabled!(target: "bale::update", Level::INFO) {
            return None;
        }
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
        Some(Self { span, lane_wait: since.elapsed() })
    }

    /// Handles it in its span, and says when it is done.
    pub(crate) async fn of(self, handled: impl Future<Output = ()>) {
        let Self { span, lane_wait } = self;
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
