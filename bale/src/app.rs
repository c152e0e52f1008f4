//! A bot, put together: handlers, options, and the loop that runs them.

use std::{
    any::{Any, TypeId},
    borrow::Cow,
    fmt,
    future::Future,
    panic::Location,
    pin::pin,
    sync::Arc,
    time::Duration,
};

use tokio::{sync::watch, time::timeout};
use tracing::{info, warn};

use crate::{
    BoxFuture,
    bound::Update,
    client::{Bot, agenda::Desk},
    context::StateMap,
    dialogue::Store,
    dispatch::{Delivery, Dispatcher, Explanation, Limits, Probe, Shared},
    error::Error,
    event,
    handler::{Handler, HandlerError},
    health::{EndsWith, Health, Stage},
    jobs::Runner,
    journal::Journal,
    observe::numbers,
    registry::{Meta, Parts, Record, Trigger},
    route::{Call, Place, Problems, Table},
    storage::{Clock, Storage, StorageError, inbox::Stock},
};

#[cfg(feature = "webhook")]
use crate::webhook::Webhook;

use self::{
    handlers::{Setup, at_run_time},
    source::Source,
    stop::StopsAtEnd,
};

#[doc(hidden)]
pub use self::entry::{Main, assert_registry_is_valid};
pub use self::{
    entry::IntoApp,
    handlers::{HandlerId, Handlers, On, on},
    stop::StopHandle,
};
pub use crate::route::help::Language;

#[cfg(feature = "emulator")]
mod embedded;
mod entry;
mod handlers;
#[cfg(feature = "health")]
mod health;
mod jobs;
#[cfg(feature = "sqlite")]
mod journal;
#[cfg(feature = "log")]
mod log;
mod several;
mod source;
mod stop;

/// A bot: which handlers it has and how it runs.
///
/// `#[bale::main]` makes one of every annotated function of the program. The same by hand:
///
/// ```no_run
/// # async fn example() -> Result<(), bale::app::RunError> {
/// use bale::{App, Message};
///
/// App::new()
///     .command("start", async || "سلام!")
///     .on_message(async |message: Message| -> bale::Result {
///         message.reply("؟").await?;
///         Ok(())
///     })
///     .run()
///     .await
/// # }
/// ```
#[must_use = "a bot does nothing until it is run"]
pub struct App {
    bot: Option<Bot>,
    handlers: Vec<(Meta, Call)>,
    coming: Handlers,
    stop: StopHandle,
    state: StateMap,
    limits: Limits,
    hold: Duration,
    language: Language,
    decline_text: Option<Arc<str>>,
    help: bool,
    /// Whether annotated functions were asked for.
    is_collected: bool,
    probe: Option<Arc<dyn Probe>>,
    groups: Option<Vec<String>>,
    beside: Vec<App>,
    #[cfg(feature = "sqlite")]
    journal: journal::Choice,
    health: Health,
    #[cfg(feature = "health")]
    health_listen: Option<std::net::SocketAddr>,
    #[cfg(feature = "webhook")]
    webhook: Option<Webhook>,
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("bot", &self.bot)
            .field("handlers", &self.handlers.len())
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl Default for App {
    fn default() -> Self {
        Self::new()
    }
}

impl App {
    /// A bot without handlers.
    pub fn new() -> Self {
        let (coming, stop) = (Handlers::default(), StopHandle::default());
        let health = Health::default();
        let app = Self {
            bot: None,
            handlers: Vec::new(),
            state: StateMap::new(),
            coming: coming.clone(),
            stop: stop.clone(),
            limits: Limits::default(),
            hold: Duration::from_secs(30),
            language: Language::default(),
            decline_text: None,
            help: true,
            is_collected: false,
            probe: None,
            groups: None,
            beside: Vec::new(),
            #[cfg(feature = "sqlite")]
            journal: journal::Choice::default(),
            health: health.clone(),
            #[cfg(feature = "health")]
            health_listen: None,
            #[cfg(feature = "webhook")]
            webhook: None,
        };
        app.state(coming).state(stop).state(health).state(Store::default())
    }

    /// A bot with every annotated function of the program.
    pub fn collect() -> Self {
        Self::new().annotated(|_| true)
    }

