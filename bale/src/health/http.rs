//! `/livez` and `/readyz` over HTTP.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};

use super::{Checkup, Health};

/// The variable that says where [`App::run`](crate::App::run) answers.
pub(crate) const ADDRESS: &str = "BALE_HEALTH_LISTEN";

/// `/livez` and `/readyz` for these bots, to be merged into a router of one's own.
///
/// Each answers 200 if all bots are, else 503, with a JSON array that has one object a bot. The times are in
/// seconds. Nothing in it is secret, but it is for machines of one's own.
///
/// ```
/// use bale::{App, health};
///
/// let app = App::new();
/// let router: axum::Router = health::router([app.health()]);
/// # drop(router);
/// ```
pub fn router(bots: impl IntoIterator<Item = Health>) -> Router {
    let bots: Arc<[Health]> = bots.into_iter().collect();
    let answer = |is: fn(&Checkup) -> bool| {
        let bots = Arc::clone(&bots);
        get(move || {
            let bots = Arc::clone(&bots);
            async move { respond(&bots, is) }
        })
    };
    Router::new()
        .route("/livez", answer(|checkup| checkup.is_live))
        .route("/readyz", answer(|checkup| checkup.is_ready))
}

fn respond(bots: &[Health], is: fn(&Checkup) -> bool) -> impl IntoResponse + use<> {
    let checkups: Vec<Checkup> = bots.iter().map(Health::check).collect();
    let status =
        if checkups.iter().all(is) { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = Value::Array(checkups.iter().map(to_json).collect()).to_string();
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, body)
}

fn to_json(checkup: &Checkup) -> Value {
    let seconds = |time: Option<Duration>| time.map(|time| time.as_secs_f64());
    json!({
        "stage": checkup.stage.to_string(),
        "live": checkup.is_live,
        "ready": checkup.is_ready,
        "last_poll": seconds(checkup.last_poll),
        "in_flight": checkup.in_flight,
        "deferred": checkup.deferred,
        "oldest_unfinished": seconds(checkup.oldest_unfinished),
        "lag": seconds(checkup.lag),
    })
}

/// Answers until it is dropped.
pub(crate) struct Page(JoinHandle<io::Result<()>>);

impl Drop for Page {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Begins to answer at an address; gives the address with its real port too.
///
/// # Errors
/// If the address cannot be listened on.
pub(crate) async fn serve(
    address: SocketAddr,
    bots: Vec<Health>,
) -> io::Result<(SocketAddr, Page)> {
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    let served = axum::serve(listener, router(bots)).into_future();
    Ok((address, Page(tokio::spawn(served))))
}
