//! A test kit: people who talk to a bot in the same process, and what they expect of it.
//!
#![cfg_attr(feature = "macros", doc = "```")]
#![cfg_attr(not(feature = "macros"), doc = "```ignore")]
//! #[bale::command]
//! async fn start() -> &'static str {
//!     "سلام"
//! }
//!
//! use bale::testing::TestBot;
//!
//! #[bale::test]
//! async fn greets(bot: TestBot) {
//!     let sara = bot.user("سارا");
//!     sara.send("/start").await;
//!     sara.expect_text("سلام").await;
//! }
//! # fn main() {}
//! ```
//!
//! The feature `testing` belongs under `[dev-dependencies]`:
//!
//! ```toml
//! [dev-dependencies]
//! bale = { package = "bale-bot", version = "0.1", features = ["testing"] }
//! ```
//!
//! # What runs
//!
//! Every annotated function of the program, as under `#[bale::main]`. `#[bale::test(app = path::to::app)]`
//! names a function that gives an [`App`](crate::App) with state and settings, or one that collected or got its handlers
//! itself. It may be asynchronous and may fail; a restart calls it again.
//! Each test has its own bot, its own [`Emulator`] and its own clock, so tests run in parallel. The bot starts
//! with the first thing that is awaited.
//!
//! # Time
//!
//! Time is tokio's paused clock: it stands still while anything can go on, and jumps to the next timer when
//! nothing can. So what people do, as [`Person::send`], is over when the bot received it and every handler has
//! ended or waits for time to pass, for an answer, or for something outside. No test sleeps.
//! An expectation lets up to 30 s of this time pass ([`TestBot::patience`]), and [`TestBot::advance`] as much
//! as it says. A handler that waits for a real network sees time fly.
//!
//! A bot with a webhook gets its updates by that, without a socket: its `listen` does not count here.
//!
//! Jobs and stored conversations go by this time too. It begins at the machine's, or where [`TestBot::starts_at`] says:
//!
#![cfg_attr(all(feature = "macros", feature = "cron"), doc = "```")]
#![cfg_attr(not(all(feature = "macros", feature = "cron")), doc = "```ignore")]
//! # use std::time::Duration;
//! # use bale::{Bot, Result, testing::TestBot};
//! #[bale::cron("0 9 * * *", tz = "Asia/Tehran")]
//! async fn good_morning(bot: Bot) -> Result {
//!     bot.send_message(1, "صبح بخیر").await?;
//!     Ok(())
//! }
//!
//! #[bale::test]
//! async fn at_nine(bot: TestBot) {
//!     bot.starts_at(1_774_070_940); // 21 March 2026, 08:59 in Tehran
//!     let sara = bot.user("سارا");
//!     sara.send("سلام").await;
//!     bot.advance(Duration::from_secs(120)).await;
//!     sara.expect_text("صبح بخیر").await;
//! }
//! # fn main() {}
//! ```
//!
//! # Several bots
//!
//! Of a program with [`App::beside`](crate::App::beside) every bot has a server of its own: [`TestBot::beside`].
//!
//! # What fails
//!
//! An expectation that is not met, at its own line. And at the end of the test:
//!
//! - A message or another call that nothing expected. [`TestBot::lenient`] switches this off. Calls that only read
//!   (`get…`, `inquireTransaction`), `setWebhook`, `deleteWebhook`, answers to buttons without a text, and calls that a
//!   fault hit need no expectation.
//! - A handler that returned an error or panicked, unless [`TestBot::expect_error`] was there for it, even if
//!   the bot has an `on_error`.
//!
//! A failure prints what people and bot did, in order, with `>` before what nothing expected.

use std::{
    cell::{Cell, RefCell},
    fmt,
    future::Future,
    panic::Location,
    rc::Rc,
    sync::Arc,
    time::Duration,
};

use tokio::{sync::oneshot, task::JoinHandle, time::timeout};

use self::{
    entry::SettingUp,
    journal::{Entries, Journal},
};
pub use self::{
    entry::{Setup, TestOutcome, run_test},
    person::{Group, Person},
};
use crate::{
    app::RunError,
    client::Bot,
    dispatch::Probe,
    emulator::{Carrier, ControlError, Emulator, Fault, ReceivedCall},
};

mod entry;
mod expect;
mod journal;
mod life;
mod person;
mod read;

/// The emulated bot's token. It is no secret: nothing but this process answers to it.
const TOKEN: &str = "123456:TEST";

/// How long an expectation waits, in the bot's time.
const PATIENCE: Duration = Duration::from_secs(30);

/// A bot under test, and the server it talks to; a cheap handle, every clone is the same bot.
#[derive(Clone)]
pub struct TestBot {
    inner: Rc<Inner>,
    played: Rc<Played>,
}

