//! The default of a program without a token: an emulator for each of its bots in the same process, and their
//! playground.

use std::{
    collections::HashMap,
    io::Write as _,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use serde_json::{Value, json};
use tokio::sync::Notify;

use self::states::Watched;
use crate::{
    app::{App, RunError},
    client::{Bot, BotBuilder},
    dispatch::{Probe, Story, Verdict},
    emulator::{Emulator, Server},
    handler::HandlerError,
    route::Place,
};

mod states;

/// The first emulated bot's id; those beside it count up.
const FIRST_ID: u64 = 123_456;
/// Where the emulator listens; a free port of this machine by default.
const ADDRESS: &str = "BALE_EMULATOR_ADDR";

/// An emulator for each bot of this process, which lives as long as this.
pub(crate) struct Playground {
    emulators: Vec<Emulator>,
    _server: Server,
    crashed: Arc<Notify>,
}

impl Playground {
    /// Starts one for a program without a token, and says how to talk to it.
    pub(crate) async fn open_for(app: &App) -> Result<Option<Self>, RunError> {
        if app.bot.is_some() || BotBuilder::from_env().has_token() {
            return Ok(None);
        }
        // Nobody is invited to a bot that will not start.
        app.check()?;
        let address = std::env::var(ADDRESS).unwrap_or_else(|_| "127.0.0.1:0".to_owned());
        let address: SocketAddr = address.parse().map_err(|_| {
            RunError::Emulator(format!(
                "{ADDRESS} is `{address}`, which is no address like 127.0.0.1:8080"
            ))
        })?;
        let without_bot =
            std::iter::once(app).chain(&app.beside).filter(|app| app.bot.is_none()).enumerate();
        let emulators: Vec<Emulator> = without_bot
            .map(|(place, app)| {
                let emulator = Emulator::new(token(place)).bot_first_name(name(place, app));
                emulator.for_its_author()
            })
            .collect();
        let server = Server::of(emulators.iter().cloned(), address).await.map_err(|error| {
            RunError::Emulator(format!("it cannot listen on {address}: {error}"))
        })?;
        let crashed = Arc::new(Notify::new());
        for emulator in &emulators {
            let crash = Arc::clone(&crashed);
            emulator.on_crash(move || crash.notify_one());
        }
        let url = server.url();
        // Whoever closed standard output does not want to read it.
        let _ = write!(
            std::io::stdout(),
            "No BALE_BOT_TOKEN is set, so the bot runs against the built-in emulator of Bale.\n\
             Open the playground and talk to it:  {url}/\n\
             Or from another terminal:\n  \
             curl -s {url}/control/message -d '{{\"chat_id\":1,\"user_id\":1,\"text\":\"/start\",\"wait\":5}}'\n"
        );
        let _ = std::io::stdout().flush();
        Ok(Some(Self { emulators, _server: server, crashed }))
    }

    /// The bots, each talking to its emulator, and watched.
    pub(crate) fn attach(&self, mut app: App) -> Result<App, RunError> {
        let beside = std::mem::take(&mut app.beside);
        let mut emulators = self.emulators.iter().enumerate();
        let mut all = std::iter::once(app).chain(beside).map(|app| match app.bot {
            Some(_) => Ok(app),
            // The set-up ran again after a crash, and may have made more bots than before.
            None => match emulators.next() {
                Some((place, emulator)) => attach_to(emulator, &token(place), app),
                None => {
                    Err(RunError::Emulator("the set-up makes more bots than at first".to_owned()))
                }
            },
        });
        let mut app = all.next().unwrap_or_else(|| unreachable!("there is one at least"))?;
        app.beside = all.collect::<Result<_, _>>()?;
        Ok(app)
    }

    /// Resolves when somebody pressed the page's button to crash the bot.
    pub(crate) async fn crashed(&self) {
        self.crashed.notified().await;
    }
}

/// The token of an emulated bot. It is no secret: nothing but this process answers to it.
fn token(place: usize) -> String {
    format!("{}:EMULATOR", FIRST_ID + place as u64)
}

/// What people see of a bot: the groups of handlers that tell it from the others, or a number.
fn name(place: usize, app: &App) -> String {
    match (&app.groups, place) {
        (Some(groups), _) if !groups.is_empty() => groups.join(" "),
        (_, 0) => "Emulated bot".to_owned(),
        _ => format!("Emulated bot {}", place + 1),
    }
}

fn attach_to(emulator: &Emulator, token: &str, mut app: App) -> Result<App, RunError> {
    let transport = emulator.transport();
    let bot = Bot::builder().token(token).transport(transport).build().map_err(RunError::Bot)?;
    let notes: Arc<Notes> = Arc::default();
    let inner = app.store().storage;
    app = app.storage(Watched { inner, notes: Arc::clone(&notes) });
    app.probe = Some(Arc::new(Watcher { emulator: emulator.clone(), notes }));
    Ok(app.bot(bot))
}

/// What happened to updates that are being handled.
#[derive(Debug, Default)]
struct Notes(Mutex<HashMap<i64, Note>>);

#[derive(Debug, Default)]
struct Note {
    failed: Vec<String>,
    /// Of conversations: name, before, after.
    states: Vec<Value>,
}

impl Notes {
    fn of(&self, update_id: i64, write: impl FnOnce(&mut Note)) {
        write(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(update_id).or_default());
    }

    fn take(&self, update_id: i64) -> Note {
        let mut notes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        notes.remove(&update_id).unwrap_or_default()
    }
}

/// Tells the playground what handlers do.
#[derive(Debug)]
struct Watcher {
    emulator: Emulator,
    notes: Arc<Notes>,
}

impl Probe for Watcher {
    fn took(&self, _: i64, _: Place) {}

    fn failed(&self, failure: &HandlerError) {
        if let Some(update_id) = failure.update_id() {
            self.notes.of(update_id, |note| note.failed.push(failure.to_string()));
        }
    }

    fn listens(&self) -> bool {
        true
    }

    fn told(&self, story: Story) {
        let Story { update_id, handler, verdicts, captures, took } = story;
        let Note { failed, states } = self.notes.take(update_id);
        let verdicts: Vec<Value> = verdicts.iter().map(verdict).collect();
        let mut told = json!({
            "update_id": update_id,
            "handler": handler.as_ref().map(place),
            "verdicts": verdicts,
            "captures": captures,
            "states": states,
            "took_us": u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        });
        if !failed.is_empty() {
            told["failed"] = failed.into();
        }
        self.emulator.tell(told);
    }
}

fn place(place: &Place) -> Value {
    json!({"name": place.name, "source": place.source()})
}

fn verdict(Verdict { handler, runs, reason }: &Verdict) -> Value {
    let mut shown = place(handler);
    shown["runs"] = (*runs).into();
    shown["reason"] = reason.as_ref().into();
    shown
}
