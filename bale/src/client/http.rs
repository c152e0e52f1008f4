//! The transport that Bale is spoken over: HTTP/1.1 with keep-alive.

use std::{fmt, sync::OnceLock, time::Duration};

use bytes::Bytes;
use reqwest::{
    Client, ClientBuilder, Proxy, Url,
    header::{CONTENT_TYPE, HeaderValue},
    redirect,
};

use super::{
    token::Token,
    transport::{Body, Call, Reply, Transport, TransportError, TransportErrorKind},
};
use crate::{BoxFuture, error::Error, methods};

const USER_AGENT: &str = concat!("bale-bot/", env!("CARGO_PKG_VERSION"));
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Less than the minute or so after which servers close idle connections: a call that goes out on a
/// connection just closed fails, and nobody knows whether it arrived.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);
/// Long polls are silent for a minute; networks that drop silent connections are told of their life.
const TCP_KEEPALIVE: Duration = Duration::from_secs(30);
/// A hundred full updates are a few megabytes; whatever sends more is no Bot API.
const MAX_BODY: usize = 64 << 20;

pub(super) struct Http {
    client: Client,
    /// The address of the bot, with its token: never printed.
    base: Url,
    /// One address a method, made when first called.
    methods: Box<[OnceLock<Url>]>,
}

impl Http {
    pub(super) fn new(api_url: &str, token: &Token, proxy: Option<&str>) -> Result<Self, Error> {
        let mut base = web_url(api_url).map_err(|found| {
            Error::setup(format!(
                "the API address must be an http:// or https:// URL, found {found}"
            ))
        })?;
        if base.query().is_some() || base.fragment().is_some() {
            return Err(Error::setup("the API address must end with its path, found `?` or `#`"));
        }
        let mut encrypted = base.scheme() == "https";
        let path = format!("{}/bot{}", base.path().trim_end_matches('/'), token.reveal());
        base.set_path(&path);

        let mut builder = Client::builder()
            .user_agent(USER_AGENT)
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .http1_only()
            .tcp_nodelay(true)
            .tcp_keepalive(TCP_KEEPALIVE)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            .no_proxy();
        if let Some(proxy) = proxy {
            // The address may hold a password, so neither it nor reqwest's error is quoted.
            let url = web_url(proxy).map_err(|found| {
                Error::setup(format!("the proxy must be an http:// or https:// URL, found {found}"))
            })?;
            encrypted |= url.scheme() == "https";
            let proxy = Proxy::all(url)
                .map_err(|_| Error::setup("the proxy's address is not one that can be used"))?;
            builder = builder.proxy(proxy);
        }
        let client = with_tls(builder, encrypted)?.build().map_err(|error| {
            Error::setup("the HTTP client does not start").because(error.without_url())
        })?;
        let methods = methods::ALL.iter().map(|_| OnceLock::new()).collect();
        Ok(Self { client, base, methods })
    }

    fn url(&self, method: &str) -> Url {
        let mut url = self.base.clone();
        // Only URLs like `mailto:` have no segments, and those are refused in `new`.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.push(method);
        }
        url
    }

    async fn post(&self, call: Call) -> Result<Reply, TransportError> {
        let known = call.index.and_then(|index| self.methods.get(index));
        let url = match known {
            Some(slot) => slot.get_or_init(|| self.url(call.method)).clone(),
            None => self.url(call.method),
        };
        let request = match call.body {
            Body::Json(json) => self
                .client
                .post(url)
                .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
                .body(json),
        };
        let mut response = request.send().await.map_err(failed)?;
        let status = response.status().as_u16();
        let announced = response.content_length().and_then(|length| usize::try_from(length).ok());
        let mut body = Vec::with_capacity(announced.unwrap_or(0).min(1 << 20));
        while let Some(chunk) = response.chunk().await.map_err(interrupted)? {
            if body.len() + chunk.len() > MAX_BODY {
                return Err(TransportError::new(
                    TransportErrorKind::Interrupted,
                    "the answer is longer than 64 MiB",
                ));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Reply::new(status, Bytes::from(body)))
    }
}

