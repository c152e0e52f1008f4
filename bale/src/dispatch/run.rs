//! One update through the table: observers, candidates, outcome.

use std::{
    any::Any,
    borrow::Cow,
    fmt,
    future::poll_fn,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::Arc,
    task::Poll,
};

use tracing::{Level, debug, enabled, error, warn};

use super::around::Inside;
use crate::{
    BoxFuture,
    bound::Update,
    client::Bot,
    context::{Context, StateMap},
    handler::{HandlerError, Outcome, Why},
    observe::{
        self,
        numbers::{self, Counter, Stopwatch},
    },
    registry::Meta,
    route::{
        Call, Place, Route, TARGET, Table,
        help::{Language, Misuse, pages},
        other_bot,
        pattern::split_command,
    },
    types::{self, UpdateKind},
};

mod watched;

pub(crate) use watched::Story;

/// A button's answer may not be longer. Source: docs.bale.ai#answercallbackquery.
const ANSWER_LIMIT: usize = 200;

/// What every update of a bot is handled with.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) bot: Bot,
    pub(crate) table: Table,
    pub(crate) state: Arc<StateMap>,
    pub(crate) language: Language,
    /// What the user is told whose payment nobody answered.
    pub(crate) decline_text: Arc<str>,
    pub(crate) probe: Option<Arc<dyn Probe>>,
}

/// Is told what handlers do. The test kit watches a bot by it.
pub(crate) trait Probe: fmt::Debug + Send + Sync {
    /// This handler took the update and is done, whether it failed or not.
    fn took(&self, update_id: i64, handler: Place);
    /// A handler failed.
    fn failed(&self, failure: &HandlerError);
    /// Whether it wants to be told stories.
    fn listens(&self) -> bool {
        false
    }
    /// An update was handled, like this.
    fn told(&self, _story: Story) {}
}

/// How a candidate ended.
enum Step {
    /// The update is handled, and this is left to do.
    Handled(Outcome),
    /// The next candidate is tried.
    Next,
    /// The next handler of the same command is tried.
    Misused(Misuse),
    /// What the pattern captured is not what the handler wants: the next candidate is tried.
    Unread(String),
}

/// How an update ended.
#[derive(Debug, Clone, Copy)]
pub(super) enum End {
    /// This handler took it, even if it failed.
    TakenBy(usize),
    /// A command was called wrongly; its first handler.
    Misused(usize),
    /// Nobody wants it.
    Nobody,
}

impl Shared {
    pub(crate) fn is_laneless(&self, update: &UpdateKind) -> bool {
        self.table.is_laneless(update, self.username())
    }

    fn username(&self) -> Option<&str> {
        self.bot.me()?.username.as_deref()
    }

    /// Runs the handlers of an update. Never panics and never fails: what goes wrong goes to
    /// `on_error`.
    pub(crate) async fn handle(self: &Arc<Self>, update: Update) {
        if self.probe.as_ref().is_some_and(|probe| probe.listens()) {
            Box::pin(self.handle_watched(update)).await;
        } else {
            let cx = Context::new(self.bot.clone(), update, Arc::clone(&self.state));
            self.work(cx).await;
        }
    }

    async fn work(self: &Arc<Self>, mut cx: Context) {
        for &index in &self.table.observers {
            let route = &self.table.routes[index];
            if !route.accepts_chat(chat_kind(&cx)) {
                continue;
            }
            let outcome = match self.refusal(route, &cx).await {
                Some(refusal) => refusal,
                None => self.call(route, &cx).await,
            };
            if let Outcome::Failed(error) = outcome {
                self.report(&cx, failed(route, &cx, error)).await;
            }
        }
        let (end, outcome) = if self.table.middlewares.is_empty() {
            self.route(&mut cx, None).await
        } else {
            let around = Arc::clone(&self.table.middlewares);
            // Boxed, so that handlers without middleware do not carry the room for it.
            Box::pin(self.through(around, Inside::Table, &cx)).await
        };
        self.tell(&cx, &end, &outcome);
        if let (Some(probe), End::TakenBy(index), Some(id)) = (&self.probe, &end, update_id(&cx)) {
            probe.took(id, Place::from(&self.table.routes[*index].meta));
        }
        if let End::TakenBy(index) | End::Misused(index) = end {
            // So is this: what most handlers leave is nothing.
            if !matches!(outcome, Outcome::Done) {
                Box::pin(self.finish(&self.table.routes[index], &cx, outcome)).await;
            }
        }
        self.stop_spinner(&cx).await;
    }

