//! The bot's handle and its calls.
//!
//! [`Bot`] makes calls, each a [`Request`] that is sent when awaited. Everything that knows HTTP or the
//! token is in this module; the rest of the framework sees [`Transport`].

use std::{
    any::Any,
    borrow::Cow,
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

use serde::{Serialize, de::DeserializeOwned};
use tokio::time::Instant;
use tracing::{Instrument as _, field};

use self::{
    agenda::Agenda,
    limit::{ChatKey, Limiter, Post},
    retry::Tries,
    token::Token,
    transport::{Body, Call, Reply, Transport},
    waiting::Waiting,
};
use crate::{
    BoxFuture,
    error::{Error, ErrorKind},
    methods::{GetUpdates, Method},
    observe::{self, meters::CallMeter, numbers::Stopwatch},
    types,
};

pub use self::{
    builder::BotBuilder, download::Download, limit::SendQueue, request::Request, retry::RetryPolicy,
};

pub(crate) mod agenda;
pub(crate) mod body;
mod builder;
mod download;
mod fields;
mod http;
#[cfg(feature = "lean")]
mod lean;
mod limit;
pub(crate) mod reply;
mod request;
mod retry;
#[cfg(test)]
pub(crate) mod script;
mod tls;
pub(crate) mod token;
pub mod transport;
mod waiting;

pub use self::waiting::{Awaited, NothingCame, WaitFor};
pub(crate) use self::waiting::{TIMEOUT as WAIT_TIMEOUT, Taken, Waits, hears_of_waits};

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
    carrier: Box<dyn Transport>,
    timeout: Duration,
    manner: Manner,
    /// None: the author does the pacing.
    limiter: Option<Limiter>,
    me: OnceLock<types::User>,
    waiting: Arc<Waiting>,
    agenda: Agenda,
    meter: CallMeter,
}

/// How a call is made, whatever the call is.
#[derive(Debug, Clone, Copy, Default)]
struct Manner {
    retry: RetryPolicy,
    low_priority: bool,
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

    /// How long a call may take, unless it says something else.
    pub(crate) fn timeout(&self) -> Duration {
        self.0.timeout
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
        Request::new(self.clone(), method)
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
            let mut call = call?;
            let again = call.clone();
            bot.exchange(&mut call, || Ok(again.clone()), &bot.0.manner).await
        })
    }

    /// Makes one call, in its span if anybody listens. Of the call, an empty body is left. By value, it would lie in
    /// memory once more for each of the futures below.
    async fn exchange<T: DeserializeOwned + Any>(
        &self,
        call: &mut Call,
        again: impl Fn() -> Result<Call, Error>,
        manner: &Manner,
    ) -> Result<T, Error> {
        if !observe::calls_are_heard() {
            return self.make(call, again, manner).await;
        }
        let chat = ChatKey::of(call).and_then(ChatKey::id);
        let span = observe::call_span(call.method, chat);
        let started = Instant::now();
        // Boxed, so that a call that nobody hears of does not carry the room for it.
        let result = Box::pin(self.make(call, again, manner)).instrument(span.clone()).await;
        span.record("elapsed", field::debug(started.elapsed()));
        if let Err(error) = &result {
            span.record("code", error.code());
        }
        result
    }

    /// Makes one call: waits for its turn, sends it, reads the answer, and all this again if it failed and
    /// another try cannot double what it does. `again` gives the same call anew: nearly all calls are made
    /// once, and should not pay for a copy.
    async fn make<T: DeserializeOwned + Any>(
        &self,
        call: &mut Call,
        again: impl Fn() -> Result<Call, Error>,
        manner: &Manner,
    ) -> Result<T, Error> {
        let limiter = self.0.limiter.as_ref();
        let method = call.method;
        let chat = limiter.and_then(|_| ChatKey::of(call));
        let mut post = limiter.and_then(|_| Post::of(call, chat, manner.low_priority));
        let mut tries = Tries::new(method, manner.retry);
        loop {
            let permit = match (limiter, &mut post) {
                (Some(limiter), Some(post)) => limiter
                    .admit(post, tries.patience())
                    .await
                    .map_err(|error| tries.give_up(error.of(method)))?,
                _ => None,
            };
            tries.start();
            let error = match self.attempt(call, tries.number()).await {
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
            let Ok(next) = again() else { return Err(tries.give_up(error)) };
            *call = next;
            tries.again(error, wait)?;
            self.0.meter.again(method);
            if limiter.is_none() || post.is_none() {
                tokio::time::sleep(wait).await;
            }
            // Else it waits for the end of the pause in the order of its chat.
        }
    }

    /// Sends one call and reads the answer. The log line has neither address nor parameters: the first
    /// holds the token, the second what people write.
    async fn attempt<T: DeserializeOwned + Any>(
        &self,
        call: &mut Call,
        attempt: u32,
    ) -> Result<T, Error> {
        let (method, index) = (call.method, call.index);
        let watch = Stopwatch::start();
        // Nobody should pay for a time that nobody reads.
        let started =
            tracing::enabled!(target: "bale::call", tracing::Level::DEBUG).then(Instant::now);
        let result =
            self.reply(call).await.and_then(|reply| reply::read(method, &reply, &self.0.token));
        let elapsed = started.map(|started| started.elapsed()).unwrap_or_default();
        match &result {
            Ok(_) => tracing::debug!(target: "bale::call", attempt, ?elapsed, "called"),
            Err(error) => {
                let code = error.code();
                tracing::debug!(target: "bale::call", attempt, code, ?elapsed, %error, "call failed");
            }
        }
        let code = result.as_ref().err().map(code_label);
        self.0.meter.tried(index, method, code, watch.elapsed());
        result
    }

    async fn reply(&self, call: &mut Call) -> Result<Reply, Error> {
        let Call { method, timeout, .. } = *call;
        let pulse = call.body.pulse();
        let mut sent = self.0.carrier.send(call.take());
        let sent = match pulse {
            None => tokio::time::timeout(timeout, sent).await,
            // Boxed, so that the usual call does not carry the room for it.
            Some(pulse) => Box::pin(body::while_moving(timeout, pulse, sent.as_mut())).await,
        };
        match sent {
            Ok(Ok(reply)) => Ok(reply),
            Ok(Err(error)) => Err(Error::transport(error, timeout).of(method)),
            Err(_) => Err(Error::new(ErrorKind::TimedOut { after: timeout }).of(method)),
        }
    }
}

/// What a failure is counted under: a code, or why there is none. One of a few hundred.
fn code_label(error: &Error) -> Cow<'static, str> {
    let status = match error.kind() {
        ErrorKind::Http { status, .. } => Some(i64::from(*status)),
        _ => error.code(),
    };
    match (status, error.kind()) {
        (Some(code @ 100..=599), _) => code.to_string().into(),
        (Some(_), _) => "other".into(),
        (None, ErrorKind::TimedOut { .. } | ErrorKind::Stalled { .. }) => "timeout".into(),
        (None, ErrorKind::Network { .. }) => "network".into(),
        (None, ErrorKind::Decode { .. }) => "unreadable".into(),
        (None, _) => "failed".into(),
    }
}

/// Shows the id only.
impl fmt::Debug for Bot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bot").field("id", &self.id()).finish_non_exhaustive()
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
