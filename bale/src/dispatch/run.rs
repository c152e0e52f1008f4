//! One update through the table: observers, candidates, outcome.

use std::{
    any::Any,
    borrow::Cow,
    fmt,
    future::poll_fn,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    task::Poll,
};

use tracing::{debug, error};

use crate::{
    BoxFuture,
    bound::Update,
    client::Bot,
    context::{Context, StateMap},
    handler::{HandlerError, Outcome, Why},
    route::{
        Call, Place, Route, Table,
        help::{Language, Misuse},
    },
    types::{self, UpdateKind},
};

/// A button's answer may not be longer. Source: docs.bale.ai#answercallbackquery.
const ANSWER_LIMIT: usize = 200;

/// What every update of a bot is handled with.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) bot: Bot,
    pub(crate) table: Table,
    pub(crate) state: Arc<StateMap>,
    pub(crate) language: Language,
}

/// How a candidate ended.
enum Step {
    /// The update is handled.
    Handled,
    /// The next candidate is tried.
    Next,
    /// The next handler of the same command is tried.
    Misused(Misuse),
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
    pub(crate) async fn handle(&self, update: types::Update) {
        let update = Update::new(update, self.bot.clone());
        let mut cx = Context::new(self.bot.clone(), update, Arc::clone(&self.state));
        for &index in &self.table.observers {
            let route = &self.table.routes[index];
            if let Outcome::Failed(error) = self.call(route, &cx).await {
                self.report(&cx, failed(route, &cx, error)).await;
            }
        }
        self.route(&mut cx, None).await;
        self.stop_spinner(&cx).await;
    }

    /// Offers the update to its candidates until one handles it. `steps` takes down how each ended.
    async fn route(&self, cx: &mut Context, mut steps: Option<&mut Explanation>) {
        let Some(update) = cx.update().cloned() else { return };
        let candidates = self.table.candidates(&update.kind, self.username());
        let chat = types::Update::chat(&update).map(|chat| &chat.kind);
        let mut misuse: Option<(Vec<usize>, Misuse)> = None;
        for index in candidates.iter() {
            let route = &self.table.routes[index];
            if !route.is_command() && misuse.is_some() {
                break;
            }
            let step = if route.accepts_chat(chat) {
                self.try_candidate(route, cx, &mut steps).await
            } else {
                note(&mut steps, route, || "it is for other kinds of chats".into());
                Step::Next
            };
            match step {
                Step::Handled => return,
                Step::Next => {}
                Step::Misused(error) => {
                    misuse.get_or_insert_with(|| (Vec::new(), error)).0.push(index);
                }
            }
        }
        if let Some((routes, error)) = misuse {
            if steps.is_none() {
                let usage = self.table.usage(&routes, &error, self.language);
                self.reply(&self.table.routes[routes[0]], cx, usage.into()).await;
            }
        } else if steps.is_none() {
            debug!(target: "bale::route", update_id = update.update_id, "no handler took the update");
        }
    }