    /// Says in the span and the metrics how an update ended.
    fn tell(&self, cx: &Context, end: &End, outcome: &Outcome) {
        let (index, outcome) = match end {
            End::TakenBy(index) => (Some(*index), outcome.label()),
            End::Misused(index) => (Some(*index), "misused"),
            End::Nobody => (None, "unhandled"),
        };
        let handler = index.map(|index| &self.table.routes[index].meta);
        observe::taken(handler.map(|meta| (meta.name, meta.file, meta.line)), outcome);
        if handler.is_none() && cfg!(feature = "metrics") {
            let kind = cx.update().map_or("unknown", |update| update.kind.label());
            Counter::of(&numbers::UNHANDLED, self.bot.id(), [("kind", kind.into())]).add(1);
        }
    }

    /// Does what the handler's outcome asks for.
    async fn finish(&self, route: &Route, cx: &Context, outcome: Outcome) {
        match outcome {
            Outcome::Done | Outcome::Step(_) | Outcome::Pass(_) | Outcome::Usage(_) => {}
            Outcome::Reply(text) => self.reply(route, cx, text).await,
            Outcome::Failed(error) => self.report(cx, failed(route, cx, error)).await,
        }
    }

    /// Offers the update to its candidates until one handles it. `steps` takes down how each ended. If another update
    /// was faster with the conversation, this one is offered anew; the conversation counts how often.
    pub(super) async fn route(
        self: &Arc<Self>,
        cx: &mut Context,
        steps: Option<&mut Explanation>,
    ) -> (End, Outcome) {
        if cx.trace().is_some() {
            Box::pin(self.route_watched(cx)).await
        } else {
            self.ask(cx, steps).await
        }
    }

    async fn ask(
        self: &Arc<Self>,
        cx: &mut Context,
        mut steps: Option<&mut Explanation>,
    ) -> (End, Outcome) {
        loop {
            let (end, outcome) = self.route_once(cx, steps.as_deref_mut()).await;
            if !outcome.is_raced() {
                return (end, outcome);
            }
            debug!(target: "bale::dialogue", update_id = update_id(cx), "handled anew: another update was faster");
            cx.forget_answers();
        }
    }

    async fn route_once(
        self: &Arc<Self>,
        cx: &mut Context,
        mut steps: Option<&mut Explanation>,
    ) -> (End, Outcome) {
        let nobody = (End::Nobody, Outcome::Pass(Why::Nobody));
        let Some(update) = cx.update().cloned() else { return nobody };
        // Who looks on is told of all of them, and why each was not the one.
        let is_told = steps.is_some();
        let fitting;
        let mut candidates = if is_told {
            self.table.offered(&update.kind, self.username())
        } else {
            fitting = self.table.fitting(&update.kind);
            let message = types::Update::message(&update);
            if let Some(text) = message.and_then(|message| message.text.as_deref()) {
                self.table.log_others(text, &fitting);
            }
            self.table.candidates(&update.kind, self.username(), &fitting)
        };
        let mut misuse: Option<(Vec<usize>, Misuse)> = None;
        let mut unread: Option<(usize, String)> = None;
        while let Some(index) =
            if is_told { candidates.pop() } else { self.table.next(&mut candidates, cx) }
        {
            let route = &self.table.routes[index];
            if !route.is_command() && misuse.is_some() {
                break;
            }
            let step = if route.accepts_chat(chat_kind(cx)) {
                self.try_candidate(index, cx, &mut steps).await
            } else {
                note(&mut steps, route, false, || OTHER_CHATS.into());
                Step::Next
            };
            match step {
                Step::Handled(outcome) => return (End::TakenBy(index), outcome),
                Step::Next => {}
                Step::Misused(error) => {
                    let (mut routes, error) = match misuse.take() {
                        Some((routes, earlier)) => (routes, earlier.or(error)),
                        None => (Vec::new(), error),
                    };
                    routes.push(index);
                    misuse = Some((routes, error));
                }
                Step::Unread(error) => {
                    unread.get_or_insert((index, error));
                }
            }
        }
        if let Some((routes, error)) = misuse {
            let usage = self.table.usage(cx.subject(), &routes, &error, self.language);
            return (End::Misused(routes[0]), Outcome::Reply(usage.into()));
        }
        if !cx.is_dry_run() {
            self.log_unhandled(&update, unread);
        }
        nobody
    }

