//! Jobs: what a bot does without being asked, again and again or once, later.
//!
//! | runs | written | survives a restart |
//! |---|---|---|
//! | every hour | `#[bale::every("1h")]`, [`App::every`](crate::App::every) | its rhythm |
//! | at nine o'clock | `#[bale::cron("0 9 * * *", tz = "Asia/Tehran")]`, `App::cron` | its rhythm |
//! | once, in an hour | `#[bale::job]` and `remind::after(..)`, [`Bot::schedule`] | yes |
//! | once, in an hour | [`Bot::after`] and a closure | no |
//!
//! What survives is what the bot's [`storage`](crate::App::storage) keeps; the default one ends with the process.
//!
//! A job takes [parameters](crate::extract) like any handler: `Bot`, `State<T>`, [`Job`], your own. One that fails or
//! panics is reported to `on_error`, else to the log, and the schedule goes on. Jobs begin after `on_start`. At the
//! stop those that run get as long as handlers do. A [middleware](crate::Next) without a group is around jobs too, and
//! one with a group around those of its group.
//!
//! # Again and again
//!
//! - A run does not begin while the one before it runs, unless `overlap` is written (then 32 at most).
//! - What was missed, because a run took long or the bot was down, is made up for by one run. With
//!   `catch_up = false` it is left out.
//! - A run is written down before it begins, so that neither a restart nor a second process on the same storage
//!   repeats it. One that is cut off by a crash is not repeated.
//! - A period counts from the first start, at which nothing runs. Where the clock was set back it counts anew.
//! - A local time that is skipped when clocks go forward is due when the skipping ends, and one that comes twice is
//!   due the first time. With `*` for the hour, every hour that the clock shows counts.
//! - The machine's clock is looked at once a minute at least, so a clock that is set, or a machine that slept, delays
//!   a job by a minute at most.
//!
//! # Once
//!
//! A stored job runs at least once: after a crash it runs again two minutes later. One that fails is tried 5 times,
//! after 10 s, 40 s, 160 s and 640 s, and then set aside; one whose payload cannot be read, or whose function is
//! gone, at once. [`Bot::failed_jobs`] lists what was set aside, [`Bot::retry_job`] brings it back and
//! [`Bot::cancel_job`] drops it.

use std::{
    any::type_name,
    fmt,
    future::{Future, IntoFuture},
    panic::Location,
    sync::Arc,
    time::Duration,
};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;
use tokio::time::Instant;

use crate::{
    BoxFuture,
    client::{Bot, agenda::Errand},
    context::Context,
    event,
    extract::{Extract, FromUpdate, Reject},
    handler::{IntoOutcome, Outcome},
    storage::{StorageError, Timestamp},
};

pub(crate) use self::runner::Runner;

mod runner;
mod store;
mod ticks;

/// One run of a job, as a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    name: Arc<str>,
    id: Option<JobId>,
    due: Timestamp,
    late: Duration,
    attempt: u32,
}

impl Job {
    /// The function's name, or the job's own.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The id of a stored job; none of those that run again and again.
    pub fn id(&self) -> Option<&JobId> {
        self.id.as_ref()
    }

    /// When it should have run: if runs were missed, the first of them.
    pub fn due(&self) -> Timestamp {
        self.due
    }

    /// How much later it began.
    pub fn late(&self) -> Duration {
        self.late
    }

    /// How often it was begun, this time included; 1 unless it is a stored job that failed before.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }
}

/// A run with what it works on.
#[derive(Debug, Clone)]
pub(crate) struct Begun {
    pub(crate) job: Job,
    pub(crate) payload: Option<Arc<str>>,
}

/// What a stored job was given to work on.
///
/// ```
/// # use std::time::Duration;
/// # use bale::{App, Bot, Message, Payload, Result};
/// #[derive(serde::Serialize, serde::Deserialize)]
/// struct Reminder {
///     chat: i64,
///     text: String,
/// }
///
/// async fn remind(bot: Bot, Payload(it): Payload<Reminder>) -> Result {
///     bot.send_message(it.chat, it.text).await?;
///     Ok(())
/// }
///
/// # let _ =
/// App::new().job("remind", remind).command("tea", async |bot: Bot, message: Message| -> Result {
///     let it = Reminder { chat: message.chat().id, text: "چای".to_owned() };
///     bot.schedule("remind", &it).after(Duration::from_secs(240)).await?;
///     Ok(())
/// });
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload<T>(
    /// What it is.
    pub T,
);

#[diagnostic::do_not_recommend]
impl<'u, T: DeserializeOwned> FromUpdate<'u, event::job> for Payload<T> {
    fn from_update(cx: &'u Context) -> Extract<'u, Self> {
        let payload = serde_json::from_str(cx.payload().unwrap_or("null")).map(Self);
        let unread = |error| Unread { wanted: type_name::<T>(), error };
        Extract::Ready(payload.map_err(|error| Reject::Error(Box::new(unread(error)))))
    }
}

/// A payload is no longer what its job reads, which trying again does not change.
#[derive(Debug, thiserror::Error)]
#[error("the stored payload is no `{wanted}`: {error}")]
struct Unread {
    wanted: &'static str,
    error: serde_json::Error,
}

/// Names one job that runs once. As a text it can be kept anywhere.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct JobId(Arc<str>);

impl JobId {
    /// What the ids of futures begin with, and no name of a job.
    const IN_MEMORY: char = '#';

