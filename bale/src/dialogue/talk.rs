//! Conversations whose state outlives the handler and the process.

use std::{
    borrow::Cow,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value as Json;
use tracing::warn;

use super::store::{Run, Store, Stored};
use crate::{
    BoxError,
    client::Bot,
    context::Context,
    extract::{Extract, FromUpdate, Reject},
    methods::ChatId,
    storage::{
        Commit, Committed, Mark, Record, Revision, Space, StorageError, StorageKey, Term, Value,
    },
};

/// How long an update is known to have had its effect, and an ended conversation what it was before.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The states of a conversation, usually an `enum` with a variant for each thing that is asked for.
#[cfg_attr(feature = "emulator", doc = "```")]
#[cfg_attr(not(feature = "emulator"), doc = "```ignore")]
/// use bale::{App, Bot, Pass, Result, Text, dialogue::{Dialogue, Talk}, emulator::Emulator};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// enum Order {
///     Name,
///     Phone { name: String },
/// }
///
/// impl Dialogue for Order {
///     const NAME: &'static str = "order";
/// }
///
/// async fn start(talk: Talk<Order>) -> Result<&'static str> {
///     talk.goto(Order::Name).await?;
///     Ok("نام؟")
/// }
///
/// async fn answer(talk: Talk<Order>, Text(text): Text) -> Result<String> {
///     match talk.state() {
///         None => Ok("برای سفارش /order را بفرستید.".to_owned()),
///         Some(Order::Name) => {
///             talk.goto(Order::Phone { name: text }).await?;
///             Ok("شماره؟".to_owned())
///         }
///         Some(Order::Phone { name }) => {
///             talk.exit().await?;
///             Ok(format!("{name}، {text}: ثبت شد."))
///         }
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
/// # let emulator = Emulator::new("123456:TEST");
/// # let bot = Bot::builder().token("123456:TEST").transport(emulator.transport()).build()?;
/// for text in ["/order", "سارا", "0912"] {
///     emulator.message(1, 1, text);
/// }
/// let app = App::new().bot(bot).command("order", start).on_message(answer);
/// app.run_until(emulator.idle()).await?;
/// assert_eq!(emulator.messages(1)[5]["text"], "سارا، 0912: ثبت شد.");
/// # Ok(())
/// # }
/// ```
pub trait Dialogue: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// What its states are stored under: unlike that of any other dialogue of the bot, and never changed.
    const NAME: &'static str;

    /// The form in which states are stored. Count up when stored ones would be read wrongly, and
    /// [`migrate`](Self::migrate) those.
    const VERSION: u32 = 0;

    /// Whose state it is.
    const SCOPE: Scope = Scope::ChatAndUser;

    /// After how long without a change a conversation is forgotten; a week by default.
    const TTL: Duration = Duration::from_secs(7 * 24 * 60 * 60);

    /// Reads a state that was stored by another version. By default it is read like one of this version.
    fn migrate(version: u32, state: Json) -> Option<Self> {
        let _ = version;
        serde_json::from_value(state).ok()
    }
}

/// Whose a conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Scope {
    /// Each person has one in each chat.
    #[default]
    ChatAndUser,
    /// Each chat has one, and whoever writes goes on with it.
    Chat,
    /// Each person has one, in whatever chat they are. Chats do not wait for each other, so the same person
    /// may [overtake](DialogueError::Overtaken) themselves.
    User,
}

impl Scope {
    /// The id of a conversation. What has no chat, like a press on an old button, is as if in the private chat of
    /// its person, which has the person's id; what has no person is the whole chat's.
    fn id(self, chat: Option<i64>, user: Option<i64>) -> Option<String> {
        let chat = chat.or(user);
        Some(match (self, user) {
            (Self::ChatAndUser, Some(user)) => format!("{}:{user}", chat?),
            (Self::ChatAndUser | Self::Chat, _) => format!("{}:", chat?),
            (Self::User, user) => format!(":{}", user?),
        })
    }
}

/// A conversation, as a parameter of a handler: the state in which the update found it, and the ways on.
///
/// A write carries the mark that the update had its effect. If the process dies before the update is confirmed, it
/// comes again, finds the state as it found it the first time, and does not change it a second time: what is sent may
/// be sent twice, but the conversation does not lose its step.
///
/// States are kept by [`App::storage`](crate::App::storage), in memory if none is given.
///
/// - A stored state that cannot be read is kept aside under the kind `dialogue-unread`; `on_error` gets a
///   [`DialogueError::Unreadable`], and the handler runs without a state.
/// - If the store does not work the handler does not run; `on_error` gets the error, and the person is
///   [told](crate::App::storage_trouble) to try again.
pub struct Talk<S> {
    state: Option<S>,
    at: At,
}