    /// A message that nobody wants is everyday life; a button that does nothing and money without a handler are not.
    fn log_unhandled(&self, update: &Update, unread: Option<(usize, String)>) {
        let update_id = update.update_id;
        if update.pre_checkout_query().is_some_and(|query| !query.is_answered()) {
            warn!(target: "bale::route", update_id, "no handler took a payment that waits for approval");
            return;
        }
        if update.message().is_some_and(|message| message.successful_payment.is_some()) {
            warn!(target: "bale::route", update_id, "no handler took the receipt of a payment");
            return;
        }
        let Some(query) = update.callback_query() else {
            debug!(target: "bale::route", update_id, "no handler took the update");
            return;
        };
        if query.is_answered() {
            debug!(target: "bale::route", update_id, "only an observer took the button press");
            return;
        }
        // A button has 64 bytes at most, but a client may send what it likes.
        let data: String = query.data.iter().flat_map(|data| data.chars()).take(64).collect();
        match unread {
            Some((index, error)) => {
                let handler = Place::from(&self.table.routes[index].meta);
                warn!(
                    target: "bale::route",
                    update_id,
                    ?data,
                    "a pressed button does nothing: its data is not what handler {handler} reads: {error}"
                );
            }
            None => warn!(
                target: "bale::route",
                update_id,
                ?data,
                "a pressed button does nothing: no handler takes its data"
            ),
        }
    }

    async fn try_candidate(
        self: &Arc<Self>,
        index: usize,
        cx: &mut Context,
        steps: &mut Option<&mut Explanation>,
    ) -> Step {
        let route = &self.table.routes[index];
        let captures = route.captures(cx.subject());
        // Who may not use a command is not told how to use it.
        let refusal = if captures.is_ok() || route.is_command() {
            self.refusal(route, cx).await
        } else {
            None
        };
        let outcome = match (refusal, captures) {
            (Some(refusal), _) => refusal,
            (None, Ok(captures)) => {
                cx.set_captures(captures);
                if route.around.is_empty() || cx.is_dry_run() {
                    self.call(route, cx).await
                } else {
                    let around = Arc::clone(&route.around);
                    Box::pin(self.through(around, Inside::Handler(index), cx)).await.1
                }
            }
            (None, Err(mismatch)) => {
                note(steps, route, false, || {
                    format!("its pattern does not fit: {mismatch}").into()
                });
                return if route.is_command() {
                    Step::Misused(Misuse::mismatch(mismatch, cx.subject()))
                } else {
                    Step::Next
                };
            }
        };
        match outcome {
            Outcome::Done => {
                note(steps, route, true, || RUNS.into());
                Step::Handled(Outcome::Done)
            }
            Outcome::Reply(text) => {
                note(steps, route, true, || {
                    if cx.is_dry_run() && !matches!(route.call, Call::Help) {
                        format!("a parameter answers in its stead: {text}").into()
                    } else {
                        RUNS.into()
                    }
                });
                Step::Handled(Outcome::Reply(text))
            }
            // `call` made it.
            Outcome::Step(_) => Step::Handled(Outcome::Done),
            Outcome::Pass(why) => {
                note(steps, route, false, || why.to_string().into());
                Step::Next
            }
            Outcome::Usage(error) => {
                let error = error.named(|position| route.capture_name(position));
                note(steps, route, false, || error.to_string().into());
                if route.is_command() {
                    Step::Misused(Misuse::from(error))
                } else {
                    Step::Unread(error.to_string())
                }
            }
            Outcome::Failed(error) => {
                note(steps, route, true, || format!("it fails: {error}").into());
                Step::Handled(Outcome::Failed(failed(route, cx, error).into()))
            }
        }
    }