    /// A bot with the annotated functions of one module and those below it, as `module_path!()` names
    /// it. For several bots in one program, and for tests.
    pub fn collect_module(module: &str) -> Self {
        Self::new().annotated(|meta| {
            meta.module
                .strip_prefix(module)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        })
    }

    /// With every annotated function, unless the author has chosen which.
    pub(crate) fn complete(mut self) -> Self {
        self.beside = self.beside.into_iter().map(Self::complete).collect();
        if self.is_collected { self } else { self.annotated(|_| true) }
    }

    /// With the client and the probe that `play` gives each of its bots, and with this clock, unless the author gave
    /// one that goes with the runtime.
    #[cfg(feature = "testing")]
    pub(crate) fn under_test(
        mut self,
        clock: Clock,
        play: &mut impl FnMut() -> (Bot, Arc<dyn Probe>),
    ) -> Self {
        let (bot, probe) = play();
        self.probe = Some(probe);
        let beside = std::mem::take(&mut self.beside).into_iter();
        self.beside = beside.map(|other| other.under_test(clock, play)).collect();
        let app = self.bot(bot);
        if app.store().clock.is_wall() { app.clock(clock) } else { app }
    }

    /// The webhooks of its bots, in the order of [`under_test`](Self::under_test).
    #[cfg(all(feature = "testing", feature = "webhook"))]
    pub(crate) fn webhooks(&mut self) -> Vec<&mut Option<Webhook>> {
        let mut all = vec![&mut self.webhook];
        all.extend(self.beside.iter_mut().flat_map(Self::webhooks));
        all
    }

    fn annotated(mut self, wanted: impl Fn(&Meta) -> bool) -> Self {
        self.is_collected = true;
        let records = inventory::iter::<Record>().filter(|record| wanted(&record.meta));
        self.handlers.extend(records.map(|record| (record.meta, Call::Static(record.call))));
        self
    }

    /// Runs as this bot; otherwise [`Bot::from_env`] says which.
    pub fn bot(mut self, bot: Bot) -> Self {
        self.bot = Some(bot);
        self
    }

    /// Gives handlers a value to ask for by [`State<T>`](crate::extract::State), and its fields, if it has
    /// `#[derive(bale::State)]`. A second value of the same type replaces the first.
    pub fn state<T: Any + Send + Sync>(mut self, value: T) -> Self {
        Parts::new(&mut self.state).give(Arc::new(value));
        self
    }

    /// Keeps the states of conversations ([`Talk`](crate::dialogue::Talk)) and the jobs that were put off
    /// ([`jobs`](crate::jobs)) here; otherwise they are in memory and end with the process. An [`Arc`] of a store is a store too, for several bots of one program.
    pub fn storage(self, storage: impl Storage) -> Self {
        self.with_store(|store| {
            store.storage = Arc::new(storage);
            store.is_chosen = true;
        })
    }

    /// What time it is for jobs, and for conversations that end by themselves; [`Clock::wall`] by default. Tests
    /// with a paused clock want [`Clock::runtime`].
    pub fn clock(self, clock: Clock) -> Self {
        self.with_store(|store| store.clock = clock)
    }

    /// What a person is told whose conversation cannot go on because the store does not work; nothing, if it
    /// is empty. By default it asks them in Persian to write again later.
    pub fn storage_trouble(self, text: impl Into<Cow<'static, str>>) -> Self {
        self.with_store(|store| store.trouble = text.into())
    }

    /// Without a store of the author's choice, takes this one.
    #[cfg(feature = "sqlite")]
    fn fill_store(&mut self, storage: Arc<dyn Storage>) {
        let mut store = self.store();
        if !store.is_chosen {
            store.storage = storage;
            Parts::new(&mut self.state).give(Arc::new(store));
        }
    }

    fn with_store(self, change: impl FnOnce(&mut Store)) -> Self {
        let mut store = self.store();
        change(&mut store);
        self.state(store)
    }

    fn store(&self) -> Store {
        let given = self.state.get(&TypeId::of::<Store>()).and_then(|store| store.downcast_ref());
        given.cloned().unwrap_or_default()
    }

