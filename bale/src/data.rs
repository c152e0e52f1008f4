//! What the bot remembers of a person, of a chat, or of itself: a cart, a chat's settings, a list of subscribers.
//!
//! A struct with `#[derive(bale::Data)]` is a parameter of handlers, as [`Data<Cart>`](Data). It is read from
//! [`App::storage`](crate::App::storage), which is the memory of the process if none is given, and is the type's
//! `Default` as long as nothing is stored.
#![cfg_attr(all(feature = "macros", feature = "emulator"), doc = "```")]
#![cfg_attr(not(all(feature = "macros", feature = "emulator")), doc = "```ignore")]
//! use bale::{App, Bot, Data, Result, emulator::Emulator};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(bale::Data, Default, Serialize, Deserialize)]
//! #[data(key = user)]
//! struct Cart {
//!     fruits: Vec<String>,
//! }
//!
//! #[bale::command("add {fruit}")]
//! async fn add(fruit: String, mut cart: Data<Cart>) -> Result<String> {
//!     cart.change(|cart| cart.fruits.push(fruit.clone())).await?;
//!     Ok(cart.fruits.join("، "))
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
//! # let emulator = Emulator::new("123456:TEST");
//! # let bot = Bot::builder().token("123456:TEST").transport(emulator.transport()).build()?;
//! # for text in ["/add سیب", "/add انار"] {
//! #     emulator.message(1, 1, text);
//! # }
//! # App::collect_module(module_path!()).bot(bot).run_until(emulator.idle()).await?;
//! # assert_eq!(emulator.messages(1)[3]["text"], "سیب، انار");
//! # Ok(())
//! # }
//! ```
//!
//! | `key = ..` | whose it is |
//! |---|---|
//! | `user`, if not given | of each person, in whatever chat they are |
//! | `chat` | of each chat |
//! | `chat + user` | of each person in each chat |
//! | `bot` | there is one |
//!
//! Other people's are reached by [`Data::of_user`] and its like, also from jobs. A [conversation](crate::dialogue) has
//! states of its own. A value has 1 MiB at most, as JSON; what is larger, or searched, belongs into a database.
//!
//! # What is kept
//!
//! [`Data::change`] writes at once. Where two updates change the same data, the slower one's closure is called again with
//! what the faster one left, so no change is lost. A change is written together with the mark that the update made it:
//! if the process dies before the update is confirmed, it comes again, finds the data as it found it the first time, and
//! does not change it twice. If others changed the data since, it finds what they left, and its changes have no effect
//! any more; of several changes of one update, those behind the crash are lost then. In a job nothing is marked:
//! [`Context::once`](crate::Context::once) is for what must not be done twice there.
//!
//! An update that is [handled anew](crate::dialogue#when-two-updates-meet) after its conversation was overtaken does not
//! change data twice either. Where a middleware changed the same data, a change may be lost then.

use std::{
    borrow::Cow,
    collections::HashMap,
    fmt,
    marker::PhantomData,
    ops::Deref,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{
    BoxError,
    context::Context,
    dialogue::{Storable, Store, mark_space},
    extract::{Extract, FromUpdate, Reject},
    storage::{
        Commit, Committed, MAX_VALUE_BYTES, Mark, Revision, Space, StorageError, StorageKey, Term,
        Timestamp, Value,
    },
};

/// How long an update is known to have had its effect.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How often a change is tried, because others were faster.
const TRIES: u32 = 20;

/// What can be kept: a struct with `#[derive(bale::Data)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not data that the bot keeps",
    label = "not a `bale::data::Kept`",
    note = "write `#[derive(bale::Data, Default, serde::Serialize, serde::Deserialize)]` above `struct {Self}`"
)]
pub trait Kept: Storable + Default + Send + Sync + 'static {
    /// What it is stored under: unlike that of any other data of the bot, and never changed.
    const NAME: &'static str;

    /// Whose it is.
    const OWNER: Owner = Owner::User;

    /// The form in which it is stored. Count up when what is stored would be read wrongly, and
    /// [`migrate`](Self::migrate) that.
    const VERSION: u32 = 0;

    /// After how long without a change it is forgotten; never, if none.
    const TTL: Option<Duration> = None;

    /// Reads what was stored by another version. By default it is read like this version's.
    fn migrate(version: u32, data: Json) -> Option<Self> {
        let _ = version;
        serde_json::from_value(data).ok()
    }
}

/// Whose data is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Owner {
    /// Each person has it, in whatever chat they are.
    #[default]
    User,
    /// Each chat has it.
    Chat,
    /// Each person has it in each chat.
    ChatAndUser,
    /// There is one.
    Bot,
}