    /// Calls a handler. A panic becomes a failure.
    pub(crate) async fn call(&self, route: &Route, cx: &Context) -> Outcome {
        let future = match &route.call {
            Call::Static(call) => call(cx),
            Call::Dynamic(handler) => handler.call(cx),
            Call::Help => return self.help(cx),
        };
        let watch = Stopwatch::start();
        let mut outcome = Self::guard(route, cx, future).await;
        if matches!(outcome, Outcome::Step(_)) || route.state.is_some() {
            let settled = outcome.settle(cx, route.state.as_ref(), !route.meta.options.laneless);
            let settled = Box::pin(settled);
            outcome = Self::guard(route, cx, settled).await;
        }
        if !matches!(outcome, Outcome::Pass(_)) {
            let (bot, name) = (self.bot.id(), route.meta.name);
            route.meter.called(bot, name, outcome.label(), watch.elapsed());
        }
        self.report_all(route, cx).await;
        outcome
    }

    /// Reports what did not keep the handler from being asked.
    async fn report_all(&self, route: &Route, cx: &Context) {
        for error in cx.take_reports() {
            self.report(cx, failed(route, cx, error)).await;
        }
    }

    /// What the handler's filter and its state make of the update; nothing if they let it through. The state is read
    /// from the store only if nothing that is known already refuses.
    async fn refusal(&self, route: &Route, cx: &Context) -> Option<Outcome> {
        let (filter, regexes) = (route.filter.as_ref(), &self.table.regexes);
        let known = filter.map_or(Some(true), |filter| filter.now(cx, regexes));
        if let (Some(false), Some(filter)) = (known, filter) {
            return Some(Outcome::Pass(filter.refusal(cx, regexes)));
        }
        let refused = self.refused_by_state(route, cx).await;
        if refused.is_some() {
            return refused;
        }
        let filter = filter.filter(|_| known.is_none())?;
        let outcome = Self::guard(route, cx, filter.check(cx, regexes)).await;
        Some(outcome).filter(|outcome| !matches!(outcome, Outcome::Done))
    }

    /// What becomes of an update whose conversation is not in such a state.
    async fn refused_by_state(&self, route: &Route, cx: &Context) -> Option<Outcome> {
        let refused = match caught(route.state.as_ref()?.check(cx)).await {
            Ok(checked) => checked.err(),
            Err(panic) => Some(Self::panicked(route, cx, &*panic)),
        };
        self.report_all(route, cx).await;
        refused
    }

    async fn guard(route: &Route, cx: &Context, future: BoxFuture<'_, Outcome>) -> Outcome {
        let Meta { name, file, line, .. } = route.meta;
        match caught(observe::in_handler((name, file, line), future)).await {
            Ok(outcome) => outcome,
            Err(panic) => Self::panicked(route, cx, &*panic),
        }
    }

    fn panicked(route: &Route, cx: &Context, panic: &(dyn Any + Send)) -> Outcome {
        let text = panic_text(panic);
        Outcome::Failed(Box::new(HandlerError::panicked(&route.meta, update_id(cx), text)))
    }

    fn help(&self, cx: &Context) -> Outcome {
        let command = cx.captures().get(0, cx.subject());
        match self.table.help(command.as_deref(), self.language) {
            Some(text) => Outcome::Reply(text.into()),
            None => Outcome::Pass(Why::Returned),
        }
    }

    /// Sends the text that a handler returned.
    async fn reply(&self, route: &Route, cx: &Context, text: Cow<'static, str>) {
        if text.is_empty() {
            debug!(handler = route.meta.name, "an empty text was returned: nothing is sent");
            return;
        }
        // A bot may have more commands than one message can list.
        if matches!(route.call, Call::Help) && cx.message().is_some() {
            for page in pages(&text) {
                self.send(route, cx, page).await;
            }
        } else {
            self.send(route, cx, text.into_owned()).await;
        }
    }

    async fn send(&self, route: &Route, cx: &Context, text: String) {
        let sent = match (cx.message(), cx.callback_query()) {
            (Some(message), _) => message.reply(text).await.map(drop),
            (None, Some(query))
                if query.can_show_answer()
                    && !query.is_answered()
                    && text.chars().count() <= ANSWER_LIMIT =>
            {
                query.answer(text).await.map(drop)
            }
            // The press was answered already, the text is too long for an answer, or the user's client
            // cannot show one.
            (None, Some(query)) => match query.chat() {
                Some(chat) => chat.send(text).await.map(drop),
                None => query.user().send(text).await.map(drop),
            },
            (None, None) => match cx.pre_checkout_query() {
                Some(query) if !query.is_answered() => query.decline(text).await.map(drop),
                _ => Ok(()),
            },
        };
        if let Err(error) = sent {
            let failure = failed(route, cx, error.into());
            // An error handler whose answer cannot be sent must not be asked again.
            if cx.error().is_some() {
                self.note_failure(&failure);
                error!("{failure}");
            } else {
                self.report(cx, failure).await;
            }
        }
    }

