//! What people and tests expect of a bot.

use std::{future::Future, panic::Location};

use serde_json::Value;

use super::{
    Person, TestBot,
    journal::{Deed, Entries, buttons},
    read::{Kind, describe, keyboard, said},
};
use crate::{emulator::ReceivedCall, handler::HandlerError, types::Message};

/// The first deed of some sort that no expectation met.
fn unread(entries: &Entries, wanted: impl Fn(&Deed) -> bool) -> Option<usize> {
    entries.deeds.iter().position(|deed| !deed.is_read && wanted(deed))
}

impl Person {
    /// The next message of the bot in this chat says exactly this, as its text or caption.
    #[track_caller]
    pub fn expect_text(&self, text: impl Into<String>) -> impl Future<Output = Message> {
        let (at, text) = (Location::caller(), text.into());
        let expected = format!("{text:?}");
        self.reads(at, expected, move |message| said(message) == Some(&text))
    }

    /// The next message of the bot in this chat has this in its text or caption.
    #[track_caller]
    pub fn expect_text_containing(&self, part: impl Into<String>) -> impl Future<Output = Message> {
        let (at, part) = (Location::caller(), part.into());
        let expected = format!("a text with {part:?} in it");
        self.reads(at, expected, move |it| said(it).is_some_and(|text| text.contains(&part)))
    }

    /// The next message of the bot in this chat is one that fits.
    #[track_caller]
    pub fn expect_matching(
        &self,
        fits: impl FnOnce(&Message) -> bool,
    ) -> impl Future<Output = Message> {
        self.reads(Location::caller(), "a message that fits".to_owned(), fits)
    }

    async fn reads(
        &self,
        at: &'static Location<'static>,
        expected: String,
        fits: impl FnOnce(&Message) -> bool,
    ) -> Message {
        let is_next = |deed: &Deed| {
            deed.chat_id == Some(self.chat_id) && matches!(deed.kind, Kind::Message(_))
        };
        let next = self.bot.wait(at, |entries| {
            let index = unread(entries, is_next)?;
            match &entries.deeds[index].kind {
                Kind::Message(message) => Some((index, (**message).clone())),
                _ => None,
            }
        });
        let expected = format!("expected {} to read {expected}", self.who());
        let Some((index, message)) = next.await else { self.bot.miss(at, &expected) };
        if !fits(&message) {
            let found = said(&message).map_or_else(|| describe(&message), |it| format!("{it:?}"));
            self.bot.fail(at, &format!("{expected}, found {found}"));
        }
        self.bot.entries(|entries| entries.deeds[index].is_read = true);
        message
    }

    /// The next edit of the bot in this chat says this.
    #[track_caller]
    pub fn expect_edit(&self, text: impl Into<String>) -> impl Future<Output = ()> {
        let (at, text) = (Location::caller(), text.into());
        async move {
            let expected = format!("expected {} to see an edit, {text:?}", self.who());
            let found = |deed: &Deed| match &deed.kind {
                Kind::Edit(found) if deed.chat_id == Some(self.chat_id) => Some(found.clone()),
                _ => None,
            };
            self.bot.meets(at, &expected, &text, found).await;
        }
    }

    /// The next pressed button of this person is answered by this text on top of the chat.
    #[track_caller]
    pub fn expect_toast(&self, text: impl Into<String>) -> impl Future<Output = ()> {
        self.is_shown(Location::caller(), false, text.into())
    }

    /// The next pressed button of this person is answered by a window with this text.
    #[track_caller]
    pub fn expect_alert(&self, text: impl Into<String>) -> impl Future<Output = ()> {
        self.is_shown(Location::caller(), true, text.into())
    }

    async fn is_shown(&self, at: &'static Location<'static>, alert: bool, text: String) {
        let form = |is_alert| if is_alert { "an alert" } else { "a toast" };
        let shown = |is_alert, text: &str| format!("{}, {text:?}", form(is_alert));
        let mine: Vec<String> = self.bot.entries(|entries| {
            let mine = entries.presses.iter();
            let here = mine.filter(|(_, by)| **by == (self.id(), self.chat_id));
            here.map(|(id, _)| id.clone()).collect()
        });
        let found = |deed: &Deed| match &deed.kind {
            Kind::Answer { query_id, text, is_alert } if mine.contains(query_id) => {
                Some(shown(*is_alert, text))
            }
            _ => None,
        };
        let (who, wanted) = (self.who(), shown(alert, &text));
        self.bot.meets_shown(at, &format!("expected {who} to see {wanted}"), &wanted, found).await;
    }

