//! One update on its way through the handlers.

use std::{any::Any, any::TypeId, collections::HashMap, sync::Arc};

use crate::{
    bound::{CallbackQuery, Chat, Message, Update, User},
    client::Bot,
    handler::HandlerError,
    jobs::{Begun, Job},
    route::pattern::Captures,
};

/// Application state, by type.
pub(crate) type StateMap = HashMap<TypeId, Arc<dyn Any + Send + Sync>>;

/// What a handler's parameters are taken from: the update, the bot that received it, and what the
/// handler's pattern captured.
#[derive(Debug)]
pub struct Context {
    bot: Bot,
    update: Option<Update>,
    message: Option<Message>,
    callback_query: Option<CallbackQuery>,
    error: Option<HandlerError>,
    job: Option<Begun>,
    captures: Captures,
    state: Arc<StateMap>,
    dry_run: bool,
}

impl Context {
    /// The context of `update`.
    pub(crate) fn new(bot: Bot, update: Update, state: Arc<StateMap>) -> Self {
        let message = update.any_message();
        // Not a new one: every query taken out of this update must know whether it was answered.
        let callback_query = update.callback_query();
        let captures = Captures::default();
        let (update, error, job, dry_run) = (Some(update), None, None, false);
        Self { bot, update, message, callback_query, error, job, captures, state, dry_run }
    }

    /// The context of a hook that has no update.
    pub(crate) fn without_update(bot: Bot, state: Arc<StateMap>) -> Self {
        Self {
            bot,
            update: None,
            message: None,
            callback_query: None,
            error: None,
            job: None,
            captures: Captures::default(),
            state,
            dry_run: false,
        }
    }

    /// The context of a job.
    pub(crate) fn of_job(bot: Bot, state: Arc<StateMap>, job: Begun) -> Self {
        Self { job: Some(job), ..Self::without_update(bot, state) }
    }

    /// The same update, for a handler of `error`.
    pub(crate) fn with_error(&self, error: HandlerError) -> Self {
        Self {
            bot: self.bot.clone(),
            update: self.update.clone(),
            message: self.message.clone(),
            callback_query: self.callback_query.clone(),
            error: Some(error),
            job: self.job.clone(),
            captures: Captures::default(),
            state: Arc::clone(&self.state),
            dry_run: false,
        }
    }

    pub(crate) fn set_captures(&mut self, captures: Captures) {
        self.captures = captures;
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

    /// What the handler's pattern captured.
    pub(crate) fn captures(&self) -> &Captures {
        &self.captures
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
