//! A Bale Bot API server for development and tests: no account, no token, no network.
//!
//! One [`Emulator`] plays the server of one bot. Bots of this framework talk to it in the same process
//! through [`Emulator::transport`]; bots in any language talk to it over HTTP.
//! The functions of [`Emulator`] play the people: they write messages, press buttons, and look at what the
//! bot did.
//!
//! Behaviour follows docs.bale.ai and, where that is silent, what libraries and live clients report; each
//! place names its source and confidence (official, library, inferred). The core knows no socket and no
//! clock, so that tests run in parallel and on tokio's paused clock.

use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use serde_json::{Value, json};
use tokio::sync::Notify;

pub use self::{
    changes::Changes,
    control::{
        ControlError, MemberStatus, NewAlbum, NewMedia, NewMember, NewMessage, SentAlbum,
        SentCallback, SentPayment, SentUpdate,
    },
    fault::{Fault, FaultAction},
    log::ReceivedCall,
    methods::implemented,
    quirks::{JsonMedia, OutsideUrls, Quirks, WrongToken},
    server::Server,
    state::{ChatType, MediaKind, Right},
    token::{BadToken, looks_real},
    transport::EmulatorTransport,
    webhook::{Carrier, WebhookDelivery},
};
use self::{
    core::Core,
    queue::UpdateQueue,
    state::User,
    time::{Clock, Time},
};

mod changes;
mod control;
mod core;
#[cfg(test)]
mod core_tests;
pub(crate) mod decode;
mod drive;
mod fault;
mod fetch;
pub(crate) mod http;
mod log;
mod membership;
mod methods;
mod params;
mod people;
mod picture;
mod queue;
mod quirks;
mod refusal;
mod server;
mod state;
mod story;
mod strict;
mod time;
mod token;
mod transcript;
mod transport;
#[cfg(feature = "testing")]
mod watch;
mod webhook;
mod wire;

/// The server of one bot; a cheap handle, every clone is the same server.
#[derive(Clone)]
pub struct Emulator {
    shared: Arc<Shared>,
}

struct Shared {
    core: Mutex<Core>,
    changed: Notify,
    clock: Mutex<Clock>,
    remote: AtomicBool,
    /// What ends the bot in this process, if there is one that can be ended.
    crash: Mutex<Option<Box<dyn Fn() + Send + Sync>>>,
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emulator").field("bot", &self.core().bot().id).finish_non_exhaustive()
    }
}

impl Emulator {
    /// The server of the bot with this token, as `123456:TEST`. The part before the colon is the bot's id.
    ///
    /// # Panics
    ///
    /// When the token does not have that form; see [`Emulator::try_new`].
    pub fn new(token: impl Into<String>) -> Self {
        Self::try_new(token).unwrap_or_else(|error| panic!("{error}"))
    }