    /// There is nothing more from the bot in this chat, at this moment.
    #[track_caller]
    pub fn expect_nothing(&self) -> impl Future<Output = ()> {
        let at = Location::caller();
        async move {
            self.bot.begin(at).await;
            self.bot.settle(at).await;
            let found = self.bot.entries(|entries| {
                let is_mine = |deed: &Deed| match &deed.kind {
                    Kind::Answer { query_id, .. } => {
                        entries.presses.get(query_id) == Some(&(self.id(), self.chat_id))
                    }
                    _ => deed.chat_id == Some(self.chat_id),
                };
                let index = unread(entries, |deed| deed.is_unexpected() && is_mine(deed))?;
                Some(entries.describe(&entries.deeds[index]))
            });
            if let Some(found) = found {
                let who = self.who();
                self.bot.fail(at, &format!("expected nothing new for {who}, found {found}"));
            }
        }
    }

    /// The bot's last message with buttons in this chat, inline or not, has these.
    #[track_caller]
    pub fn expect_buttons(&self, rows: &[&[&str]]) -> impl Future<Output = ()> {
        let at = Location::caller();
        let texts = |row: &&[&str]| row.iter().map(|&text| text.to_owned()).collect();
        let expected: Vec<Vec<String>> = rows.iter().map(texts).collect();
        async move {
            let found = || {
                let has_buttons = |it: &Value| !keyboard(&it["reply_markup"]).is_empty();
                let message = self.last_of_bot(has_buttons);
                message.map_or_else(Vec::new, |message| keyboard(&message["reply_markup"]))
            };
            if self.bot.wait(at, |_| (found() == expected).then_some(())).await.is_none() {
                let shown = |rows: &[Vec<String>]| match buttons(rows) {
                    none if none.is_empty() => "no buttons".to_owned(),
                    some => some.trim_start().to_owned(),
                };
                let (who, expected, found) = (self.who(), shown(&expected), shown(&found()));
                self.bot.fail(at, &format!("expected {who} to see {expected}, found {found}"));
            }
        }
    }
}

impl TestBot {
    /// The bot calls this method, or has called it. The first such call that no expectation met is met by
    /// this one, whether the server accepted it or not.
    #[track_caller]
    pub fn expect_call(&self, method: impl Into<String>) -> impl Future<Output = ReceivedCall> {
        let (at, method) = (Location::caller(), method.into());
        async move {
            let call = self.wait(at, |entries| {
                let index = unread(entries, |deed| entries.call_of(deed).method == method)?;
                entries.deeds[index].is_read = true;
                Some(entries.call_of(&entries.deeds[index]).clone())
            });
            let Some(call) = call.await else {
                self.miss(at, &format!("expected the bot to call {method}"))
            };
            call
        }
    }

    /// A handler fails, or has failed: it returned an error or panicked. The first failure that no expectation
    /// met has to fit.
    #[track_caller]
    pub fn expect_error(
        &self,
        fits: impl FnOnce(&HandlerError) -> bool,
    ) -> impl Future<Output = HandlerError> {
        let at = Location::caller();
        async move {
            let error = self.wait(at, |entries| {
                let unmet = entries.failures.iter().position(|failure| !failure.is_expected)?;
                Some((unmet, entries.failures[unmet].error.clone()))
            });
            let Some((index, error)) = error.await else {
                self.miss(at, "expected a handler to fail")
            };
            if !fits(&error) {
                self.fail(
                    at,
                    &format!("expected a handler to fail in a way that fits, found: {error}"),
                );
            }
            self.entries(|entries| entries.failures[index].is_expected = true);
            error
        }
    }

    /// Every handler that returned an error or panicked so far, expected or not.
    pub fn errors(&self) -> Vec<HandlerError> {
        self.entries(|entries| entries.failures.iter().map(|it| it.error.clone()).collect())
    }

    /// Waits for the next deed of some sort, which says a text, and meets it.
    async fn meets(
        &self,
        at: &'static Location<'static>,
        expected: &str,
        text: &str,
        found: impl Fn(&Deed) -> Option<String>,
    ) {
        let quoted = |deed: &Deed| found(deed).map(|text| format!("{text:?}"));
        self.meets_shown(at, expected, &format!("{text:?}"), quoted).await;
    }

    async fn meets_shown(
        &self,
        at: &'static Location<'static>,
        expected: &str,
        wanted: &str,
        found: impl Fn(&Deed) -> Option<String>,
    ) {
        let next = self.wait(at, |entries| {
            let index = unread(entries, |deed| found(deed).is_some())?;
            Some((index, found(&entries.deeds[index])?))
        });
        let Some((index, found)) = next.await else { self.miss(at, expected) };
        if found != wanted {
            self.fail(at, &format!("{expected}, found {found}"));
        }
        self.entries(|entries| entries.deeds[index].is_read = true);
    }

    /// Nothing came.
    fn miss(&self, at: &'static Location<'static>, expected: &str) -> ! {
        let patience = self.inner.patience.get();
        self.fail(at, &format!("{expected}, found nothing within {patience:?}"))
    }
}
