//! The bot's handle and its calls.
//!
//! [`Bot`] makes calls, each a [`Request`] that is sent when awaited. Everything that knows HTTP or the
//! token is in this module; the rest of the framework sees [`Transport`].

use std::{
    any::Any,
    env::{self, VarError},
    fmt,
    pin::pin,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde::{Serialize, de::DeserializeOwned};
use tokio::time::Instant;

use self::{
    agenda::Agenda,
    body::Progress,
    http::Http,
    limit::{ChatKey, GROUP_RATE, Limiter, Post},
    retry::Tries,
    token::Token,
    transport::{Body, Call, Reply, Transport},
    waiting::Waiting,
};
use crate::{
    BoxFuture,
    bound::Bind,
    error::{Error, ErrorKind},
    methods::{GetUpdates, Method},
    types,
};

pub use self::{download::Download, limit::SendQueue, retry::RetryPolicy};

pub(crate) mod agenda;
pub(crate) mod body;
mod download;
mod fields;
mod http;
#[cfg(feature = "lean")]
mod lean;
mod limit;
mod reply;
mod retry;
#[cfg(test)]
pub(crate) mod script;
mod tls;
mod token;
pub mod transport;
mod waiting;

pub use self::waiting::{Awaited, NothingCame, WaitFor};
pub(crate) use self::waiting::{TIMEOUT as WAIT_TIMEOUT, Taken, Waits};

/// Where the Bot API lives.
const API_URL: &str = "https://tapi.bale.ai";
const TIMEOUT: Duration = Duration::from_secs(30);

/// A handle to the bot: clones are cheap and share one connection pool.
///
/// It has a function for every method of the API; each returns a [`Request`], which takes the optional
/// parameters and is sent when awaited.
///
/// ```
/// use bale::{client::Bot, error::Error};
///
/// async fn greet(bot: &Bot) -> Result<(), Error> {
///     let me = bot.get_me().await?;
///     let sent = bot.send_message(5_000_000_000, format!("I am {}", me.first_name)).await?;
///     sent.edit("never mind").await?;
///     Ok(())
/// }
/// ```
///
/// Calls need a tokio runtime with its timers on.
///
/// In the examples of the methods, `bot` talks to an `emulator`, to which `sara`, `omid` and, in a `group`, again
/// `sara` have written one message each.
#[derive(Clone)]
pub struct Bot(Arc<Inner>);

struct Inner {
    token: Token,
    carrier: Carrier,
    timeout: Duration,
    manner: Manner,
    /// None: the author does the pacing.
    limiter: Option<Limiter>,
    me: OnceLock<types::User>,
    waiting: Arc<Waiting>,
    agenda: Agenda,
}

/// How a call is made, whatever the call is.
#[derive(Debug, Clone, Copy, Default)]
struct Manner {
    retry: RetryPolicy,
    low_priority: bool,
}

/// What carries the calls. HTTP is named, so that the usual call needs no box for its future.
#[derive(Debug)]
enum Carrier {
    Http(Box<Http>),
    Other(Box<dyn Transport>),
}

impl Bot {
    /// A bot with the token that @botfather gave, and every setting at its default.
    ///
    /// ```
    /// let error = bale::client::Bot::new("not a token").unwrap_err();
    /// assert!(error.is_invalid_token());
    /// ```
    ///
    /// # Errors
    ///
    /// As [`BotBuilder::build`].
    pub fn new(token: impl Into<String>) -> Result<Self, Error> {
        Self::builder().token(token).build()
    }

    /// A bot with settings of one's own.
    pub fn builder() -> BotBuilder {
        BotBuilder::default()
    }

    /// A bot as the environment says: see [`BotBuilder::from_env`].
    ///
    /// # Errors
    ///
    /// As [`BotBuilder::build`].
    pub fn from_env() -> Result<Self, Error> {
        BotBuilder::from_env().build()
    }

    /// The bot's user id: the part of the token before the colon.
    pub fn id(&self) -> i64 {
        self.0.token.id()
    }

    /// The bot's own user, once [`get_me`](Self::get_me) has been answered; the first answer is kept.
    pub fn me(&self) -> Option<&types::User> {
        self.0.me.get()
    }

    pub(crate) fn remember_me(&self, me: &types::User) {
        self.0.me.get_or_init(|| me.clone());
    }

    /// What waits to be sent, because of Bale's limits, at this moment.
    ///
    /// ```
    /// use bale::client::{Bot, SendQueue};
    ///
    /// let bot = Bot::builder().token("123456:TEST").api_url("http://localhost").build()?;
    /// assert_eq!(bot.send_queue(), SendQueue::default());
    /// # Ok::<(), bale::error::Error>(())
    /// ```
    pub fn send_queue(&self) -> SendQueue {
        self.0.limiter.as_ref().map(Limiter::queue).unwrap_or_default()
    }

    /// Waits for the next update of a kind, from anybody anywhere unless narrowed;
    /// [`Message::wait_for`](crate::bound::Message::wait_for) asks the same person in the same chat.
    ///
    /// Only updates that this bot receives by polling count.
    pub fn wait_for<T: Awaited>(&self) -> WaitFor<T> {
        WaitFor::new(self.clone())
    }

    pub(crate) fn agenda(&self) -> &Agenda {
        &self.0.agenda
    }

    pub(crate) fn waiting(&self) -> &Arc<Waiting> {
        &self.0.waiting
    }

    /// The call of any [`Method`], for generic code and for methods of one's own.
    pub fn execute<M: Method>(&self, method: M) -> Request<M> {
        let manner = self.0.manner;
        Request {
            bot: self.clone(),
            method,
            timeout: None,
            manner,
            progress: None,
            answering: None,
        }
    }

    /// Calls a method by its wire name, with any parameters that serialize to a JSON object: the way to
    /// methods and fields that this version does not know. Files among them are
    /// [`InputFile`](crate::types::InputFile)s.
    ///
    /// Limits are not checked and the answer is not bound to the bot.
    ///
    /// ```
    /// use bale::{client::Bot, error::Error};
    /// # use std::collections::BTreeMap;
    ///
    /// async fn count(bot: &Bot) -> Result<i64, Error> {
    ///     bot.call("getChatMembersCount", &BTreeMap::from([("chat_id", 5_000_000_000_i64)])).await
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// As any call.
    pub fn call<T: DeserializeOwned + Send + 'static>(
        &self,
        method: &'static str,
        parameters: &impl Serialize,
    ) -> BoxFuture<'static, Result<T, Error>> {
        let call = Body::new(parameters)
            .map(|body| Call::new(method, body, self.0.timeout))
            .map_err(|error| Error::new(ErrorKind::Encode).of(method).because(error));
        let bot = self.clone();
        Box::pin(async move {
            let call = call?;
            let again = call.clone();
            bot.exchange(call, || Ok(again.clone()), bot.0.manner).await
        })
    }

    /// Makes one call: waits for its turn, sends it, reads the answer, and all this again if it failed and
    /// another try cannot double what it does. `again` gives the same call anew: nearly all calls are made
    /// once, and should not pay for a copy.
    async fn exchange<T: DeserializeOwned + Any>(
        &self,
        call: Call,
        again: impl Fn() -> Result<Call, Error>,
        manner: Manner,
    ) -> Result<T, Error> {
        let limiter = self.0.limiter.as_ref();
        let method = call.method;
        let chat = limiter.and_then(|_| ChatKey::of(&call));
        let mut post = limiter.and_then(|_| Post::of(&call, chat, manner.low_priority));
        let mut tries = Tries::new(method, manner.retry);
        let mut next = call;
        loop {
            let permit = match (limiter, &mut post) {
                (Some(limiter), Some(post)) => limiter
                    .admit(post, tries.patience())
                    .await
                    .map_err(|error| tries.give_up(error.of(method)))?,
                _ => None,
            };
            tries.start();
            let error = match self.attempt(next).await {
                Ok(answer) => {
                    if let Some(limiter) = limiter {
                        limiter.learn(&answer);
                    }
                    if let Some(permit) = permit {
                        permit.succeeded();
                    }
                    return Ok(answer);
                }
                Err(error) => error,
            };
            let wait = tries.failed(&error);
            // A poller that is told to be patient says nothing about what may be sent.
            let limiter = limiter.filter(|_| error.is_rate_limited() && method != GetUpdates::NAME);
            if let Some(limiter) = limiter {
                limiter.pause(chat, wait);
            }
            if let Some(permit) = permit {
                permit.failed(&error);
            }
            // What could be encoded once and no longer can, as a file that is gone, is not the news.
            let Ok(call) = again() else { return Err(tries.give_up(error)) };
            next = call;
            tries.again(error, wait)?;
            if limiter.is_none() || post.is_none() {
                tokio::time::sleep(wait).await;
            }
            // Else it waits for the end of the pause in the order of its chat.
        }
    }

    /// Sends one call and reads the answer. The log line has neither address nor parameters: the first
    /// holds the token, the second what people write.
    async fn attempt<T: DeserializeOwned + Any>(&self, call: Call) -> Result<T, Error> {
        let method = call.method;
        // Nobody should pay for a time that nobody reads.
        let started = tracing::enabled!(tracing::Level::DEBUG).then(Instant::now);
        let result =
            self.reply(call).await.and_then(|reply| reply::read(method, &reply, &self.0.token));
        let elapsed = started.map(|started| started.elapsed()).unwrap_or_default();
        match &result {
            Ok(_) => tracing::debug!(method, ?elapsed, "called"),
            Err(error) => {
                tracing::debug!(method, code = error.code(), ?elapsed, %error, "call failed");
            }
        }
        result
    }

    async fn reply(&self, call: Call) -> Result<Reply, Error> {
        let Call { method, timeout, .. } = call;
        let pulse = call.body.pulse();
        let sent = pin!(async {
            match &self.0.carrier {
                Carrier::Http(http) => http.post(call).await,
                Carrier::Other(transport) => transport.send(call).await,
            }
        });
        match body::within(timeout, pulse, sent).await {
            Ok(Ok(reply)) => Ok(reply),
            Ok(Err(error)) => Err(Error::transport(error, timeout).of(method)),
            Err(_) => Err(Error::new(ErrorKind::TimedOut { after: timeout }).of(method)),
        }
    }
}

