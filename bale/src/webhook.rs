//! Updates that Bale brings by itself: a webhook.
//!
//! Bale posts each update to an HTTPS address on port 443 or 88. TLS is the business of the proxy in front (nginx,
//! Caddy, a load balancer); the bot listens behind it, or is a part of a web application that listens already. The
//! handlers are the same as with polling.
//!
//! ```no_run
//! use bale::{App, webhook::Webhook};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let webhook = Webhook::new("https://shop.example.com/bale")?.listen("127.0.0.1:8080");
//! App::new().command("start", async || "سلام!").webhook(webhook).run().await?;
//! # Ok(())
//! # }
//! ```
//!
//! The bot tells Bale the address with a secret last part, `https://shop.example.com/bale/<secret>`. Bale sends nothing else that
//! would show who calls, so the secret is all there is: it is compared in constant time, and whoever does not
//! know it gets a 404. A new one is made at each start, unless the author gives one.
//!
//! # From the environment
//!
//! The same program polls at home and has a webhook in production: `#[bale::main]` makes one of these variables,
//! unless the program chose by itself. Elsewhere [`Webhook::from_env`] does.
//!
//! | variable | meaning |
//! |---|---|
//! | `BALE_WEBHOOK_URL` | as for [`Webhook::new`]; without it the bot polls |
//! | `BALE_WEBHOOK_LISTEN` | as for [`Webhook::listen`]; `127.0.0.1:8080` if not set |
//! | `BALE_WEBHOOK_SECRET` | as for [`Webhook::secret`] |
//!
//! # What is answered, and when
//!
//! | answer | when |
//! |---|---|
//! | 200 | the update is safe: its handler has ended; or it goes on since the [confirm deadline](crate::App::confirm_deadline), or waits for a person (`ask`, `wait_for`, `Confirm`) |
//! | 503 | there is no room, or the bot is starting or stopping; nothing was done about the update |
//! | 400, 415 | the body is no update |
//! | 408, 413 | the body took more than 10 seconds, or is over 1 MB |
//! | 405 | anything but POST |
//! | 404 | any other path |
//!
//! So an update is lost only where its handler was still running after its 200, and the process was killed:
//! after the deadline (a log line says so), or during a question to a person. With
//! [`Delivery::AtMostOnce`](crate::dispatch::Delivery::AtMostOnce) 200 is the answer before the handler begins.
//!
//! An update that comes again while its handler runs waits for the same end; one that is done is answered 200 and
//! not handled again. That is remembered while the process runs.

use std::{fmt, sync::Arc};

use axum::{Router, routing::any};
use tokio::sync::{Semaphore, watch};

pub(crate) use self::receiver::{Receiver, Stopped};
use self::{address::Address, odd::Odd, secret::Secret};
use crate::dispatch::Door;

mod address;
mod answer;
mod odd;
mod receiver;
mod secret;
mod server;

/// Where a bot listens if the environment does not say.
const LISTEN: &str = "127.0.0.1:8080";
/// Requests that are read or waited for at a time. The dispatcher has no room long before.
const REQUESTS: usize = 4096;

/// A webhook of a bot: where Bale reaches it, and how the updates get in. A cheap clone; the clones are one webhook.
///
/// Given to [`App::webhook`](crate::App::webhook). Without [`listen`](Self::listen) its [`router`](Self::router) is
/// merged into the author's own web application.
#[derive(Clone)]
#[must_use = "a webhook does nothing until it is given to an `App`"]
pub struct Webhook {
    address: Address,
    listen: Option<String>,
    is_deleted_at_stop: bool,
    shared: Arc<Shared>,
}

/// What requests are answered by.
struct Shared {
    secret: Secret,
    /// Open while the bot runs.
    door: watch::Sender<Option<Door>>,
    odd: Odd,
    requests: Semaphore,
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook")
            .field("address", &self.to_string())
            .field("listen", &self.listen)
            .finish_non_exhaustive()
    }
}

/// The address, without the secret.
impl fmt::Display for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/<secret>", self.address)
    }
}

impl Webhook {
    /// A webhook below this address, as the world sees it: `https://shop.example.com/bale`. What Bale is told has the
    /// secret as a last part behind it.
    ///
    /// # Errors
    /// If it is no address with `https`, on port 443 or 88. One of this machine, for the emulator, may be
    /// `http` on any port. Source: docs.bale.ai#setwebhook.
    pub fn new(url: impl AsRef<str>) -> Result<Self, WebhookError> {
        Ok(Self {
            address: Address::parse(url.as_ref())?,
            listen: None,
            is_deleted_at_stop: false,
            shared: Shared::new(Secret::generate()?),
        })
    }

