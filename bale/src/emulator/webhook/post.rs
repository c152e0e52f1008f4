//! One update as one HTTP request, in this process or over a socket of this machine.

use std::{error::Error, future::Future};

use axum::{
    Router,
    body::Body,
    http::{Request, Uri, header},
};
use hyper::{client::conn::http1, service::Service};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tokio::net::{TcpStream, lookup_host};

use super::Post;

/// Calls the router.
pub(super) fn in_process(
    router: Router,
    post: &Post,
) -> impl Future<Output = Result<u16, String>> + use<> {
    let request = request(post);
    async move {
        let (request, _) = request?;
        let answer = TowerToHyperService::new(router).call(request).await;
        answer.map(|answer| answer.status().as_u16()).map_err(|never| match never {})
    }
}

/// Sends it over a new connection, and to this machine only: an emulator does not talk to the world.
pub(super) fn by_socket(post: &Post) -> impl Future<Output = Result<u16, String>> + use<> {
    let request = request(post);
    async move {
        let (request, url) = request?;
        if url.scheme_str() != Some("http") {
            return Err(
                "The emulator brings updates by plain HTTP: set the address where the bot \
                        itself listens"
                    .to_owned(),
            );
        }
        let host = url.host().unwrap_or_default().trim_matches(['[', ']']);
        let addresses = lookup_host((host, url.port_u16().unwrap_or(80))).await.map_err(because)?;
        let addresses: Vec<_> = addresses.filter(|address| address.ip().is_loopback()).collect();
        if addresses.is_empty() {
            return Err("The emulator brings updates to this machine only".to_owned());
        }
        let stream = TcpStream::connect(&addresses[..]).await.map_err(because)?;
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(because)?;
        // The connection does the work, and ends with the answer or with this future.
        let mut connection = std::pin::pin!(connection);
        let mut answer = std::pin::pin!(sender.send_request(request));
        let answer = tokio::select! {
            biased;
            answer = answer.as_mut() => answer,
            _ = connection.as_mut() => answer.await,
        };
        answer.map(|answer| answer.status().as_u16()).map_err(because)
    }
}

fn request(post: &Post) -> Result<(Request<Body>, Uri), String> {
    let url: Uri = post.url.parse().map_err(because)?;
    let path = url.path_and_query().map_or("/", |path| path.as_str());
    let host = url.authority().map_or("", |authority| authority.as_str());
    let request = Request::post(path)
        .header(header::HOST, host)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(post.sent()))
        .map_err(because)?;
    Ok((request, url))
}

/// An error and what caused it.
fn because(error: impl Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