impl<S: fmt::Debug> fmt::Debug for Talk<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Talk").field("state", &self.state).field("key", &self.at.key).finish()
    }
}

impl<S: Dialogue> Talk<S> {
    /// The state in which the update found the conversation; none if there is none. It stays the same when
    /// this handler goes on to another one.
    pub fn state(&self) -> Option<&S> {
        self.state.as_ref()
    }

    /// Goes on to this state.
    ///
    /// # Errors
    /// [`DialogueError::Overtaken`] if another update has changed the conversation since this handler was given it.
    /// Nothing is written then.
    pub async fn goto(&self, state: S) -> Result<(), DialogueError> {
        let json = serde_json::to_value(state)
            .map_err(|source| DialogueError::Unwritable { name: S::NAME, source })?;
        self.at.write::<S>(Some(json)).await
    }

    /// Ends the conversation, whatever another update did to it in the meantime: so a `/cancel` with
    /// `lane = "none"` overtakes the handler that runs.
    ///
    /// # Errors
    /// If the store does not work.
    pub async fn exit(&self) -> Result<(), DialogueError> {
        if self.at.revision().is_none() {
            return Ok(());
        }
        self.at.write::<S>(None).await
    }
}

/// A conversation that could not be found or changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DialogueError {
    /// What is stored is no state of this dialogue. It is kept aside, and the person is as without a state.
    #[error(
        "the stored state {key} of version {version} is not one of `{name}`, version {expected} ({source}); it is kept as {aside}"
    )]
    Unreadable {
        /// The dialogue's name.
        name: &'static str,
        /// Where it was.
        key: StorageKey,
        /// Where it is now.
        aside: StorageKey,
        /// In which version it is stored.
        version: u32,
        /// The dialogue's version.
        expected: u32,
        /// Why it cannot be read.
        source: BoxError,
    },
    /// Another update changed the conversation while this one was handled.
    #[error(
        "another update changed the conversation {key} in the meantime; it stays as that one left it"
    )]
    Overtaken {
        /// The conversation.
        key: StorageKey,
    },
    /// The state cannot be written as JSON.
    #[error("a state of `{name}` cannot be written: {source}")]
    Unwritable {
        /// The dialogue's name.
        name: &'static str,
        /// Why.
        source: serde_json::Error,
    },
    /// The store did not do what it was asked.
    #[error("a conversation could not go on: {0}")]
    Storage(#[from] StorageError),
}

/// Where a conversation is, and what the update found there.
struct At {
    key: StorageKey,
    mark_id: i64,
    store: Arc<Store>,
    run: Arc<Run>,
    bot: Bot,
    chat: Option<i64>,
    before: Option<(Json,)>,
    revision: Mutex<Option<Revision>>,
}

impl At {
    /// The update's mark.
    fn mark(&self) -> Mark {
        let until = self.store.clock.now() + DAY;
        Mark { bot: self.bot.id(), update_id: self.mark_id, until }
    }

    fn revision(&self) -> MutexGuard<'_, Option<Revision>> {
        self.revision.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn get(&self) -> Result<Option<Record>, StorageError> {
        self.store.storage.get(&self.key, self.store.clock.now()).await
    }

    async fn write<S: Dialogue>(&self, state: Option<Json>) -> Result<(), DialogueError> {
        let now = self.store.clock.now();
        let kept = if state.is_some() { S::TTL } else { DAY };
        let mut commit = Commit::new();
        if state.is_some() {
            commit = commit.expecting(self.key.clone(), *self.revision());
        }
        // A second write of the same update would be taken for a repetition of the first.
        if !self.run.is_marked() {
            commit = commit.done(self.mark());
        }
        let state = state.map(|state| (state,));
        let stored = Stored { state, by: self.mark_id, before: self.before.clone() };
        let bytes = serde_json::to_vec(&stored)
            .map_err(|source| DialogueError::Unwritable { name: S::NAME, source })?;
        let value = Value::new(S::VERSION, bytes).term(Term::Until(now + kept));
        let written =
            match self.store.storage.commit(commit.put(self.key.clone(), value), now).await {
                Ok(Committed::Written(revision)) => Ok(Some(revision)),
                // The update comes again: its step was made before.
                Ok(Committed::AlreadyDone) => {
                    self.get().await.map(|record| record.map(|record| record.revision))
                }
                Err(error) if error.is_conflict() => {
                    return Err(DialogueError::Overtaken { key: self.key.clone() });
                }
                Err(error) => Err(error),
            };
        match written {
            Ok(revision) => {
                *self.revision() = revision;
                self.run.wrote(&self.key);
                Ok(())
            }
            Err(error) => {
                self.tell_trouble().await;
                Err(error.into())
            }
        }
    }

