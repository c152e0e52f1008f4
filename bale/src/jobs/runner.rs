//! The task that runs what is due.

use std::{collections::HashSet, panic::Location, sync::Arc, time::Duration};

use tokio::{
    sync::{oneshot, watch},
    task::{JoinHandle, JoinSet},
    time::{Instant, sleep, timeout},
};
use tracing::{debug, error, info, warn};

use super::{
    Begun, Job, Unread,
    store::{self, Claim, Claimed, Fate, RENEWAL},
    ticks::{Tick, Turn},
};
use crate::{
    client::{
        Bot,
        agenda::{Desk, Errand},
    },
    context::Context,
    dispatch::{Shared, caught, failed, panic_text},
    handler::{HandlerError, Outcome, Why},
    registry::{Meta, Options, Trigger},
    route::Route,
    storage::{Record, StorageError, StorageKey, Term},
};

/// The longest time between two looks at the clock.
const LOOK: Duration = Duration::from_secs(60);
/// The time between two tries with a storage that fails.
const TROUBLE: Duration = Duration::from_secs(5);
/// Stored jobs that run beside each other.
const AT_ONCE: usize = 32;
/// What jobs that are cut off get to write that down.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Runs the jobs of a bot until it is drained or dropped.
pub(crate) struct Runner {
    stop: oneshot::Sender<()>,
    task: JoinHandle<usize>,
    deadline: Duration,
}

impl Runner {
    /// Begins. `drain_deadline` is what running jobs get at the end.
    pub(crate) fn start(
        changes: watch::Receiver<Arc<Shared>>,
        desk: Desk,
        drain_deadline: Duration,
    ) -> Self {
        let (stop, stopped) = oneshot::channel();
        let shared = Arc::clone(&changes.borrow());
        let bot = shared.bot.clone();
        let (cut, _) = watch::channel(false);
        let crew = Crew {
            ticks: Tick::of(&shared.table, &bot),
            bot,
            changes,
            desk,
            running: JoinSet::new(),
            claimed: HashSet::new(),
            cut,
            in_trouble: false,
        };
        let task = tokio::spawn(crew.run(stopped, drain_deadline));
        Self { stop, task, deadline: drain_deadline }
    }

