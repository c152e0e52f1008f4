//! Settings of a bot.

use std::{
    env::{self, VarError},
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

use super::{
    Agenda, Bot, Inner, Manner, RetryPolicy,
    http::Http,
    limit::{GROUP_RATE, Limiter},
    token::Token,
    transport::Transport,
};
use crate::{
    error::{Error, ErrorKind},
    methods,
    observe::meters::CallMeter,
};

/// Where the Bot API lives.
const API_URL: &str = "https://tapi.bale.ai";
const TIMEOUT: Duration = Duration::from_secs(30);

/// Settings of a [`Bot`].
#[derive(Default)]
#[must_use = "a builder does nothing until `build`"]
pub struct BotBuilder {
    token: Option<String>,
    api_url: Option<String>,
    proxy: Option<String>,
    timeout: Option<Duration>,
    retry: RetryPolicy,
    group_rate: Option<(u32, Duration)>,
    unlimited: bool,
    #[cfg(feature = "lean")]
    general: bool,
    #[cfg(feature = "http2")]
    http1_only: bool,
    transport: Option<Box<dyn Transport>>,
}

impl BotBuilder {
    /// Settings from the environment: the token from `BALE_BOT_TOKEN`, else from `BALE_TOKEN`; the address
    /// of the API from `BALE_API_URL`; the proxy from `BALE_PROXY`. An empty variable counts as none, and
    /// `HTTP_PROXY` and the like do not count.
    pub fn from_env() -> Self {
        Self::from_variables(|name| match env::var(name) {
            Ok(value) => Some(value),
            // What is no UTF-8 is no token and no URL either; `build` says so.
            Err(VarError::NotUnicode(value)) => Some(value.to_string_lossy().into_owned()),
            Err(VarError::NotPresent) => None,
        })
    }

    fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name| {
            let value = variable(name)?;
            let value = value.trim();
            (!value.is_empty()).then(|| value.to_owned())
        };
        Self {
            token: set("BALE_BOT_TOKEN").or_else(|| set("BALE_TOKEN")),
            api_url: set("BALE_API_URL"),
            proxy: set("BALE_PROXY"),
            ..Self::default()
        }
    }

    /// Whether a token is there, well-formed or not.
    pub fn has_token(&self) -> bool {
        self.token.is_some()
    }

    /// The token that @botfather gave.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// The address of the Bot API, `https://tapi.bale.ai` if not given. A plain `http://` address needs no
    /// CA store.
    pub fn api_url(mut self, url: impl Into<String>) -> Self {
        self.api_url = Some(url.into());
        self
    }

    /// An HTTP proxy for all calls. Without this there is none, whatever `HTTP_PROXY` says.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Some(url.into());
        self
    }

    /// How long a call may take, 30 seconds if not given. [`Request::timeout`](crate::client::Request::timeout) is for one call;
    /// `getUpdates` has its own rule.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Whether and for how long failed calls are made again; see [`RetryPolicy`] for the default.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// How many messages are sent to one group or channel in any such time: 20 in 60 seconds if not given,
    /// at least 1. What is over waits for its turn, in order.
    ///
    /// An album counts as its parts; edits and deletions do not count. Private chats have no rate, but a
    /// 429 pauses any chat for as long as the server says, and only that chat; a 429 that is not about a chat
    /// pauses all messages. A message that would have to wait for a pause longer than the patience of its
    /// [`RetryPolicy`] is not sent: it fails at once as rate limited.
    ///
    /// Which chats are private is learned from updates and answers. Until then a chat is taken for a group.
    pub fn group_rate(mut self, count: u32, per: Duration) -> Self {
        self.group_rate = Some((count, per));
        self
    }

    /// Sends every message at once, whatever the limits are. A call that is refused with a 429 is still made
    /// again, alone.
    pub fn unlimited(mut self) -> Self {
        self.unlimited = true;
        self
    }

    /// Whether calls go over hyper itself, as they do unless a proxy is set, instead of reqwest; downloads
    /// use reqwest always. It is `true` unless set; the way back is for whoever meets a difference.
    #[cfg(feature = "lean")]
    pub fn lean(mut self, lean: bool) -> Self {
        self.general = !lean;
        self
    }

    /// Whether HTTP/2 is offered to an `https://` server, which takes it or does not. It is `true` unless set, but with
    /// the feature `lean` everything is HTTP/1.1 until `lean(false)` or a proxy.
    ///
    /// All calls then share one connection, and polls have another. When it breaks, every call on it may or may not have
    /// been carried out, where a broken connection of HTTP/1.1 leaves one call in doubt; a message in doubt is not sent
    /// again ([`may_have_been_sent`](crate::error::Error::may_have_been_sent)). What the server says that it did not look
    /// at, as when it closes a connection in good order, is sent again at once. While there is no connection, each call
    /// opens one, and the first that is ready carries all.
    #[cfg(feature = "http2")]
    pub fn http2(mut self, http2: bool) -> Self {
        self.http1_only = !http2;
        self
    }

    /// What carries the calls instead of HTTP. The address and the proxy then mean nothing.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Box::new(transport));
        self
    }

    /// The bot. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// If there is no token or it is malformed
    /// ([`is_invalid_token`](crate::error::Error::is_invalid_token)); if the address or the proxy is no
    /// `http://` or `https://` URL; if HTTPS is not possible, because this machine has no CA store or the
    /// feature `rustls` is off.
    pub fn build(self) -> Result<Bot, Error> {
        let token = self.token.ok_or_else(|| Error::new(ErrorKind::MissingToken))?;
        let token = Token::parse(&token)?;
        let carrier = match self.transport {
            Some(transport) => transport,
            None => {
                let api_url = self.api_url.as_deref().unwrap_or(API_URL);
                Box::new(Http::new(
                    api_url,
                    &token,
                    self.proxy.as_deref(),
                    #[cfg(feature = "lean")]
                    !self.general,
                    #[cfg(feature = "http2")]
                    !self.http1_only,
                )?)
            }
        };
        let timeout = self.timeout.unwrap_or(TIMEOUT);
        let (count, per) = self.group_rate.unwrap_or(GROUP_RATE);
        let id = token.id();
        let inner = Inner {
            token,
            carrier,
            timeout,
            manner: Manner { retry: self.retry, ..Manner::default() },
            limiter: (!self.unlimited).then(|| Limiter::new(count, per, id)),
            me: OnceLock::new(),
            waiting: Arc::default(),
            agenda: Agenda::default(),
            meter: CallMeter::new(id, methods::ALL.len()),
        };
        Ok(Bot(Arc::new(inner)))
    }
}

