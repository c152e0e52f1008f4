//! Several bots in one program.

use tokio::task::JoinSet;

use super::{App, RunError, stop::StopsAtEnd};

/// Runs the bots until the first is told to stop or one of them ends, then lets all of them end.
pub(super) async fn run(
    #[cfg_attr(not(feature = "sqlite"), expect(unused_mut, reason = "journals are opened"))]
    mut bots: Vec<App>,
) -> Result<(), RunError> {
    let ends: Vec<_> = bots.iter().map(|app| StopsAtEnd(app.stop.clone())).collect();
    check(&bots)?;
    #[cfg(feature = "sqlite")]
    super::journal::open_all(&mut bots).await?;
    let stop = bots[0].stop_handle();
    let mut running = JoinSet::new();
    for app in bots {
        running.spawn(app.alone());
    }
    let mut ended = tokio::select! {
        biased;
        () = stop.stopped() => Ok(()),
        Some(ended) = running.join_next() => result(ended),
    };
    drop(ends);
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