    /// When updates are confirmed; [`Delivery::AtLeastOnce`] by default.
    pub fn delivery(mut self, delivery: Delivery) -> Self {
        self.limits.delivery = delivery;
        self
    }

    /// How many updates may be running or waiting in all (256 by default, at least 1), and in one chat
    /// (32 by default, at least 1). What is over waits at the server.
    pub fn in_flight(mut self, in_all: usize, in_one_chat: usize) -> Self {
        self.limits.in_flight = in_all.max(1);
        self.limits.lane = in_one_chat.max(1);
        self
    }

    /// After how long an unfinished update is confirmed all the same, so that one stuck handler does
    /// not hold the bot; 30 s by default.
    pub fn confirm_deadline(mut self, deadline: Duration) -> Self {
        self.limits.confirm_deadline = deadline;
        self
    }

    /// How long running handlers may go on after the stop; 10 s by default.
    pub fn drain_deadline(mut self, deadline: Duration) -> Self {
        self.limits.drain_deadline = deadline;
        self
    }

    /// How long the server is asked to hold a poll when there is nothing new, in whole seconds and at most
    /// an hour; 30 s by default.
    pub fn poll_timeout(mut self, hold: Duration) -> Self {
        self.hold = hold;
        self
    }

    /// This program, with the webhook that the environment asks for, unless it chose by itself.
    #[cfg(feature = "webhook")]
    fn webhook_from_env(mut self) -> Result<Self, RunError> {
        if self.webhook.is_some() || self.beside.iter().any(|app| app.webhook.is_some()) {
            return Ok(self);
        }
        self.webhook = Webhook::from_env()?;
        if self.webhook.is_some() && !self.beside.is_empty() {
            return Err(RunError::SharedWebhook);
        }
        Ok(self)
    }

    /// Receives updates by this [webhook](crate::webhook), if there is one, instead of polling for them.
    #[cfg(feature = "webhook")]
    pub fn webhook(mut self, webhook: impl Into<Option<Webhook>>) -> Self {
        self.webhook = webhook.into();
        self
    }

    /// Language of the texts that the framework sends by itself: `/help` and usage. Persian by default.
    pub fn language(mut self, language: Language) -> Self {
        self.language = language;
        self
    }

    /// What the user is told whose payment no handler answered in 8 seconds; by default a text in the
    /// [`language`](Self::language) of the others, and an empty one means the default.
    pub fn decline_text(mut self, text: impl Into<String>) -> Self {
        self.decline_text = Some(text.into().into()).filter(|text: &Arc<str>| !text.is_empty());
        self
    }

    /// Whether `/help` is generated when no handler has it; it is by default.
    pub fn help(mut self, help: bool) -> Self {
        self.help = help;
        self
    }

    /// Leaves out the handlers of other groups (`group = ".."`) than these. Handlers without a group stay: they
    /// belong to every bot.
    ///
    /// So one program can have two bots with different handlers:
    ///
    /// ```no_run
    /// # use bale::{App, Bot, Error};
    /// # fn example() -> Result<App, Error> {
    /// # let (shop, support) = (String::new(), String::new());
    /// let shop = App::new().bot(Bot::new(shop)?).groups(["shop"]);
    /// let support = App::new().bot(Bot::new(support)?).groups(["support"]);
    /// Ok(shop.beside(support)) // as the body of `#[bale::main]`
    /// # }
    /// ```
    pub fn groups(mut self, groups: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.groups = Some(groups.into_iter().map(Into::into).collect());
        self
    }

    /// Runs another bot in the same program, with handlers, state and options of its own. Both stop together: at
    /// the signal, or when one of them ends.
    pub fn beside(mut self, mut other: Self) -> Self {
        let others = std::mem::take(&mut other.beside);
        self.beside.push(other);
        self.beside.extend(others);
        self
    }