    fn in_memory(&self) -> Option<u64> {
        u64::from_str_radix(self.0.strip_prefix(Self::IN_MEMORY)?, 16).ok()
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<T: Into<Arc<str>>> From<T> for JobId {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

/// Why a job was not stored, found or brought back.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScheduleError {
    /// Only a running `App` has a storage.
    #[error(
        "no `App` runs this bot, so there is no storage for jobs: schedule them in a handler or in `on_start`"
    )]
    NotRunning,
    /// No function has this name.
    #[error("there is no job `{name}`: the bot has {}", listed(jobs))]
    Unknown {
        /// The name.
        name: String,
        /// The names there are.
        jobs: Vec<&'static str>,
    },
    /// The payload cannot be written as JSON.
    #[error("the payload cannot be written as JSON: {0}")]
    Payload(#[from] serde_json::Error),
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

fn listed(jobs: &[&str]) -> String {
    let jobs: Vec<_> = jobs.iter().map(|job| format!("`{job}`")).collect();
    if jobs.is_empty() { "none".to_owned() } else { jobs.join(", ") }
}

/// A job to store: made by [`Bot::schedule`], and by the `after` and `at` of `#[bale::job]`. Awaited it gives the
/// job's id, or fails if no `App` runs the bot, it has no such job, the payload cannot be written, or the storage
/// fails.
#[derive(Debug)]
#[must_use = "nothing is stored until this is awaited"]
pub struct ToSchedule {
    bot: Bot,
    name: String,
    key: Option<String>,
    payload: Result<Box<RawValue>, serde_json::Error>,
    due: Due,
}

#[derive(Debug, Clone, Copy)]
enum Due {
    After(Duration),
    At(Timestamp),
}

impl ToSchedule {
    /// Runs it after this time, and not at once.
    pub fn after(mut self, delay: Duration) -> Self {
        self.due = Due::After(delay);
        self
    }

    /// Runs it at this time, or at once if that is over.
    pub fn at(mut self, due: impl Into<Timestamp>) -> Self {
        self.due = Due::At(due.into());
        self
    }

    /// Gives it an id of one's own, unique among the jobs of its name. While a job has this id, no second one is
    /// stored, and the id of the first is given: so an update that comes again schedules nothing twice.
    pub fn unique(mut self, key: impl fmt::Display) -> Self {
        self.key = Some(key.to_string());
        self
    }
}

impl IntoFuture for ToSchedule {
    type Output = Result<JobId, ScheduleError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(store::add(self))
    }
}

/// A stored job that was set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FailedJob {
    /// Its id.
    pub id: JobId,
    /// Its payload, as JSON; what is stored, if that cannot be read at all.
    pub payload: String,
    /// What went wrong.
    pub error: String,
    /// When it was set aside.
    pub since: Timestamp,
}

/// Jobs.
impl Bot {
    /// Runs this after a time, counted from the call, while an `App` runs the bot. It ends with the process:
    /// see [`schedule`](Self::schedule) for a job that does not.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use bale::{App, Bot, Message, Result};
    /// # let _ =
    /// App::new().command("tea", async |bot: Bot, message: Message| {
    ///     bot.after(Duration::from_secs(240), async move || -> Result {
    ///         message.reply("چای").await?;
    ///         Ok(())
    ///     });
    ///     "چهار دقیقه"
    /// });
    /// ```
    #[track_caller]
    pub fn after<F, Fut>(&self, delay: Duration, work: F) -> JobId
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future + Send + 'static,
        Fut::Output: IntoOutcome<event::job>,
    {
        let work = async move {
            match work().await.into_outcome() {
                Outcome::Failed(error) => Err(error),
                _ => Ok(()),
            }
        };
        let errand = Errand { place: Location::caller(), work: Box::pin(work) };
        let number = self.agenda().add(later(delay), errand);
        JobId(format!("{}{number:016x}", JobId::IN_MEMORY).into())
    }

    /// A job to run once, stored until it has: the function of this name under `#[bale::job]` or
    /// [`App::job`](crate::App::job), and what it works on, for its [`Payload`]. The attribute also gives
    /// `<function>::after`, which checks both.
    pub fn schedule<T: Serialize + ?Sized>(
        &self,
        name: impl Into<String>,
        payload: &T,
    ) -> ToSchedule {
        let payload = serde_json::value::to_raw_value(payload);
        ToSchedule {
            bot: self.clone(),
            name: name.into(),
            key: None,
            payload,
            due: Due::After(Duration::ZERO),
        }
    }

    /// Drops a job that waits or was set aside; `false` if there is none. A run that has begun goes on, but is not
    /// repeated if it fails.
    ///
    /// # Errors
    /// If no `App` runs the bot, or the storage fails.
    pub async fn cancel_job(&self, id: &JobId) -> Result<bool, ScheduleError> {
        match id.in_memory() {
            Some(number) => Ok(self.agenda().cancel(number)),
            None => store::cancel(self, id).await,
        }
    }

    /// Jobs that were set aside, `limit` at most, the oldest first.
    ///
    /// # Errors
    /// If no `App` runs the bot, or the storage fails.
    pub async fn failed_jobs(&self, limit: usize) -> Result<Vec<FailedJob>, ScheduleError> {
        store::failed(self, limit).await
    }

    /// Runs a job that was set aside, as if it had never failed; `false` if there is none.
    ///
    /// # Errors
    /// If no `App` runs the bot, or the storage fails.
    pub async fn retry_job(&self, id: &JobId) -> Result<bool, ScheduleError> {
        store::retry(self, id).await
    }
}

/// In `delay`, or so far away that it never comes.
fn later(delay: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);
    Instant::now() + delay.min(FAR)
}
