//! Effects that are not repeated when their update is handled again.

use std::{fmt, future::IntoFuture, marker::PhantomData, sync::Arc, time::Duration};

use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};
use tracing::warn;

use crate::{
    BoxError, BoxFuture,
    bound::{Bind, Message},
    client::Bot,
    context::Context,
    dialogue::Store,
    error::Error,
    extract::{Extract, FromUpdate},
    storage::{Commit, Committed, Revision, Space, StorageError, StorageKey, Term, Value},
    types,
};

/// How long an effect is remembered.
const REMEMBERED: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// The form of the records: nothing while the effect is under way, then its result as JSON.
const VERSION: u32 = 1;

impl Context {
    /// Does something that must not be done twice, when the update is handled again after a crash.
    ///
    /// The result is stored under `key`. Whoever asks for the same key, while the same update or the same job is
    /// handled again, gets what was stored, and the effect is not begun. A key belongs to its update or job: another
    /// update may use the same one. In `on_start` and `on_stop` it belongs to the bot.
    ///
    /// ```
    /// # use bale::{Context, Payment, Result};
    /// # async fn give_credit(user: i64, rials: i64) -> std::io::Result<i64> { Ok(rials) }
    /// #[bale::on_payment]
    /// async fn paid(payment: Payment, cx: &Context) -> Result {
    ///     let user = payment.payer().map_or(0, |user| user.id);
    ///     let credit = cx.once("credit", give_credit(user, payment.total_amount)).await?;
    ///     cx.once("thanks", payment.message().reply(format!("اعتبار شما {credit} ریال است."))).await?;
    ///     Ok(())
    /// }
    /// ```
    ///
    /// A broadcast that goes on where it was, because each chat has a key of its own:
    ///
    /// ```
    /// # use bale::{Context, Result, once::OnceError};
    /// # async fn subscribers() -> Vec<i64> { Vec::new() }
    /// #[bale::command("broadcast {text...}")]
    /// async fn broadcast(cx: &Context, text: String) -> Result<String> {
    ///     let mut missed = 0;
    ///     for chat in subscribers().await {
    ///         match cx.once(chat, cx.bot().send_message(chat, &text)).await {
    ///             Ok(_) => {}
    ///             // Begun before a crash: sent or not, nobody knows. Better not twice.
    ///             Err(OnceError::Interrupted { .. }) => missed += 1,
    ///             // This one was not sent, as of a user who has blocked the bot.
    ///             Err(OnceError::Failed { .. }) => missed += 1,
    ///             Err(error) => return Err(error.into()),
    ///         }
    ///     }
    ///     Ok(format!("{missed} نفر پیام را نگرفتند."))
    /// }
    /// ```
    ///
    /// # What is guaranteed
    ///
    /// That an effect was begun is stored before it begins, and its result after it has ended. If the process dies
    /// between, nobody can know whether the money was moved or the message sent. Then it is **not begun again**:
    /// the error is [`OnceError::Interrupted`], and the author decides. With [`retry`](Once::retry) it is begun
    /// again, which suits an effect that is the same when done twice.
    ///
    /// So an effect happens *at most once*, and without a crash in its midst exactly once. An effect that has
    /// failed is not remembered, and is begun again; except for a call of the Bot API that
    /// [may have been sent](crate::Error::may_have_been_sent), which counts as interrupted.
    ///
    /// It is stored where [`App::storage`](crate::App::storage) says, or in the
    #[cfg_attr(feature = "sqlite", doc = "[journal](crate::App::journal)")]
    #[cfg_attr(not(feature = "sqlite"), doc = "journal")]
    /// if there is one. In [`Memory`](crate::storage::Memory), the default, it does not survive the process, and is good
    /// for nothing but tests. It is remembered for 30 days: see [`remember`](Once::remember).
    ///
    /// What is stored in the author's own database needs none of this: write the update's id in the same
    /// transaction, and do nothing if it is there.
    pub fn once<'f, F: IntoFuture + 'f>(&self, key: impl fmt::Display, effect: F) -> Once<'f, F> {
        Effects::of(self).once(key, effect)
    }
}

