//! Plays a plan, and gives what happened to the laws.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use bale::{App, Bot, app::RunError, emulator::Emulator};
use fastrand::Rng;
use tokio::{
    runtime::Handle,
    sync::oneshot,
    task::JoinHandle,
    time::{Instant, sleep, sleep_until, timeout},
};

use super::{
    laws,
    line::{Line, Poll},
    notes::{Life, Notes, Run, text, work},
    plan::{End, Event, Plan, TIME},
};

const TOKEN: &str = "123456:TEST";
/// After the minute nothing goes wrong any more; what waits longest is a call that hangs, several times in one
/// chat.
const AFTERWARDS: Duration = Duration::from_secs(3600);

/// All that happened.
pub(super) struct Story<'p> {
    pub(super) plan: &'p Plan,
    /// By number: chat and time.
    pub(super) said: Vec<(i64, Instant)>,
    pub(super) runs: Vec<Run>,
    pub(super) polls: Vec<Poll>,
    /// How each life ended, but for the last.
    pub(super) ends: Vec<Ended>,
    /// How often each number is among the bot's messages.
    pub(super) copies: BTreeMap<usize, usize>,
    /// What is not about single updates.
    pub(super) breaches: Vec<String>,
}

/// How a life ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ended {
    pub(super) end: End,
    pub(super) asked: Instant,
    pub(super) at: Instant,
}

/// What went wrong in all, so that a test that tests nothing is noticed.
#[derive(Debug, Default)]
pub(super) struct Tally {
    messages: usize,
    runs: usize,
    cut_off: usize,
    failed_polls: usize,
    kills: usize,
    stops: usize,
    failed_sends: usize,
}

impl Tally {
    pub(super) fn add(&mut self, other: &Self) {
        self.messages += other.messages;
        self.runs += other.runs;
        self.cut_off += other.cut_off;
        self.failed_polls += other.failed_polls;
        self.kills += other.kills;
        self.stops += other.stops;
        self.failed_sends += other.failed_sends;
    }

    pub(super) fn is_worth_it(&self) -> bool {
        let Self { cut_off, failed_polls, kills, stops, failed_sends, .. } = self;
        [cut_off, failed_polls, kills, stops, failed_sends].into_iter().all(|count| *count > 9)
    }

    fn of(story: &Story<'_>) -> Self {
        let kills = story.ends.iter().filter(|ended| ended.end == End::Kill).count();
        Self {
            messages: story.said.len(),
            runs: story.runs.len(),
            cut_off: story.runs.iter().filter(|run| run.ended.is_none()).count(),
            failed_polls: story.polls.iter().filter(|poll| poll.is_failure()).count(),
            kills,
            stops: story.ends.len() - kills,
            failed_sends: story.runs.iter().filter(|run| run.sent == Some(false)).count(),
        }
    }
}

/// Plays a plan.
///
/// # Errors
///
/// What must never happen, and did.
pub(super) fn run(plan: &Plan) -> Result<Tally, Vec<String>> {
    // The framework draws its waits from here.
    fastrand::seed(plan.seed);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("the runtime starts");
    let story = runtime.block_on(play(plan));
    let breaches = laws::breaches(&story);
    if breaches.is_empty() { Ok(Tally::of(&story)) } else { Err(breaches) }
}

/// A bot at work.
struct Running {
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), RunError>>,
}

struct World<'p> {
    plan: &'p Plan,
    emulator: Emulator,
    notes: Arc<Notes>,
    polls: Arc<Mutex<Vec<Poll>>>,
    lives: usize,
    bot: Option<Running>,
    ends: Vec<Ended>,
    most_tasks: usize,
    breaches: Vec<String>,
}

