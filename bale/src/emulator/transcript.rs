//! A conversation as a text: written, read and played again.

use std::{fmt::Write as _, time::Duration};

use serde_json::Value;

use super::{
    ControlError, Emulator, ReceivedCall,
    control::{Act, Deed},
    core::Core,
};

mod as_test;
mod names;

/// How long the bot may take for one line.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long nothing may be called before the next line is played.
const QUIET: Duration = Duration::from_millis(100);

/// A line of a conversation.
enum Line<'c> {
    Deed(&'c Deed),
    Call(ReceivedCall),
}

impl Core {
    /// What people did and what the bot called, in order; polls are left out.
    fn lines(&self) -> Vec<Line<'_>> {
        let mut calls = self.log().since(0).into_iter().peekable();
        let mut lines = Vec::new();
        for deed in self.deeds.iter() {
            while let Some((.., call)) = calls.next_if(|(number, ..)| *number < deed.next_call) {
                lines.push(Line::Call(call));
            }
            lines.push(Line::Deed(deed));
        }
        lines.extend(calls.map(|(.., call)| Line::Call(call)));
        lines
    }
}

impl Emulator {
    /// What people did and what the bot called since the start or the last [`reset`](Self::reset), a line each:
    /// `> message {..}` as the control API takes it, `< sendMessage {..}` as the bot sent it, and behind ` -> ` what
    /// it was refused with. [`replay`](Self::replay) reads it.
    pub fn transcript(&self) -> String {
        let core = self.core();
        let mut text = format!(
            "# A conversation with bot {}. Lines with > are what people did, those with < what the bot called.\n",
            core.bot().id
        );
        if core.deeds.forgotten() > 0 {
            let _ = writeln!(text, "# The first {} lines are forgotten.", core.deeds.forgotten());
        }
        for line in core.lines() {
            // Writing to a string does not fail.
            let _ = match line {
                Line::Deed(Deed { act, .. }) => writeln!(text, "> {} {}", act.name(), act.body()),
                Line::Call(call) => writeln!(text, "< {}", describe(&call)),
            };
        }
        text
    }

    /// Forgets everything, as [`reset`](Self::reset), and does what people did in a transcript, one line after the
    /// other, each when the bot has received the one before and has been silent for a tenth of a second. Gives the
    /// number of these lines. What the bot does may differ from what is written there: that is not compared.
    ///
    /// # Errors
    ///
    /// When a line cannot be read, and then nothing is done; when something cannot be done, or the bot does not take
    /// an update within five seconds, and then what was done before stays.
    pub async fn replay(&self, transcript: &str) -> Result<usize, ControlError> {
        let mut acts = Vec::new();
        for (number, line) in (1..).zip(transcript.lines()) {
            let at_line = |problem: &dyn std::fmt::Display| {
                ControlError::new(format_args!("line {number}: {problem}"))
            };
            if line.trim().is_empty() || line.starts_with(['#', '<']) {
                continue;
            }
            let said = line.strip_prefix("> ").ok_or_else(|| {
                at_line(&format_args!("expected it to begin with `> `, `<` or `#`, found {line:?}"))
            })?;
            let (name, body) = said.split_once(' ').unwrap_or((said, ""));
            let act = Act::read(name, body.as_bytes())
                .ok_or_else(|| at_line(&format_args!("nobody can do {name:?}")))?
                .map_err(|error| at_line(&error))?;
            acts.push((number, act));
        }
        let count = acts.len();
        self.reset();
        for (number, act) in acts {
            let done = self.change(|core, now| act.perform(core, now));
            done.map_err(|error| ControlError::new(format_args!("line {number}: {error}")))?;
            let taken = self.until(|core| core.queue.is_handed_out().then_some(()));
            if tokio::time::timeout(PATIENCE, taken).await.is_err() {
                return Err(ControlError::new(format_args!(
                    "line {number}: no bot took the update within {PATIENCE:?}"
                )));
            }
            self.quiet().await;
        }
        Ok(count)
    }

    /// Waits until no call was made or ended for a while, or the bot goes on for too long.
    async fn quiet(&self) {
        let silence = async {
            loop {
                let before = self.core().log().actions();
                let more = self.until(|core| (core.log().actions() > before).then_some(()));
                if tokio::time::timeout(QUIET, more).await.is_err() {
                    return;
                }
            }
        };
        // A bot that never stops is played on with.
        drop(tokio::time::timeout(PATIENCE, silence).await);
    }
}

/// A call on one line, with what it was refused with.
fn describe(call: &ReceivedCall) -> String {
    let mut line = format!("{} {}", call.method, call.params);
    match &call.reply {
        Some(reply) if reply["ok"] == true => {}
        Some(reply) => {
            let why = reply["description"].as_str().unwrap_or("no JSON");
            let _ = write!(line, " -> {why}");
        }
        None => line.push_str(" -> no answer"),
    }
    line
}

/// An integer, be it a number or a text as in a form.
fn integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

/// What is JSON in a text in a form.
fn nested(value: &Value) -> Value {
    match value.as_str() {
        Some(text) => serde_json::from_str(text).unwrap_or_default(),
        None => value.clone(),
    }
}
