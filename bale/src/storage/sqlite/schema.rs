//! The tables of an SQLite file, and how files of older versions get them.

use rusqlite::{Connection, TransactionBehavior};

use super::{StorageErrorKind, kind};

/// Says in a file's header whose it is: "bale".
const APPLICATION: i32 = i32::from_be_bytes(*b"bale");

/// The steps from an empty file to today's. A file's `user_version` counts those it has behind it. A step that was
/// published is never changed.
const STEPS: &[&str] = &[
    "
    CREATE TABLE record (
        bot INTEGER NOT NULL,
        kind TEXT NOT NULL,
        id TEXT NOT NULL,
        version INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        expires INTEGER,
        due INTEGER,
        value BLOB NOT NULL,
        PRIMARY KEY (bot, kind, id)
    ) STRICT;
    CREATE INDEX record_expires ON record (expires) WHERE expires IS NOT NULL;
    CREATE INDEX record_due ON record (bot, kind, due, id) WHERE due IS NOT NULL;
    CREATE TABLE done (
        bot INTEGER NOT NULL,
        update_id INTEGER NOT NULL,
        until INTEGER NOT NULL,
        PRIMARY KEY (bot, update_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX done_until ON done (until);
",
    "
    CREATE TABLE inbox (
        bot INTEGER NOT NULL,
        row INTEGER NOT NULL,
        update_id INTEGER NOT NULL,
        lane TEXT,
        raw TEXT NOT NULL,
        PRIMARY KEY (bot, row)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE inbox_end (
        bot INTEGER PRIMARY KEY,
        row INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE inbox_seen (
        bot INTEGER NOT NULL,
        first INTEGER NOT NULL,
        last INTEGER NOT NULL,
        until INTEGER NOT NULL,
        PRIMARY KEY (bot, first)
    ) STRICT, WITHOUT ROWID;
",
];

/// Brings the file to today's form, in one transaction.
pub(super) fn migrate(db: &mut Connection) -> Result<(), StorageErrorKind> {
    take_steps(db)
        .map_err(|error| kind(&error))?
        .map_err(|problem| StorageErrorKind::Setup { problem })
}

fn take_steps(db: &mut Connection) -> Result<Result<(), String>, rusqlite::Error> {
    // Another process may do the same.
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let number = |pragma| transaction.pragma_query_value(None, pragma, |row| row.get::<_, i32>(0));
    let (application, version) = (number("application_id")?, number("user_version")?);
    let tables: i64 =
        transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let is_new = (application, version, tables) == (0, 0, 0);
    if !is_new && application != APPLICATION {
        return Ok(Err("the file is a database of another program; give another path".to_owned()));
    }
    let known = STEPS.len();
    let Some(steps) = usize::try_from(version).ok().and_then(|version| STEPS.get(version..)) else {
        return Ok(Err(format!(
            "the file has form {version}, and this program knows forms up to {known}: it was written by a newer \
             version of `bale`; run that one, or give another path"
        )));
    };
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    for (step, version) in steps.iter().zip(version + 1..) {
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "user_version", version)?;
    }
    transaction.commit()?;
    Ok(Ok(()))
}