    /// Handles a command, like `#[bale::command("…")]`. Arguments are asked for by
    /// [`Args`](crate::extract::Args).
    #[track_caller]
    pub fn command<H, A>(self, pattern: &'static str, handler: H) -> Self
    where
        H: Handler<event::command, A>,
        A: Send + Sync + 'static,
    {
        self.add(Trigger::Command(pattern), handler)
    }

    /// Handles messages that no command or text takes, like `#[bale::on_message]`.
    #[track_caller]
    pub fn on_message<H, A>(self, handler: H) -> Self
    where
        H: Handler<event::on_message, A>,
        A: Send + Sync + 'static,
    {
        self.add(Trigger::Message(None), handler)
    }

    /// Handles messages whose text fits, like `#[bale::on_message("…")]`.
    #[track_caller]
    pub fn on_text<H, A>(self, pattern: &'static str, handler: H) -> Self
    where
        H: Handler<event::on_message, A>,
        A: Send + Sync + 'static,
    {
        self.add(Trigger::Message(Some(pattern)), handler)
    }

    /// Handles edited messages, like `#[bale::on_edited_message]`.
    #[track_caller]
    pub fn on_edited_message<H, A>(self, handler: H) -> Self
    where
        H: Handler<event::on_edited_message, A>,
        A: Send + Sync + 'static,
    {
        self.add(Trigger::EditedMessage, handler)
    }

    /// Handles button presses whose data fits, like `#[bale::on_callback("…")]`.
    #[track_caller]
    pub fn on_callback<H, A>(self, pattern: &'static str, handler: H) -> Self
    where
        H: Handler<event::on_callback, A>,
        A: Send + Sync + 'static,
    {
        self.add(Trigger::Callback(Some(pattern)), handler)
    }

    /// Handles button presses that no other handler takes, like `#[bale::on_callback]`.
    #[track_caller]
    pub fn on_any_callback<H, A>(self, handler: H) -> Self
    where
        H: Handler<event::on_callback, A>,
        A: Send + Sync + 'static,
    {
        self.add(Trigger::Callback(None), handler)
    }

    /// Handles payments that wait for approval, like `#[bale::on_pre_checkout]`.
    #[track_caller]
    pub fn on_pre_checkout<H, A>(self, handler: H) -> Self
    where
        H: Handler<event::on_pre_checkout, A>,
        A: Send + Sync + 'static,
    {
        self.add(Trigger::PreCheckout, handler)
    }

    /// Handles payments that were made, like `#[bale::on_payment]`.
    #[track_caller]
    pub fn on_payment<H, A>(self, handler: H) -> Self
    where
        H: Handler<event::on_payment, A>,
        A: Send + Sync + 'static,
    {
        self.add(Trigger::Payment, handler)
    }

    /// Handles people who come into a group, like `#[bale::on_member_join]`.
    #[track_caller]
    pub fn on_member_join<H, A>(self, handler: H) -> Self
    where
        H: Handler<event::on_member_join, A>,
        A: Send + Sync + 'static,
    {
        self.add(Trigger::MemberJoin, handler)
    }

    /// Handles people who leave a group, like `#[bale::on_member_leave]`.
    #[track_caller]
    pub fn on_member_leave<H, A>(self, handler: H) -> Self
    where
        H: Handler<event::on_member_leave, A>,
        A: Send + Sync + 'static,
    {
        self.add(Trigger::MemberLeave, handler)
    }

    /// Handles posts in channels, like `#[bale::on_channel_post]`.
    #[track_caller]
    pub fn on_channel_post<H, A>(self, handler: H) -> Self
    where
        H: Handler<event::on_channel_post, A>,
        A: Send + Sync + 'static,
    {
        self.add(Trigger::ChannelPost, handler)
    }

    /// Handles messages and button presses that no other handler takes, like `#[bale::fallback]`.
    #[track_caller]
    pub fn fallback<H, A>(self, handler: H) -> Self
    where
        H: Handler<event::fallback, A>,
        A: Send + Sync + 'static,
    {
        self.add(Trigger::Fallback, handler)
    }

    /// Sees every update before its handler, like `#[bale::on_update]`.
    #[track_caller]
    pub fn on_update<H, A>(self, handler: H) -> Self
    where
        H: Handler<event::on_update, A>,
        A: Send + Sync + 'static,
    {
        self.add(Trigger::Update, handler)
    }

    /// Runs before the first update, like `#[bale::on_start]`.
    #[track_caller]
    pub fn on_start<H, A>(self, handler: H) -> Self
    where
        H: Handler<event::on_start, A>,
        A: Send + Sync + 'static,
    {
        self.add(Trigger::Start, handler)
    }

    /// Runs after the last update, like `#[bale::on_stop]`.
    #[track_caller]
    pub fn on_stop<H, A>(self, handler: H) -> Self
    where
        H: Handler<event::on_stop, A>,
        A: Send + Sync + 'static,
    {
        self.add(Trigger::Stop, handler)
    }

    /// Is told of handlers that failed, like `#[bale::on_error]`.
    #[track_caller]
    pub fn on_error<H, A>(self, handler: H) -> Self
    where
        H: Handler<event::on_error, A>,
        A: Send + Sync + 'static,
    {
        self.add(Trigger::Error, handler)
    }

    /// Runs around every handler, like `#[bale::middleware]`. What goes on is [`Next<'static>`](crate::Next).
    #[track_caller]
    pub fn middleware<H, A>(self, handler: H) -> Self
    where
        H: Handler<event::middleware, A>,
        A: Send + Sync + 'static,
    {
        self.add(Trigger::Middleware, handler)
    }

    /// Handles what `event` says, filters included: the long form of the functions above.
    ///
    /// ```
    /// # use bale::{App, app::on, filter};
    /// # let _ =
    /// App::new().on(on::message().filter(filter::photo()).priority(1), async || "a photo!");
    /// ```
    #[track_caller]
    pub fn on<K, H, A>(mut self, event: On<K>, handler: H) -> Self
    where
        K: 'static,
        H: Handler<K, A>,
        A: Send + Sync + 'static,
    {
        self.handlers.push(at_run_time(event, Location::caller(), handler));
        self
    }

    #[track_caller]
    fn add<K, H, A>(self, trigger: Trigger, handler: H) -> Self
    where
        K: 'static,
        H: Handler<K, A>,
        A: Send + Sync + 'static,
    {
        self.on(On::new(trigger), handler)
    }

    /// The handlers that come and go while the bot runs.
    pub fn handlers(&self) -> Handlers {
        self.coming.clone()
    }

    /// What stops the bot from inside the program.
    pub fn stop_handle(&self) -> StopHandle {
        self.stop.clone()
    }

    /// How the bot is, for supervisors and pages; handlers ask for [`State<Health>`](struct@crate::State).
    pub fn health(&self) -> Health {
        self.health.clone()
    }

    fn all_handlers(&self) -> impl Iterator<Item = (Meta, Call)> {
        self.handlers.iter().cloned().chain(self.coming.added())
    }

    /// Checks the handlers without running anything: patterns, duplicates, handlers that can never run,
    /// missing state.
    ///
    /// # Errors
    /// Everything that is wrong, at once.
    pub fn check(&self) -> Result<(), Problems> {
        self.table().map(drop)
    }

    fn table(&self) -> Result<Table, Problems> {
        handlers::table(self.all_handlers(), &self.state, self.help, self.groups.as_deref())
    }

    /// Says, for every handler, whether it would run for `update` and why (not). Filters are asked; no handler is
    /// called.
    ///
    /// # Errors
    /// If the handlers themselves are wrong.
    pub async fn explain(&self, update: &Update) -> Result<Explanation, Problems> {
        let shared = Arc::new(Shared {
            bot: update.bot().clone(),
            table: self.table()?,
            state: Arc::new(self.state.clone()),
            language: self.language,
            probe: None,
            decline_text: self.language.decline_text().into(),
        });
        Ok(shared.explain((**update).clone()).await)
    }

    /// Runs until SIGINT, SIGTERM or [`StopHandle::stop`], then lets the running handlers end; a second
    /// signal ends the process at once.
    ///
    /// # Errors
    /// If the handlers are wrong, there is no token, the token is refused, or an `on_start` handler
    /// failed.
    pub async fn run(self) -> Result<(), RunError> {
        self.run_to_signal().await
    }

    fn run_to_signal(self) -> BoxFuture<'static, Result<(), RunError>> {
        Box::pin(async move {
            #[cfg(feature = "health")]
            let app = self.health_from_env()?;
            #[cfg(not(feature = "health"))]
            let app = self;
            let signal = entry::signal(app.stop_handle());
            app.run_until(signal).await
        })
    }

    /// Runs until `stop` is ready or [`StopHandle::stop`] is called, then lets the running handlers end.
    /// Dropping the future ends them where they are; their updates come again.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub async fn run_until(self, stop: impl Future<Output = ()>) -> Result<(), RunError> {
        let handle = self.stop_handle();
        let mut running = self.run_to_stop();
        let mut stop = pin!(stop);
        tokio::select! {
            // It may want to know of a stop by the handle too.
            biased;
            () = &mut stop => handle.stop(),
            ended = &mut running => return ended,
        }
        running.await
    }

    /// Runs until its handle stops it. Boxed, so that it is compiled once: the body of an async function is compiled
    /// anew by each crate that awaits it, and this is most of the framework.
    fn run_to_stop(mut self) -> BoxFuture<'static, Result<(), RunError>> {
        Box::pin(async move {
            let mut bots = std::mem::take(&mut self.beside);
            #[cfg(feature = "health")]
            let _page = self.answer_health(&bots).await?;
            if bots.is_empty() {
                return self.alone().await;
            }
            bots.insert(0, self);
            several::run(bots).await
        })
    }

