//! Handlers that come and go while the bot runs.

use std::{
    fmt,
    marker::PhantomData,
    panic::Location,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::watch;

use crate::{
    client::Bot,
    context::StateMap,
    dialogue::{Dialogue, in_state_that},
    dispatch::{Probe, Shared},
    event,
    filter::{Filter, InState},
    handler::{Dynamic, Handler, short_name},
    registry::{Meta, Options, Schedule, Trigger, When},
    route::{Call, Place, Problem, Problems, Table, help},
};

use help::{HELP, Language};

/// What a handler given at run time is for; made by the functions of [`on`](super::on).
#[must_use = "it says what a handler is for, and adds none"]
pub struct On<K> {
    trigger: Trigger,
    filter: Option<Filter>,
    state: Option<InState>,
    options: Options,
    kind: PhantomData<fn(K)>,
}

impl<K> fmt::Debug for On<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("On").field(&self.trigger).finish()
    }
}

impl<K> On<K> {
    pub(crate) fn new(trigger: Trigger) -> Self {
        Self { trigger, filter: None, state: None, options: Options::DEFAULT, kind: PhantomData }
    }

    /// Higher runs first, and of middlewares further out; 0 by default.
    pub fn priority(mut self, priority: i32) -> Self {
        self.options.priority = priority;
        self
    }

    /// Puts it into a group: see [`App::groups`](super::App::groups). A middleware of a group is around its
    /// handlers.
    pub fn group(mut self, group: &'static str) -> Self {
        self.options.group = Some(group);
        self
    }
}

impl<K: event::WithFilter> On<K> {
    /// Only updates that the filter lets through, and those given before.
    pub fn filter(self, filter: Filter) -> Self {
        let filter = Filter::all(self.filter.into_iter().chain([filter]));
        Self { filter, ..self }
    }

    /// Only while the conversation is in a state that `fits`, as `state = ..` of an attribute says:
    ///
    /// ```
    /// # use bale::{App, Dialogue, Exit, Text, app::on};
    /// # #[derive(serde::Serialize, serde::Deserialize)]
    /// # enum Order { Name, Phone { name: String } }
    /// # impl Dialogue for Order { const NAME: &'static str = "order"; }
    /// # let _ =
    /// App::new().on(
    ///     on::message().state(|order: &Order| matches!(order, Order::Phone { .. })),
    ///     async |Text(phone): Text| Exit.reply(phone),
    /// );
    /// ```
    ///
    /// [`Talk`](crate::dialogue::Talk) gives the handler the state. A second condition takes the place of the first.
    pub fn state<S: Dialogue>(self, fits: impl Fn(&S) -> bool + Send + Sync + 'static) -> Self {
        self.in_state(in_state_that(fits))
    }

    /// What `state = ..` of an attribute makes, for our own benchmark.
    #[doc(hidden)]
    pub fn in_state(self, state: InState) -> Self {
        Self { state: Some(state), ..self }
    }
}

impl<K: event::WithLane> On<K> {
    /// Without waiting for earlier updates of the chat, as `lane = "none"` of an attribute says.
    pub fn overtaking(mut self) -> Self {
        self.options.laneless = true;
        self
    }
}

impl On<event::command> {
    /// Other names of the command, in place of those given before.
    pub fn aliases(mut self, names: &'static [&'static str]) -> Self {
        self.options.aliases = names;
        self
    }

    /// Leaves the command out of `/help`.
    pub fn hidden(mut self) -> Self {
        self.options.hidden = true;
        self
    }
}