/// Shows no address either: people paste tokens into addresses, and proxies have passwords.
impl fmt::Debug for BotBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BotBuilder")
            .field("has_token", &self.has_token())
            .field("timeout", &self.timeout)
            .field("transport", &self.transport)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_environment_is_read_in_order() {
        let from = |variables: &[(&str, &str)]| {
            let variables: BTreeMap<_, _> = variables.iter().copied().collect();
            let builder = BotBuilder::from_variables(|name| {
                variables.get(name).map(|value| (*value).to_owned())
            });
            (builder.token, builder.api_url, builder.proxy)
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            from(&[
                ("BALE_BOT_TOKEN", "1:a\n"),
                ("BALE_TOKEN", "2:b"),
                ("BALE_API_URL", "http://localhost:1"),
                ("BALE_PROXY", "http://localhost:2"),
                ("HTTP_PROXY", "http://localhost:3"),
            ]),
            (some("1:a"), some("http://localhost:1"), some("http://localhost:2"))
        );
        assert_eq!(
            from(&[("BALE_BOT_TOKEN", " "), ("BALE_TOKEN", "2:b")]),
            (some("2:b"), None, None)
        );
        assert_eq!(from(&[]), (None, None, None));
    }

    #[test]
    fn what_cannot_be_built_says_why() {
        let says = |builder: BotBuilder| builder.build().unwrap_err().to_string();
        let bot = || Bot::builder().token("12:secret-secret");
        assert_eq!(
            says(Bot::builder()),
            "no token: set BALE_BOT_TOKEN to the token that @botfather gave you, or give one to the builder"
        );
        assert_eq!(
            says(Bot::builder().token("secret")),
            "invalid token: expected `<digits>:<letters, digits, - and _>` as @botfather gives it, found no colon"
        );
        assert_eq!(
            says(bot().api_url("12:secret-secret")),
            "cannot set up the client: the API address must be an http:// or https:// URL, found no URL \
             (relative URL without a base)"
        );
        assert_eq!(
            says(bot().api_url("ftp://host")),
            "cannot set up the client: the API address must be an http:// or https:// URL, found another scheme"
        );
        assert_eq!(
            says(bot().api_url("http://host/?a")),
            "cannot set up the client: the API address must end with its path, found `?` or `#`"
        );
        assert_eq!(
            says(bot().api_url("http://host/bot12:secret-secret/")),
            "cannot set up the client: the API address must end before `/bot<token>`, which is added to it"
        );
        assert_eq!(
            says(bot().api_url("http://host").proxy("socks5://user:password@host")),
            "cannot set up the client: the proxy must be an http:// or https:// URL, found another scheme"
        );
    }
}
