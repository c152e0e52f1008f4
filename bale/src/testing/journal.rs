//! What happened in a test, in order: what people did, what the bot called, what failed.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
    ops::Range,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::read::{Kind, describe, keyboard, outcome};
use crate::{
    dispatch::Probe,
    emulator::{Emulator, ReceivedCall},
    handler::HandlerError,
    route::Place,
};

/// The journal of one test. Its bots write into it as well.
#[derive(Debug, Clone)]
pub(super) struct Journal {
    emulator: Emulator,
    entries: Arc<Mutex<Entries>>,
}

impl Journal {
    pub(super) fn new(emulator: Emulator) -> Self {
        Self { emulator, entries: Arc::default() }
    }

    /// The entries, with the calls up to now.
    pub(super) fn entries(&self) -> MutexGuard<'_, Entries> {
        // A panic in a test's own closure leaves whole entries behind.
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.catch_up(&self.emulator);
        entries
    }
}

impl Probe for Journal {
    fn took(&self, update_id: i64, handler: Place) {
        self.entries().takers.insert(update_id, handler);
    }

    fn failed(&self, failure: &HandlerError) {
        let mut entries = self.entries();
        let index = entries.failures.len();
        entries.lines.push(Line::Failure(index));
        entries.failures.push(Failure { error: failure.clone(), is_expected: false });
    }
}

#[derive(Debug)]
enum Line {
    /// Somebody did this, which became these updates.
    Act(String, Range<i64>),
    Call(usize),
    Failure(usize),
    Note(String),
}

#[derive(Debug)]
struct Call {
    number: u64,
    call: ReceivedCall,
    has_ended: bool,
}

/// One thing that the bot did: a message, an edit, any other call.
#[derive(Debug)]
pub(super) struct Deed {
    pub(super) call: usize,
    pub(super) kind: Kind,
    pub(super) chat_id: Option<i64>,
    /// Whether a strict test has to expect it.
    pub(super) is_owed: bool,
    /// Whether an expectation met it.
    pub(super) is_read: bool,
}

impl Deed {
    pub(super) fn is_unexpected(&self) -> bool {
        self.is_owed && !self.is_read
    }
}

#[derive(Debug)]
pub(super) struct Failure {
    pub(super) error: HandlerError,
    pub(super) is_expected: bool,
}

#[derive(Debug, Default)]
pub(super) struct Entries {
    lines: Vec<Line>,
    calls: Vec<Call>,
    pub(super) deeds: Vec<Deed>,
    pub(super) failures: Vec<Failure>,
    /// Which handler took which update.
    takers: HashMap<i64, Place>,
    /// What people and groups are called.
    pub(super) names: BTreeMap<i64, String>,
    /// Who pressed a button: user and chat, by the id of the query.
    pub(super) presses: HashMap<String, (i64, i64)>,
    /// The number of the first call that was not read.
    next: u64,
}

impl Entries {
    /// Reads what the bot called since the last time.
    fn catch_up(&mut self, emulator: &Emulator) {
        let open = self.calls.iter().find(|call| !call.has_ended).map(|call| call.number);
        for (number, has_ended, call) in emulator.calls_since(open.unwrap_or(self.next)) {
            self.next = self.next.max(number + 1);
            let index = match self.calls.binary_search_by_key(&number, |call| call.number) {
                Ok(index) if self.calls[index].has_ended => continue,
                Ok(index) => index,
                Err(index) => {
                    self.lines.push(Line::Call(index));
                    self.calls.insert(index, Call { number, call: call.clone(), has_ended });
                    index
                }
            };
            if has_ended {
                for (kind, chat_id, is_owed) in outcome(&call, emulator) {
                    let is_read = false;
                    self.deeds.push(Deed { call: index, kind, chat_id, is_owed, is_read });
                }
                self.calls[index] = Call { number, call, has_ended };
            }
        }
    }

    pub(super) fn act(&mut self, what: String, updates: Range<i64>) {
        self.lines.push(Line::Act(what, updates));
    }

