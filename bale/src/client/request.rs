//! One call, until it is sent.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use super::{Bot, Manner, RetryPolicy, body::Progress, transport::Call};
use crate::{
    BoxFuture,
    bound::Bind,
    error::{Error, ErrorKind},
    methods::Method,
};

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
    pub(super) fn new(bot: Bot, method: M) -> Self {
        let manner = bot.0.manner;
        Self { bot, method, timeout: None, manner, progress: None, answering: None }
    }

    /// How long this call may take, instead of the bot's setting. It is for each try alone, and waiting for
    /// a turn does not count. An upload may take as long as it needs; for it, this is how long nothing may
    /// move.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    pub(super) fn retry(mut self, policy: RetryPolicy) -> Self {
        self.manner.retry = policy;
        self
    }

    /// Makes this call once, however it ends.
    pub fn no_retry(self) -> Self {
        self.retry(RetryPolicy::off())
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
        let mut call = match self.call() {
            Ok(call) => call,
            Err(error) => return Box::pin(async { Err(error) }),
        };
        Box::pin(async move {
            let Self { bot, manner, answering, .. } = &self;
            let answering = answering.clone().map(Answering::start);
            let response: M::Response = bot.exchange(&mut call, || self.call(), manner).await?;
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
    use crate::client::{Bot, BotBuilder};

    /// Of a larger block glibc keeps no list in each thread: each call would go through the slow half of `malloc`.
    const MOST: usize = 1032;

    fn stays_small(builder: BotBuilder) {
        let builder = builder.token("12:x").api_url("http://localhost");
        let bot = builder.build().unwrap();
        let request = bot.send_message(7, "x");
        let sent = size_of_val(&*bot.0.carrier.send(request.call().unwrap()));
        let made = size_of_val(&*request.into_future());
        println!("a call under way has {made} bytes, and {sent} in its transport");
        assert!(made.max(sent) <= MOST, "{made} and {sent} bytes, at most {MOST} are allowed");
    }

    #[tokio::test]
    async fn a_call_under_way_is_small() {
        #[cfg(feature = "lean")]
        stays_small(Bot::builder().lean(false));
        stays_small(Bot::builder());
    }
}