/// [`Context::once`] as a parameter, for handlers that are given at run time and cannot borrow the context, and to
/// hand on.
///
/// ```
/// # use bale::{App, Message, Result, once::Effects};
/// # let _ =
/// App::new().on_payment(async |message: Message, effects: Effects| -> Result {
///     effects.once("thanks", message.reply("ممنون!")).await?;
///     Ok(())
/// });
/// ```
#[derive(Debug, Clone)]
pub struct Effects {
    bot: Bot,
    store: Arc<Store>,
    /// What the keys belong to.
    scope: Arc<str>,
}

impl Effects {
    fn of(cx: &Context) -> Self {
        let scope = match (cx.update(), cx.job()) {
            (Some(update), _) => format!("update {}", update.update_id),
            (None, Some(job)) => match job.id() {
                Some(id) => format!("job {id}"),
                None => format!("job {} {}", job.name(), job.due().as_millis()),
            },
            (None, None) => "bot".to_owned(),
        };
        let store = cx.state().unwrap_or_default();
        Self { bot: cx.bot().clone(), store, scope: scope.into() }
    }

    /// Does something that must not be done twice: see [`Context::once`].
    pub fn once<'f, F: IntoFuture + 'f>(&self, key: impl fmt::Display, effect: F) -> Once<'f, F> {
        let key = Space::new(self.bot.id(), "once").key(format!("{}/{key}", self.scope));
        let store = Arc::clone(&self.store);
        let record = EffectRecord { store, key, remembered: REMEMBERED };
        Once { bot: self.bot.clone(), record, effect, retry: false, lives: PhantomData }
    }
}

#[diagnostic::do_not_recommend]
impl<'u, K> FromUpdate<'u, K> for Effects {
    const ALWAYS: bool = true;

    fn from_update(cx: &'u Context) -> Extract<'u, Self> {
        Extract::Ready(Ok(Self::of(cx)))
    }
}

/// An effect that is not repeated: see [`Context::once`]. It happens when this is awaited.
#[must_use = "nothing happens until it is awaited"]
pub struct Once<'f, F> {
    bot: Bot,
    record: EffectRecord,
    effect: F,
    retry: bool,
    /// As long as the effect.
    lives: PhantomData<&'f ()>,
}

impl<F> fmt::Debug for Once<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Once").field("key", &self.record.key).finish_non_exhaustive()
    }
}

impl<F> Once<'_, F> {
    /// Begins the effect again if it was interrupted: at least once, instead of at most once.
    pub fn retry(mut self) -> Self {
        self.retry = true;
        self
    }

    /// For how long the effect is remembered; 30 days otherwise. An update that is handled again later than that
    /// has its effect again.
    pub fn remember(mut self, time: Duration) -> Self {
        self.record.remembered = time;
        self
    }
}

/// What an effect may result in: whatever serde writes and reads, and the message that was sent.
#[diagnostic::on_unimplemented(
    message = "the result of an effect cannot be stored: `{Self}`",
    note = "it is anything that implements `serde::Serialize` and `serde::de::DeserializeOwned`, or a `Message`; \
            `.map(drop)` inside an `async` block leaves it out"
)]
pub trait Storable: Sized {
    /// As JSON.
    #[doc(hidden)]
    fn store(&self) -> serde_json::Result<Vec<u8>>;

    /// As it was.
    #[doc(hidden)]
    fn restore(json: &[u8], bot: &Bot) -> serde_json::Result<Self>;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> Storable for T {
    fn store(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(self)
    }

    fn restore(json: &[u8], _bot: &Bot) -> serde_json::Result<Self> {
        serde_json::from_slice(json)
    }
}

impl Storable for Message {
    fn store(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec::<types::Message>(self)
    }

    fn restore(json: &[u8], bot: &Bot) -> serde_json::Result<Self> {
        Ok(serde_json::from_slice::<types::Message>(json)?.bind(bot))
    }
}

/// Why there is no result of an effect.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OnceError {
    /// It was begun before, and whether it was done is not known: the process died, the handler was cut off, or it
    /// panicked. It was not begun again.
    #[error(
        "`{key}` was begun before, and nobody knows whether it was done: it is not begun again"
    )]
    Interrupted {
        /// The key, behind what it belongs to.
        key: String,
    },
    /// It failed. When it is asked for again it is begun again, unless it is a call that may have been sent.
    #[error("{error}")]
    Failed {
        /// Why.
        #[source]
        error: BoxError,
    },
    /// That it begins could not be stored, so it was not begun.
    #[error("an effect was not begun, because it could not be written down: {0}")]
    Storage(#[from] StorageError),
    /// It was done before, and its result is stored in another form than the one asked for.
    #[error("`{key}` was done before, and its result cannot be read: {error}")]
    Unreadable {
        /// The key, behind what it belongs to.
        key: String,
        /// What is wrong with it.
        #[source]
        error: serde_json::Error,
    },
}

