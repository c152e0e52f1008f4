//! Files that a call names by an address: they are fetched from this machine, and from nowhere else.
//!
//! It waits on a clock of its own, because an answer that comes over a socket does not know of a paused one.

use std::{collections::BTreeSet, net::SocketAddr, time::Duration};

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::{TcpStream, lookup_host};

use super::{
    params::{Given, Params, Upload},
    strict,
};

/// How long one file may take. What Bale's limit is, nobody says.
const TIME: Duration = Duration::from_secs(10);

/// How many files one call may name.
const MOST_FILES: usize = 20;

/// Bytes of the largest file. Source: docs.bale.ai#sendDocument (20 MB by address), official.
const LARGEST: usize = 20 * 1024 * 1024;

/// Fetches what the call names on this machine.
pub(crate) async fn fill(method: &str, params: &mut Params) {
    for (place, url) in addresses(method, params).into_iter().enumerate() {
        let found = if place < MOST_FILES {
            let url = url.clone();
            let found = tokio::task::spawn_blocking(move || get(&url)).await;
            found.unwrap_or_else(|error| Err(error.to_string()))
        } else {
            Err(format!("expected at most {MOST_FILES} addresses in a call"))
        };
        params.set_fetched(url.to_string(), found);
    }
}

/// Whether an address is of this machine.
pub(crate) fn is_here(url: &reqwest::Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let ip = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    host.eq_ignore_ascii_case("localhost") || ip.is_ok_and(|ip| ip.is_loopback())
}

/// An address that can be one of a file.
pub(crate) fn address(text: &str) -> Option<reqwest::Url> {
    let url = reqwest::Url::parse(text).ok();
    url.filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// The addresses of this machine in a call.
fn addresses(method: &str, params: &Params) -> BTreeSet<reqwest::Url> {
    let mut texts = Vec::new();
    for name in strict::files_of(method) {
        if let Some(Given::Value(value)) = params.given(name) {
            collect(value, &mut texts);
        }
    }
    texts.iter().filter_map(|text| address(text)).filter(is_here).collect()
}

/// The texts of a value, which may be JSON in a text.
fn collect(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) if text.starts_with(['[', '{']) => {
            if let Ok(nested @ (Value::Array(_) | Value::Object(_))) = serde_json::from_str(text) {
                collect(&nested, texts);
            }
        }
        Value::String(text) => texts.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, texts)),
        Value::Object(fields) => {
            for name in ["media", "thumbnail", "sticker"] {
                fields.get(name).into_iter().for_each(|field| collect(field, texts));
            }
        }
        _ => {}
    }
}

fn get(url: &reqwest::Url) -> Result<Upload, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let found = tokio::time::timeout(TIME, request(url)).await;
        found.unwrap_or_else(|_| Err(format!("it took longer than {} s", TIME.as_secs())))
    })
}

async fn request(url: &reqwest::Url) -> Result<Upload, String> {
    if url.scheme() != "http" {
        return Err("the emulator fetches by plain http".to_owned());
    }
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let port = url.port_or_known_default().unwrap_or(80);
    let addresses = lookup_host((host, port)).await.map_err(|error| error.to_string())?;
    let addresses: Vec<SocketAddr> = addresses.filter(|addr| addr.ip().is_loopback()).collect();
    let stream = TcpStream::connect(&addresses[..]).await.map_err(|error| error.to_string())?;
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|error| error.to_string())?;
    // It ends with the runtime.
    tokio::spawn(connection);
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    let asked = Request::get(format!("{}{query}", url.path()))
        .header(header::HOST, format!("{}:{port}", url.host_str().unwrap_or_default()))
        .body(Body::empty())
        .map_err(|error| error.to_string())?;
    let answer = sender.send_request(asked).await.map_err(|error| error.to_string())?;
    if answer.status() != StatusCode::OK {
        return Err(format!("expected the status 200, found {}", answer.status().as_u16()));
    }
    let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let mime_type = kind.and_then(|kind| kind.split(';').next()).map(|kind| kind.trim().to_owned());
    let bytes = to_bytes(Body::new(answer.into_body()), LARGEST).await;
    let bytes = bytes.map_err(|_| "it breaks off, or has more than 20 MB".to_owned())?;
    let file_name = file_name(url).unwrap_or_default();
    Ok(Upload { file_name, mime_type, bytes })
}

/// What the last piece of an address calls a file.
pub(crate) fn file_name(url: &reqwest::Url) -> Option<String> {
    let last = url.path_segments().and_then(Iterator::last);
    last.filter(|name| !name.is_empty()).map(str::to_owned)
}
