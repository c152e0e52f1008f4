//! Updates in a file, until they are done.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{Failure, Haste, Sqlite};
use crate::{
    BoxFuture,
    storage::{
        StorageError, Timestamp,
        inbox::{Inbox, Letter, Row, Seen, Stock, Wanted},
    },
};

/// How long an id is remembered at least. The server keeps an update for 24 hours. Source: docs.bale.ai#getUpdates.
const REMEMBERED: Duration = Duration::from_secs(48 * 60 * 60);

/// For calls that do not say what time it is: nothing has expired then.
const NO_TIME: Timestamp = Timestamp::from_millis(0);

impl Inbox for Sqlite {
    fn stock(&self, bot: i64) -> BoxFuture<'_, Result<Stock, StorageError>> {
        Box::pin(self.read(move |db| {
            let mut query = db.prepare_cached("SELECT count(*) FROM inbox WHERE bot = ?")?;
            let count: i64 = query.query_row([bot], |row| row.get(0))?;
            Ok(Stock { count: usize::try_from(count).unwrap_or(0), end: end(db, bot)? })
        }))
    }

    fn keep(
        &self,
        bot: i64,
        letters: Vec<Letter>,
        now: Timestamp,
    ) -> BoxFuture<'_, Result<Vec<Option<i64>>, StorageError>> {
        Box::pin(self.change(now, Haste::Now, move |db| keep(db, bot, &letters, now)))
    }

    fn rows(&self, bot: i64, wanted: Wanted) -> BoxFuture<'_, Result<Vec<Row>, StorageError>> {
        // As a change, since reads overtake changes.
        Box::pin(self.change(NO_TIME, Haste::Later, move |db| rows(db, bot, &wanted)))
    }

    fn done(&self, bot: i64, rows: Vec<i64>) -> BoxFuture<'_, Result<(), StorageError>> {
        Box::pin(self.change(NO_TIME, Haste::Later, move |db| {
            let mut delete = db.prepare_cached("DELETE FROM inbox WHERE bot = ? AND row = ?")?;
            for row in rows {
                delete.execute([bot, row])?;
            }
            Ok(())
        }))
    }
}

fn end(db: &Connection, bot: i64) -> Result<i64, Failure> {
    let mut query = db.prepare_cached("SELECT row FROM inbox_end WHERE bot = ?")?;
    Ok(query.query_row([bot], |row| row.get(0)).optional()?.unwrap_or(0))
}

fn keep(
    db: &Connection,
    bot: i64,
    letters: &[Letter],
    now: Timestamp,
) -> Result<Vec<Option<i64>>, Failure> {
    let Some(highest) = letters.iter().map(|letter| letter.update_id).max() else {
        return Ok(Vec::new());
    };
    let before = seen(db, bot, now)?;
    let mut seen = before.clone();
    seen.begin(highest);
    let mut next = end(db, bot)?;
    let mut insert = db.prepare_cached(
        "INSERT INTO inbox (bot, row, update_id, lane, raw) VALUES (?, ?, ?, ?, ?)",
    )?;
    let mut places = Vec::with_capacity(letters.len());
    for Letter { update_id, lane, raw } in letters {
        let place = seen.insert(*update_id).then_some(next);
        if place.is_some() {
            insert.execute(params![bot, next, update_id, lane, raw])?;
            next += 1;
        }
        places.push(place);
    }
    if seen != before {
        remember(db, bot, &before, &seen, now)?;
        db.prepare_cached("INSERT OR REPLACE INTO inbox_end (bot, row) VALUES (?, ?)")?
            .execute([bot, next])?;
    }
    Ok(places)
}

fn seen(db: &Connection, bot: i64, now: Timestamp) -> Result<Seen, Failure> {
    let mut query = db.prepare_cached(
        "SELECT first, last FROM inbox_seen WHERE bot = ? AND until > ? ORDER BY first",
    )?;
    let runs = query.query_map([bot, now.as_millis()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(Seen(runs.collect::<Result<_, _>>()?))
}

/// Writes what has changed: mostly one run, which has grown.
fn remember(
    db: &Connection,
    bot: i64,
    before: &Seen,
    seen: &Seen,
    now: Timestamp,
) -> Result<(), Failure> {
    let until = (now + REMEMBERED).as_millis();
    let is_in = |run: &(i64, i64), runs: &Seen| runs.0.binary_search(run).is_ok();
    for run in before.0.iter().filter(|run| !is_in(run, seen)) {
        db.prepare_cached("DELETE FROM inbox_seen WHERE bot = ? AND first = ?")?
            .execute([bot, run.0])?;
    }
    for run in seen.0.iter().filter(|run| !is_in(run, before)) {
        db.prepare_cached(
            "INSERT OR REPLACE INTO inbox_seen (bot, first, last, until) VALUES (?, ?, ?, ?)",
        )?
        .execute([bot, run.0, run.1, until])?;
    }
    db.prepare_cached("DELETE FROM inbox_seen WHERE bot = ? AND until <= ?")?
        .execute([bot, now.as_millis()])?;
    Ok(())
}

fn rows(db: &Connection, bot: i64, wanted: &Wanted) -> Result<Vec<Row>, Failure> {
    let mut query = db.prepare_cached(
        "SELECT row, update_id, raw FROM inbox
         WHERE bot = ?1 AND row >= ?2 AND row < ?3 AND (?4 IS NULL OR lane = ?4) ORDER BY row LIMIT ?5",
    )?;
    let Wanted { from, to, lane, limit } = wanted;
    let limit = i64::try_from(*limit).unwrap_or(i64::MAX);
    let found = query.query_map(params![bot, from, to, lane, limit], |row| {
        Ok(Row { row: row.get(0)?, update_id: row.get(1)?, raw: row.get(2)? })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}