    /// [`Emulator::new`] for a token that comes from outside.
    ///
    /// # Errors
    ///
    /// When the token is not digits, a colon, and some of `A-Z a-z 0-9 _ -`.
    pub fn try_new(token: impl Into<String>) -> Result<Self, BadToken> {
        let token = token.into();
        let bot = User {
            id: token::bot_id(&token)?,
            is_bot: true,
            first_name: "Emulated bot".to_owned(),
            username: Some("emulated_bot".to_owned()),
        };
        // A clock before 1970 is as good as 1970.
        let epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let shared = Shared {
            core: Mutex::new(Core::new(token, bot)),
            changed: Notify::new(),
            clock: Mutex::new(Clock::starting_at(Time::since_epoch(epoch))),
            remote: AtomicBool::new(false),
            crash: Mutex::new(None),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Sets the id of the first update. It is 0 unless set, as documented, so that nobody mistakes it for
    /// "none". Updates that already wait are forgotten.
    ///
    /// Source: docs.bale.ai#update (official); no report of a real first id.
    #[must_use]
    pub fn first_update_id(self, update_id: i64) -> Self {
        self.core().queue = UpdateQueue::starting_at(update_id);
        self
    }

    /// Sets the bot's name without `@`; `emulated_bot` unless set. Chats are forgotten.
    #[must_use]
    pub fn bot_username(self, username: impl Into<String>) -> Self {
        {
            let mut core = self.core();
            let bot = User { username: Some(username.into()), ..core.bot().clone() };
            core.set_bot(bot);
        }
        self
    }

    /// Sets the name that people see; `Emulated bot` unless set. Chats are forgotten.
    #[must_use]
    pub fn bot_first_name(self, first_name: impl Into<String>) -> Self {
        {
            let mut core = self.core();
            let bot = User { first_name: first_name.into(), ..core.bot().clone() };
            core.set_bot(bot);
        }
        self
    }

    /// Sets what the time is now, in Unix seconds; it is the system's unless set. It goes on with tokio's
    /// clock, so a paused clock gives messages fixed dates.
    #[must_use]
    pub fn starts_at(self, unix_seconds: u64) -> Self {
        *lock(&self.shared.clock) =
            Clock::starting_at(Time::since_epoch(Duration::from_secs(unix_seconds)));
        self
    }

    /// Refuses what Bale does not know: a method, a parameter or a field that is Telegram's or nobody's, or a value of
    /// another type, with an error that says what was expected. Otherwise it is ignored, as Bale does, and told as
    /// [`Emulator::hints`]. A [`Emulator::reset`] leaves it so.
    ///
    /// It is off unless said, and on in the test kit and in the emulator that a bot starts without a token: there, what
    /// is ignored is a mistake that nobody would see before users do.
    #[must_use]
    pub fn strict(self, strict: bool) -> Self {
        self.set_strict(strict);
        self
    }

    /// [`Emulator::strict`] while it runs.
    pub fn set_strict(&self, strict: bool) {
        self.change(|core, _| core.strict = strict);
    }

    /// What the bot said that Bale does not know, each once, in the order it was said first: for example
    /// `Bale has no sendMessage.parse_mode: every text is Bale's Markdown; expected chat_id, text, ..`. The first 1000
    /// are remembered, beyond resets.
    pub fn hints(&self) -> Vec<String> {
        self.core().hints().to_vec()
    }

    /// Waits until there are at least `count` [`hints`](Self::hints), and returns them.
    pub async fn wait_for_hints(&self, count: usize) -> Vec<String> {
        self.until(|core| (core.hints().len() >= count).then(|| core.hints().to_vec())).await
    }

    /// As its author wants it who tries a bot: strict, and without the world outside, whose files it takes unfetched.
    pub(crate) fn for_its_author(self) -> Self {
        self.core().world.quirks.outside_urls = OutsideUrls::Unfetched;
        self.strict(true)
    }

    /// Lets [`Emulator::serve`] listen on addresses that other machines can reach. Whoever reaches it can
    /// read and write everything in it.
    #[must_use]
    pub fn allow_remote(self) -> Self {
        self.shared.remote.store(true, Ordering::Relaxed);
        self
    }

    /// A transport for a bot in this process.
    pub fn transport(&self) -> EmulatorTransport {
        EmulatorTransport::new(self.clone())
    }

    /// Puts this text into the queue as one update, byte for byte, be it JSON or not. Returns the id that
    /// confirms it: the `update_id` it carries, else the next one.
    pub fn raw_update(&self, json: impl Into<Bytes>) -> i64 {
        self.change(|core, now| core.queue.push_raw(now, json.into()))
    }

    /// The messages of a chat as the Bot API writes them, oldest first, without the deleted ones. Unlike
    /// there, `reply_markup` also shows keyboards that are not inline.
    pub fn messages(&self, chat_id: i64) -> Vec<Value> {
        self.core().messages(chat_id)
    }

    /// A chat as `getChat` answers it, with `members` (as `getChatMember` answers each, those who are banned
    /// with the status `kicked`) and `pinned` (ids of messages, the latest last) besides.
    pub fn chat(&self, chat_id: i64) -> Option<Value> {
        self.core().chat_json(chat_id)
    }

    /// The bytes of a file: by the `file_path` of a `getFile` that is not older than an hour, or by a
    /// `file_id`. `None` for anything else, also for a file whose address was not fetched.
    ///
    /// Source: docs.bale.ai#getFile (official); by `file_id`: three libraries, see
    /// [`Quirks::file_id_is_a_path`].
    pub fn file(&self, file_path: &str) -> Option<Bytes> {
        let now = self.now();
        self.core().download(now, file_path).map(|(bytes, _)| bytes)
    }

    /// Where sources disagree about Bale, how this server decides.
    pub fn quirks(&self) -> Quirks {
        self.core().world.quirks.clone()
    }

    /// Decides otherwise; [`Emulator::reset`] leaves it so.
    pub fn set_quirks(&self, quirks: Quirks) {
        self.change(|core, _| core.world.quirks = quirks);
    }

    /// Sets the clock forward, beyond tokio's: links expire, payments time out, long polls end.
    pub fn advance(&self, by: Duration) {
        lock(&self.shared.clock).advance(by);
        self.shared.changed.notify_waiters();
    }

    /// Lets the clock stand still, or go on from where it stood. The bot's own clock goes on.
    pub fn pause(&self, paused: bool) {
        lock(&self.shared.clock).pause(paused);
        self.shared.changed.notify_waiters();
    }

    /// Every call received, in order, `getUpdates` included; the last 10,000 are remembered.
    pub fn calls(&self) -> Vec<ReceivedCall> {
        self.core().calls()
    }

    /// Forgets the calls received so far.
    pub fn clear_calls(&self) {
        self.change(|core, _| core.clear_calls());
    }

    /// Makes calls fail, in-process and over HTTP.
    pub fn fault(&self, fault: Fault) {
        self.change(|core, _| core.add_fault(fault));
    }

    /// The faults that still hit something, in the order they were added.
    pub fn faults(&self) -> Vec<Fault> {
        self.core().faults().coming().cloned().collect()
    }

    /// Forgets the faults that were not used up: from now on calls are served normally.
    pub fn clear_faults(&self) {
        self.change(|core, _| core.clear_faults());
    }

    /// Forgets chats, users, files, updates, calls, faults and the webhook. Quirks stay. Running long polls go on and
    /// `update_id` goes on counting: a running bot remembers its offset.
    pub fn reset(&self) {
        self.change(|core, _| core.reset());
    }

    /// How many updates the bot has not confirmed.
    pub fn pending(&self) -> usize {
        self.core().queue.len()
    }

    /// The highest `update_id` the bot confirmed by an `offset`.
    pub fn confirmed(&self) -> Option<i64> {
        self.core().queue.confirmed()
    }

    /// Waits until at least `count` calls other than `getUpdates` have ended, since the start or the last
    /// [`clear_calls`](Self::clear_calls), and returns all of these.
    pub async fn wait_for_calls(&self, count: usize) -> Vec<ReceivedCall> {
        self.until(|core| (core.log().actions() >= count).then(|| core.log().ended_actions())).await
    }

    /// Waits until the bot holds a long poll, as it does once it has started and has nothing to do.
    pub async fn wait_for_poll(&self) {
        self.until(|core| core.is_polling().then_some(())).await;
    }

    /// Waits until the bot has confirmed every update. A bot that confirms an update when its handler has
    /// ended then has nothing left to do.
    pub async fn idle(&self) {
        self.until(|core| (core.queue.len() == 0).then_some(())).await;
    }

    /// What a person who watches wants to know besides chats and calls.
    fn info(&self) -> Value {
        let clock = *lock(&self.shared.clock);
        let can_crash = lock(&self.shared.crash).is_some();
        let core = self.core();
        let faults: Vec<Value> = core.faults().coming().map(Fault::describe).collect();
        json!({
            "bot": wire::user(core.bot()), "token": core.token(), "can_crash": can_crash,
            "clock": {"ahead": clock.ahead_of_system(), "paused_at": clock.paused_at().map(Time::millis)},
            "faults": faults, "webhook": core.webhook.url(), "strict": core.strict,
            "hints": core.hints(),
        })
    }

    /// What ends the bot of this process when somebody presses the button.
    pub(crate) fn on_crash(&self, crash: impl Fn() + Send + Sync + 'static) {
        *lock(&self.shared.crash) = Some(Box::new(crash));
        self.shared.changed.notify_waiters();
    }

    /// Ends the bot of this process; `false` if there is none.
    pub(crate) fn crash(&self) -> bool {
        let crash = lock(&self.shared.crash);
        crash.as_ref().map(|crash| crash()).is_some()
    }

    /// Tells those who watch about the handlers of an update.
    pub(crate) fn tell(&self, story: Value) {
        self.change(|core, _| core.stories.tell(story));
    }

    fn core(&self) -> MutexGuard<'_, Core> {
        lock(&self.shared.core)
    }

    fn now(&self) -> Time {
        lock(&self.shared.clock).now()
    }

    /// Changes something and tells everybody who waits.
    fn change<T>(&self, change: impl FnOnce(&mut Core, Time) -> T) -> T {
        let now = self.now();
        let result = change(&mut self.core(), now);
        self.shared.changed.notify_waiters();
        result
    }

    /// Looks after every change until there is something to see.
    async fn until<T>(&self, mut look: impl FnMut(&Core) -> Option<T>) -> T {
        loop {
            let mut changed = std::pin::pin!(self.shared.changed.notified());
            changed.as_mut().enable();
            let seen = look(&self.core());
            if let Some(seen) = seen {
                return seen;
            }
            changed.await;
        }
    }
}

/// A panic elsewhere in a test must not hide what the emulator saw.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