impl Transport for Http {
    fn send(&self, call: Call) -> BoxFuture<'_, Result<Reply, TransportError>> {
        Box::pin(self.post(call))
    }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").field("host", &self.base.host_str()).finish_non_exhaustive()
    }
}

/// An `http` or `https` URL, or what it is instead, without quoting: it may hold a token or a password.
fn web_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("no URL ({error})"))?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        _ => Err("another scheme".to_owned()),
    }
}

fn failed(error: reqwest::Error) -> TransportError {
    let kind = if error.is_connect() || error.is_builder() {
        TransportErrorKind::Connect
    } else if error.is_timeout() {
        TransportErrorKind::TimedOut
    } else {
        TransportErrorKind::Interrupted
    };
    TransportError::new(kind, error.without_url())
}

/// Once a head has come, the call had arrived.
fn interrupted(error: reqwest::Error) -> TransportError {
    TransportError::new(TransportErrorKind::Interrupted, error.without_url())
}

/// Configured by us: reqwest would panic without a process-wide provider, and would want a CA store even
/// for plain HTTP.
#[cfg(feature = "rustls")]
fn with_tls(builder: ClientBuilder, encrypted: bool) -> Result<ClientBuilder, Error> {
    use std::sync::Arc;

    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::setup("TLS does not start").because(error))?;
    let config = if encrypted {
        tls::trusting(config, provider)?
    } else {
        config.with_root_certificates(rustls::RootCertStore::empty())
    };
    Ok(builder.tls_backend_preconfigured(config.with_no_client_auth()))
}

#[cfg(not(feature = "rustls"))]
fn with_tls(builder: ClientBuilder, encrypted: bool) -> Result<ClientBuilder, Error> {
    if encrypted {
        Err(Error::setup("https:// needs the feature `rustls` of `bale-bot`, which is off"))
    } else {
        Ok(builder)
    }
}

#[cfg(feature = "rustls")]
mod tls {
    use std::sync::Arc;

    use rustls::{
        ClientConfig, ConfigBuilder, WantsVerifier, client::WantsClientCert, crypto::CryptoProvider,
    };

    use crate::error::Error;

    type Wanting = ConfigBuilder<ClientConfig, WantsVerifier>;
    type Trusting = ConfigBuilder<ClientConfig, WantsClientCert>;

    #[cfg(feature = "webpki-roots")]
    #[expect(clippy::unnecessary_wraps, reason = "the system's store may be missing")]
    pub(super) fn trusting(
        config: Wanting,
        _provider: Arc<CryptoProvider>,
    ) -> Result<Trusting, Error> {
        let mut roots = rustls::RootCertStore::empty();
        roots.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
        Ok(config.with_root_certificates(roots))
    }

    // On Android the system's store is behind a JVM, and asking without one panics.
    #[cfg(all(not(feature = "webpki-roots"), target_os = "android"))]
    pub(super) fn trusting(
        _config: Wanting,
        _provider: Arc<CryptoProvider>,
    ) -> Result<Trusting, Error> {
        Err(Error::setup(
            "https:// needs the feature `webpki-roots` of `bale-bot` on Android: the system's CA store is \
             out of reach",
        ))
    }

    #[cfg(all(not(feature = "webpki-roots"), not(target_os = "android")))]
    pub(super) fn trusting(
        config: Wanting,
        provider: Arc<CryptoProvider>,
    ) -> Result<Trusting, Error> {
        let verifier = rustls_platform_verifier::Verifier::new(provider).map_err(|error| {
            Error::setup(
                "https:// needs a CA store, and this machine has none: install `ca-certificates`, or enable \
                 the feature `webpki-roots` of `bale-bot`",
            )
            .because(error)
        })?;
        Ok(config.dangerous().with_custom_certificate_verifier(Arc::new(verifier)))
    }
}