/// Shows the id only.
impl fmt::Debug for Bot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bot").field("id", &self.id()).finish_non_exhaustive()
    }
}

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

    /// How long a call may take, 30 seconds if not given. [`Request::timeout`] is for one call;
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
            Some(transport) => Carrier::Other(transport),
            None => {
                let api_url = self.api_url.as_deref().unwrap_or(API_URL);
                Carrier::Http(Box::new(Http::new(
                    api_url,
                    &token,
                    self.proxy.as_deref(),
                    #[cfg(feature = "lean")]
                    !self.general,
                )?))
            }
        };
        let timeout = self.timeout.unwrap_or(TIMEOUT);
        let (count, per) = self.group_rate.unwrap_or(GROUP_RATE);
        let inner = Inner {
            token,
            carrier,
            timeout,
            manner: Manner { retry: self.retry, ..Manner::default() },
            limiter: (!self.unlimited).then(|| Limiter::new(count, per)),
            me: OnceLock::new(),
            waiting: Arc::default(),
            agenda: Agenda::default(),
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

/// A call that is sent when awaited. The optional parameters of its method are functions of it.
#[derive(Debug, Clone)]
#[must_use = "a request is sent when it is awaited"]
pub struct Request<M> {
    bot: Bot,
    method: M,
    timeout: Option<Duration>,
    manner: Manner,
    progress: Option<Progress>,
    answering: Option<Arc<AtomicBool>>,
}

impl<M: Method> Request<M> {
    /// How long this call may take, instead of the bot's setting. It is for each try alone, and waiting for
    /// a turn does not count. An upload may take as long as it needs; for it, this is how long nothing may
    /// move.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Makes this call once, however it ends.
    pub fn no_retry(mut self) -> Self {
        self.manner.retry = RetryPolicy::off();
        self
    }

    /// Makes this call again also when it may have been carried out: better twice than not at all.
    pub fn retry_ambiguous(mut self) -> Self {
        self.manner.retry = self.manner.retry.retry_ambiguous();
        self
    }

    /// Lets other messages to the same chat go first, and leaves a quarter of a group's rate to them: for
    /// broadcasts, so that replies need not wait behind them.
    pub fn low_priority(mut self) -> Self {
        self.manner.low_priority = true;
        self
    }

    /// Calls `tell` whenever bytes of an uploaded file go out: with how many have gone out so far, all
    /// files of the call together, and how many there are, unless a reader does not say.
    ///
    /// ```
    /// # use bale::{client::Bot, error::Error, types::InputFile};
    /// # async fn example(bot: &Bot) -> Result<(), Error> {
    /// bot.send_video(5_000_000_000, InputFile::path("film.mp4"))
    ///     .on_progress(|sent, total| println!("{sent} of {total:?} bytes"))
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// It is called from inside the call, so it must not block. Bytes that have gone out may still be on
    /// their way. A call that is sent again begins at 0 again.
    pub fn on_progress(mut self, tell: impl Fn(u64, Option<u64>) + Send + Sync + 'static) -> Self {
        self.progress = Some(Progress::new(tell));
        self
    }

    /// The method with its parameters.
    pub fn method(&self) -> &M {
        &self.method
    }

    /// The method with its parameters, without the bot.
    pub fn into_method(self) -> M {
        self.method
    }

    /// The bot that makes the call.
    pub fn bot(&self) -> &Bot {
        &self.bot
    }

    pub(crate) fn map(self, change: impl FnOnce(M) -> M) -> Self {
        Self { method: change(self.method), ..self }
    }

    /// Raises `flag` while the call is under way, and leaves it raised if the call succeeds.
    pub(crate) fn answering(mut self, flag: Arc<AtomicBool>) -> Self {
        self.answering = Some(flag);
        self
    }

    fn call(&self) -> Result<Call, Error> {
        let refuse = |error: Error| error.of(M::NAME);
        self.method.check().map_err(|violation| refuse(Error::violation(violation)))?;
        let mut body = self
            .method
            .body()
            .map_err(|error| refuse(Error::new(ErrorKind::Encode).because(error)))?;
        if let Some(progress) = &self.progress {
            body.set_progress(progress.clone());
        }
        let timeout = self.timeout.unwrap_or_else(|| self.method.timeout(self.bot.0.timeout));
        Ok(Call { index: M::INDEX, ..Call::new(M::NAME, body, timeout) })
    }
}

impl<M: Method> IntoFuture for Request<M> {
    type Output = Result<<M::Response as Bind>::Bound, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let call = self.call();
        Box::pin(async move {
            let Self { bot, manner, answering, .. } = &self;
            let answering = answering.clone().map(Answering::start);
            let response: M::Response = bot.exchange(call?, || self.call(), *manner).await?;
            if let Some(answering) = answering {
                answering.succeed();
            }
            M::answered(&response, bot);
            Ok(response.bind(bot))
        })
    }
}

