//! Keeps what the bot sends within what Bale takes.
//!
//! Bale takes 20 messages a minute in a group or channel, publishes no number for private chats, and
//! answers 429 to what is too much. So messages to a group wait for their turn here, first come first
//! served, and a 429 pauses the chat it is about.
//!
//! The id of a chat does not say what kind of chat it is. Every chat is taken for a group until an update
//! or an answer shows that it is private: of an unknown private chat only the 21st message waits, and that
//! only until the first was answered; the other way round a burst to an unknown group would run into 429.
//!
//! There is no task behind this: those that wait wake each other.

use std::{
    any::Any,
    collections::{HashMap, VecDeque},
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, timeout_at},
};
use tracing::{debug, warn};

use self::{
    bucket::{Bucket, End, Rate, Room, Ticket, Waiter},
    privates::Privates,
};
use crate::{
    error::{Error, ErrorKind},
    methods::{RawUpdates, SentMessage, Updates},
    types::{ChatFullInfo, ChatType},
};

pub(super) use self::post::{ChatKey, Post};

mod bucket;
mod post;
mod privates;

/// Messages a minute in a group or channel. Source: client libraries; Bale publishes no number.
pub(super) const GROUP_RATE: (u32, Duration) = (20, Duration::from_secs(60));
/// After a pause of the whole bot, broadcasts let replies go ahead for so long.
const HEAD_START: Duration = Duration::from_secs(1);
/// Neither pauses nor rates reach further than this, so that times can be added up.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// How many chats are forgotten under one lock.
const SWEEP: usize = 64;

/// Messages that wait to be sent, at one moment. See [`Bot::send_queue`](super::Bot::send_queue).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct SendQueue {
    /// How many calls wait for their turn.
    pub waiting: usize,
    /// How long the one that has waited longest has done so.
    pub longest_wait: Duration,
    /// How many chats the server asked to leave alone for a while.
    pub paused_chats: usize,
    /// How much longer nothing at all is sent, because of a 429 that was not about a chat.
    pub paused_for: Option<Duration>,
    /// How many chats are being counted: those, not known as private, with a message in the last minute, and
    /// those with something waiting or paused.
    pub chats: usize,
}

pub(super) struct Limiter {
    rate: Rate,
    privates: Privates,
    /// What holds up even private chats: paused ones, and the pause of the whole bot. While this is zero, a
    /// message to a private chat passes without a lock.
    holding: AtomicUsize,
    /// How many chats the book has.
    tracked: AtomicUsize,
    book: Mutex<Book>,
}

#[derive(Debug, Default)]
struct Book {
    chats: HashMap<ChatKey, Bucket>,
    /// Chats at rest, by the time to see whether they can be forgotten.
    expiries: VecDeque<(Instant, ChatKey)>,
    /// Until when the whole bot is paused.
    paused_until: Option<Instant>,
    /// How many of the chats hold.
    holding: usize,
    next_number: u64,
}

/// What a message that wants to go is told.
enum Turn {
    Go,
    /// Look again at this time, or when called.
    Wait(Option<Instant>, Arc<Notify>),
    /// The pause goes on for so long.
    TooLong(Duration),
}

impl Limiter {
    pub(super) fn new(count: u32, per: Duration) -> Self {
        let count = usize::try_from(count).unwrap_or(usize::MAX).max(1);
        Self {
            rate: Rate { count, per: per.min(DAY) },
            privates: Privates::default(),
            holding: AtomicUsize::new(0),
            tracked: AtomicUsize::new(0),
            book: Mutex::default(),
        }
    }