    /// Boxed for the same reason: it has two callers.
    fn alone(self) -> BoxFuture<'static, Result<(), RunError>> {
        Box::pin(self.run_alone())
    }

    async fn run_alone(mut self) -> Result<(), RunError> {
        let stopping = StopsAtEnd(self.stop.clone());
        let health = EndsWith(self.health.clone());
        // What is wrong with the handlers is told before a missing token.
        self.check()?;
        let bot = match self.bot.take() {
            Some(bot) => bot,
            None => Bot::from_env().map_err(RunError::Bot)?,
        };
        #[cfg(feature = "sqlite")]
        let journal = self.open_journal(&bot).await?;
        #[cfg(not(feature = "sqlite"))]
        let journal = None;
        let store = self.store();
        let setup = Setup {
            handlers: self.handlers,
            bot: bot.clone(),
            state: Arc::new(self.state),
            language: self.language,
            decline_text: self.decline_text.unwrap_or_else(|| self.language.decline_text().into()),
            help: self.help,
            probe: self.probe,
            groups: self.groups,
        };
        let (_open, changes) = self.coming.open(setup)?;
        let shared = Arc::clone(&changes.borrow());
        announce(&shared.table);
        numbers::describe();
        health.0.enter(Stage::Starting);
        let jobs = shared.table.job_names().collect();
        let desk = Desk { storage: store.storage, clock: store.clock, jobs };
        let _at_desk = AtDesk::new(&bot, desk.clone());
        #[cfg(feature = "webhook")]
        let mut source = Source::of(bot, self.hold, self.health.clone(), store.clock, self.webhook);
        #[cfg(not(feature = "webhook"))]
        let mut source = Source::of(bot, self.hold, self.health.clone(), store.clock);
        let mut stop = pin!(stopping.0.stopped());
        tokio::select! {
            biased;
            () = &mut stop => return Ok(()),
            ready = source.prepare() => ready?,
        }
        let is_stopped = {
            let mut starting = pin!(start(&shared));
            tokio::select! {
                biased;
                started = &mut starting => started.map(|()| false)?,
                () = &mut stop => {
                    // It may be in the middle of something, so it gets as long as a handler does.
                    match timeout(self.limits.drain_deadline, starting).await {
                        Ok(started) => started?,
                        Err(_) => warn!("`on_start` was still running at the deadline and was cut off"),
                    }
                    true
                }
            }
        };
        let ended = if is_stopped {
            Ok(())
        } else {
            receive(&mut source, changes, (self.limits, journal), desk, &health.0, stop).await
        };
        source.finish().await;
        health.0.enter(Stage::Stopping);
        shared.on_stop().await;
        ended
    }
}