    /// Moves what cannot be read out of the way.
    async fn set_aside<S: Dialogue>(
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

    /// Tells the person that the store does not work.
    async fn tell_trouble(&self) {
        let (text, Some(chat)) = (&self.store.trouble, self.chat) else { return };
        if text.is_empty() || !self.run.is_to_be_told() {
            return;
        }
        if let Err(error) = self.bot.send_message(ChatId::from(chat), text.as_ref()).await {
            warn!("nobody could be told that the store does not work: {error}");
        }
    }
}

/// A stored state, as the dialogue reads it today.
fn read<S: Dialogue>(version: u32, state: (Json,)) -> Result<S, BoxError> {
    if version == S::VERSION {
        return Ok(serde_json::from_value(state.0)?);
    }
    S::migrate(version, state.0).ok_or_else(|| "`migrate` does not know it".into())
}

async fn load<S: Dialogue>(cx: &Context) -> Result<Talk<S>, Reject> {
    let not_mine = || Reject::NotMine(Cow::Borrowed("the update belongs to no conversation"));
    let update = cx.update().ok_or_else(not_mine)?;
    let user = update.user().map(|user| user.id);
    let chat = update.chat().map(|chat| chat.id);
    let id = S::SCOPE.id(chat, user).ok_or_else(not_mine)?;
    let mut at = At {
        key: Space::new(cx.bot().id(), "dialogue").key(format!("{}/{id}", S::NAME)),
        mark_id: update.update_id,
        store: cx.state::<Store>().ok_or(Reject::Error("the bot has no store".into()))?,
        run: cx.local_or_default::<Run>(),
        bot: cx.bot().clone(),
        chat: chat.or(user),
        before: None,
        revision: Mutex::new(None),
    };
    match find::<S>(cx, &mut at).await {
        Ok(Some(state)) => Ok(Talk { state, at }),
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

/// The state for this update; none if the update is over.
async fn find<S: Dialogue>(cx: &Context, at: &mut At) -> Result<Option<Option<S>>, StorageError> {
    let Some(record) = at.get().await? else { return Ok(Some(None)) };
    let version = record.value.version;
    let stored = match serde_json::from_slice::<Stored>(&record.value.bytes) {
        Ok(stored) => stored,
        Err(error) => return unreadable::<S>(cx, at, record, error.into()).await,
    };
    let comes_again = !at.run.has_written(&at.key) && stored.by == at.mark_id;
    let is_first = !at.run.is_marked() && !comes_again;
    if is_first && at.store.storage.is_done(at.mark(), at.store.clock.now()).await? {
        return Ok(None);
    }
    let now = if comes_again { stored.before.clone() } else { stored.state.clone() };
    let state = match now.map(|state| read::<S>(version, state)).transpose() {
        Ok(state) => state,
        Err(error) => return unreadable::<S>(cx, at, record, error).await,
    };
    at.before = if stored.by == at.mark_id { stored.before } else { stored.state };
    *at.revision() = Some(record.revision);
    Ok(Some(state))
}

async fn unreadable<S: Dialogue>(
    cx: &Context,
    at: &At,
    record: Record,
    why: BoxError,
) -> Result<Option<Option<S>>, StorageError> {
    if !cx.is_dry_run() {
        cx.report(at.set_aside::<S>(record, why).await?.into());
    }
    Ok(Some(None))
}

#[diagnostic::do_not_recommend]
impl<'u, K, S: Dialogue> FromUpdate<'u, K> for Talk<S> {
    fn from_update(cx: &'u Context) -> Extract<'u, Self> {
        Extract::Later(Box::pin(load(cx)))
    }
}
