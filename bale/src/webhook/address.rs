//! The address of a webhook, up to the secret.

use std::{fmt, net::IpAddr};

use axum::http::{Uri, uri::Scheme};

use super::WebhookError;

/// Ports that Bale connects to. Source: docs.bale.ai#setwebhook.
const PORTS: [u16; 2] = [443, 88];

/// An address that was checked, without a slash at its end.
#[derive(Debug, Clone)]
pub(super) struct Address {
    /// `https://host:port`.
    origin: String,
    path: String,
}

impl Address {
    /// # Errors
    /// If Bale would not take it. The path is not repeated: it may be a secret of an older kind.
    pub(super) fn parse(url: &str) -> Result<Self, WebhookError> {
        let expected = "expected the address of a webhook, as https://example.com/bale";
        let wrong = |found: fmt::Arguments<'_>| WebhookError(format!("{expected}; found {found}"));
        if url.contains(['?', '#', '{', '}', '@']) {
            return Err(wrong(format_args!("one with `?`, `#`, `@` or braces")));
        }
        let uri: Uri = url.parse().map_err(|error| wrong(format_args!("none ({error})")))?;
        let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
            return Err(wrong(format_args!("one without `https://` or without a host")));
        };
        let is_here = is_loopback(authority.host());
        if *scheme != Scheme::HTTPS && !(is_here && *scheme == Scheme::HTTP) {
            return Err(wrong(format_args!("`{scheme}://`: Bale brings updates by https only")));
        }
        let port = authority.port_u16().unwrap_or(443);
        if !is_here && !PORTS.contains(&port) {
            let found = format_args!("port {port}: Bale connects to 443 and 88 only");
            return Err(wrong(found));
        }
        let path = uri.path().trim_end_matches('/');
        if path.contains("//") {
            return Err(wrong(format_args!("a path with `//` in it")));
        }
        Ok(Self { origin: format!("{scheme}://{authority}"), path: path.to_owned() })
    }

    /// As `/bale`; empty at the root.
    pub(super) fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin, self.path)
    }
}

fn is_loopback(host: &str) -> bool {
    let ip = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || ip.is_ok_and(|ip| ip.is_loopback())
}
