//! Everything that changes, told to those who watch.

use std::{collections::BTreeMap, pin::pin};

use serde_json::{Value, json};

use super::{Emulator, core::Core, wire};

/// How many messages are told at once, so that a long chat does not hold the server.
const AT_ONCE: usize = 500;

/// What changes in an emulator, from the first moment on: [`Emulator::changes`].
///
/// It asks for the state and remembers what it has told, so one that reads slowly misses nothing but the states
/// in between, and costs the server no memory.
#[derive(Debug)]
pub struct Changes {
    emulator: Emulator,
    seen: Seen,
}

/// What was told so far.
#[derive(Debug, Default)]
struct Seen {
    begun: bool,
    resets: u64,
    info: Value,
    users: BTreeMap<i64, Value>,
    chats: BTreeMap<i64, (Value, u64)>,
    updates: u64,
    stories: u64,
    next_call: u64,
    open_calls: Vec<u64>,
}

impl Emulator {
    /// Everything that is there, then everything that changes: what the event stream of the control API sends.
    pub fn changes(&self) -> Changes {
        Changes { emulator: self.clone(), seen: Seen::default() }
    }
}

impl Changes {
    /// Waits for the next changes; never none. Each is an object whose `kind` is `info` (bot, clock, faults),
    /// `reset`, `user`, `chat`, `message` (new or changed), `gone` (a deleted message), `update`, `call` (twice:
    /// when it begins and when it ends) or `handled` (what the bot told about a handler).
    pub async fn next(&mut self) -> Vec<Value> {
        let Self { emulator, seen } = self;
        loop {
            let mut changed = pin!(emulator.shared.changed.notified());
            changed.as_mut().enable();
            let info = emulator.info();
            let news = seen.look(&emulator.core(), info);
            if !news.is_empty() {
                return news;
            }
            changed.await;
        }
    }
}

impl Seen {
    fn look(&mut self, core: &Core, info: Value) -> Vec<Value> {
        let mut news = Vec::new();
        if !self.begun || self.resets != core.resets {
            news.push(json!({"kind": "reset", "is_start": !self.begun}));
            let (updates, stories) = (self.updates, self.stories);
            *self = Self { begun: true, resets: core.resets, updates, stories, ..Self::default() };
        }
        if self.info != info {
            self.info = info.clone();
            let mut info = info;
            info["kind"] = "info".into();
            news.push(info);
        }
        self.people(core, &mut news);
        self.updates(core, &mut news);
        self.messages(core, &mut news);
        self.calls(core, &mut news);
        let (told, stories) = core.stories.since(self.stories);
        self.stories = told;
        news.extend(stories.cloned().map(|mut story| {
            story["kind"] = "handled".into();
            story
        }));
        news
    }

    fn people(&mut self, core: &Core, news: &mut Vec<Value>) {
        for user in core.world.users() {
            let shown = wire::user(user);
            if self.users.get(&user.id) != Some(&shown) {
                news.push(json!({"kind": "user", "user": shown}));
                self.users.insert(user.id, shown);
            }
        }
        for chat in core.world.chats() {
            let Some(shown) = core.chat_json(chat.id) else { continue };
            let seen = self.chats.entry(chat.id).or_default();
            if seen.0 != shown {
                news.push(json!({"kind": "chat", "chat": shown}));
                seen.0 = shown;
            }
        }
    }

    fn messages(&mut self, core: &Core, news: &mut Vec<Value>) {
        let mut room = AT_ONCE;
        for chat in core.world.chats() {
            let Some((_, count)) = self.chats.get_mut(&chat.id) else { continue };
            for (at, id) in chat.messages.changed_since(*count).take(room) {
                *count = at;
                room -= 1;
                news.push(match chat.messages.get(&id) {
                    Some(message) => {
                        let message = wire::message_with_keyboard(&core.world, chat, message);
                        json!({"kind": "message", "message": message})
                    }
                    None => json!({"kind": "gone", "chat_id": chat.id, "message_id": id}),
                });
            }
        }
    }

    fn updates(&mut self, core: &Core, news: &mut Vec<Value>) {
        let (appended, updates) = core.queue.appended_since(self.updates);
        self.updates = appended;
        news.extend(updates.map(|(update_id, at, text)| {
            // One that somebody sent raw need not be JSON.
            let update: Value = serde_json::from_slice(text)
                .unwrap_or_else(|_| String::from_utf8_lossy(text).into_owned().into());
            json!({"kind": "update", "update_id": update_id, "at": at.millis(), "update": update})
        }));
    }

    fn calls(&mut self, core: &Core, news: &mut Vec<Value>) {
        let log = core.log();
        let first = self.next_call.max(log.first_number());
        self.next_call = log.next_number();
        let mut look = std::mem::take(&mut self.open_calls);
        let again = look.len();
        look.extend(first..self.next_call);
        for (index, number) in look.into_iter().enumerate() {
            let Some((has_ended, call)) = log.watched(number) else { continue };
            if log.is_quiet(number) {
                continue;
            }
            if !has_ended {
                self.open_calls.push(number);
            }
            if has_ended || index >= again {
                news.push(call);
            }
        }
    }
}