/// An answer to a button on its way; given up if the call fails or is dropped.
struct Answering(Option<Arc<AtomicBool>>);

impl Answering {
    fn start(flag: Arc<AtomicBool>) -> Self {
        flag.store(true, Ordering::Release);
        Self(Some(flag))
    }

    fn succeed(mut self) {
        self.0 = None;
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        if let Some(flag) = &self.0 {
            flag.store(false, Ordering::Release);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, error::Error as StdError};

    use super::{script::Script, transport::TransportErrorKind, *};
    use crate::{
        client::transport::TransportError,
        methods::{SendMessage, Updates},
    };

    const SENT: &str = r#"{"ok":true,"result":{"message_id":5,"date":0,"chat":{"id":7,"type":"private"},"text":"x"}}"#;

    #[tokio::test]
    async fn a_request_is_sent_when_awaited() {
        let (bot, script) = Script::bot(&[SENT]);
        let request = bot.send_message(7, "x").reply_to_message_id(5_000_000_000);
        assert_eq!(script.calls(), []);
        assert_eq!(request.method(), &SendMessage::new(7, "x").reply_to_message_id(5_000_000_000));
        let sent = request.await.unwrap();
        assert_eq!((sent.message_id, sent.bot().id()), (5, 12));
        let body = r#"{"chat_id":7,"text":"x","reply_to_message_id":5000000000}"#;
        assert_eq!(script.calls(), [("sendMessage", body.to_owned())]);
    }

    #[tokio::test]
    async fn a_broken_limit_is_found_before_the_call() {
        let (bot, script) = Script::bot(&[]);
        let error = bot.send_message(7, "").await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "sendMessage: `text` must have 1 to 4096 characters, found 0 characters"
        );
        assert_eq!((error.is_bad_request(), error.may_have_been_sent()), (true, false));
        assert_eq!(script.calls(), []);
    }