    async fn try_candidate(
        &self,
        route: &Route,
        cx: &mut Context,
        steps: &mut Option<&mut Explanation>,
    ) -> Step {
        match route.captures(cx.subject()) {
            Ok(captures) => cx.set_captures(captures),
            Err(mismatch) => {
                let misuse = Misuse::from(mismatch);
                note(steps, route, || format!("its pattern does not fit: {misuse}").into());
                return if route.is_command() { Step::Misused(misuse) } else { Step::Next };
            }
        }
        match self.call(route, cx).await {
            Outcome::Done => {
                note(steps, route, || RUNS.into());
                Step::Handled
            }
            Outcome::Reply(text) => {
                note(steps, route, || RUNS.into());
                if !cx.is_dry_run() {
                    self.reply(route, cx, text).await;
                }
                Step::Handled
            }
            Outcome::Pass(why) => {
                note(steps, route, || why.to_string().into());
                Step::Next
            }
            Outcome::Usage(error) => {
                note(steps, route, || error.to_string().into());
                Step::Misused(Misuse::from(&error))
            }
            Outcome::Failed(error) => {
                note(steps, route, || format!("it failed: {error}").into());
                if !cx.is_dry_run() {
                    self.report(cx, failed(route, cx, error)).await;
                }
                Step::Handled
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
        match caught(future).await {
            Ok(outcome) => outcome,
            Err(panic) => Outcome::Failed(Box::new(HandlerError::panicked(
                &route.meta,
                update_id(cx),
                panic_text(&*panic),
            ))),
        }
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
        let text = text.into_owned();
        let sent = match (cx.message(), cx.callback_query()) {
            (Some(message), _) => message.reply(text).await.map(drop),
            (None, Some(query))
                if query.can_show_answer() && text.chars().count() <= ANSWER_LIMIT =>
            {
                query.answer(text).await.map(drop)
            }
            // Too long for the answer of a button, or the user's client cannot show one.
            (None, Some(_)) => match cx.chat() {
                Some(chat) => chat.send(text).await.map(drop),
                None => Ok(()),
            },
            (None, None) => Ok(()),
        };
        if let Err(error) = sent {
            let failure = failed(route, cx, error.into());
            // An error handler whose answer cannot be sent must not be asked again.
            if cx.error().is_some() {
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
            let cx = cx.with_error(failure.clone());
            for &index in &self.table.errors {
                let route = &self.table.routes[index];
                match self.call(route, &cx).await {
                    Outcome::Done => return,
                    Outcome::Reply(text) => return self.reply(route, &cx, text).await,
                    Outcome::Pass(_) | Outcome::Usage(_) => {}
                    Outcome::Failed(second) => {
                        error!("{}", failed(route, &cx, second));
                        break;
                    }
                }
            }
            error!("{failure}");
        })
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

    /// Says, for every handler, whether it would run for `update` and why (not).
    pub(crate) async fn explain(&self, update: types::Update) -> Explanation {
        let mut explanation = Explanation { verdicts: Vec::new() };
        let update = Update::new(update, self.bot.clone());
        let mut cx = Context::new(self.bot.clone(), update, Arc::clone(&self.state));
        cx.set_dry_run();
        self.route(&mut cx, Some(&mut explanation)).await;
        let is_decided = explanation.is_decided();
        let offered: Vec<usize> = match cx.update() {
            Some(update) => self.table.candidates(&update.kind, self.username()).iter().collect(),
            None => Vec::new(),
        };
        for (index, route) in self.table.routes.iter().enumerate() {
            let place = Place::from(&route.meta);
            if explanation.verdicts.iter().any(|verdict| verdict.handler == place) {
                continue;
            }
            let reason = if offered.contains(&index) && is_decided {
                "an earlier handler takes the update".into()
            } else {
                format!("it runs on {}", route.meta.trigger).into()
            };
            explanation.verdicts.push(Verdict { handler: place, runs: false, reason });
        }
        explanation
    }
}

const RUNS: &str = "it runs";

fn note(
    steps: &mut Option<&mut Explanation>,
    route: &Route,
    reason: impl FnOnce() -> Cow<'static, str>,
) {
    match steps {
        Some(explanation) => {
            let reason = reason();
            let runs = reason == RUNS;
            explanation.verdicts.push(Verdict { handler: (&route.meta).into(), runs, reason });
        }
        None => debug!(
            target: "bale::route",
            handler = route.meta.name,
            file = route.meta.file,
            line = route.meta.line,
            "{}", reason()
        ),
    }
}

/// Why each handler would run for an update, or would not. Its text has one line a handler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    verdicts: Vec<Verdict>,
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
    /// One verdict a handler: those that were asked first, in order, then the others.
    pub fn verdicts(&self) -> &[Verdict] {
        &self.verdicts
    }

    /// The name of the handler that would run.
    pub fn handler(&self) -> Option<&'static str> {
        self.verdicts.iter().find(|verdict| verdict.runs).map(|verdict| verdict.handler.name)
    }

    fn is_decided(&self) -> bool {
        self.verdicts.iter().any(|verdict| verdict.runs)
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for verdict in &self.verdicts {
            let mark = if verdict.runs { "+" } else { "-" };
            writeln!(f, "{mark} {}: {}", verdict.handler, verdict.reason)?;
        }
        Ok(())
    }
}

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
async fn caught<T>(mut future: BoxFuture<'_, T>) -> Result<T, Box<dyn Any + Send>> {
    poll_fn(move |cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
        Ok(Poll::Pending) => Poll::Pending,
        Err(panic) => Poll::Ready(Err(panic)),
    })
    .await
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    if let Some(text) = panic.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = panic.downcast_ref::<String>() {
        text.clone()
    } else {
        "a panic without a text".to_owned()
    }
}
