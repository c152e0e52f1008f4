//! TLS with rustls and ring, whichever library speaks HTTP over it.

#[cfg(feature = "rustls")]
use std::sync::Arc;

#[cfg(feature = "rustls")]
use rustls::{
    ClientConfig, ConfigBuilder, WantsVerifier, client::WantsClientCert, crypto::CryptoProvider,
};

use crate::error::Error;

/// How to encrypt.
#[cfg(feature = "rustls")]
pub(super) type Tls = ClientConfig;
#[cfg(not(feature = "rustls"))]
#[derive(Clone)]
pub(super) struct Tls;

#[cfg(not(feature = "rustls"))]
pub(super) fn config(encrypted: bool) -> Result<Tls, Error> {
    if encrypted {
        Err(Error::setup("https:// needs the feature `rustls` of `bale-bot`, which is off"))
    } else {
        Ok(Tls)
    }
}

#[cfg(feature = "rustls")]
type Wanting = ConfigBuilder<ClientConfig, WantsVerifier>;
#[cfg(feature = "rustls")]
type Trusting = ConfigBuilder<ClientConfig, WantsClientCert>;

/// A CA store is asked for only if something will be encrypted.
#[cfg(feature = "rustls")]
pub(super) fn config(encrypted: bool) -> Result<Tls, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::setup("TLS does not start").because(error))?;
    #[cfg(all(test, feature = "http2"))]
    if let Some(roots) = TRUSTED.take() {
        return Ok(config.with_root_certificates(roots).with_no_client_auth());
    }
    let config = if encrypted {
        trusting(config, provider)?
    } else {
        config.with_root_certificates(rustls::RootCertStore::empty())
    };
    Ok(config.with_no_client_auth())
}

// What the next configuration of this thread trusts, instead of a store.
#[cfg(all(test, feature = "http2"))]
thread_local! {
    pub(super) static TRUSTED: std::cell::Cell<Option<rustls::RootCertStore>> = const { std::cell::Cell::new(None) };
}

/// Offers HTTP/2, and HTTP/1.1 to servers without it.
#[cfg(feature = "http2")]
pub(super) fn offer_http2(mut tls: Tls) -> Tls {
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    tls
}

#[cfg(feature = "webpki-roots")]
#[expect(clippy::unnecessary_wraps, reason = "the system's store may be missing")]
fn trusting(config: Wanting, _provider: Arc<CryptoProvider>) -> Result<Trusting, Error> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
    Ok(config.with_root_certificates(roots))
}

// On Android the system's store is behind a JVM, and asking without one panics.
#[cfg(all(feature = "rustls", not(feature = "webpki-roots"), target_os = "android"))]
fn trusting(_config: Wanting, _provider: Arc<CryptoProvider>) -> Result<Trusting, Error> {
    Err(Error::setup(
        "https:// needs the feature `webpki-roots` of `bale-bot` on Android: the system's CA store is \
         out of reach",
    ))
}

#[cfg(all(feature = "rustls", not(feature = "webpki-roots"), not(target_os = "android")))]
fn trusting(config: Wanting, provider: Arc<CryptoProvider>) -> Result<Trusting, Error> {
    let verifier = rustls_platform_verifier::Verifier::new(provider).map_err(|error| {
        Error::setup(
            "https:// needs a CA store, and this machine has none: install `ca-certificates`, or enable \
             the feature `webpki-roots` of `bale-bot`",
        )
        .because(error)
    })?;
    Ok(config.dangerous().with_custom_certificate_verifier(Arc::new(verifier)))
}