    /// Begins nothing more and waits for what runs; gives the number of jobs that were cut off.
    pub(crate) async fn drain(mut self) -> usize {
        let (stop, _) = oneshot::channel();
        // The task ends only by this, or by a panic.
        let _ = std::mem::replace(&mut self.stop, stop).send(());
        // It may also be waiting for a storage.
        match timeout(self.deadline.saturating_add(2 * LAST_WORDS), &mut self.task).await {
            Ok(ended) => ended.unwrap_or(0),
            Err(_) => 0,
        }
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What ended.
enum Ended {
    Tick(usize),
    Stored(StorageKey),
    Errand,
}

struct Crew {
    bot: Bot,
    changes: watch::Receiver<Arc<Shared>>,
    desk: Desk,
    ticks: Vec<Tick>,
    running: JoinSet<(Ended, bool)>,
    /// Stored jobs that run here.
    claimed: HashSet<StorageKey>,
    cut: watch::Sender<bool>,
    in_trouble: bool,
}

impl Crew {
    async fn run(mut self, mut stop: oneshot::Receiver<()>, deadline: Duration) -> usize {
        let bot = self.bot.clone();
        loop {
            let wait = self.begin().await;
            tokio::select! {
                biased;
                _ = &mut stop => break,
                Some(ended) = self.running.join_next() => self.ended(ended.ok()),
                () = bot.agenda().changed.notified() => {}
                () = sleep(wait) => {}
            }
        }
        let all_ended =
            timeout(deadline, async { while self.running.join_next().await.is_some() {} });
        if all_ended.await.is_ok() {
            return 0;
        }
        self.cut.send_replace(true);
        let mut cut_off = self.running.len();
        let last_words = timeout(LAST_WORDS, async {
            while let Some(ended) = self.running.join_next().await {
                // It came to its end after all.
                cut_off -= usize::from(matches!(ended, Ok((_, true))));
            }
        });
        // What says nothing is due again when its lease is over.
        let _ = last_words.await;
        cut_off
    }

    fn ended(&mut self, ended: Option<(Ended, bool)>) {
        match ended {
            Some((Ended::Tick(index), _)) => self.ticks[index].ended(self.desk.clock.now()),
            Some((Ended::Stored(key), _)) => drop(self.claimed.remove(&key)),
            Some((Ended::Errand, _)) | None => {}
        }
    }

    /// Begins everything that is due; gives the time until the next look.
    async fn begin(&mut self) -> Duration {
        let now = Instant::now();
        let errands = loop {
            match self.bot.agenda().due(now) {
                Ok(errand) => self.begin_errand(errand),
                Err(next) => break next.map_or(LOOK, |next| next.duration_since(now)),
            }
        };
        let mut wait = errands.min(LOOK);
        let mut trouble = None;
        wait = wait.min(self.begin_ticks(&mut trouble).await);
        match self.begin_all_stored().await {
            Ok(next) => wait = wait.min(next),
            Err(error) => trouble = Some(error),
        }
        let was_in_trouble = std::mem::replace(&mut self.in_trouble, trouble.is_some());
        match trouble {
            Some(error) => {
                wait = wait.min(TROUBLE);
                if !was_in_trouble {
                    warn!("jobs wait, because the storage fails: {error}");
                }
            }
            None if was_in_trouble => info!("the storage works again: jobs go on"),
            None => {}
        }
        wait
    }

    /// Begins the jobs that run again and again. One whose record cannot be read holds none of the others.
    async fn begin_ticks(&mut self, trouble: &mut Option<StorageError>) -> Duration {
        let mut next = LOOK;
        for index in 0..self.ticks.len() {
            match self.ticks[index].begin(&self.desk).await {
                Ok(Turn::Run(job)) => {
                    self.begin_tick(index, job);
                    // It may be due again before this run ends.
                    next = Duration::ZERO;
                }
                Ok(Turn::At(due)) => next = next.min(self.desk.clock.now().until(due)),
                Ok(Turn::Never) => {}
                Err(error) => *trouble = Some(error),
            }
        }
        next
    }

    async fn begin_all_stored(&mut self) -> Result<Duration, StorageError> {
        let room = AT_ONCE.saturating_sub(self.claimed.len());
        if room == 0 || self.shared().table.jobs.is_empty() {
            return Ok(LOOK);
        }
        let space = store::space(&self.bot);
        let until = self.desk.clock.now() + LOOK;
        // Those that run here may be among them, if their leases could not be renewed.
        for (key, record) in self.desk.storage.due(space, until, 2 * AT_ONCE).await? {
            let Term::Due(due) = record.value.term else { continue };
            let now = self.desk.clock.now();
            if due > now {
                return Ok(now.until(due));
            }
            if self.claimed.len() < AT_ONCE && !self.claimed.contains(&key) {
                self.claim(key, record).await?;
            }
        }
        // With no room left, the end of a job leads back here.
        Ok(LOOK)
    }

    async fn claim(&mut self, key: StorageKey, record: Record) -> Result<(), StorageError> {
        let id = key.id().to_owned();
        let shared = self.shared();
        let is_known = |name: &str| shared.table.job(name).is_some();
        match Claim::take(&self.desk, key, record, is_known).await? {
            Claimed::Ours(claim) => self.begin_stored(*claim),
            Claimed::Theirs => debug!("job {id} runs elsewhere"),
            Claimed::Unreadable(why) => {
                error!("job {id} cannot run, and was set aside: {why}; `Bot::failed_jobs` has it");
            }
        }
        Ok(())
    }

    fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.changes.borrow())
    }

    fn begin_errand(&mut self, Errand { place, work }: Errand) {
        let (shared, cut) = (self.shared(), self.cut.subscribe());
        self.running.spawn(async move {
            let run = async {
                let meta = errand_meta(place);
                let failure = match caught(work).await {
                    Ok(Ok(())) => return,
                    Ok(Err(error)) => HandlerError::failed(&meta, None, error),
                    Err(panic) => HandlerError::panicked(&meta, None, panic_text(&*panic)),
                };
                let cx = Context::without_update(shared.bot.clone(), Arc::clone(&shared.state));
                shared.report(&cx, failure).await;
            };
            (Ended::Errand, until_cut(run, cut).await)
        });
    }

    fn begin_tick(&mut self, index: usize, job: Job) {
        let (shared, cut) = (self.shared(), self.cut.subscribe());
        // None of them comes or goes while the bot runs, so they stand in the same order in every table.
        let place = shared.table.schedules[index];
        self.running.spawn(async move {
            let route = &shared.table.routes[place];
            let cx = context(&shared, Begun { job, payload: None });
            let run = async {
                match shared.run_job(place, &cx).await {
                    Outcome::Pass(Why::Returned) => {
                        warn!("job {} does not run: a middleware keeps it back", route.meta.name);
                    }
                    Outcome::Pass(why) => debug!("job {} does not run: {why}", route.meta.name),
                    outcome => {
                        if let Err(failure) = ended(route, &cx, outcome) {
                            shared.report(&cx, failure).await;
                        }
                    }
                }
            };
            (Ended::Tick(index), until_cut(run, cut).await)
        });
    }

