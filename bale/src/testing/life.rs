//! Starts the bots of a test, lets them come to rest, and ends them.

use std::{panic::Location, rc::Rc, time::Duration};

use tokio::{
    sync::oneshot,
    time::{sleep, timeout},
};

use super::{Phase, Played, TestBot, journal::Entries};
use crate::{app::RunError, emulator::Emulator, storage::Clock};

impl TestBot {
    pub(super) async fn finish_at(&self, at: &'static Location<'static>) {
        self.begin(at).await;
        self.settle(at).await;
        self.note("the test ends");
        self.end(at).await;
        let is_lenient = self.inner.is_lenient.get();
        let verdict = |played: &Rc<Played>| verdict(&played.journal.entries(), is_lenient);
        let problem = self.inner.all.borrow().iter().find_map(verdict);
        if let Some(problem) = problem {
            self.fail(at, &problem);
        }
        self.inner.is_told.set(true);
    }

    /// Starts a bot that was never started.
    pub(super) async fn begin(&self, at: &'static Location<'static>) {
        if matches!(*self.inner.phase.borrow(), Phase::New) {
            self.launch(at).await;
            self.settle(at).await;
        }
    }

    pub(super) async fn launch(&self, at: &'static Location<'static>) {
        let app = match (self.inner.setup)().await {
            Ok(app) => app,
            Err(error) => self.fail(at, &format!("the set-up of the bot failed: {error}")),
        };
        let mut bots = 0;
        let clock = Clock::of_test(self.emulator().since_epoch());
        let app = app.under_test(clock, &mut || {
            bots += 1;
            self.inner.played(bots - 1).join()
        });
        let wanted = self.inner.all.borrow().len();
        if wanted > bots {
            let found = format!("expected the set-up to give {wanted} bots, found {bots}");
            self.fail(at, &format!("{found}: see `App::beside`"));
        }
        #[cfg(feature = "webhook")]
        let (app, carriers) = self.carry(app);
        #[cfg(not(feature = "webhook"))]
        let carriers = Vec::new();
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(app.run_until(async {
            // A dropped sender stops the bot too.
            let _ = stopped.await;
        }));
        *self.inner.phase.borrow_mut() = Phase::Running { stop, task, carriers };
    }

    /// Lets the emulators come to the webhooks of these bots, without a socket.
    #[cfg(feature = "webhook")]
    fn carry(&self, mut app: crate::app::App) -> (crate::app::App, Vec<crate::emulator::Carrier>) {
        let mut carriers = Vec::new();
        for (place, slot) in app.webhooks().into_iter().enumerate() {
            if let Some(webhook) = slot.take() {
                let webhook = webhook.unheard();
                let emulator = &self.inner.played(place).emulator;
                carriers.push(emulator.deliver_to(webhook.router()));
                *slot = Some(webhook);
            }
        }
        (app, carriers)
    }

    pub(super) async fn end(&self, at: &'static Location<'static>) {
        let Phase::Running { stop, task, carriers: _carriers } =
            self.inner.phase.replace(Phase::Stopped)
        else {
            return;
        };
        // The bot may have ended by itself.
        let _ = stop.send(());
        let ended = task.await;
        self.check_end(at, ended);
    }

    fn check_end(
        &self,
        at: &'static Location<'static>,
        ended: Result<Result<(), RunError>, tokio::task::JoinError>,
    ) {
        match ended {
            Ok(Ok(())) => {}
            Ok(Err(error)) => self.fail(at, &error.to_string()),
            Err(error) => self.fail(at, &format!("the bot ended: {error}")),
        }
    }

    /// Waits until the bot received everything and nothing in it can go on before time passes.
    pub(super) async fn settle(&self, at: &'static Location<'static>) {
        let patience = self.inner.patience.get();
        loop {
            let mut received = true;
            for emulator in self.inner.emulators() {
                let handed_out = emulator.until_seen(|it| it.is_handed_out().then_some(()));
                received &= self.is_down() || timeout(patience, handed_out).await.is_ok();
            }
            // The shortest timer there is: on the paused clock it ends when all else waits.
            sleep(Duration::from_millis(1)).await;
            self.check_running(at).await;
            if self.is_down() || self.inner.emulators().iter().all(Emulator::is_handed_out) {
                return;
            }
            if !received {
                self.fail(at, &format!("the bot did not receive the update within {patience:?}"));
            }
        }
    }

    pub(super) fn is_down(&self) -> bool {
        !matches!(*self.inner.phase.borrow(), Phase::Running { .. })
    }

    /// Notes that the bot ended by itself; fails if it did so by an error.
    pub(super) async fn check_running(&self, at: &'static Location<'static>) {
        let has_ended = matches!(&*self.inner.phase.borrow(), Phase::Running { task, .. } if task.is_finished());
        if has_ended {
            self.note("the bot stops by itself");
            self.end(at).await;
        }
    }
}

/// What is wrong with a test that came to its end.
fn verdict(entries: &Entries, is_lenient: bool) -> Option<String> {
    let failures: Vec<_> = entries
        .failures
        .iter()
        .filter(|failure| !failure.is_expected)
        .map(|failure| format!("\n  {}", failure.error))
        .collect();
    if !failures.is_empty() {
        return Some(format!("expected no handler to fail, found{}", failures.concat()));
    }
    let deeds = entries.deeds.iter().filter(|deed| !is_lenient && deed.is_unexpected());
    let deeds: Vec<_> = deeds.map(|deed| format!("\n  {}", entries.describe(deed))).collect();
    (!deeds.is_empty())
        .then(|| format!("expected nothing more of the bot, found{}", deeds.concat()))
}