    /// Waits until the message may go. None: nothing is counted about it.
    ///
    /// # Errors
    ///
    /// If a pause goes on for longer than `patience`.
    pub(super) async fn admit(
        &self,
        post: &mut Post,
        patience: Duration,
    ) -> Result<Option<Permit<'_>>, Error> {
        let private = matches!(post.chat, ChatKey::Id(id) if self.privates.knows(id));
        if private && self.holding.load(Ordering::Acquire) == 0 {
            return Ok(None);
        }
        match self.enter(post, patience) {
            Turn::Go => Ok(Some(self.permit(post))),
            Turn::TooLong(left) => Err(paused(left)),
            // Boxed, because it is large and most calls do not come here.
            Turn::Wait(until, bell) => Box::pin(self.wait(post, patience, until, bell)).await,
        }
    }

    async fn wait(
        &self,
        post: &mut Post,
        patience: Duration,
        mut until: Option<Instant>,
        mut bell: Arc<Notify>,
    ) -> Result<Option<Permit<'_>>, Error> {
        debug!(chat = ?post.chat, "a message waits for its turn");
        let mut place = Place { limiter: self, chat: post.chat, ticket: post.ticket };
        loop {
            match until {
                // Whether it was time or a call is seen by looking again.
                Some(until) => drop(timeout_at(until, bell.notified()).await),
                None => bell.notified().await,
            }
            match self.enter(post, patience) {
                Turn::Go => {
                    place.ticket = None;
                    return Ok(Some(self.permit(post)));
                }
                Turn::TooLong(left) => return Err(paused(left)),
                Turn::Wait(next, same_bell) => (until, bell) = (next, same_bell),
            }
        }
    }

    fn enter(&self, post: &mut Post, patience: Duration) -> Turn {
        let private = matches!(post.chat, ChatKey::Id(id) if self.privates.knows(id));
        self.change(|book, now| {
            let turn = book.enter(now, self.rate, post, patience, private);
            book.settle(now, self.rate, post.chat);
            turn
        })
    }

    fn permit(&self, post: &Post) -> Permit<'_> {
        Permit { limiter: self, chat: post.chat, cost: post.cost, end: End::InDoubt }
    }

    /// Pauses what a 429 was about: the chat of the call, or all sending if it has none.
    pub(super) fn pause(&self, chat: Option<ChatKey>, wait: Duration) {
        let is_new = self.change(|book, now| {
            let until = now + wait.min(DAY);
            match chat {
                Some(chat) => {
                    let private = matches!(chat, ChatKey::Id(id) if self.privates.knows(id));
                    let is_new = book.pause(now, until, chat, private);
                    book.settle(now, self.rate, chat);
                    is_new
                }
                None => book.pause_all(now, until),
            }
        });
        match chat {
            Some(chat) if is_new => {
                warn!(?chat, ?wait, "the server asks for a pause: nothing is sent to this chat");
            }
            None if is_new => warn!(?wait, "the server asks for a pause: nothing is sent"),
            _ => debug!(?chat, ?wait, "the pause goes on"),
        }
    }

    /// Learns from an answer which chats are private.
    pub(super) fn learn(&self, answer: &dyn Any) {
        let updates = answer.downcast_ref::<Updates>();
        let raw = || answer.downcast_ref().map(|RawUpdates { updates, .. }| updates);
        if let Some(updates) = updates.or_else(raw) {
            for chat in updates.iter().flatten().filter_map(|update| update.chat()) {
                self.saw(chat.id, &chat.kind);
            }
            // A poll comes at least every minute or so, also when nothing is sent.
            self.sweep();
        } else if let Some(SentMessage(message)) = answer.downcast_ref() {
            self.saw(message.chat.id, &message.chat.kind);
        } else if let Some(messages) = answer.downcast_ref::<Vec<SentMessage>>() {
            for SentMessage(message) in messages {
                self.saw(message.chat.id, &message.chat.kind);
            }
        } else if let Some(chat) = answer.downcast_ref::<ChatFullInfo>() {
            self.saw(chat.id, &chat.kind);
        }
    }

    fn saw(&self, id: i64, kind: &ChatType) {
        if !kind.is_private_chat() {
            return;
        }
        let was_known = self.privates.learn(id);
        if was_known || self.tracked.load(Ordering::Acquire) == 0 {
            return;
        }
        let chat = ChatKey::Id(id);
        self.change(|book, now| {
            if let Some(bucket) = book.chats.get_mut(&chat) {
                bucket.learn_private();
                bucket.call_first();
                book.settle(now, self.rate, chat);
            }
        });
    }

    /// Forgets chats whose messages count no more.
    fn sweep(&self) {
        if self.tracked.load(Ordering::Acquire) == 0 {
            return;
        }
        while self.change(|book, now| book.sweep(now, self.rate)) {}
    }

    pub(super) fn queue(&self) -> SendQueue {
        self.sweep();
        self.change(|book, now| book.queue(now))
    }

    fn change<R>(&self, change: impl FnOnce(&mut Book, Instant) -> R) -> R {
        let mut book = self.lock();
        let result = change(&mut book, Instant::now());
        let holding = book.holding + usize::from(book.paused_until.is_some());
        self.holding.store(holding, Ordering::Release);
        self.tracked.store(book.chats.len(), Ordering::Release);
        result
    }

    fn lock(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limiter").field("rate", &self.rate).finish_non_exhaustive()
    }
}

impl Book {
    fn enter(
        &mut self,
        now: Instant,
        rate: Rate,
        post: &mut Post,
        patience: Duration,
        private: bool,
    ) -> Turn {
        self.paused_until = self.paused_until.filter(|until| *until > now);
        let bucket = self.chats.entry(post.chat).or_default();
        bucket.private |= private;
        let left = self.paused_until.max(bucket.paused_until).map(|until| until - now);
        if let Some(left) = left.filter(|left| *left > patience) {
            bucket.leave(post.ticket);
            return Turn::TooLong(left);
        }
        let low = post.low;
        let next = || {
            self.next_number += 1;
            Ticket { low, number: self.next_number }
        };
        let ticket = *post.ticket.get_or_insert_with(next);
        let is_first = bucket.first().is_none_or(|first| ticket <= first);
        let room = match self.paused_until {
            Some(until) if low => Room::At(until + HEAD_START),
            Some(until) => Room::At(until),
            None => bucket.room(now, rate, low, post.cost),
        };
        if is_first && room == Room::Now {
            bucket.start(post.cost);
            bucket.leave(Some(ticket));
            return Turn::Go;
        }
        let waiter = || Waiter { since: now, turn: Arc::default() };
        let bell = Arc::clone(&bucket.queue.entry(ticket).or_insert_with(waiter).turn);
        match room {
            Room::At(time) if is_first => Turn::Wait(Some(time), bell),
            _ => Turn::Wait(None, bell),
        }
    }