    #[tokio::test]
    async fn get_me_is_remembered() {
        let me = |name: &str| {
            format!(r#"{{"ok":true,"result":{{"id":12,"is_bot":true,"first_name":"{name}"}}}}"#)
        };
        let (bot, script) = Script::bot(&[&me("a"), &me("b")]);
        assert_eq!(bot.me(), None);
        assert_eq!(bot.get_me().await.unwrap().first_name, "a");
        assert_eq!(bot.clone().get_me().await.unwrap().first_name, "b");
        let names = (bot.id(), bot.me().unwrap().first_name.as_str());
        assert_eq!(names, (12, "a"));
        assert_eq!(script.calls(), [("getMe", "{}".to_owned()), ("getMe", "{}".to_owned())]);
    }

    #[tokio::test]
    async fn one_bad_update_does_not_cost_the_others() {
        let batch = r#"{"ok":true,"result":[
            {"update_id":1,"message":{"message_id":1,"date":0,"chat":{"id":7,"type":"private"}}},
            {"no":"id"},
            {"update_id":3,"strange":{}}
        ]}"#;
        let (bot, script) = Script::bot(&[batch]);
        let updates = bot.get_updates().offset(-1).limit(100).poll_timeout(50).await.unwrap();
        let ids: Vec<_> = updates
            .iter()
            .map(|update| match update {
                Ok(update) => Ok(update.update_id),
                Err(bad) => Err(bad.raw()),
            })
            .collect();
        assert_eq!(ids, [Ok(1), Err(r#"{"no":"id"}"#), Ok(3)]);
        let body = r#"{"offset":-1,"limit":100,"timeout":50}"#;
        assert_eq!(script.calls(), [("getUpdates", body.to_owned())]);
        assert_eq!(Updates(Vec::new()).into_iter().count(), 0);
    }

    #[tokio::test]
    async fn any_method_can_be_called_by_name() {
        let (bot, script) =
            Script::bot(&[r#"{"ok":true,"result":3}"#, r#"{"ok":true,"result":3}"#]);
        let parameters = BTreeMap::from([("chat_id", "@news")]);
        assert_eq!(bot.call::<i64>("getChatMembersCount", &parameters).await.unwrap(), 3);
        assert_eq!(script.calls(), [("getChatMembersCount", r#"{"chat_id":"@news"}"#.to_owned())]);
        let error = bot.call::<bool>("x", &BTreeMap::from([([1], 2)])).await.unwrap_err();
        assert_eq!(error.to_string(), "x: cannot encode the parameters: key must be a string");
        assert!(!error.may_have_been_sent());
        let error = bot.call::<String>("x", &()).await.unwrap_err();
        assert!(error.is_decode(), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn each_call_has_its_time() {
        let (bot, _script) = Script::bot(&[]);
        let started = Instant::now();
        let mut waited = Duration::ZERO;
        let mut lap = |error: Error| {
            let lap = started.elapsed() - waited;
            waited += lap;
            assert_eq!(error.kind(), &ErrorKind::TimedOut { after: lap });
            assert_eq!((error.is_timeout(), error.is_network()), (true, false));
            assert!(error.may_have_been_sent());
            lap.as_secs()
        };
        assert_eq!(lap(bot.get_me().await.unwrap_err()), 30);
        assert_eq!(lap(bot.get_me().timeout(Duration::from_secs(3)).await.unwrap_err()), 3);
        assert_eq!(lap(bot.call::<bool>("x", &()).await.unwrap_err()), 30);
        assert_eq!(lap(bot.get_updates().await.unwrap_err()), 10);
        assert_eq!(lap(bot.execute(GetUpdates::new().poll_timeout(50)).await.unwrap_err()), 60);
        assert_eq!(
            bot.get_me().timeout(Duration::from_millis(1500)).await.unwrap_err().to_string(),
            "getMe: no answer within 1.5s"
        );
    }

    #[tokio::test]
    async fn a_failed_transport_says_whether_the_call_may_have_arrived() {
        for (kind, sent) in [
            (TransportErrorKind::Connect, false),
            (TransportErrorKind::Interrupted, true),
            (TransportErrorKind::TimedOut, true),
        ] {
            let error = TransportError::new(kind, "reason");
            let (bot, _script) = Script::with([Err(error)].into());
            let error = bot.send_message(7, "x").await.unwrap_err();
            assert_eq!(error.may_have_been_sent(), sent, "{kind:?}");
            assert_eq!(error.is_network(), kind != TransportErrorKind::TimedOut);
            assert_eq!(error.method(), Some("sendMessage"));
        }
        let error = TransportError::new(TransportErrorKind::Connect, "refused");
        let (bot, _script) = Script::with([Err(error)].into());
        assert_eq!(
            bot.get_me().await.unwrap_err().to_string(),
            "getMe: network failure: could not connect: refused"
        );
    }

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

    /// `{}`, `{:?}` and `{:#?}` of an error and of everything behind it.
    fn everything_said(error: &Error) -> String {
        let mut said = String::new();
        let mut next: Option<&dyn StdError> = Some(error);
        while let Some(error) = next {
            said.push_str(&format!("{error} {error:#} {error:?} {error:#?}\n"));
            next = error.source();
        }
        said
    }

    #[tokio::test]
    async fn the_token_is_never_said() {
        let builder = Bot::builder()
            .token("12:secret-secret")
            .api_url("http://127.0.0.1:1/")
            .retry(RetryPolicy::off())
            .proxy("http://secret-secret@127.0.0.1:1");
        let mut said = format!("{builder:?} {builder:#?}");
        let bot = builder.build().unwrap();
        let request = bot.send_message(7, "x");
        said.push_str(&format!("{bot:?} {bot:#?} {request:?} {request:#?} {:?}", bot.0.carrier));
        let mut errors = vec![
            bot.get_me().await.unwrap_err(),
            bot.call::<bool>("getMe", &()).await.unwrap_err(),
            bot.call::<bool>("/../x?y#z", &()).await.unwrap_err(),
            request.timeout(Duration::ZERO).await.unwrap_err(),
            Bot::new("secret-secret").unwrap_err(),
            Bot::new("12:secret-secret ").unwrap_err(),
            Bot::new("secret-secret:12").unwrap_err(),
            Bot::builder().token("12:secret-secret").api_url("secret-secret").build().unwrap_err(),
        ];
        for body in [
            r#"{"ok":true,"result":"12:secret-secret"}"#,
            r#"{"ok":false,"error_code":400,"description":"no /bot12:secret-secret/getMe"}"#,
            "<html>/bot12%3Asecret-secret/getMe",
        ] {
            for status in [200, 404, 429, 502] {
                let replies = [Ok(Reply::new(status, body))].into();
                errors.push(Script::with(replies).0.get_me().await.unwrap_err());
            }
        }
        for error in &errors {
            said.push_str(&everything_said(error));
        }
        assert!(!said.contains("secret-secret"), "{said}");
        assert!(said.contains("<token>"), "{said}");
    }

    #[test]
    fn handles_are_small_and_move_between_threads() {
        fn moves<T: Send + Sync + 'static>() {}
        fn moves_once<T: Send + 'static>(_: T) {}
        moves::<Bot>();
        moves::<Request<SendMessage>>();
        moves::<Error>();
        moves_once(Script::bot(&[]).0.get_me().into_future());
        assert_eq!(size_of::<Error>(), size_of::<usize>());
        assert_eq!(size_of::<Bot>(), size_of::<usize>());
    }
}