    /// Tells the error handlers, or the log if there is none.
    pub(crate) fn report<'a>(
        &'a self,
        cx: &'a Context,
        failure: HandlerError,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            self.note_failure(&failure);
            let cx = cx.with_error(failure.clone());
            for &index in &self.table.errors {
                let route = &self.table.routes[index];
                match self.call(route, &cx).await {
                    Outcome::Done | Outcome::Step(_) => return,
                    Outcome::Reply(text) => return self.reply(route, &cx, text).await,
                    Outcome::Pass(_) | Outcome::Usage(_) => {}
                    Outcome::Failed(second) => {
                        let second = failed(route, &cx, second);
                        self.note_failure(&second);
                        error!("{second}");
                        break;
                    }
                }
            }
            error!("{failure}");
        })
    }

    fn note_failure(&self, failure: &HandlerError) {
        if let Some(probe) = &self.probe {
            probe.failed(failure);
        }
    }

    /// Answers a button press that no handler answered: the button would go on spinning.
    async fn stop_spinner(&self, cx: &Context) {
        let Some(query) = cx.callback_query() else { return };
        if query.is_answered() {
            return;
        }
        if let Err(error) = query.answer_empty().await {
            debug!("a button press could not be answered: {error}");
        }
    }

    /// Runs the `on_start` handlers, one after the other, until one fails.
    pub(crate) async fn on_start(&self) -> Result<(), HandlerError> {
        let cx = Context::without_update(self.bot.clone(), Arc::clone(&self.state));
        for &index in &self.table.starts {
            let route = &self.table.routes[index];
            if let Outcome::Failed(error) = self.call(route, &cx).await {
                return Err(failed(route, &cx, error));
            }
        }
        Ok(())
    }

    /// Runs the `on_stop` handlers, one after the other, all of them: each may have something to save.
    pub(crate) async fn on_stop(&self) {
        let cx = Context::without_update(self.bot.clone(), Arc::clone(&self.state));
        for &index in &self.table.stops {
            let route = &self.table.routes[index];
            if let Outcome::Failed(error) = self.call(route, &cx).await {
                self.report(&cx, failed(route, &cx, error)).await;
            }
        }
    }

    /// Says, for every handler, whether it would run for `update` and why (not).
    pub(crate) async fn explain(self: &Arc<Self>, update: types::Update) -> Explanation {
        let mut explanation = Explanation::default();
        let update = Update::new(update, self.bot.clone());
        let mut cx = Context::new(self.bot.clone(), update.clone(), Arc::clone(&self.state));
        cx.set_dry_run();
        for &index in &self.table.observers {
            let verdict = self.explain_observer(&self.table.routes[index], &cx).await;
            explanation.verdicts.push(verdict);
        }
        let offered: Vec<usize> =
            self.table.offered(&update.kind, self.username()).iter().collect();
        let asked_from = explanation.verdicts.len();
        let (end, _) = self.route(&mut cx, Some(&mut explanation)).await;
        let asked = &offered[..explanation.verdicts.len() - asked_from];
        let (handler, after, ending) = match end {
            End::TakenBy(index) => (
                Some(self.table.routes[index].meta.name),
                "an earlier handler takes the update",
                None,
            ),
            End::Misused(_) => (
                None,
                "the command is answered with its usage",
                Some("no handler runs: the user is told how the command is used"),
            ),
            End::Nobody if cx.callback_query().is_some() => {
                (None, "", Some("no handler runs: the button press is answered without a text"))
            }
            End::Nobody if cx.pre_checkout_query().is_some() => {
                (None, "", Some("no handler runs: the payment is declined"))
            }
            End::Nobody => (None, "", Some("no handler runs")),
        };
        for (index, route) in self.table.routes.iter().enumerate() {
            if asked.contains(&index) || self.table.observers.contains(&index) {
                continue;
            }
            let reason = if offered.contains(&index) {
                Cow::Borrowed(after)
            } else {
                self.why_not_offered(route, &update)
            };
            explanation.add(route, false, reason);
        }
        Explanation { handler, end: ending, ..explanation }
    }

    async fn explain_observer(&self, route: &Route, cx: &Context) -> Verdict {
        let (runs, reason) = if route.accepts_chat(chat_kind(cx)) {
            let outcome = match self.refusal(route, cx).await {
                Some(refusal) => refusal,
                None => self.call(route, cx).await,
            };
            match outcome {
                Outcome::Pass(why) => (false, why.to_string().into()),
                Outcome::Failed(error) => (true, format!("it fails: {error}").into()),
                _ => (true, "it sees the update".into()),
            }
        } else {
            (false, OTHER_CHATS.into())
        };
        Verdict { handler: (&route.meta).into(), runs, reason }
    }

    fn why_not_offered(&self, route: &Route, update: &Update) -> Cow<'static, str> {
        let other_bot = update.message().and_then(|message| {
            let bot = other_bot(&message, self.username())?.to_owned();
            let name = split_command(message.text.as_deref()?)?.name;
            self.table
                .command(name)
                .iter()
                .any(|&index| std::ptr::eq(&self.table.routes[index], route))
                .then_some(bot)
        });
        match other_bot {
            Some(bot) => format!("the command is meant for @{bot}").into(),
            None => format!("it runs on {}", route.meta.trigger).into(),
        }
    }
}