impl Owner {
    /// The id of a record. What has no chat, like a press on an old button, is as if in the private chat of its
    /// person, which has the person's id.
    fn id(self, chat: Option<i64>, user: Option<i64>) -> Option<String> {
        Some(match self {
            Self::User => format!("user {}", user?),
            Self::Chat => format!("chat {}", chat.or(user)?),
            Self::ChatAndUser => format!("chat {} user {}", chat.or(user)?, user?),
            Self::Bot => "bot".to_owned(),
        })
    }
}

/// Data that the bot keeps, as a parameter: a value to read, and [`change`](Data::change). The module
/// [`data`](crate::data) has an example.
///
/// A handler that an update offers no owner to, as a post in a channel does to data of a person, is passed over. If the
/// store does not work, or what is stored cannot be read, the handler does not run, and `on_error` gets a [`DataError`].
pub struct Data<T> {
    value: T,
    at: At<T>,
}

impl<T: fmt::Debug> fmt::Debug for Data<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Data").field("value", &self.value).field("key", &self.at.key).finish()
    }
}

/// What was found, or what this handler's last change left.
impl<T> Deref for Data<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: Kept> Data<T> {
    /// Of this person. Data of each person in each chat is that in their private chat, and data of a chat that of
    /// the private chat.
    ///
    /// ```
    /// # use bale::{Context, Data, Result};
    /// # use serde::{Deserialize, Serialize};
    /// # #[derive(Default, Serialize, Deserialize)] struct Wallet { coins: i64 }
    /// # impl bale::data::Kept for Wallet { const NAME: &'static str = "wallet"; }
    /// async fn give(cx: &Context, to: i64, mut mine: Data<Wallet>) -> Result {
    ///     let mut theirs = Data::<Wallet>::of_user(cx, to).await?;
    ///     mine.change(|wallet| wallet.coins -= 1).await?;
    ///     theirs.change(|wallet| wallet.coins += 1).await?;
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// If it cannot be read.
    pub async fn of_user(cx: &Context, user_id: i64) -> Result<Self, DataError> {
        Self::load(cx, Some(user_id), Some(user_id)).await
    }

    /// Of this chat.
    ///
    /// # Errors
    /// If it cannot be read; [`DataError::NoOwner`] if it is data of people.
    pub async fn of_chat(cx: &Context, chat_id: i64) -> Result<Self, DataError> {
        Self::load(cx, Some(chat_id), None).await
    }

    /// Of this person in this chat.
    ///
    /// # Errors
    /// If it cannot be read.
    pub async fn of_member(cx: &Context, chat_id: i64, user_id: i64) -> Result<Self, DataError> {
        Self::load(cx, Some(chat_id), Some(user_id)).await
    }

    async fn load(cx: &Context, chat: Option<i64>, user: Option<i64>) -> Result<Self, DataError> {
        let at = At::of(cx, chat, user)?;
        let value = at.value(at.seen.lock().await.find(&at).await?)?;
        Ok(Self { value, at })
    }

    /// Changes the data, and writes it at once; gives what `change` gives. Afterwards this is what was written.
    ///
    /// `change` is called again if another update was faster, with what that one left: so it decides by the value that
    /// it is given, and does nothing else.
    ///
    /// # Errors
    /// If it cannot be read or written. Nothing is written then, unless the error's
    /// [`may_have_been_written`](StorageError::may_have_been_written) says otherwise.
    pub async fn change<R>(&mut self, mut change: impl FnMut(&mut T) -> R) -> Result<R, DataError> {
        let mut seen = self.at.seen.lock().await;
        for _ in 0..TRIES {
            let mut value = self.at.value(seen.find(&self.at).await?)?;
            let result = change(&mut value);
            match seen.write(&self.at, json(&value)?).await? {
                Wrote::New => self.value = value,
                Wrote::Nothing => self.value = self.at.value(seen.find(&self.at).await?)?,
                Wrote::Raced => continue,
            }
            return Ok(result);
        }
        Err(DataError::Raced { key: self.at.key.clone() })
    }