    /// What the variables of the environment say; nothing if `BALE_WEBHOOK_URL` is not there, or empty.
    ///
    /// # Errors
    /// If one of them cannot be used.
    pub fn from_env() -> Result<Option<Self>, WebhookError> {
        Self::from_variables(|name| std::env::var_os(name)?.into_string().ok())
    }

    fn from_variables(
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<Self>, WebhookError> {
        let set = |name: &str| {
            let value = variable(name)?;
            let value = value.trim();
            (!value.is_empty()).then(|| value.to_owned())
        };
        let named = |name, error: WebhookError| WebhookError(format!("{name}: {}", error.0));
        let Some(url) = set("BALE_WEBHOOK_URL") else {
            if set("BALE_WEBHOOK_LISTEN").is_some() {
                tracing::warn!(
                    "BALE_WEBHOOK_LISTEN is set without BALE_WEBHOOK_URL, so the bot polls"
                );
            }
            return Ok(None);
        };
        let mut webhook = Self::new(url).map_err(|error| named("BALE_WEBHOOK_URL", error))?;
        if let Some(secret) = set("BALE_WEBHOOK_SECRET") {
            webhook =
                webhook.secret(secret).map_err(|error| named("BALE_WEBHOOK_SECRET", error))?;
        }
        Ok(Some(webhook.listen(set("BALE_WEBHOOK_LISTEN").unwrap_or_else(|| LISTEN.to_owned()))))
    }

    /// The last part of the address, instead of one that is made at random: for several processes that share an
    /// address. At least 16 letters, digits, `-` and `_`, which nobody can guess.
    ///
    /// # Errors
    /// If it is shorter, or has other characters.
    pub fn secret(mut self, secret: impl Into<String>) -> Result<Self, WebhookError> {
        self.shared = Shared::new(Secret::given(secret.into())?);
        Ok(self)
    }

    /// Listens here for the proxy in front, as `127.0.0.1:8080`. This server speaks plain HTTP/1.1 and nothing but
    /// the webhook; whatever path stands before the secret will do, so the proxy may cut it off.
    pub fn listen(mut self, address: impl Into<String>) -> Self {
        self.listen = Some(address.into());
        self
    }

    /// Removes the webhook when the bot stops. Without this it stays, and Bale keeps updates (2,000 of them, for a
    /// day) and brings them to the next start. Source: docs.bale.ai#getUpdates.
    pub fn delete_at_stop(mut self) -> Self {
        self.is_deleted_at_stop = true;
        self
    }

    /// A router with the one path of this webhook, to be merged into the author's application. Until the bot runs, and
    /// when it has stopped, it answers 503. The other functions make it stale, so it is asked for last.
    ///
    /// ```no_run
    /// # use bale::{App, webhook::Webhook};
    /// # async fn example(site: axum::Router) -> Result<(), Box<dyn std::error::Error>> {
    /// let webhook = Webhook::new("https://shop.example.com/bale")?;
    /// let site = site.merge(webhook.router());
    /// let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
    /// tokio::spawn(axum::serve(listener, site).into_future());
    /// App::new().webhook(webhook).run().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Two bots in one application need two addresses, as `/shop` and `/support`. The server of an application has its
    /// own limits on connections and on the time until a request's head is there; `axum::serve` has none.
    #[must_use = "a router does nothing until it is served"]
    pub fn router(&self) -> Router {
        let path = format!("{}/{{secret}}", self.address.path());
        Router::new().route(&path, any(answer::answer)).with_state(Arc::clone(&self.shared))
    }

    /// The same, but that it does not listen.
    #[cfg(feature = "testing")]
    pub(crate) fn unheard(self) -> Self {
        Self { listen: None, ..self }
    }

    /// What Bale is told.
    fn full_address(&self) -> String {
        format!("{}/{}", self.address, self.shared.secret.reveal())
    }

    /// A text of somebody else, who may have been told the address.
    fn redact(&self, text: &str) -> String {
        text.replace(self.shared.secret.reveal(), "<secret>")
    }
}

impl Shared {
    fn new(secret: Secret) -> Arc<Self> {
        Arc::new(Self {
            secret,
            door: watch::Sender::new(None),
            odd: Odd::default(),
            requests: Semaphore::new(REQUESTS),
        })
    }
}

/// Why there is no webhook.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct WebhookError(String);

#[cfg(test)]
mod tests;