macro_rules! schedules {
    ($($(#[$only:meta])* $kind:ident)*) => { $(
        $(#[$only])*
        impl On<event::$kind> {
            /// A run may begin while the one before it runs.
            pub fn overlap(self) -> Self {
                self.with(|schedule| schedule.overlap = true)
            }

            /// Whether one run makes up for those that were missed, as it does by default.
            pub fn catch_up(self, catch_up: bool) -> Self {
                self.with(|schedule| schedule.catch_up = catch_up)
            }

            fn with(mut self, change: impl FnOnce(&mut Schedule)) -> Self {
                if let Trigger::Schedule(schedule) = &mut self.trigger {
                    change(schedule);
                }
                self
            }
        }
    )* };
}

schedules!(every #[cfg(feature = "cron")] cron);

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident($($given:ident: $type:ty),*) for $kind:ident is $trigger:expr;)*) => {
        /// What handlers can be for.
        pub mod on {
            use super::*;

            $(
                $(#[$doc])*
                pub fn $name($($given: $type),*) -> On<event::$kind> {
                    On::new($trigger)
                }
            )*
        }
    };
}

kinds! {
    /// A command: `"add {a} {b}"`.
    command(pattern: &'static str) for command is Trigger::Command(pattern);
    /// Messages that no command or text takes.
    message() for on_message is Trigger::Message(None);
    /// Messages whose text fits.
    text(pattern: &'static str) for on_message is Trigger::Message(Some(pattern));
    /// Edited messages.
    edited_message() for on_edited_message is Trigger::EditedMessage;
    /// Button presses whose data fits: `"buy:{item}"`.
    callback(pattern: &'static str) for on_callback is Trigger::Callback(Some(pattern));
    /// Button presses that no other handler takes.
    any_callback() for on_callback is Trigger::Callback(None);
    /// Payments that wait for approval.
    pre_checkout() for on_pre_checkout is Trigger::PreCheckout;
    /// Payments that were made.
    payment() for on_payment is Trigger::Payment;
    /// People who come into a group.
    member_join() for on_member_join is Trigger::MemberJoin;
    /// People who leave a group.
    member_leave() for on_member_leave is Trigger::MemberLeave;
    /// Posts in channels.
    channel_post() for on_channel_post is Trigger::ChannelPost;
    /// Messages and button presses that no other handler takes.
    fallback() for fallback is Trigger::Fallback;
    /// Every update, before its handler.
    update() for on_update is Trigger::Update;
    /// Handlers that failed.
    error() for on_error is Trigger::Error;
    /// Around the handlers: [`App::middleware`](crate::App::middleware).
    middleware() for middleware is Trigger::Middleware;
    /// The start, before the first update.
    start() for on_start is Trigger::Start;
    /// The stop, after the last update.
    stop() for on_stop is Trigger::Stop;
    /// Again and again, after each period: [`App::every`](crate::App::every).
    every(period: Duration) for every is again(When::Every(period));
    /// At the times of a cron expression in a time zone: [`App::cron`](crate::App::cron).
    #[cfg(feature = "cron")]
    cron(expression: &'static str, zone: &'static str) for cron is again(When::Cron(expression, Some(zone), crate::schedule::ZONES));
    /// What was put off by [`Bot::schedule`](crate::Bot::schedule) under this name.
    job(name: &'static str) for job is Trigger::Job(name);
}

fn again(when: When) -> Trigger {
    Trigger::Schedule(Schedule { when, overlap: false, catch_up: true })
}

/// Names a handler given to [`Handlers::on`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HandlerId(u64);

/// The handlers of a bot, to add to and take from while it runs. A cheap clone.
///
/// [`App::handlers`](super::App::handlers) gives it; inside a handler it is
/// [`State<Handlers>`](crate::extract::State).
///
/// ```
/// # use bale::{App, Message, Result, State, app::{Handlers, on}};
/// # let _ =
/// App::new().command("listen", async |handlers: State<Handlers>| -> Result {
///     handlers.on(on::text("ping"), async || "pong")?;
///     Ok(())
/// });
/// ```
#[derive(Clone, Default)]
pub struct Handlers(Arc<Inner>);

#[derive(Default)]
struct Inner {
    book: Mutex<Book>,
}

#[derive(Default)]
struct Book {
    added: Vec<(HandlerId, Meta, Call)>,
    next: u64,
    running: Option<(Setup, watch::Sender<Arc<Shared>>)>,
}

/// What the table of a running bot is made of, but for the handlers that come and go.
#[derive(Clone)]
pub(crate) struct Setup {
    pub(crate) handlers: Vec<(Meta, Call)>,
    pub(crate) bot: Bot,
    pub(crate) state: Arc<StateMap>,
    pub(crate) language: Language,
    pub(crate) decline_text: Arc<str>,
    pub(crate) help: bool,
    pub(crate) probe: Option<Arc<dyn Probe>>,
    pub(crate) groups: Option<Vec<String>>,
}

impl fmt::Debug for Handlers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handlers").field("added", &self.book().added.len()).finish_non_exhaustive()
    }
}

impl Handlers {
    /// Adds a handler. The next update that the bot takes in can reach it.
    ///
    /// # Errors
    /// If the bot runs and the handler does not fit in: its pattern cannot be read, another one is for
    /// the same, or one of them could never run. Then nothing is changed.
    #[track_caller]
    pub fn on<K, H, A>(&self, event: On<K>, handler: H) -> Result<HandlerId, Problems>
    where
        K: event::ComesAndGoes + 'static,
        H: Handler<K, A>,
        A: Send + Sync + 'static,
    {
        let (meta, call) = at_run_time(event, Location::caller(), handler);
        let mut book = self.book();
        let id = HandlerId(book.next);
        book.added.push((id, meta, call));
        if let Err(problems) = book.publish() {
            book.added.pop();
            return Err(problems);
        }
        book.next += 1;
        Ok(id)
    }

    /// Takes a handler away; `false` if it is gone already. Where it runs at this moment it goes on to
    /// its end. What was put off for a job that is gone is set aside when it is due: see [`jobs`](crate::jobs).
    pub fn remove(&self, id: HandlerId) -> bool {
        let mut book = self.book();
        let before = book.added.len();
        book.added.retain(|(added, ..)| *added != id);
        // Fewer handlers make no new conflict.
        let _ = book.publish();
        book.added.len() < before
    }

    /// Begins to serve a running bot, until the first value is dropped.
    ///
    /// # Errors
    /// Everything that is wrong with the handlers.
    pub(crate) fn open(
        &self,
        setup: Setup,
    ) -> Result<(Open, watch::Receiver<Arc<Shared>>), Problems> {
        let mut book = self.book();
        let (current, changes) = watch::channel(Arc::new(book.shared(&setup)?));
        book.running = Some((setup, current));
        Ok((Open(self.clone()), changes))
    }

    /// The handlers added so far.
    pub(crate) fn added(&self) -> Vec<(Meta, Call)> {
        self.book().added.iter().map(|(_, meta, call)| (*meta, call.clone())).collect()
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    /// Makes the table anew for a bot that runs.
    fn publish(&self) -> Result<(), Problems> {
        let Some((setup, current)) = &self.running else { return Ok(()) };
        let shared = self.shared(setup)?;
        let jobs = shared.table.job_names().collect();
        // Nobody listens once the bot has stopped taking in updates.
        let _ = current.send(Arc::new(shared));
        setup.bot.agenda().set_jobs(jobs);
        Ok(())
    }

    fn shared(&self, setup: &Setup) -> Result<Shared, Problems> {
        let Setup { handlers, bot, state, language, decline_text, help, groups, probe } =
            setup.clone();
        let added = self.added.iter().map(|(_, meta, call)| (*meta, call.clone()));
        let table = table(handlers.into_iter().chain(added), &state, help, groups.as_deref())?;
        Ok(Shared { bot, table, state, language, decline_text, probe })
    }
}

/// While this lives, a change of the handlers reaches the running bot. The state of the bot holds the
/// handlers, so what they hold of the state must not outlive it.
pub(crate) struct Open(Handlers);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.book().running = None;
    }
}

/// The record of a handler given at run time.
pub(crate) fn at_run_time<K, H, A>(
    on: On<K>,
    place: &'static Location<'static>,
    handler: H,
) -> (Meta, Call)
where
    K: 'static,
    H: Handler<K, A>,
    A: Send + Sync + 'static,
{
    let meta = Meta {
        name: short_name::<H>(),
        krate: "at run time",
        in_library: true,
        module: "",
        file: place.file(),
        line: place.line(),
        column: place.column(),
        doc: "",
        trigger: on.trigger,
        options: on.options,
        needs: H::NEEDS,
        total: H::TOTAL,
    };
    let handler = Dynamic::new(handler).filtered(on.filter).in_state(on.state);
    (meta, Call::Dynamic(Arc::new(handler)))
}

/// The table of handlers, or everything that is wrong with them.
pub(crate) fn table(
    handlers: impl Iterator<Item = (Meta, Call)>,
    state: &StateMap,
    help: bool,
    groups: Option<&[String]>,
) -> Result<Table, Problems> {
    let mut handlers: Vec<_> = handlers.collect();
    if let Some(groups) = groups {
        let of = |meta: &Meta| meta.options.group;
        let mut known: Vec<_> = handlers.iter().filter_map(|(meta, _)| of(meta)).collect();
        known.sort_unstable();
        known.dedup();
        let unknown = groups.iter().filter(|group| !known.contains(&group.as_str()));
        let unknown: Vec<_> = unknown
            .map(|group| Problem::UnknownGroup { group: group.clone(), known: known.clone() })
            .collect();
        if !unknown.is_empty() {
            return Err(Problems::new(unknown));
        }
        handlers.retain(|(meta, _)| {
            of(meta).is_none_or(|group| groups.iter().any(|wanted| wanted == group))
        });
    }
    if handlers.is_empty() {
        return Err(Problems(vec![Problem::NoHandlers]));
    }
    if help && help::is_wanted(handlers.iter().map(|(meta, _)| meta)) {
        handlers.push((HELP, Call::Help));
    }
    let missing: Vec<_> =
        handlers.iter().flat_map(|(meta, call)| missing_state(meta, call, state)).collect();
    match Table::build(handlers) {
        Ok(table) if missing.is_empty() => Ok(table),
        Ok(_) => Err(Problems::new(missing)),
        Err(Problems(problems)) => Err(Problems::new(problems.into_iter().chain(missing))),
    }
}

/// What the parameters of the handler and those of its filters ask for, and nobody gave.
fn missing_state(meta: &Meta, call: &Call, state: &StateMap) -> Vec<Problem> {
    let filter = call.filter(meta);
    let of_handler = meta.needs.iter().copied().flatten().map(|need| (Place::from(meta), need));
    let of_filter =
        filter.iter().flat_map(Filter::needs).map(|(place, need)| (place.clone(), need));
    of_handler
        .chain(of_filter)
        .filter(|(_, need)| !state.contains_key(&(need.id)()))
        .map(|(handler, need)| Problem::MissingState { handler, state: (need.name)().to_owned() })
        .collect()
}