async fn play(plan: &Plan) -> Story<'_> {
    let mut world = World {
        plan,
        emulator: Emulator::new(TOKEN),
        notes: Arc::default(),
        polls: Arc::default(),
        lives: 0,
        bot: None,
        ends: Vec::new(),
        most_tasks: 0,
        breaches: Vec::new(),
    };
    world.start();
    sleep(Duration::from_millis(500)).await;
    let idle = tasks();
    let (start, mut said) = (Instant::now(), Vec::new());
    for (time, event) in &plan.events {
        sleep_until(start + *time).await;
        match event {
            Event::Says { chat, work, ending } => {
                world.emulator.message(*chat, *chat, text(said.len(), *work, *ending));
                said.push((*chat, Instant::now()));
            }
            Event::Fault(fault) => world.emulator.fault(fault.clone()),
            Event::Restart { end, pause } => world.restart(*end, *pause).await,
        }
        world.most_tasks = world.most_tasks.max(tasks());
    }
    sleep_until(start + TIME).await;
    world.emulator.clear_faults();
    world.settle(idle).await;
    world.expect("tasks of an idle bot", idle, tasks());
    world.expect("updates left at the server", 0, world.emulator.pending());
    if world.most_tasks > idle + plan.room.0 {
        world.breaches.push(format!("{} tasks, idle {idle}", world.most_tasks));
    }
    world.end(End::Stop).await;
    world.ends.pop();
    sleep(Duration::from_millis(1)).await;
    world.expect("tasks after the bot", 0, tasks());
    let copies = world.copies(&said);
    let polls = world.polls.lock().expect("nothing panics here").clone();
    let World { notes, ends, breaches, .. } = world;
    Story { plan, said, runs: notes.runs(), polls, ends, copies, breaches }
}

fn tasks() -> usize {
    Handle::current().metrics().num_alive_tasks()
}

impl World<'_> {
    fn start(&mut self) {
        let line = Line {
            life: self.lives,
            server: self.emulator.transport(),
            polls: Arc::clone(&self.polls),
            shuffles: self.plan.shuffles,
            random: Mutex::new(Rng::with_seed(self.plan.seed)),
        };
        let bot = Bot::builder().token(TOKEN).transport(Arc::new(line)).build();
        let life = Life { number: self.lives, notes: Arc::clone(&self.notes) };
        self.lives += 1;
        let (in_all, in_one_chat) = self.plan.room;
        let app = App::new()
            .on_message(work)
            .on_error(async || {})
            .state(life)
            .delivery(self.plan.delivery)
            .in_flight(in_all, in_one_chat)
            .confirm_deadline(self.plan.confirm_deadline)
            .poll_timeout(self.plan.poll_timeout)
            .bot(bot.expect("the token is well-formed"));
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(app.run_until(async {
            // Nobody drops it.
            let _ = stopped.await;
        }));
        self.bot = Some(Running { stop, task });
    }

    async fn restart(&mut self, end: End, pause: Duration) {
        self.end(end).await;
        sleep(pause).await;
        self.start();
    }

    async fn end(&mut self, end: End) {
        if end == End::StopInPeace {
            self.emulator.clear_faults();
        }
        let Running { stop, task } = self.bot.take().expect("a bot runs");
        let asked = Instant::now();
        if end == End::Kill {
            task.abort();
            // A bot that ended by itself is noticed here too.
            if task.await.is_ok() {
                self.breaches.push("the bot ended by itself".to_owned());
            }
        } else if stop.send(()).is_err() {
            self.breaches.push(format!("the bot ended by itself: {:?}", task.await));
        } else {
            match timeout(Duration::from_secs(30), task).await {
                Ok(Ok(Ok(()))) => {}
                other => self.breaches.push(format!("the bot did not stop well: {other:?}")),
            }
        }
        self.ends.push(Ended { end, asked, at: Instant::now() });
    }

    /// Waits until there is nothing left to do, as long as that takes.
    async fn settle(&mut self, idle: usize) {
        if timeout(AFTERWARDS, self.emulator.idle()).await.is_err() {
            self.breaches.push("updates are left after an hour".to_owned());
        }
        // Confirmed is not done, where the confirm deadline passed or the delivery is at most once; but then it runs.
        let patience = Instant::now() + AFTERWARDS;
        while tasks() != idle && Instant::now() < patience {
            sleep(Duration::from_secs(1)).await;
        }
    }

    fn expect(&mut self, what: &str, expected: usize, found: usize) {
        if expected != found {
            self.breaches.push(format!("{what}: expected {expected}, found {found}"));
        }
    }

    fn copies(&self, said: &[(i64, Instant)]) -> BTreeMap<usize, usize> {
        let mut chats: Vec<i64> = said.iter().map(|(chat, _)| *chat).collect();
        chats.sort_unstable();
        chats.dedup();
        let mut copies = BTreeMap::new();
        for message in chats.into_iter().flat_map(|chat| self.emulator.messages(chat)) {
            let number = message["text"].as_str().and_then(|text| text.parse().ok());
            if let Some(number) = number {
                *copies.entry(number).or_default() += 1;
            }
        }
        copies
    }
}
