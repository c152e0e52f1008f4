//! Waiting for the next update of a kind, in the middle of a handler.

use std::{
    any::type_name,
    fmt,
    future::{Future, IntoFuture},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::sync::{mpsc, oneshot};

use crate::{
    BoxFuture,
    bound::{CallbackQuery, Message, Update},
    client::Bot,
    types::{self, UpdateKind},
};

/// What can be waited for: a new [`Message`], a [`CallbackQuery`], or any [`Update`].
pub trait Awaited: Sized + Send + 'static {
    /// The value, if `update` is one.
    fn from_update(update: &types::Update, bot: &Bot) -> Option<Self>;
}

impl Awaited for Message {
    fn from_update(update: &types::Update, bot: &Bot) -> Option<Self> {
        match &update.kind {
            UpdateKind::Message(message) => Some(Self::new(Arc::clone(message), bot.clone())),
            _ => None,
        }
    }
}

impl Awaited for CallbackQuery {
    fn from_update(update: &types::Update, bot: &Bot) -> Option<Self> {
        match &update.kind {
            UpdateKind::CallbackQuery(query) => Some(Self::new(Arc::clone(query), bot.clone())),
            _ => None,
        }
    }
}

impl Awaited for Update {
    fn from_update(update: &types::Update, bot: &Bot) -> Option<Self> {
        Some(Self::new(update.clone(), bot.clone()))
    }
}

/// Nothing that was waited for came in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("nothing came within {after:?}")]
pub struct NothingCame {
    /// How long was waited.
    pub after: Duration,
}

/// How long is waited if nothing else is said.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(300);
/// How many updates a wait for all holds unread; more of them go the usual way, into their lanes.
const UNREAD: usize = 32;

type Check<T> = Box<dyn Fn(&T) -> bool + Send>;

/// A wait for an update: made by [`Bot::wait_for`], [`Message::wait_for`] and
/// [`CallbackQuery::wait_for`].
///
/// The update that ends it goes to nobody else. It does not wait for its place in its chat: the handler
/// that waits is what holds that place.
#[must_use = "nothing is waited for until this is awaited"]
pub struct WaitFor<T> {
    bot: Bot,
    chat: Option<i64>,
    user: Option<i64>,
    check: Option<Check<T>>,
    timeout: Duration,
}

impl<T> fmt::Debug for WaitFor<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitFor")
            .field("for", &type_name::<T>())
            .field("chat", &self.chat)
            .field("user", &self.user)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

impl<T: Awaited> WaitFor<T> {
    pub(crate) fn new(bot: Bot) -> Self {
        Self { bot, chat: None, user: None, check: None, timeout: TIMEOUT }
    }

    /// Only in this chat.
    pub fn in_chat(mut self, chat_id: i64) -> Self {
        self.chat = Some(chat_id);
        self
    }

    /// Only from this person.
    pub fn from_user(mut self, user_id: i64) -> Self {
        self.user = Some(user_id);
        self
    }

    /// From anybody in the chat.
    pub fn from_anybody(mut self) -> Self {
        self.user = None;
        self
    }

    /// Only what passes `check`, which must be quick: it holds up the reception of updates. A check that
    /// panics passes nothing.
    pub fn check(mut self, check: impl Fn(&T) -> bool + Send + 'static) -> Self {
        self.check = Some(Box::new(check));
        self
    }

    /// At most this long; 5 minutes if not given.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Begins to wait, before a question is asked whose answer must not be missed.
    ///
    /// ```
    /// # use bale::{Message, Result};
    /// # async fn example(message: Message) -> Result {
    /// let answer = message.wait_for::<Message>().begin();
    /// message.reply("چند سال دارید؟").await?;
    /// let answer = answer.await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn begin(self) -> BoxFuture<'static, Result<T, NothingCame>> {
        let Self { bot, chat, user, check, timeout } = self;
        let (sender, receiver) = oneshot::channel();
        let mut sender = Some(sender);
        let take = move |update: &types::Update, bot: &Bot| {
            if sender.as_ref().is_none_or(oneshot::Sender::is_closed) {
                return Taken::No;
            }
            let Some(value) = passing(update, bot, check.as_ref()) else { return Taken::No };
            // The receiver was there a moment ago; if it went away meanwhile, the update is not taken.
            match sender.take().map(|sender| sender.send(value)) {
                Some(Ok(())) => Taken::Last,
                Some(Err(_)) | None => Taken::No,
            }
        };
        let place = bot.waiting().add(chat, user, Box::new(take));
        Box::pin(async move {
            let _place = place;
            match tokio::time::timeout(timeout, receiver).await {
                Ok(Ok(value)) => Ok(value),
                Ok(Err(_)) | Err(_) => Err(NothingCame { after: timeout }),
            }
        })
    }

    /// Begins to wait for all that come, until the value is dropped. The timeout is up to the caller.
    pub(crate) fn begin_all(self) -> Waits<T> {
        let Self { bot, chat, user, check, timeout: _ } = self;
        let (sender, receiver) = mpsc::channel(UNREAD);
        let take =
            move |update: &types::Update, bot: &Bot| match passing(update, bot, check.as_ref())
                .map(|value| sender.try_send(value))
            {
                Some(Ok(())) => Taken::AndMore,
                Some(Err(_)) | None => Taken::No,
            };
        let place = bot.waiting().add(chat, user, Box::new(take));
        Waits { receiver, _place: place }
    }
}