    fn begin_stored(&mut self, claim: Claim) {
        let (shared, cut) = (self.shared(), self.cut.subscribe());
        let Some(place) = shared.table.job(&claim.stored.name) else { return };
        let key = claim.key().clone();
        self.claimed.insert(key.clone());
        self.running.spawn(async move {
            let is_ended = run_stored(&shared, place, claim, cut).await;
            (Ended::Stored(key), is_ended)
        });
    }
}

fn context(shared: &Shared, begun: Begun) -> Context {
    Context::of_job(shared.bot.clone(), Arc::clone(&shared.state), begun)
}

/// Runs a claimed job and writes down how it ended; `false` if it was cut off.
async fn run_stored(
    shared: &Arc<Shared>,
    place: usize,
    mut claim: Claim,
    cut: watch::Receiver<bool>,
) -> bool {
    let route = &shared.table.routes[place];
    let (id, due) = (claim.id(), claim.stored.due());
    let late = due.until(claim.now());
    let name = claim.stored.name.as_str().into();
    let job = Job { name, id: Some(id.clone()), due, late, attempt: claim.stored.attempts };
    let payload = Some(claim.stored.payload.get().into());
    let cx = context(shared, Begun { job, payload });
    let outcome = {
        let mut run = std::pin::pin!(shared.run_job(place, &cx));
        let mut cut = std::pin::pin!(is_cut(cut));
        loop {
            tokio::select! {
                biased;
                outcome = &mut run => break Some(outcome),
                () = &mut cut => break None,
                () = sleep(RENEWAL) => {
                    if let Err(error) = claim.renew().await {
                        log_unwritten(&id, &error);
                    }
                }
            }
        }
    };
    let Some(outcome) = outcome else {
        if let Err(error) = claim.release().await {
            log_unwritten(&id, &error);
        }
        return false;
    };
    let written = match ended(route, &cx, outcome) {
        Ok(()) => claim.finish().await,
        Err(failure) => {
            let fate = claim.fate(failure.find::<Unread>().is_some());
            match fate {
                Fate::Again(wait) => warn!("job {id} failed and is tried again in {wait:?}"),
                Fate::SetAside => {
                    warn!("job {id} failed and is set aside; `Bot::failed_jobs` has it");
                }
            }
            let written = claim.fail(&fate, failure.to_string()).await;
            shared.report(&cx, failure).await;
            written
        }
    };
    if let Err(error) = written {
        log_unwritten(&id, &error);
    }
    true
}

fn log_unwritten(id: &super::JobId, error: &StorageError) {
    if error.is_conflict() {
        debug!("job {id} was cancelled while it ran, or is another process's by now");
    } else {
        warn!("job {id} may run again, because the storage fails: {error}");
    }
}

/// How a run ended, as a success or what `on_error` is told.
fn ended(route: &Route, cx: &Context, outcome: Outcome) -> Result<(), HandlerError> {
    let error = match outcome {
        // `call` made the step.
        Outcome::Done | Outcome::Step(_) => return Ok(()),
        Outcome::Failed(error) => error,
        Outcome::Reply(text) => {
            format!("the answer has no user to go to, since it is a job that ran: {text}").into()
        }
        Outcome::Pass(Why::Returned) => "a middleware keeps it back".into(),
        Outcome::Pass(why) => why.to_string().into(),
        Outcome::Usage(error) => error.to_string().into(),
    };
    Err(failed(route, cx, error))
}

/// Ready when running jobs are cut off.
async fn is_cut(mut cut: watch::Receiver<bool>) {
    if cut.wait_for(|is_cut| *is_cut).await.is_err() {
        // The runner is gone, and this task with it.
        std::future::pending::<()>().await;
    }
}

/// Whether `run` came to its end.
async fn until_cut(run: impl Future<Output = ()>, cut: watch::Receiver<bool>) -> bool {
    tokio::select! {
        biased;
        () = run => true,
        () = is_cut(cut) => false,
    }
}

/// What reports call a future given to `Bot::after`.
fn errand_meta(place: &'static Location<'static>) -> Meta {
    Meta {
        name: "after",
        krate: "at run time",
        in_library: true,
        module: "",
        file: place.file(),
        line: place.line(),
        column: place.column(),
        doc: "",
        trigger: Trigger::Job("after"),
        options: Options::DEFAULT,
        needs: &[],
        total: true,
    }
}