    pub(super) fn note(&mut self, what: impl Into<String>) {
        self.lines.push(Line::Note(what.into()));
    }

    pub(super) fn name(&self, id: i64) -> String {
        self.names.get(&id).cloned().unwrap_or_else(|| format!("chat {id}"))
    }

    pub(super) fn call_of(&self, deed: &Deed) -> &ReceivedCall {
        &self.calls[deed.call].call
    }

    /// The calls that ended or not, without the polling.
    pub(super) fn calls(&self) -> impl Iterator<Item = &ReceivedCall> {
        self.calls.iter().map(|call| &call.call)
    }

    /// A deed on one line, or on the lines of its text.
    pub(super) fn describe(&self, deed: &Deed) -> String {
        let call = self.call_of(deed);
        let buttons = buttons(&keyboard(&call.params["reply_markup"]));
        let name = deed.chat_id.map_or_else(|| "somebody".to_owned(), |id| self.name(id));
        match &deed.kind {
            Kind::Message(message) => format!("bot to {name}: {}{buttons}", describe(message)),
            Kind::Edit(text) => format!("bot edits, to {name}: {text}{buttons}"),
            Kind::Answer { query_id, text, is_alert } => {
                let who = self.presses.get(query_id).map_or(name, |(user, _)| self.name(*user));
                let form = if *is_alert { "an alert" } else { "a toast" };
                format!("bot shows {who} {form}: {text}")
            }
            Kind::Other => show_call(call),
        }
    }

    /// Everything so far, a line each; what nothing expected is marked.
    pub(super) fn transcript(&self) -> String {
        let mut text = String::new();
        for line in &self.lines {
            match line {
                Line::Act(what, updates) => {
                    let mut line = what.clone();
                    for taker in updates.clone().filter_map(|id| self.takers.get(&id)) {
                        let _ = write!(line, "   ({}, {})", taker.name, taker.source());
                    }
                    add(&mut text, ' ', &line);
                }
                Line::Note(note) => add(&mut text, ' ', &format!("({note})")),
                Line::Failure(index) => {
                    let Failure { error, is_expected } = &self.failures[*index];
                    add(&mut text, if *is_expected { ' ' } else { '>' }, &error.to_string());
                }
                Line::Call(index) => self.add_call(&mut text, *index),
            }
        }
        text
    }

    fn add_call(&self, text: &mut String, index: usize) {
        let mut deeds = self.deeds.iter().filter(|deed| deed.call == index).peekable();
        let Call { call, .. } = &self.calls[index];
        if deeds.peek().is_none() {
            add(text, ' ', &format!("{} -> no answer yet", show_call(call)));
        }
        for deed in deeds {
            // Who the bot is and who presses its buttons is everyday life.
            if matches!(deed.kind, Kind::Other) && !deed.is_owed && !call.faulted && !deed.is_read {
                continue;
            }
            add(text, if deed.is_unexpected() { '>' } else { ' ' }, &self.describe(deed));
        }
    }
}

/// Adds a line, with those behind its line breaks moved in.
fn add(text: &mut String, mark: char, line: &str) {
    let _ = writeln!(text, "  {mark} {}", line.replace('\n', "\n        "));
}

fn show_call(call: &ReceivedCall) -> String {
    let mut line = format!("bot calls {} {}", call.method, call.params);
    match &call.reply {
        Some(reply) if reply["ok"] == true => {}
        Some(reply) => {
            let _ = write!(line, " -> {}", reply["description"].as_str().unwrap_or("no JSON"));
        }
        None => line.push_str(" -> no answer"),
    }
    line
}

/// Rows of buttons behind a text: `  [a] [b] / [c]`.
pub(super) fn buttons(rows: &[Vec<String>]) -> String {
    let row = |row: &Vec<String>| row.iter().map(|text| format!("[{text}]")).collect::<Vec<_>>();
    let rows: Vec<_> = rows.iter().map(|it| row(it).join(" ")).collect();
    if rows.is_empty() { String::new() } else { format!("  {}", rows.join(" / ")) }
}
