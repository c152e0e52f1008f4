//! A bot over the in-process emulator: updates in, exactly these calls out. No socket, no sleep; time is
//! tokio's paused clock.

use std::{fmt::Write as _, time::Duration};

use bale::{App, Bot, app::RunError, emulator::Emulator};
use serde_json::Value;
use tokio::{sync::oneshot, task::JoinHandle, time::timeout};

use super::logs;

/// A running bot and the server it runs against.
pub(crate) struct Rig {
    pub(crate) emulator: Emulator,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), RunError>>,
}

impl Rig {
    /// Starts the bot against a new server.
    pub(crate) fn start(app: App) -> Self {
        Self::against(Emulator::new(token()), app)
    }

    /// Starts the bot against a server with a past.
    pub(crate) fn against(emulator: Emulator, app: App) -> Self {
        logs::watch_for_the_token();
        let (stop, stopped) = oneshot::channel();
        let app = app.bot(bot(&emulator));
        let task = tokio::spawn(app.run_until(async {
            // A dropped sender stops the bot too.
            let _ = stopped.await;
        }));
        Self { emulator, stop, task }
    }

    /// Person 1 writes `text` in their chat with the bot.
    pub(crate) fn says(&self, text: &str) {
        self.emulator.message(1, 1, text);
    }

    /// What the bot called since the last time, when it has nothing left to do: one line a call, without
    /// the polling itself.
    pub(crate) async fn transcript(&self) -> String {
        // A bot that has ended will never be idle; virtual time passes only while nothing else can.
        while timeout(Duration::from_secs(60), self.emulator.idle()).await.is_err() {
            assert!(!self.task.is_finished(), "the bot has ended: `stop` says why");
        }
        let calls = transcript(&self.emulator);
        self.emulator.clear_calls();
        calls
    }

    /// Person 1 writes `text`; gives the calls that follow.
    pub(crate) async fn ask(&self, text: &str) -> String {
        self.says(text);
        self.transcript().await
    }

    /// Stops the bot as SIGTERM would, and waits for its end.
    pub(crate) async fn stop(self) -> Result<(), RunError> {
        // The bot may have ended by itself.
        let _ = self.stop.send(());
        self.task.await.expect("run_until does not panic")
    }

    /// Ends the bot as `kill -9` would.
    pub(crate) fn kill(self) -> Emulator {
        self.task.abort();
        self.emulator
    }
}

/// The token of the bots here: one that `.ci/run` searches everything for, or just any.
pub(crate) fn token() -> String {
    std::env::var("BALE_TEST_TOKEN").unwrap_or_else(|_| "123456:TEST".to_owned())
}

/// The emulator's bot, as a client in this process.
pub(crate) fn bot(emulator: &Emulator) -> Bot {
    Bot::builder()
        .token(token())
        .transport(emulator.transport())
        .build()
        .expect("the token is well-formed")
}

/// The calls received so far, one a line: method, parameters, and the failure if it is one.
pub(crate) fn transcript(emulator: &Emulator) -> String {
    let mut lines = String::new();
    for call in emulator.calls() {
        if matches!(&*call.method, "getMe" | "setWebhook" | "deleteWebhook" | "getUpdates") {
            continue;
        }
        let _ = write!(lines, "{} {}", call.method, call.params);
        match &call.reply {
            Some(Value::Object(reply)) if reply.get("ok") == Some(&Value::Bool(true)) => {}
            Some(reply) => {
                let _ = write!(lines, " -> {reply}");
            }
            None => lines.push_str(" -> no answer"),
        }
        lines.push('\n');
    }
    lines
}
