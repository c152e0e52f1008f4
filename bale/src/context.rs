//! One update on its way through the handlers.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use crate::{
    bound::{CallbackQuery, Chat, Message, PreCheckoutQuery, Update, User},
    client::Bot,
    data,
    filter::Answers,
    handler::{BoxError, HandlerError},
    jobs::{Begun, Job},
    middleware::Path,
    route::pattern::Captures,
};

/// Where somebody who watches has it taken down which handlers were asked.
pub(crate) type Trace = Arc<dyn Any + Send + Sync>;

/// Application state, by type.
pub(crate) type StateMap = HashMap<TypeId, Arc<dyn Any + Send + Sync>>;

/// Errors beside which a handler runs.
#[derive(Default)]
struct Reports(Mutex<Vec<BoxError>>);

impl Reports {
    fn lock(&self) -> MutexGuard<'_, Vec<BoxError>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a handler's parameters are taken from: the update, the bot that received it, and what the
/// handler's pattern captured.
#[derive(Clone)]
pub struct Context {
    bot: Bot,
    update: Option<Update>,
    message: Option<Message>,
    callback_query: Option<CallbackQuery>,
    pre_checkout_query: Option<PreCheckoutQuery>,
    error: Option<HandlerError>,
    job: Option<Begun>,
    captures: Captures,
    answers: Answers,
    state: Arc<StateMap>,
    locals: OnceLock<Arc<Mutex<StateMap>>>,
    place: Option<(Arc<dyn Path>, usize)>,
    dry_run: bool,
    trace: Option<Trace>,
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("update", &self.update)
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

impl Context {
    /// The context of `update`.
    pub(crate) fn new(bot: Bot, update: Update, state: Arc<StateMap>) -> Self {
        let message = update.any_message();
        // Not a new one: every query taken out of this update must know whether it was answered.
        let callback_query = update.callback_query();
        let pre_checkout_query = update.pre_checkout_query();
        let update = Some(update);
        Self {
            update,
            message,
            callback_query,
            pre_checkout_query,
            ..Self::without_update(bot, state)
        }
    }

    /// The context of a hook that has no update.
    pub(crate) fn without_update(bot: Bot, state: Arc<StateMap>) -> Self {
        Self {
            bot,
            update: None,
            message: None,
            callback_query: None,
            pre_checkout_query: None,
            error: None,
            job: None,
            captures: Captures::default(),
            answers: Answers::default(),
            state,
            locals: OnceLock::new(),
            place: None,
            dry_run: false,
            trace: None,
        }
    }

    /// The context of a job.
    pub(crate) fn of_job(bot: Bot, state: Arc<StateMap>, job: Begun) -> Self {
        Self { job: Some(job), ..Self::without_update(bot, state) }
    }

    /// The same update, for a handler of `error`.
    pub(crate) fn with_error(&self, error: HandlerError) -> Self {
        Self { error: Some(error), captures: Captures::default(), ..self.clone() }
    }

    /// The same update, for the middleware at this depth of a path. What one of them inserts all see.
    pub(crate) fn at(self, path: &Arc<dyn Path>, depth: usize) -> Self {
        self.locals.get_or_init(Arc::default);
        Self { place: Some((Arc::clone(path), depth)), ..self }
    }

    /// Where the middleware that runs stands.
    pub(crate) fn place(&self) -> Option<(&Arc<dyn Path>, usize)> {
        self.place.as_ref().map(|(path, depth)| (path, *depth))
    }

    pub(crate) fn set_captures(&mut self, captures: Captures) {
        self.captures = captures;
    }

    /// Takes down what is asked on the way.
    pub(crate) fn set_trace(&mut self, trace: Trace) {
        self.trace = Some(trace);
    }

    pub(crate) fn trace(&self) -> Option<&Trace> {
        self.trace.as_ref()
    }

    pub(crate) fn set_dry_run(&mut self) {
        self.dry_run = true;
    }

