//! Where a bot's journal is, and who opens it.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use tracing::info;

use super::{App, RunError};
use crate::{
    client::Bot,
    dispatch::Delivery,
    journal::Journal,
    storage::{Sqlite, StorageError, inbox::Stock},
};

/// The file, for those who give no path.
const PATH: &str = "BALE_JOURNAL";

impl App {
    /// Writes updates in a journal, the SQLite file at `path`, before they are confirmed to the server; they are
    /// handled from there. It is [`Delivery::Journal`] with a path of your own.
    ///
    /// [`Delivery::Journal`] alone uses the file that the environment variable `BALE_JOURNAL` names, else one
    /// beside the program: `<program>-<bot's id>.journal`.
    ///
    /// What this is good for:
    ///
    /// - An update is the bot's as soon as it is written. It does not matter that Bale keeps updates for 24 hours,
    ///   2000 of them at most, nor how long a handler takes.
    /// - After a crash, a power cut included, what was not done is handled before anything new of its chat, in
    ///   the order in which it arrived. An update that the server brings again is not handled again.
    /// - Conversations, stored jobs and [`Context::once`](crate::Context::once) are in the same file, unless
    ///   [`storage`](Self::storage) says otherwise.
    ///
    /// A handler that was running when the process died runs again: see [`Context::once`](crate::Context::once) for
    /// what must not be done twice. After a power cut so do those that ended in the last moment before.
    ///
    /// While the file cannot be written (the disk is full), nothing is confirmed: updates stay at the server, one
    /// line is logged, and the bot goes on when it can. The file belongs to one process at a time, and must not be
    /// on a network's file system. Several bots of one program, run [beside](Self::beside) each other, may share
    /// it. Beside it there is a file that ends with `-wal`, and belongs to it.
    ///
    /// ```no_run
    /// # use bale::App;
    /// #[bale::main]
    /// async fn main() -> App {
    ///     App::new().journal("/var/lib/shop/bot.journal")
    /// }
    /// ```
    pub fn journal(mut self, path: impl AsRef<Path>) -> Self {
        self.journal.path = Some(path.as_ref().to_owned());
        self.delivery(Delivery::Journal)
    }

    /// The file that this bot has in common with others, if it may.
    fn shared_path(&self) -> Option<PathBuf> {
        let given = || std::env::var_os(PATH).filter(|path| !path.is_empty());
        self.journal.path.clone().or_else(|| Some(given()?.into()))
    }

    /// Opens the journal, if this bot has one.
    pub(super) async fn open_journal(
        &mut self,
        bot: &Bot,
    ) -> Result<Option<(Journal, Stock)>, RunError> {
        if self.limits.delivery != Delivery::Journal {
            return Ok(None);
        }
        let file = match self.journal.file.take() {
            Some(file) => file,
            None => {
                let path = self.shared_path().unwrap_or_else(|| beside_the_program(bot));
                open(path).await.map_err(RunError::Journal)?
            }
        };
        let store = self.store();
        let journal = Journal::new(file.clone(), bot.id(), store.clock);
        let stock = journal.stock().await.map_err(RunError::Journal)?;
        info!(unfinished = stock.count, "the journal is {}", file.name());
        self.fill_store(file);
        Ok(Some((journal, stock)))
    }
}

/// Which journal an [`App`] has.
#[derive(Debug, Default)]
pub(super) struct Choice {
    path: Option<PathBuf>,
    /// Open already, since other bots have the same one.
    file: Option<Arc<Sqlite>>,
}

/// Opens the journals of several bots; those with the same path have one.
pub(super) async fn open_all(bots: &mut [App]) -> Result<(), RunError> {
    let mut files: HashMap<PathBuf, Arc<Sqlite>> = HashMap::new();
    for app in bots.iter_mut().filter(|app| app.limits.delivery == Delivery::Journal) {
        let Some(path) = app.shared_path() else { continue };
        let file = match files.get(&path) {
            Some(file) => file.clone(),
            None => {
                let file = open(path.clone()).await.map_err(RunError::Journal)?;
                files.insert(path, file.clone());
                file
            }
        };
        app.journal.file = Some(file);
    }
    Ok(())
}

/// It waits for a process that is just ending, and everything else should go on meanwhile.
async fn open(path: PathBuf) -> Result<Arc<Sqlite>, StorageError> {
    match tokio::task::spawn_blocking(move || Sqlite::open_alone(path)).await {
        Ok(opened) => opened.map(Arc::new),
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

fn beside_the_program(bot: &Bot) -> PathBuf {
    let program = std::env::current_exe().unwrap_or_else(|_| "bale".into());
    let name = program.file_stem().unwrap_or_default().to_string_lossy();
    program.with_file_name(format!("{name}-{}.journal", bot.id()))
}