    /// Forgets the data: it is as it was before anything was stored. An update that comes again finds it so.
    ///
    /// # Errors
    /// If the store does not work.
    pub async fn forget(&mut self) -> Result<(), DataError> {
        let mut seen = self.at.seen.lock().await;
        seen.forget(&self.at).await?;
        self.value = self.at.value(seen.find(&self.at).await?)?;
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<'u, K, T: Kept> FromUpdate<'u, K> for Data<T> {
    fn from_update(cx: &'u Context) -> Extract<'u, Self> {
        Extract::Later(Box::pin(async {
            let (chat, user) = (cx.chat().map(|chat| chat.id), cx.user().map(|user| user.id));
            Self::load(cx, chat, user).await.map_err(|error| match error {
                DataError::NoOwner { .. } => Reject::NotMine(Cow::Owned(error.to_string())),
                error => Reject::Error(error.into()),
            })
        }))
    }
}

/// Data that could not be read or changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// Nobody's data was asked for.
    #[error("`{name}` is data of {}, and there is none here", match owner {
        Owner::Chat => "a chat",
        Owner::User | Owner::ChatAndUser | Owner::Bot => "a person",
    })]
    NoOwner {
        /// The data's name.
        name: &'static str,
        /// Whose it is.
        owner: Owner,
    },
    /// What is stored is not this data. It stays as it is.
    #[error(
        "the stored data {key} of version {version} is not `{name}`, version {expected} ({source}); it stays as it is"
    )]
    Unreadable {
        /// The data's name.
        name: &'static str,
        /// Where it is.
        key: StorageKey,
        /// In which version it is stored.
        version: u32,
        /// The version of the program's.
        expected: u32,
        /// Why it cannot be read.
        source: BoxError,
    },
    /// The data cannot be written as JSON.
    #[error("the data `{name}` cannot be written: {source}")]
    Unwritable {
        /// The data's name.
        name: &'static str,
        /// Why.
        source: serde_json::Error,
    },
    /// Others changed it again and again. Nothing was written.
    #[error("the data {key} was changed by others again and again, and not by this update")]
    Raced {
        /// Where it is.
        key: StorageKey,
    },
    /// The store did not do what it was asked.
    #[error("data could not be read or written: {0}")]
    Storage(#[from] StorageError),
}

/// Where data is, and which update asks for it.
struct At<T> {
    key: StorageKey,
    /// None in a job.
    update_id: Option<i64>,
    store: Arc<Store>,
    /// What this run of the update knows of the record. All its handlers share it.
    seen: Arc<tokio::sync::Mutex<Seen>>,
    is: PhantomData<fn() -> T>,
}

/// The records that the handlers of an update asked for.
#[derive(Default)]
struct Asked(Mutex<HashMap<StorageKey, Arc<tokio::sync::Mutex<Seen>>>>);

impl Asked {
    fn lock(&self) -> MutexGuard<'_, HashMap<StorageKey, Arc<tokio::sync::Mutex<Seen>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The update is handled anew, and finds everything as it found it the first time.
pub(crate) fn begin_anew(cx: &Context) {
    if let Some(asked) = cx.local::<Asked>() {
        asked.lock().clear();
    }
}

impl<T: Kept> At<T> {
    fn of(cx: &Context, chat: Option<i64>, user: Option<i64>) -> Result<Self, DataError> {
        let no_owner = DataError::NoOwner { name: T::NAME, owner: T::OWNER };
        let id = T::OWNER.id(chat, user).ok_or(no_owner)?;
        let key = Space::new(cx.bot().id(), "data").key(format!("{}/{id}", T::NAME));
        let asked = cx.local_or_default::<Asked>();
        Ok(Self {
            seen: Arc::clone(asked.lock().entry(key.clone()).or_default()),
            key,
            update_id: cx.update().map(|update| update.update_id),
            store: cx.state::<Store>().unwrap_or_default(),
            is: PhantomData,
        })
    }

    /// The value, or the default of what is not stored.
    fn value(&self, found: &Found) -> Result<T, DataError> {
        let Some(data) = found.data.clone() else { return Ok(T::default()) };
        serde_json::from_value(data).map_err(|error| self.unreadable(T::VERSION, error))
    }

    /// What was stored by another version, as this one stores it.
    fn migrated(&self, version: u32, data: Json) -> Result<Json, DataError> {
        if version == T::VERSION {
            return Ok(data);
        }
        let value = T::migrate(version, data)
            .ok_or_else(|| self.unreadable(version, "`migrate` does not know it"))?;
        json(&value)
    }

    fn unreadable(&self, version: u32, source: impl Into<BoxError>) -> DataError {
        let (name, expected, key) = (T::NAME, T::VERSION, self.key.clone());
        DataError::Unreadable { name, key, version, expected, source: source.into() }
    }