/// While this lives, the bot can store jobs.
struct AtDesk(Bot);

impl AtDesk {
    fn new(bot: &Bot, desk: Desk) -> Self {
        bot.agenda().set_desk(Some(desk));
        Self(bot.clone())
    }
}

impl Drop for AtDesk {
    fn drop(&mut self) {
        self.0.agenda().set_desk(None);
    }
}

/// Receives updates until `stop` is ready, and ends what was begun.
async fn receive(
    source: &mut Source,
    changes: watch::Receiver<Arc<Shared>>,
    (mut limits, journal): (Limits, Option<(Journal, Stock)>),
    desk: Desk,
    health: &Health,
    stop: impl Future<Output = ()>,
) -> Result<(), RunError> {
    limits.is_pushed = source.pushes();
    let jobs = Runner::start(changes.clone(), desk, limits.drain_deadline);
    let dispatcher = Dispatcher::start(changes, limits, journal);
    health.runs(dispatcher.progress());
    let ended = tokio::select! {
        biased;
        () = stop => Ok(()),
        ended = source.run(&dispatcher) => ended,
    };
    health.enter(Stage::Stopping);
    let (drained, cut_off) = tokio::join!(dispatcher.drain(), jobs.drain());
    if cut_off > 0 {
        warn!(
            jobs = cut_off,
            "jobs were not done at the deadline and were cut off; stored ones will run again"
        );
    }
    if drained.cut_off > 0 {
        warn!(
            updates = drained.cut_off,
            "handlers were not done at the deadline and were cut off; their updates will come again"
        );
    }
    if drained.lost > 0 {
        warn!(
            updates = drained.lost,
            "handlers were not done at the deadline and were cut off; their updates were confirmed \
             before and are lost"
        );
    }
    if let (Ok(()), Some(offset)) = (&ended, drained.offset.or(source.written())) {
        source.confirm(offset).await;
    }
    ended
}