impl OnceError {
    /// Whether nobody knows if the effect has happened.
    pub fn is_interrupted(&self) -> bool {
        matches!(self, Self::Interrupted { .. })
    }
}

impl<'f, F, T, E> IntoFuture for Once<'f, F>
where
    F: IntoFuture<Output = Result<T, E>> + Send + 'f,
    F::IntoFuture: Send,
    T: Storable + Send + 'f,
    E: Into<BoxError> + Send + 'f,
{
    type Output = Result<T, OnceError>;
    type IntoFuture = BoxFuture<'f, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl<F> Once<'_, F> {
    async fn run<T, E>(self) -> Result<T, OnceError>
    where
        F: IntoFuture<Output = Result<T, E>>,
        T: Storable,
        E: Into<BoxError>,
    {
        let Self { bot, record, effect, retry, .. } = self;
        let begun = match record.begin(retry).await? {
            Begin::Now(revision) => revision,
            Begin::Done(json) => {
                return T::restore(&json, &bot)
                    .map_err(|error| OnceError::Unreadable { key: record.name(), error });
            }
        };
        match effect.await {
            Ok(value) => {
                record.end(begun, value.store()).await;
                Ok(value)
            }
            Err(error) => {
                let error = error.into();
                let is_unsure = error.downcast_ref().is_some_and(Error::may_have_been_sent);
                if !is_unsure {
                    record.undo(begun).await;
                }
                Err(OnceError::Failed { error })
            }
        }
    }
}

/// What is stored of one effect.
struct EffectRecord {
    store: Arc<Store>,
    key: StorageKey,
    remembered: Duration,
}

enum Begin {
    /// As it says in the record, which has this revision.
    Now(Revision),
    /// It was done, with this result.
    Done(Bytes),
}

impl EffectRecord {
    fn name(&self) -> String {
        self.key.id().to_owned()
    }

    /// Writes that the effect begins, unless it was begun before.
    async fn begin(&self, retry: bool) -> Result<Begin, OnceError> {
        loop {
            let now = self.store.clock.now();
            let revision = match self.store.storage.get(&self.key, now).await? {
                Some(record) if !record.value.bytes.is_empty() => {
                    return Ok(Begin::Done(record.value.bytes));
                }
                Some(record) if retry => Some(record.revision),
                Some(_) => return Err(OnceError::Interrupted { key: self.name() }),
                None => None,
            };
            match self.write(revision, Some(Bytes::new())).await {
                Ok(revision) => return Ok(Begin::Now(revision)),
                // Somebody else begins it in this moment, and the next look tells how far that is.
                Err(error) if error.is_conflict() => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Writes that it has ended.
    async fn end(&self, begun: Revision, json: serde_json::Result<Vec<u8>>) {
        let written = match json {
            Ok(json) => self.write(Some(begun), Some(json.into())).await.map_err(BoxError::from),
            Err(error) => Err(error.into()),
        };
        if let Err(error) = written {
            warn!(
                "an effect was done, but that could not be written, so when its update is handled again it counts \
                 as interrupted: {}: {error}",
                self.key
            );
        }
    }

    /// Writes that nothing has happened.
    async fn undo(&self, begun: Revision) {
        if let Err(error) = self.write(Some(begun), None).await {
            warn!("an effect that failed counts as interrupted: {}: {error}", self.key);
        }
    }

    async fn write(
        &self,
        expected: Option<Revision>,
        json: Option<Bytes>,
    ) -> Result<Revision, StorageError> {
        let (key, now) = (self.key.clone(), self.store.clock.now());
        let commit = Commit::new().expecting(key.clone(), expected);
        let commit = match json {
            Some(json) => {
                let term = Term::Until(now + self.remembered);
                commit.put(key, Value::new(VERSION, json).term(term))
            }
            None => commit.remove(key),
        };
        match self.store.storage.commit(commit, now).await? {
            Committed::Written(revision) => Ok(revision),
            Committed::AlreadyDone => unreachable!("a commit without a mark is not known"),
        }
    }
}