    /// Says that the update changed this record.
    fn mark(&self, now: Timestamp) -> Option<Mark> {
        let bot = mark_space(self.key.space().bot(), &format!("data/{}", self.key.id()));
        Some(Mark { bot, update_id: self.update_id?, until: now + DAY })
    }
}

fn json<T: Kept>(value: &T) -> Result<Json, DataError> {
    serde_json::to_value(value).map_err(|source| DataError::Unwritable { name: T::NAME, source })
}

/// A record. Values are in lists of one, since a value of its own may be `null`.
#[derive(Debug, Serialize, Deserialize)]
struct Stored {
    data: (Json,),
    /// The update that wrote it, if that can be done again from `before`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<i64>,
    /// What it was before that update, which finds it like this when it comes again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<(Json,)>,
}

impl Stored {
    fn bytes<T: Kept>(&self) -> Result<Vec<u8>, DataError> {
        serde_json::to_vec(self).map_err(|source| DataError::Unwritable { name: T::NAME, source })
    }
}

/// What an update found in a record, or left there.
#[derive(Default)]
struct Found {
    data: Option<Json>,
    revision: Option<Revision>,
    /// What the update found when it came for the first time; none if others wrote since its first change.
    before: Option<Option<Json>>,
    /// The update wrote the record before it came again.
    comes_again: bool,
    /// It had its effect before it came again, and others wrote after it.
    is_over: bool,
}

/// What this run of an update knows of a record.
#[derive(Default)]
struct Seen {
    found: Option<Found>,
    /// Whether this run wrote it, and with it the mark.
    has_written: bool,
}

/// What became of a write.
enum Wrote {
    New,
    /// The update had its effect before.
    Nothing,
    /// Another one was faster.
    Raced,
}

impl Seen {
    async fn find<T: Kept>(&mut self, at: &At<T>) -> Result<&Found, DataError> {
        if self.found.is_none() {
            let found = self.read(at).await?;
            self.found = Some(found);
        }
        Ok(self.found.get_or_insert_default())
    }

    async fn read<T: Kept>(&self, at: &At<T>) -> Result<Found, DataError> {
        let Some(record) = at.store.storage.get(&at.key, at.store.clock.now()).await? else {
            let before = (!self.has_written).then_some(None);
            return Ok(Found { before, ..Found::default() });
        };
        let version = record.value.version;
        let stored: Stored = serde_json::from_slice(&record.value.bytes)
            .map_err(|error| at.unreadable(version, error))?;
        let comes_again = !self.has_written && stored.by.is_some() && stored.by == at.update_id;
        let data = if comes_again { stored.before } else { Some(stored.data) };
        let data = data.map(|data| at.migrated(version, data.0)).transpose()?;
        let before = (!self.has_written).then(|| data.clone());
        Ok(Found { data, revision: Some(record.revision), before, comes_again, is_over: false })
    }

    async fn write<T: Kept>(&mut self, at: &At<T>, data: Json) -> Result<Wrote, DataError> {
        let found = self.found.take().unwrap_or_default();
        if found.is_over {
            self.found = Some(found);
            return Ok(Wrote::Nothing);
        }
        let now = at.store.clock.now();
        let by = at.update_id.filter(|_| found.before.is_some());
        let before = found.before.clone().filter(|_| by.is_some());
        let mut stored = Stored { data: (data,), by, before: before.flatten().map(|it| (it,)) };
        let mut bytes = stored.bytes::<T>()?;
        if bytes.len() > MAX_VALUE_BYTES {
            // If the update comes again, it then changes nothing.
            stored = Stored { by: None, before: None, ..stored };
            bytes = stored.bytes::<T>()?;
        }
        let term = T::TTL.map_or(Term::Forever, |ttl| Term::Until(now + ttl));
        let mut commit = Commit::new()
            .expecting(at.key.clone(), found.revision)
            .put(at.key.clone(), Value::new(T::VERSION, bytes).term(term));
        // A second write of the same update would be taken for a repetition of the first.
        if let (false, Some(mark)) = (self.has_written, at.mark(now)) {
            commit = commit.done(mark);
        }
        let revision = match at.store.storage.commit(commit, now).await {
            Ok(Committed::Written(revision)) => Some(revision),
            // Its first change is there. The next ones may not be, and begin where that one ended.
            Ok(Committed::AlreadyDone) if found.comes_again => found.revision,
            Ok(Committed::AlreadyDone) => {
                self.found = Some(Found { is_over: true, ..self.read(at).await? });
                return Ok(Wrote::Nothing);
            }
            // Some of its changes may be among what the others found.
            Err(error) if error.is_conflict() && found.comes_again => {
                self.found = Some(Found { is_over: true, ..self.read(at).await? });
                return Ok(Wrote::Nothing);
            }
            Err(error) if error.is_conflict() => return Ok(Wrote::Raced),
            Err(error) => return Err(error.into()),
        };
        self.has_written = true;
        self.found = Some(Found { data: Some(stored.data.0), revision, ..found });
        Ok(Wrote::New)
    }

    async fn forget<T: Kept>(&mut self, at: &At<T>) -> Result<(), DataError> {
        if self.found.as_ref().is_some_and(|found| found.is_over) {
            return Ok(());
        }
        let now = at.store.clock.now();
        let mut commit = Commit::new().remove(at.key.clone());
        if let (false, Some(mark)) = (self.has_written, at.mark(now)) {
            commit = commit.done(mark);
        }
        let is_over = match at.store.storage.commit(commit, now).await? {
            Committed::Written(_) => false,
            Committed::AlreadyDone => true,
        };
        self.has_written = true;
        self.found = Some(Found { is_over, ..self.read(at).await? });
        Ok(())
    }
}
