//! Where a conversation is: reading it once an update, and writing it together with the update's mark.

use std::{
    borrow::Cow,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::Value as Json;
use tracing::warn;

use super::{
    Dialogue, DialogueError,
    store::{Run, Store, Stored},
};
use crate::{
    BoxError,
    client::Bot,
    context::Context,
    extract::Reject,
    methods::ChatId,
    storage::{
        Commit, Committed, Mark, Record, Revision, Space, StorageError, StorageKey, Term, Value,
    },
};

/// How long an update is known to have had its effect, and an ended conversation what it was before.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What an update found, or has left since.
pub(super) struct Seen<S> {
    pub(super) state: Option<S>,
    /// The same, as it is stored, and in which version.
    stored: Option<(u32, Json)>,
    /// What the update found when it came for the first time.
    before: Option<(Json,)>,
    revision: Option<Revision>,
    /// Whether this run of the update wrote it, and with it the mark.
    is_written: bool,
}

impl<S> Default for Seen<S> {
    fn default() -> Self {
        Self { state: None, stored: None, before: None, revision: None, is_written: false }
    }
}

impl<S: Dialogue> Seen<S> {
    pub(super) fn is_written(&self) -> bool {
        self.is_written
    }

    /// The state, to keep.
    pub(super) fn owned(&self) -> Option<Result<S, BoxError>> {
        let (version, state) = self.stored.clone()?;
        Some(read(version, state))
    }
}

/// What an update knows of one of its conversations: empty until somebody asks.
struct Slot<S>(Mutex<Option<Arc<Seen<S>>>>);

impl<S> Default for Slot<S> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<S> Slot<S> {
    fn lock(&self) -> MutexGuard<'_, Option<Arc<Seen<S>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where an update's conversation of states `S` is.
pub(super) struct At<S> {
    pub(super) key: StorageKey,
    update_id: i64,
    store: Arc<Store>,
    run: Arc<Run>,
    slot: Arc<Slot<S>>,
    bot: Bot,
    chat: Option<i64>,
}

/// What was found in the conversation of the update.
pub(super) async fn seen<S: Dialogue>(cx: &Context) -> Result<Arc<Seen<S>>, Reject> {
    match known(cx) {
        Some(seen) => Ok(seen),
        None => Ok(load(cx).await?.1),
    }
}

/// The same, if somebody has asked before.
pub(super) fn known<S: Dialogue>(cx: &Context) -> Option<Arc<Seen<S>>> {
    cx.local::<Slot<S>>()?.lock().clone()
}

/// The conversation of the update, and what was found there.
pub(super) async fn load<S: Dialogue>(cx: &Context) -> Result<(At<S>, Arc<Seen<S>>), Reject> {
    let at = At::of(cx)?;
    match at.look(cx).await {
        Ok(Some(seen)) => Ok((at, seen)),
        Ok(None) => Err(Reject::Handled(Cow::Borrowed(
            "it had its effect on the conversation before it came again, and others came after it",
        ))),
        Err(error) => {
            if !cx.is_dry_run() {
                at.tell_trouble().await;
            }
            Err(Reject::Error(DialogueError::from(error).into()))
        }
    }
}

impl<S: Dialogue> At<S> {
    fn of(cx: &Context) -> Result<Self, Reject> {
        let not_mine = || Reject::NotMine(Cow::Borrowed("the update belongs to no conversation"));
        let update = cx.update().ok_or_else(not_mine)?;
        let user = update.user().map(|user| user.id);
        let chat = update.chat().map(|chat| chat.id);
        let id = S::SCOPE.id(chat, user).ok_or_else(not_mine)?;
        Ok(Self {
            key: Space::new(cx.bot().id(), "dialogue").key(format!("{}/{id}", S::NAME)),
            update_id: update.update_id,
            store: cx.state::<Store>().ok_or(Reject::Error("the bot has no store".into()))?,
            run: cx.local_or_default::<Run>(),
            slot: cx.local_or_default::<Slot<S>>(),
            bot: cx.bot().clone(),
            chat: chat.or(user),
        })
    }

    fn seen(&self) -> Option<Arc<Seen<S>>> {
        self.slot.lock().clone()
    }

    /// What there is for this update; none if the update is over.
    async fn look(&self, cx: &Context) -> Result<Option<Arc<Seen<S>>>, StorageError> {
        if let Some(seen) = self.seen() {
            return Ok(Some(seen));
        }
        let Some(seen) = self.find(cx).await? else { return Ok(None) };
        let seen = Arc::new(seen);
        *self.slot.lock() = Some(Arc::clone(&seen));
        Ok(Some(seen))
    }

    async fn find(&self, cx: &Context) -> Result<Option<Seen<S>>, StorageError> {
        let Some(record) = self.get().await? else { return Ok(Some(Seen::default())) };
        let version = record.value.version;
        let stored = match serde_json::from_slice::<Stored>(&record.value.bytes) {
            Ok(stored) => stored,
            Err(error) => return self.unreadable(cx, record, error.into()).await,
        };
        let comes_again = stored.by == self.update_id;
        if !comes_again && self.store.storage.is_done(self.mark(), self.store.clock.now()).await? {
            return Ok(None);
        }
        let found = if comes_again { stored.before } else { stored.state };
        let state = match found.clone().map(|state| read::<S>(version, state.0)).transpose() {
            Ok(state) => state,
            Err(error) => return self.unreadable(cx, record, error).await,
        };
        let stored = found.clone().map(|state| (version, state.0));
        let revision = Some(record.revision);
        Ok(Some(Seen { state, stored, before: found, revision, is_written: false }))
    }

    async fn unreadable(
        &self,
        cx: &Context,
        record: Record,
        why: BoxError,
    ) -> Result<Option<Seen<S>>, StorageError> {
        if !cx.is_dry_run() {
            cx.report(self.set_aside(record, why).await?.into());
        }
        Ok(Some(Seen::default()))
    }

    /// Moves what cannot be read out of the way.
    async fn set_aside(
        &self,
        record: Record,
        source: BoxError,
    ) -> Result<DialogueError, StorageError> {
        let now = self.store.clock.now();
        let space = Space::new(self.bot.id(), "dialogue-unread");
        // Another one of the same person must not take its place.
        let aside = space.key(format!("{}@{}", self.key.id(), now.as_millis()));
        let version = record.value.version;
        let commit = Commit::new()
            .expecting(self.key.clone(), Some(record.revision))
            .put(aside.clone(), record.value.term(Term::Forever))
            .remove(self.key.clone());
        self.store.storage.commit(commit, now).await?;
        let (name, expected, key) = (S::NAME, S::VERSION, self.key.clone());
        Ok(DialogueError::Unreadable { name, key, aside, version, expected, source })
    }

    async fn get(&self) -> Result<Option<Record>, StorageError> {
        self.store.storage.get(&self.key, self.store.clock.now()).await
    }

    /// Says that the update went on with this dialogue. It may go on with others as well, and die in between.
    fn mark(&self) -> Mark {
        let until = self.store.clock.now() + DAY;
        Mark { bot: mark_space(self.bot.id(), S::NAME), update_id: self.update_id, until }
    }

    /// Goes on to this state.
    pub(super) async fn goto(&self, state: S) -> Result<(), DialogueError> {
        self.telling(async {
            let seen = self.seen().unwrap_or_default();
            if self.write(&seen, Some(state), true).await? {
                return Ok(());
            }
            *self.slot.lock() = None;
            let key = self.key.clone();
            Err(match self.overtaker().await? {
                None if self.run.may_repeat() => DialogueError::Raced { key },
                None => DialogueError::Overtaken { key },
                Some(overtaker) => {
                    self.give_up().await?;
                    match overtaker.state {
                        None => DialogueError::Ended { key },
                        Some(_) => DialogueError::Overtaken { key },
                    }
                }
            })
        })
        .await
    }

    /// Ends the conversation, unless a later update of the chat went on with it or ended it.
    pub(super) async fn exit(&self) -> Result<(), DialogueError> {
        self.telling(async {
            let seen = self.seen().unwrap_or_default();
            if seen.revision.is_none() || self.write(&seen, None, true).await? {
                return Ok(());
            }
            if self.overtaker().await?.is_some() {
                return self.give_up().await;
            }
            self.write(&seen, None, false).await.map(drop)
        })
        .await
    }

    /// Writes the state and the mark of the update; `false` if the conversation is not as it was seen any more,
    /// where that matters.
    async fn write(
        &self,
        seen: &Seen<S>,
        state: Option<S>,
        as_seen: bool,
    ) -> Result<bool, DialogueError> {
        let unwritable = |source| DialogueError::Unwritable { name: S::NAME, source };
        let json = state.as_ref().map(serde_json::to_value).transpose().map_err(unwritable)?;
        let stored = Stored {
            state: json.clone().map(|state| (state,)),
            by: self.update_id,
            chat: self.chat,
            before: seen.before.clone(),
        };
        let bytes = serde_json::to_vec(&stored).map_err(unwritable)?;
        let now = self.store.clock.now();
        let kept = if state.is_some() { S::TTL } else { DAY };
        let value = Value::new(S::VERSION, bytes).term(Term::Until(now + kept));
        let mut commit = Commit::new().put(self.key.clone(), value);
        if as_seen {
            commit = commit.expecting(self.key.clone(), seen.revision);
        }
        // A second write of the same update would be taken for a repetition of the first.
        if !seen.is_written {
            commit = commit.done(self.mark());
        }
        let revision = match self.store.storage.commit(commit, now).await {
            Ok(Committed::Written(revision)) => Some(revision),
            // The update comes again: its step was made before.
            Ok(Committed::AlreadyDone) => self.get().await?.map(|record| record.revision),
            Err(error) if error.is_conflict() => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        self.run.wrote();
        let stored = json.map(|state| (S::VERSION, state));
        let before = seen.before.clone();
        let seen = Seen { state, stored, before, revision, is_written: true };
        *self.slot.lock() = Some(Arc::new(seen));
        Ok(true)
    }

    /// What a later update of the same chat left: one that did not wait for its turn, with `lane = "none"`.
    async fn overtaker(&self) -> Result<Option<Stored>, StorageError> {
        let record = self.get().await?;
        let stored = record.and_then(|it| serde_json::from_slice::<Stored>(&it.value.bytes).ok());
        let is_later = |stored: &Stored| stored.chat == self.chat && stored.by > self.update_id;
        Ok(stored.filter(is_later))
    }

    /// Marks the update, which has no effect any more, also if it comes again.
    async fn give_up(&self) -> Result<(), DialogueError> {
        let commit = Commit::new().done(self.mark());
        self.store.storage.commit(commit, self.store.clock.now()).await?;
        Ok(())
    }

    /// Does something, and tells the person if what they wrote cannot be taken in.
    async fn telling(
        &self,
        work: impl Future<Output = Result<(), DialogueError>>,
    ) -> Result<(), DialogueError> {
        let result = work.await;
        if let Err(DialogueError::Storage(_) | DialogueError::Overtaken { .. }) = result {
            self.tell_trouble().await;
        }
        result
    }

    /// Tells the person to write again later.
    async fn tell_trouble(&self) {
        let (text, Some(chat)) = (&self.store.trouble, self.chat) else { return };
        if text.is_empty() || !self.run.is_to_be_told() {
            return;
        }
        if let Err(error) = self.bot.send_message(ChatId::from(chat), text.as_ref()).await {
            warn!("nobody could be told that a conversation could not go on: {error}");
        }
    }
}

/// A stored state, as the dialogue reads it today.
fn read<S: Dialogue>(version: u32, state: Json) -> Result<S, BoxError> {
    if version == S::VERSION {
        return Ok(serde_json::from_value(state)?);
    }
    S::migrate(version, state).ok_or_else(|| "`migrate` does not know it".into())
}

/// What stands for the bot in the marks of one dialogue, or of one record of data: a negative number, which no bot has. It is the same in
/// every build and on every machine (FNV-1a).
pub(crate) fn mark_space(bot: i64, name: &str) -> i64 {
    let bytes = bot.to_le_bytes().into_iter().chain(name.bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    i64::from_le_bytes((hash | 1 << 63).to_le_bytes())
}
