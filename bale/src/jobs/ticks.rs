//! Jobs that run again and again: when each is due, and what the storage knows of it.

use std::{collections::HashMap, time::Duration};

use serde::{Deserialize, Serialize};

use super::Job;
use crate::{
    client::{Bot, agenda::Desk},
    registry::{Schedule, Trigger},
    route::{Route, RoutePattern, Table},
    schedule::Rhythm,
    storage::{Commit, Committed, Revision, Space, StorageError, StorageKey, Timestamp, Value},
};

const SCHEDULES: &str = "schedule";
const VERSION: u32 = 1;
/// With `catch_up = false`, a run that is later than this was missed.
const PUNCTUAL: Duration = Duration::from_secs(60);
/// Runs of one job beside each other.
const OVERLAPPING: usize = 32;
/// A last run that lies further ahead was written by a clock that was wrong.
const SET_BACK: Duration = Duration::from_secs(24 * 60 * 60);

/// What is written of a schedule: its last run, or when it was seen first.
#[derive(Serialize, Deserialize)]
struct Seen {
    last: i64,
}

/// One job and its time.
#[derive(Debug)]
pub(super) struct Tick {
    pub(super) route: Route,
    rhythm: Rhythm,
    schedule: Schedule,
    key: StorageKey,
    pub(super) running: usize,
    /// What the storage says; none before it was asked.
    standing: Option<Standing>,
}

#[derive(Debug, Clone, Copy)]
struct Standing {
    revision: Option<Revision>,
    /// None if it is never due again.
    due: Option<Timestamp>,
}

impl Tick {
    /// The jobs of a table.
    pub(super) fn of(table: &Table, bot: &Bot) -> Vec<Self> {
        let mut names = HashMap::new();
        let space = Space::new(bot.id(), SCHEDULES);
        let routes = table.schedules.iter().map(|&index| &table.routes[index]);
        routes
            .filter_map(|route| {
                let (RoutePattern::Rhythm(rhythm), Trigger::Schedule(schedule)) =
                    (&route.pattern, route.meta.trigger)
                else {
                    return None;
                };
                let meta = &route.meta;
                let mut name = match meta.module {
                    // A closure has no name to be known by after a restart.
                    "" => format!("{}:{}", meta.file, meta.line),
                    module => format!("{module}::{}", meta.name),
                };
                let same: &mut u32 = names.entry(name.clone()).or_default();
                *same += 1;
                if *same > 1 {
                    name = format!("{name} {same}");
                }
                Some(Self {
                    rhythm: rhythm.clone(),
                    schedule,
                    key: space.key(name),
                    running: 0,
                    standing: None,
                    route: route.clone(),
                })
            })
            .collect()
    }

    /// Asks the storage when it ran last. One that it never saw counts from now.
    async fn load(&mut self, desk: &Desk, now: Timestamp) -> Result<Standing, StorageError> {
        let record = desk.storage.get(&self.key, now).await?;
        let seen = record.as_ref().filter(|record| record.value.version == VERSION);
        let seen = seen.and_then(|record| serde_json::from_slice::<Seen>(&record.value.bytes).ok());
        let revision = record.map(|record| record.revision);
        let standing = match seen {
            Some(Seen { last }) => {
                let last = Timestamp::from_millis(last);
                let last = if now.until(last) > SET_BACK { now } else { last };
                Standing { revision, due: self.rhythm.next_after(last) }
            }
            None => {
                let revision = self.write(desk, revision, now, now).await?;
                Standing { revision: Some(revision), due: self.rhythm.next_after(now) }
            }
        };
        self.standing = Some(standing);
        Ok(standing)
    }

    async fn write(
        &self,
        desk: &Desk,
        expected: Option<Revision>,
        last: Timestamp,
        now: Timestamp,
    ) -> Result<Revision, StorageError> {
        let seen = Seen { last: last.as_millis() };
        let bytes = serde_json::to_vec(&seen).expect("a number is JSON");
        let commit = Commit::new()
            .expecting(self.key.clone(), expected)
            .put(self.key.clone(), Value::new(VERSION, bytes));
        match desk.storage.commit(commit, now).await? {
            Committed::Written(revision) => Ok(revision),
            // Only a commit with a mark ends so.
            Committed::AlreadyDone => Ok(Revision::unique()),
        }
    }

    /// Claims the run that is due, if one is. Otherwise it gives the time of the next one.
    pub(super) async fn begin(&mut self, desk: &Desk) -> Result<Turn, StorageError> {
        let now = desk.clock.now();
        let standing = match self.standing {
            Some(standing) => standing,
            None => match self.load(desk, now).await {
                Ok(standing) => standing,
                // Another process has seen it first, and at once.
                Err(error) if error.is_conflict() => return Ok(Turn::At(now)),
                Err(error) => return Err(error),
            },
        };
        let Some(due) = standing.due else { return Ok(Turn::Never) };
        let mut due = self.rhythm.not_beyond(due, now);
        let may_run =
            if self.schedule.overlap { self.running < OVERLAPPING } else { self.running == 0 };
        if !may_run {
            return Ok(Turn::Never);
        }
        if !self.schedule.catch_up && due.until(now) > PUNCTUAL {
            due = match self.rhythm.next_after(self.rhythm.skip(due, now)) {
                Some(due) => due,
                None => return Ok(Turn::Never),
            };
        }
        self.standing = Some(Standing { due: Some(due), ..standing });
        if due > now {
            return Ok(Turn::At(due));
        }
        let last = self.rhythm.skip(due, now);
        match self.write(desk, standing.revision, last, now).await {
            Ok(revision) => {
                let due = self.rhythm.next_after(last);
                self.standing = Some(Standing { revision: Some(revision), due });
            }
            Err(error) if error.is_conflict() => {
                // Another process has run it.
                self.standing = None;
                return Ok(Turn::At(now));
            }
            Err(error) => return Err(error),
        }
        self.running += 1;
        let name = self.route.meta.name.into();
        Ok(Turn::Run(Job { name, id: None, due, late: due.until(now), attempt: 1 }))
    }

    /// A run has ended. Without `catch_up`, what was due meanwhile is left out.
    pub(super) fn ended(&mut self, now: Timestamp) {
        self.running -= 1;
        if let Some(standing) = self.standing.as_mut().filter(|_| !self.schedule.catch_up) {
            standing.due = standing.due.and_then(|due| {
                if due > now {
                    Some(due)
                } else {
                    self.rhythm.next_after(self.rhythm.skip(due, now))
                }
            });
        }
    }
}

/// What a look at a schedule gives.
#[derive(Debug)]
pub(super) enum Turn {
    Run(Job),
    /// Nothing before this time.
    At(Timestamp),
    /// Nothing before something else happens.
    Never,
}