const RUNS: &str = "it runs";
const OTHER_CHATS: &str = "it is for other kinds of chats";

fn chat_kind(cx: &Context) -> Option<&types::ChatType> {
    types::Update::chat(cx.update()?).map(|chat| &chat.kind)
}

fn note(
    steps: &mut Option<&mut Explanation>,
    route: &Route,
    runs: bool,
    reason: impl FnOnce() -> Cow<'static, str>,
) {
    match steps {
        Some(explanation) => {
            let reason = reason();
            if explanation.is_live {
                route.log(&reason);
            }
            explanation.add(route, runs, reason);
        }
        None if enabled!(target: TARGET, Level::DEBUG) => route.log(&reason()),
        None => {}
    }
}

/// Why each handler would run for an update, or would not. Its text has one line a handler, and one more
/// if none runs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Explanation {
    verdicts: Vec<Verdict>,
    handler: Option<&'static str>,
    end: Option<&'static str>,
    /// Whether handlers run, and their steps belong into the log.
    is_live: bool,
}

/// Whether one handler would run, and why (not).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verdict {
    /// The handler.
    pub handler: Place,
    /// Whether it would run.
    pub runs: bool,
    /// Why, or why not.
    pub reason: Cow<'static, str>,
}

impl Explanation {
    /// One verdict a handler: the observers, then those that were asked, in order, then the others.
    pub fn verdicts(&self) -> &[Verdict] {
        &self.verdicts
    }

    /// The name of the handler that would take the update. Observers do not.
    pub fn handler(&self) -> Option<&'static str> {
        self.handler
    }

    fn add(&mut self, route: &Route, runs: bool, reason: Cow<'static, str>) {
        self.verdicts.push(Verdict { handler: (&route.meta).into(), runs, reason });
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for verdict in &self.verdicts {
            let mark = if verdict.runs { "+" } else { "-" };
            writeln!(f, "{mark} {}: {}", verdict.handler, verdict.reason)?;
        }
        self.end.map_or(Ok(()), |end| writeln!(f, "= {end}"))
    }
}

/// What `on_error` is told of a handler that returned `error`.
pub(crate) fn failed(route: &Route, cx: &Context, error: crate::BoxError) -> HandlerError {
    match error.downcast::<HandlerError>() {
        Ok(failure) => *failure,
        Err(error) => HandlerError::failed(&route.meta, update_id(cx), error),
    }
}

fn update_id(cx: &Context) -> Option<i64> {
    cx.update().map(|update| update.update_id)
}

/// Runs a future to its end or its panic.
pub(crate) async fn caught<T>(future: impl Future<Output = T>) -> Result<T, Box<dyn Any + Send>> {
    let mut future = pin!(future);
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
        Ok(Poll::Pending) => Poll::Pending,
        Err(panic) => Poll::Ready(Err(panic)),
    })
    .await
}

pub(crate) fn panic_text(panic: &(dyn Any + Send)) -> String {
    if let Some(text) = panic.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = panic.downcast_ref::<String>() {
        text.clone()
    } else {
        "a panic without a text".to_owned()
    }
}