/// Says who the bot is and runs its `on_start` handlers.
async fn start(shared: &Shared) -> Result<(), RunError> {
    if let Some(me) = shared.bot.me() {
        let username = me.username.as_deref().unwrap_or("without a username");
        info!(id = me.id, "receiving updates as {} ({username})", me.first_name);
    }
    shared.on_start().await.map_err(RunError::Start)
}

/// Logs the table: one line a handler, and how many there are of each crate.
fn announce(table: &Table) {
    for route in &table.routes {
        let Meta { name, trigger, .. } = route.meta;
        info!(target: "bale::route", "{trigger} -> {name} ({})", Place::from(&route.meta).source());
    }
    let mut crates = std::collections::BTreeMap::new();
    for route in &table.routes {
        *crates.entry(route.meta.krate).or_insert(0) += 1;
    }
    let crates: Vec<String> =
        crates.iter().map(|(krate, count)| format!("{krate} ({count})")).collect();
    info!(target: "bale::route", "{} handlers: {}", table.routes.len(), crates.join(", "));
}

/// Why a bot did not run, or no longer runs.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// Something is wrong with the handlers.
    #[error("the bot cannot start:\n{0}")]
    Handlers(#[from] Problems),
    /// The bot could not be made: no token, or a wrong setting.
    #[error("the bot cannot start: {0}")]
    Bot(#[source] Error),
    /// The server does not know the token.
    #[error(
        "the server refuses the token ({0}); check BALE_BOT_TOKEN (@botfather gives and revokes tokens)"
    )]
    Refused(#[source] Error),
    /// The emulator that a bot without a token runs against could not be started.
    #[error("the built-in emulator cannot start: {0}")]
    Emulator(String),
    /// Two bots of the program have the same token, and would take updates from each other.
    #[error("two bots of this program are bot {0}: give each a token of its own")]
    SameBot(i64),
    /// The journal cannot be opened.
    #[error("the bot cannot start without its journal: {0}")]
    Journal(#[source] StorageError),
    /// Nobody can be told about the bot's health.
    #[cfg(feature = "health")]
    #[error("the bot cannot start: {0}")]
    Health(String),
    /// The webhook cannot listen, or the server refuses it.
    #[cfg(feature = "webhook")]
    #[error("the bot cannot start: {0}")]
    Webhook(#[from] crate::webhook::WebhookError),
    /// The environment has one webhook, and the program more bots.
    #[cfg(feature = "webhook")]
    #[error(
        "this program has several bots, and BALE_WEBHOOK_URL is for one: give each a webhook with `App::webhook`"
    )]
    SharedWebhook,
    /// An `on_start` handler failed.
    #[error("the bot cannot start: {0}")]
    Start(#[source] HandlerError),
}