    /// Whether the chat was not paused before.
    fn pause(&mut self, now: Instant, until: Instant, chat: ChatKey, private: bool) -> bool {
        let bucket = self.chats.entry(chat).or_default();
        bucket.private |= private;
        let is_new = bucket.paused_until.is_none_or(|until| until <= now);
        bucket.pause(until);
        // The wait may now be too long for it.
        bucket.call_first();
        is_new
    }

    /// Whether the bot was not paused before.
    fn pause_all(&mut self, now: Instant, until: Instant) -> bool {
        let is_new = self.paused_until.is_none_or(|until| until <= now);
        self.paused_until = self.paused_until.max(Some(until));
        self.chats.values().for_each(Bucket::call_first);
        is_new
    }

    /// To be called after each change of a chat: forgets it, or sees to it that it will be forgotten.
    fn settle(&mut self, now: Instant, rate: Rate, chat: ChatKey) {
        let Some(bucket) = self.chats.get_mut(&chat) else { return };
        bucket.paused_until.take_if(|until| *until <= now);
        let is_idle = bucket.is_idle(now, rate);
        let holds = !is_idle && (bucket.private || bucket.paused_until.is_some());
        let held = std::mem::replace(&mut bucket.holds, holds);
        self.holding = self.holding + usize::from(holds) - usize::from(held);
        if is_idle && !bucket.listed {
            self.chats.remove(&chat);
        } else if bucket.is_at_rest() && !bucket.listed {
            bucket.listed = true;
            self.expiries.push_back((now + rate.per, chat));
        }
    }

    /// Looks at a few chats whose time has come; says whether there may be more of them.
    fn sweep(&mut self, now: Instant, rate: Rate) -> bool {
        for _ in 0..SWEEP {
            let due = self.expiries.front().filter(|(time, _)| *time <= now);
            let Some((_, chat)) = due.copied() else {
                self.shrink();
                return false;
            };
            self.expiries.pop_front();
            if let Some(bucket) = self.chats.get_mut(&chat) {
                bucket.listed = false;
            }
            self.settle(now, rate, chat);
        }
        true
    }

    /// A burst to many chats should not leave its memory behind.
    fn shrink(&mut self) {
        const SMALL: usize = 64;
        if self.chats.capacity() > SMALL && self.chats.len() < self.chats.capacity() / 8 {
            self.chats.shrink_to(SMALL.max(self.chats.len() * 2));
            self.expiries.shrink_to(SMALL);
        }
    }

    fn queue(&self, now: Instant) -> SendQueue {
        let paused = |until: &Option<Instant>| until.is_some_and(|until| until > now);
        let waiters = || self.chats.values().flat_map(|bucket| bucket.queue.values());
        let longest = waiters().map(|waiter| now - waiter.since).max();
        SendQueue {
            waiting: waiters().count(),
            longest_wait: longest.unwrap_or_default(),
            paused_chats: self.chats.values().filter(|chat| paused(&chat.paused_until)).count(),
            paused_for: self.paused_until.filter(|until| *until > now).map(|until| until - now),
            chats: self.chats.len(),
        }
    }
}

/// A message on its way. Dropped before it is told how the call ended, it counts as sent.
#[must_use]
pub(super) struct Permit<'a> {
    limiter: &'a Limiter,
    chat: ChatKey,
    cost: usize,
    end: End,
}

impl Permit<'_> {
    pub(super) fn succeeded(mut self) {
        self.end = End::Sent;
    }

    pub(super) fn failed(mut self, error: &Error) {
        self.end = if error.may_have_been_sent() { End::InDoubt } else { End::NotSent };
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let Self { limiter, chat, cost, end } = *self;
        limiter.change(|book, now| {
            if let Some(bucket) = book.chats.get_mut(&chat) {
                bucket.end(now, cost, end);
                bucket.call_first();
                book.settle(now, limiter.rate, chat);
            }
        });
    }
}

/// A place in the queue of a chat, given up when the call is dropped.
struct Place<'a> {
    limiter: &'a Limiter,
    chat: ChatKey,
    ticket: Option<Ticket>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let Self { limiter, chat, ticket } = *self;
        if ticket.is_none() {
            return;
        }
        limiter.change(|book, now| {
            if let Some(bucket) = book.chats.get_mut(&chat) {
                bucket.leave(ticket);
                book.settle(now, limiter.rate, chat);
            }
        });
    }
}

fn paused(left: Duration) -> Error {
    Error::new(ErrorKind::RateLimited {
        code: None,
        description: "not sent, because the server asked for a longer pause".to_owned(),
        retry_after: Some(left),
    })
}