    /// Whether handlers are only asked if they would run (`explain`): their parameters are taken, but
    /// the function is not called.
    pub fn is_dry_run(&self) -> bool {
        self.dry_run
    }

    /// The bot that received the update.
    pub fn bot(&self) -> &Bot {
        &self.bot
    }

    /// The update; none in `on_start`, `on_stop` and jobs.
    pub fn update(&self) -> Option<&Update> {
        self.update.as_ref()
    }

    /// The new or edited message, if the update is one.
    pub fn message(&self) -> Option<&Message> {
        self.message.as_ref()
    }

    /// The button press, if the update is one.
    pub fn callback_query(&self) -> Option<&CallbackQuery> {
        self.callback_query.as_ref()
    }

    /// The payment that waits for approval, if the update is one.
    pub fn pre_checkout_query(&self) -> Option<&PreCheckoutQuery> {
        self.pre_checkout_query.as_ref()
    }

    /// The run of a job that this is, or that failed.
    pub fn job(&self) -> Option<&Job> {
        Some(&self.job.as_ref()?.job)
    }

    /// What a job was given to work on, as JSON.
    pub(crate) fn payload(&self) -> Option<&str> {
        self.job.as_ref()?.payload.as_deref()
    }

    /// The error that `on_error` is about.
    pub fn error(&self) -> Option<&HandlerError> {
        self.error.as_ref()
    }

    /// The chat the update happened in.
    pub fn chat(&self) -> Option<Chat> {
        self.update()?.chat()
    }

    /// Who caused the update; none for what a channel posts.
    pub fn user(&self) -> Option<User> {
        self.update()?.user()
    }

    /// The application state of type `T`.
    pub fn state<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        Arc::clone(self.state.get(&TypeId::of::<T>())?).downcast().ok()
    }

    /// Leaves a value for what runs after this for the same update, which gets it as
    /// [`Local<T>`](crate::Local). A second value of the same type replaces the first.
    pub fn insert<T: Send + Sync + 'static>(&self, value: T) {
        let locals = self.locals.get_or_init(Arc::default);
        let mut locals = locals.lock().unwrap_or_else(PoisonError::into_inner);
        locals.insert(TypeId::of::<T>(), Arc::new(value));
    }

    /// The value of type `T` that was left for this update.
    pub fn local<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        let locals = self.locals.get()?.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(locals.get(&TypeId::of::<T>())?).downcast().ok()
    }

    /// The value of type `T` of this update, made when it is first asked for.
    pub(crate) fn local_or_default<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        let locals = self.locals.get_or_init(Arc::default);
        let mut locals = locals.lock().unwrap_or_else(PoisonError::into_inner);
        let value = locals.entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(T::default()));
        Arc::clone(value).downcast().expect("a value lies under its own type")
    }

    /// Leaves an error for `on_error` that does not keep the handler from running.
    pub(crate) fn report(&self, error: BoxError) {
        self.local_or_default::<Reports>().lock().push(error);
    }

    /// The errors that were left since the last time.
    pub(crate) fn take_reports(&self) -> Vec<BoxError> {
        self.local::<Reports>()
            .map(|reports| std::mem::take(&mut *reports.lock()))
            .unwrap_or_default()
    }

    /// What the handler's pattern captured.
    pub(crate) fn captures(&self) -> &Captures {
        &self.captures
    }

    /// Has filters asked, and data read, anew.
    pub(crate) fn forget_answers(&mut self) {
        self.answers = Answers::default();
        data::begin_anew(self);
    }

    /// What filters found out so far.
    pub(crate) fn answers(&self) -> &Answers {
        &self.answers
    }

    /// The text that the captures are pieces of: the message's text, or the button's data.
    pub(crate) fn subject(&self) -> &str {
        let text = match (&self.message, &self.callback_query) {
            (Some(message), _) => message.text.as_deref(),
            (None, Some(query)) => query.data.as_deref(),
            (None, None) => None,
        };
        text.unwrap_or("")
    }
}
