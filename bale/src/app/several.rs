//! Several bots in one program.

use std::future::Future;

use tokio::{sync::watch, task::JoinSet};

use super::{App, RunError, stop::StopsAtEnd};

/// Runs the bots until `stop` is ready or one of them ends, then lets all of them end.
pub(super) async fn run(
    #[cfg_attr(not(feature = "sqlite"), expect(unused_mut, reason = "journals are opened"))]
    mut bots: Vec<App>,
    stop: impl Future<Output = ()>,
) -> Result<(), RunError> {
    let _ends: Vec<_> = bots.iter().map(|app| StopsAtEnd(app.stop.clone())).collect();
    check(&bots)?;
    #[cfg(feature = "sqlite")]
    super::journal::open_all(&mut bots).await?;
    let (stopping, stopped) = watch::channel(());
    let mut running = JoinSet::new();
    for app in bots {
        let mut stopped = stopped.clone();
        running.spawn(app.run_alone(async move {
            // Nothing is ever sent: the end of the channel is the signal.
            let _ = stopped.changed().await;
        }));
    }
    tokio::pin!(stop);
    let mut ended = tokio::select! {
        biased;
        () = &mut stop => Ok(()),
        Some(ended) = running.join_next() => result(ended),
    };
    drop(stopping);
    while let Some(next) = running.join_next().await {
        ended = ended.and(result(next));
    }
    ended
}

/// What is wrong with any of them is told before one begins.
fn check(bots: &[App]) -> Result<(), RunError> {
    let mut ids = Vec::new();
    for app in bots {
        app.check()?;
        if let Some(bot) = &app.bot {
            if ids.contains(&bot.id()) {
                return Err(RunError::SameBot(bot.id()));
            }
            ids.push(bot.id());
        }
    }
    Ok(())
}

fn result(ended: Result<Result<(), RunError>, tokio::task::JoinError>) -> Result<(), RunError> {
    match ended {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(error) => unreachable!("nobody ends a bot from outside: {error}"),
        },
    }
}