/// What one bot of the program talks to.
struct Played {
    emulator: Emulator,
    journal: Journal,
}

struct Inner {
    setup: Box<dyn Fn() -> SettingUp>,
    /// The bots of the program, in the order in which the `App` has them.
    all: RefCell<Vec<Rc<Played>>>,
    phase: RefCell<Phase>,
    patience: Cell<Duration>,
    is_lenient: Cell<bool>,
    /// Whether the end of the test was checked, or its failure printed.
    is_told: Cell<bool>,
    /// Names; the place of the first is the id 1.
    people: RefCell<Vec<(String, i64)>>,
    groups: Cell<i64>,
}

enum Phase {
    New,
    Running {
        stop: oneshot::Sender<()>,
        task: JoinHandle<Result<(), RunError>>,
        /// If the bot has a webhook.
        carriers: Vec<Carrier>,
    },
    Stopped,
}

impl fmt::Debug for TestBot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestBot").field("emulator", &self.played.emulator).finish_non_exhaustive()
    }
}

impl TestBot {
    /// The [`App`](crate::App) of this set-up as it is, for tests that do without `#[bale::test]`. They run on tokio's paused clock
    /// (`#[tokio::test(start_paused = true)]`) and end with [`finish`](Self::finish).
    ///
    /// ```
    /// use bale::{App, testing::TestBot};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let bot = TestBot::with(|| App::new().command("start", async || "hello"));
    /// let sara = bot.user("Sara");
    /// sara.send("/start").await;
    /// sara.expect_text("hello").await;
    /// bot.finish().await;
    /// # }
    /// ```
    pub fn with<M>(setup: impl Setup<M>) -> Self {
        Self::against(Emulator::new(TOKEN).for_its_author(), setup)
    }

    /// [`with`](Self::with) a server that has a past, a bot's name, or another token.
    ///
    /// That of the others is [strict](Emulator::strict), and takes files at addresses of other machines unfetched
    /// ([`OutsideUrls`](crate::emulator::OutsideUrls)); this one is as it is.
    pub fn against<M>(emulator: Emulator, setup: impl Setup<M>) -> Self {
        Self::new(emulator, Box::new(move || setup.set_up()))
    }

    fn new(emulator: Emulator, setup: Box<dyn Fn() -> SettingUp>) -> Self {
        let played = Rc::new(Played::new(emulator));
        let inner = Inner {
            setup,
            all: RefCell::new(vec![Rc::clone(&played)]),
            phase: RefCell::new(Phase::New),
            patience: Cell::new(PATIENCE),
            is_lenient: Cell::new(false),
            is_told: Cell::new(false),
            people: RefCell::default(),
            // Beyond 2^32, as groups of Bale are, so that a bot with smaller ids is found out.
            groups: Cell::new(5_000_000_000),
        };
        Self { inner: Rc::new(inner), played }
    }

    /// The bot that runs beside this one ([`App::beside`](crate::App::beside)); `0` is the first of them. People have
    /// the same ids there, but are in other chats. The bots start, stop and crash together.
    pub fn beside(&self, number: usize) -> Self {
        let played = self.inner.played(number + 1);
        Self { inner: Rc::clone(&self.inner), played }
    }

    /// Sets what time it is when the test begins, in Unix seconds, for messages and for jobs.
    ///
    /// # Panics
    ///
    /// When the bot has started already.
    #[track_caller]
    pub fn starts_at(&self, unix_seconds: u64) {
        let is_new = matches!(*self.inner.phase.borrow(), Phase::New);
        assert!(is_new, "expected `starts_at` before anything is awaited, found a bot that runs");
        for played in &*self.inner.all.borrow() {
            // A handle: the server is the same.
            let _ = played.emulator.clone().starts_at(unix_seconds);
        }
    }

    /// The server, for what the kit has no words for: quirks, roles, what a chat looks like.
    pub fn emulator(&self) -> &Emulator {
        &self.played.emulator
    }

    /// A person in their private chat with the bot. The same name gives the same person. As in Bale, the bot
    /// cannot write to them before they have written.
    pub fn user(&self, name: impl Into<String>) -> Person {
        let name = name.into();
        let people = self.inner.people.borrow();
        let known = people.iter().find(|(known, _)| *known == name).map(|&(_, id)| id);
        let is_free = |id: &i64| people.iter().all(|(_, taken)| taken != id);
        let id = known.or_else(|| (1..).find(is_free)).expect("a test has fewer people");
        drop(people);
        self.user_with_id(id, name)
    }

