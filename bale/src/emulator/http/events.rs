//! Changes, pushed to whoever listens, as server-sent events.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{body::Body, http::header, response::Response};
use bytes::Bytes;
use futures_core::Stream;
use serde_json::Value;
use tokio::sync::{mpsc, watch};

use super::{closed, secured};
use crate::emulator::{Changes, Emulator};

/// Changes within this time travel together: a page draws no faster.
const TOGETHER: Duration = Duration::from_millis(16);

/// How often a line is sent where nothing happens, so that a broken connection is noticed.
const BEAT: Duration = Duration::from_secs(15);

/// Answers with a stream that ends when the client goes away or the server stops. Each event is a list of
/// changes.
pub(crate) fn stream(emulator: &Emulator, closing: watch::Receiver<bool>) -> Response {
    let (sender, lines) = mpsc::channel(1);
    tokio::spawn(send(emulator.changes(), sender, closing));
    let headers =
        [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-store")];
    secured(headers.into_iter(), Body::from_stream(Lines(lines)))
}

async fn send(
    mut changes: Changes,
    lines: mpsc::Sender<Bytes>,
    mut closing: watch::Receiver<bool>,
) {
    loop {
        let news = tokio::select! {
            () = closed(&mut closing) => return,
            () = lines.closed() => return,
            news = changes.next() => Some(news),
            () = tokio::time::sleep(BEAT) => None,
        };
        let line = match news {
            Some(news) => format!("data: {}\n\n", Value::from(news)),
            None => ":\n\n".to_owned(),
        };
        if lines.send(line.into()).await.is_err() {
            return;
        }
        tokio::time::sleep(TOGETHER).await;
    }
}

struct Lines(mpsc::Receiver<Bytes>);

impl Stream for Lines {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(cx).map(|line| line.map(Ok))
    }
}
