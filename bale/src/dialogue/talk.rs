//! Conversations whose state outlives the handler and the process.

use std::{fmt, sync::Arc, time::Duration};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value as Json;

use super::at::{At, Seen, load};
use crate::{
    BoxError,
    context::Context,
    extract::{Extract, FromUpdate},
    storage::{StorageError, StorageKey},
};

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
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the states of a conversation",
    label = "not a `bale::Dialogue`",
    note = "write `#[derive(bale::Dialogue, serde::Serialize, serde::Deserialize)]` above `enum {Self}`"
)]
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

    /// What the state is called where it is explained why a handler runs or does not; the derive gives the variant.
    fn variant(&self) -> Option<&'static str> {
        None
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
    pub(super) fn id(self, chat: Option<i64>, user: Option<i64>) -> Option<String> {
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
    seen: Arc<Seen<S>>,
    at: At<S>,
}

impl<S: fmt::Debug> fmt::Debug for Talk<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Talk").field("state", &self.seen.state).field("key", &self.at.key).finish()
    }
}

impl<S: Dialogue> Talk<S> {
    /// The state in which the update found the conversation; none if there is none. It stays the same when
    /// this handler goes on to another one.
    pub fn state(&self) -> Option<&S> {
        self.seen.state.as_ref()
    }

    /// Goes on to this state.
    ///
    /// # Errors
    /// [`Raced`](DialogueError::Raced), [`Ended`](DialogueError::Ended) or [`Overtaken`](DialogueError::Overtaken) if
    /// another update has changed the conversation since this handler was given it. Nothing is written then, and the
    /// error is best returned: the framework knows what to do.
    pub async fn goto(&self, state: S) -> Result<(), DialogueError> {
        self.at.goto(state).await
    }

    /// Ends the conversation, also one that another update has brought on in the meantime: so a `/cancel` with
    /// `lane = "none"` overtakes the handler that runs. What an update that came after this one has made of the
    /// conversation stays.
    ///
    /// # Errors
    /// If the store does not work.
    pub async fn exit(&self) -> Result<(), DialogueError> {
        self.at.exit().await
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
    /// Another update was faster: of another chat, or in another process. A handler that returns this error is no
    /// failure: the update is handled anew, as the conversation is then.
    #[error(
        "another update was faster with the conversation {key}; return this error, and the update is handled anew"
    )]
    Raced {
        /// The conversation.
        key: StorageKey,
    },
    /// A later update of the chat, like a `/cancel` with `lane = "none"`, ended the conversation while this one was
    /// handled. A handler that returns this error is no failure: the person was answered by that one.
    #[error("a later update ended the conversation {key}, and this one changes nothing any more")]
    Ended {
        /// The conversation.
        key: StorageKey,
    },
    /// A later update of the chat, with `lane = "none"`, changed the conversation while this one was handled; or
    /// others were faster again and again. The person is [told](crate::App::storage_trouble) to try again.
    #[error(
        "another update changed the conversation {key} in the meantime; it stays as that one left it, and the person \
         is told to try again"
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

#[diagnostic::do_not_recommend]
impl<'u, K, S: Dialogue> FromUpdate<'u, K> for Talk<S> {
    fn from_update(cx: &'u Context) -> Extract<'u, Self> {
        Extract::Later(Box::pin(async {
            let (at, seen) = load(cx).await?;
            Ok(Self { seen, at })
        }))
    }
}