    /// [`user`](Self::user) with an id that the bot knows, as in `#[bale::command(from = ADMIN)]`.
    ///
    /// # Panics
    ///
    /// When somebody else has this name or this id.
    #[track_caller]
    pub fn user_with_id(&self, id: i64, name: impl Into<String>) -> Person {
        let name = name.into();
        let mut people = self.inner.people.borrow_mut();
        match people.iter().find(|(known, taken)| *known == name || *taken == id) {
            None => people.push((name.clone(), id)),
            Some((known, taken)) => assert!(
                *known == name && *taken == id,
                "a test has one person of a name and of an id: there is {known} with id {taken}, so {name} \
                 cannot have id {id}"
            ),
        }
        drop(people);
        let names = &mut self.played.journal.entries().names;
        if names.insert(id, name.clone()).is_none() {
            self.emulator().name_person(id, name);
        }
        Person::new(self.clone(), id)
    }

    /// A group with these people and the bot, which is an administrator there.
    pub fn group<'p>(
        &self,
        title: impl Into<String>,
        people: impl IntoIterator<Item = &'p Person>,
    ) -> Group {
        let (title, id) = (title.into(), self.inner.groups.get() + 1);
        self.inner.groups.set(id);
        self.played.journal.entries().names.insert(id, title.clone());
        let members: Vec<_> = people.into_iter().map(Person::id).collect();
        Group::create(self.emulator(), id, &title, &members)
    }

    /// Makes calls fail; they need no expectation.
    pub fn fault(&self, fault: Fault) {
        self.emulator().fault(fault);
    }

    /// How long an expectation waits before it fails, in the bot's time; 30 s unless set.
    pub fn patience(&self, patience: Duration) {
        self.inner.patience.set(patience);
    }

    /// What nothing expects does not fail the test any more. Failed handlers still do.
    pub fn lenient(&self) {
        self.inner.is_lenient.set(true);
    }

    /// Every call of the bot but `getUpdates`, in order, as they came.
    pub fn calls(&self) -> Vec<ReceivedCall> {
        self.entries(|entries| entries.calls().cloned().collect())
    }

    /// What people and bot did, a line each, as a failure prints it.
    pub fn transcript(&self) -> String {
        self.entries(|entries| entries.transcript())
    }

    /// Does something that the bot may get updates of, by the server itself, and lets the bot handle them.
    #[track_caller]
    pub fn act<T>(
        &self,
        act: impl FnOnce(&Emulator) -> Result<T, ControlError>,
    ) -> impl Future<Output = T> {
        let at = Location::caller();
        self.act_at(at, "something happens".to_owned(), act)
    }

    async fn act_at<T>(
        &self,
        at: &'static Location<'static>,
        what: String,
        act: impl FnOnce(&Emulator) -> Result<T, ControlError>,
    ) -> T {
        self.begin(at).await;
        let emulator = self.emulator();
        let first = emulator.next_update_id();
        let done = act(emulator);
        self.entries(|entries| entries.act(what.clone(), first..emulator.next_update_id()));
        match done {
            Ok(done) => {
                self.settle(at).await;
                done
            }
            Err(error) => self.fail(at, &format!("{what}: that cannot happen: {error}")),
        }
    }

    /// Lets time pass, from one timer of the bot to the next, and what is due happen.
    #[track_caller]
    pub fn advance(&self, by: Duration) -> impl Future<Output = ()> {
        let at = Location::caller();
        async move {
            self.begin(at).await;
            self.note(format!("{by:?} pass"));
            self.watch(by, |_| None::<()>).await;
            self.settle(at).await;
        }
    }

    /// Starts the bot, if it does not run. Everything that is awaited does so by itself, until
    /// [`stop`](Self::stop).
    #[track_caller]
    pub fn start(&self) -> impl Future<Output = ()> {
        let at = Location::caller();
        async move {
            if self.is_down() {
                self.launch(at).await;
            }
            self.settle(at).await;
        }
    }

    /// Stops the bot as SIGTERM would: running handlers may end, then `on_stop` runs. What people do now waits
    /// for the next [`start`](Self::start).
    #[track_caller]
    pub fn stop(&self) -> impl Future<Output = ()> {
        let at = Location::caller();
        async move {
            self.begin(at).await;
            self.note("the bot is stopped");
            self.end(at).await;
        }
    }

    /// Stops the bot and starts a new one of the same set-up, which remembers nothing.
    #[track_caller]
    pub fn restart(&self) -> impl Future<Output = ()> {
        let at = Location::caller();
        async move {
            self.begin(at).await;
            self.note("the bot is restarted");
            self.end(at).await;
            self.launch(at).await;
            self.settle(at).await;
        }
    }

    /// Ends the bot as `kill -9` would, and starts a new one: updates whose handlers were not done come again.
    #[track_caller]
    pub fn crash(&self) -> impl Future<Output = ()> {
        let at = Location::caller();
        async move {
            self.begin(at).await;
            self.note("the bot crashes");
            if let Phase::Running { task, .. } = self.inner.phase.replace(Phase::Stopped) {
                task.abort();
                // It ends as one that was aborted.
                let _ = task.await;
            }
            self.launch(at).await;
            self.settle(at).await;
        }
    }

    /// Stops the bot and fails if it did what nothing expected. `#[bale::test]` ends with this.
    #[track_caller]
    pub fn finish(&self) -> impl Future<Output = ()> {
        self.finish_at(Location::caller())
    }

    /// Looks now and after every change, for this long.
    async fn watch<T>(
        &self,
        time: Duration,
        mut look: impl FnMut(&mut Entries) -> Option<T>,
    ) -> Option<T> {
        let seen = self.emulator().until_seen(|_| self.entries(&mut look));
        timeout(time, seen).await.ok()
    }

    /// Waits until there is something to see, as long as an expectation does.
    async fn wait<T>(
        &self,
        at: &'static Location<'static>,
        mut look: impl FnMut(&mut Entries) -> Option<T>,
    ) -> Option<T> {
        self.begin(at).await;
        let seen = self.watch(self.inner.patience.get(), &mut look).await;
        if seen.is_some() {
            return seen;
        }
        self.check_running(at).await;
        // A handler may have failed without any call.
        self.entries(look)
    }

    /// Notes what happens to all bots.
    fn note(&self, what: impl Into<String>) {
        let what = what.into();
        for played in &*self.inner.all.borrow() {
            played.journal.entries().note(&what);
        }
    }

    /// Looks at everything that happened.
    fn entries<T>(&self, look: impl FnOnce(&mut Entries) -> T) -> T {
        look(&mut self.played.journal.entries())
    }

    /// Fails the test at its own line.
    fn fail(&self, at: &'static Location<'static>, problem: &str) -> ! {
        self.inner.is_told.set(true);
        fail_at(at, format!("{problem}\n\n{}", self.inner.history()))
    }
}