/// What comes while this value lives.
pub(crate) struct Waits<T> {
    receiver: mpsc::Receiver<T>,
    _place: Place,
}

impl<T> Waits<T> {
    /// The next one.
    pub(crate) async fn next(&mut self) -> Option<T> {
        self.receiver.recv().await
    }

    /// The next one, if it has come already.
    pub(crate) fn try_next(&mut self) -> Option<T> {
        self.receiver.try_recv().ok()
    }
}

/// The value of the update, if it is one that passes.
fn passing<T: Awaited>(update: &types::Update, bot: &Bot, check: Option<&Check<T>>) -> Option<T> {
    T::from_update(update, bot).filter(|value| check.is_none_or(|check| check(value)))
}

impl<T: Awaited> IntoFuture for WaitFor<T> {
    type Output = Result<T, NothingCame>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        self.begin()
    }
}

/// Whether a waiter took an update.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    No,
    AndMore,
    Last,
}

type Take = Box<dyn FnMut(&types::Update, &Bot) -> Taken + Send>;

tokio::task_local! {
    /// Called when a task begins to wait for a person.
    static ON_WAIT: Box<dyn Fn() + Send + Sync>;
}

/// Runs `work`, and calls `told` whenever it begins to wait for an update.
pub(crate) fn hears_of_waits<F: Future>(
    told: impl Fn() + Send + Sync + 'static,
    work: F,
) -> impl Future<Output = F::Output> {
    ON_WAIT.scope(Box::new(told), work)
}

/// Who waits for updates of a bot.
#[derive(Default)]
pub(crate) struct Waiting {
    /// So that an update costs one load when nobody waits.
    count: AtomicUsize,
    next: AtomicU64,
    waiters: Mutex<Vec<Waiter>>,
}

struct Waiter {
    number: u64,
    chat: Option<i64>,
    user: Option<i64>,
    take: Take,
}

impl Waiter {
    fn is_about(&self, update: &types::Update) -> bool {
        let is = |wanted: Option<i64>, found: Option<i64>| wanted.is_none() || wanted == found;
        is(self.chat, update.chat().map(|chat| chat.id))
            && is(self.user, update.user().map(|user| user.id))
    }
}

impl Waiting {
    pub(crate) fn add(self: &Arc<Self>, chat: Option<i64>, user: Option<i64>, take: Take) -> Place {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let mut waiters = self.lock();
        waiters.push(Waiter { number, chat, user, take });
        self.count.store(waiters.len(), Ordering::Release);
        drop(waiters);
        // Outside of a handler there is nobody to tell.
        let _ = ON_WAIT.try_with(|told| told());
        Place { waiting: Arc::clone(self), number }
    }

    /// Gives the update to the one who has waited longest for one like it; `false` if nobody has.
    pub(crate) fn offer(&self, update: &types::Update, bot: &Bot) -> bool {
        if self.count.load(Ordering::Acquire) == 0 {
            return false;
        }
        let mut waiters = self.lock();
        let taken = waiters.iter_mut().enumerate().find_map(|(index, waiter)| {
            if !waiter.is_about(update) {
                return None;
            }
            // The author's check must not take the reception of updates down with it.
            match catch_unwind(AssertUnwindSafe(|| (waiter.take)(update, bot))) {
                Ok(Taken::No) | Err(_) => None,
                Ok(taken) => Some((index, taken)),
            }
        });
        if let Some((index, Taken::Last)) = taken {
            waiters.remove(index);
            self.count.store(waiters.len(), Ordering::Release);
        }
        taken.is_some()
    }

    fn remove(&self, number: u64) {
        let mut waiters = self.lock();
        waiters.retain(|waiter| waiter.number != number);
        self.count.store(waiters.len(), Ordering::Release);
    }

    /// What the lock holds is whole even if a check panicked under it.
    fn lock(&self) -> MutexGuard<'_, Vec<Waiter>> {
        self.waiters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place among those who wait, given up when dropped.
pub(crate) struct Place {
    waiting: Arc<Waiting>,
    number: u64,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.waiting.remove(self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{bound::Message, client::script::Script};

    #[tokio::test]
    async fn what_nobody_reads_goes_the_usual_way() {
        let (bot, _) = Script::bot(&[]);
        let waits = bot.wait_for::<Message>().begin_all();
        let json = r#"{"update_id":1,"message":{"message_id":1,"date":1,"chat":{"id":1,"type":"private"}}}"#;
        let update = types::Update::from_raw(json).unwrap();
        let taken = (0..2 * UNREAD).filter(|_| bot.waiting().offer(&update, &bot)).count();
        assert_eq!(taken, UNREAD);
        drop(waits);
    }
}