impl Inner {
    /// The bot at this place of the program; its server begins with it.
    fn played(&self, place: usize) -> Rc<Played> {
        let mut all = self.all.borrow_mut();
        while all.len() <= place {
            let (id, _) = all[all.len() - 1].emulator.account();
            let now = all[0].emulator.since_epoch().as_secs();
            let emulator = Emulator::new(format!("{}:TEST", id + 1)).starts_at(now);
            let emulator = emulator.for_its_author();
            all.push(Rc::new(Played::new(emulator)));
        }
        Rc::clone(&all[place])
    }

    fn emulators(&self) -> Vec<Emulator> {
        self.all.borrow().iter().map(|played| played.emulator.clone()).collect()
    }

    fn history(&self) -> String {
        let mut history = "what happened (`>`: nothing expected it):\n".to_owned();
        let all = self.all.borrow();
        for (number, played) in all.iter().enumerate() {
            if number > 0 {
                history += &format!("and to bot {} beside:\n", number - 1);
            }
            history += &played.journal.entries().transcript();
        }
        history
    }
}

impl Played {
    fn new(emulator: Emulator) -> Self {
        Self { journal: Journal::new(emulator.clone()), emulator }
    }

    /// A client of the server, and what watches its bot.
    fn join(&self) -> (Bot, Arc<dyn Probe>) {
        let (_, token) = self.emulator.account();
        let bot = Bot::builder().token(token).transport(self.emulator.transport()).build();
        let bot = bot.expect("the emulator has checked the token");
        (bot, Arc::new(self.journal.clone()))
    }
}

/// A panic as the test itself would have made it. The future that finds out what is wrong is polled by the
/// runtime and cannot say by `#[track_caller]` whose it is.
#[expect(clippy::print_stderr, reason = "the test harness keeps what this macro prints")]
fn fail_at(at: &'static Location<'static>, text: String) -> ! {
    let thread = std::thread::current();
    eprintln!("\nthread '{}' panicked at {at}:\n{text}", thread.name().unwrap_or("<unnamed>"));
    std::panic::resume_unwind(Box::new(text))
}

impl Drop for Inner {
    /// Nobody leaves without the check of the end; an assertion of the test's own gets its transcript.
    #[expect(clippy::print_stderr, reason = "the test harness keeps what this macro prints")]
    fn drop(&mut self) {
        if self.is_told.get() || matches!(*self.phase.borrow(), Phase::New) {
            return;
        }
        if std::thread::panicking() {
            eprintln!("\n{}", self.history());
        } else {
            panic!("expected `finish().await` at the end of a test with a `TestBot`, found none");
        }
    }
}
