//! Which handlers an update is offered to, and which of them are asked.

use std::mem::take;

use tracing::{Level, enabled};

use super::{
    RoutePattern, TARGET, Table, callback::data_tag, is_channel_post, other_than, split_command,
    waits_for_an_answer,
};
use crate::{
    context::Context,
    types::{Message, UpdateKind},
};

/// The handlers an update is offered to, in order.
pub(crate) struct Candidates<'t> {
    /// Commands, those of a state before the others, and what overtakes its chat: nobody is caught in a conversation.
    first: [&'t [usize]; 3],
    in_state: Groups<'t>,
    groups: Groups<'t>,
}

type Groups<'t> = [&'t [usize]; 6];

impl<'t> Candidates<'t> {
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> + use<'t> {
        self.first.into_iter().chain(self.in_state).chain(self.groups).flatten().copied()
    }

    fn lists(&mut self) -> impl Iterator<Item = &mut &'t [usize]> {
        self.first.iter_mut().chain(&mut self.in_state).chain(&mut self.groups)
    }

    /// The next one, which is taken out.
    pub(crate) fn pop(&mut self) -> Option<usize> {
        self.lists().find_map(|list| {
            let (index, rest) = list.split_first()?;
            *list = rest;
            Some(*index)
        })
    }
}

impl Table {
    /// The handlers that `update` is offered to. `username` is the bot's own, for `/command@bot`.
    pub(crate) fn offered(&self, update: &UpdateKind, username: Option<&str>) -> Candidates<'_> {
        self.candidates(update, username, &self.text_patterns)
    }

    /// Those of the patterns of texts that the update's text fits.
    pub(crate) fn fitting(&self, update: &UpdateKind) -> Vec<usize> {
        let (UpdateKind::Message(message) | UpdateKind::ChannelPost(message)) = update else {
            return Vec::new();
        };
        let text = message.text.as_deref().filter(|_| !self.text_patterns.is_empty());
        text.map_or_else(Vec::new, |text| self.text_tree.fitting(text))
    }

    /// Says in the log why the other patterns of texts are not asked.
    pub(crate) fn log_others(&self, text: &str, fitting: &[usize]) {
        if fitting.len() == self.text_patterns.len() || !enabled!(target: TARGET, Level::DEBUG) {
            return;
        }
        for route in self.text_patterns.iter().map(|&index| &self.routes[index]) {
            if let Err(mismatch) = route.captures(text) {
                route.log(&format!("its pattern does not fit: {mismatch}"));
            }
        }
    }

    /// Those that `update` is [`offered`](Self::offered) to, with these of the patterns of texts.
    pub(crate) fn candidates<'t>(
        &'t self,
        update: &UpdateKind,
        username: Option<&str>,
        text_patterns: &'t [usize],
    ) -> Candidates<'t> {
        let groups: Groups<'_> = match update {
            UpdateKind::Message(message) | UpdateKind::ChannelPost(message) => [
                self.command_candidates(message, username),
                self.text_candidates(message),
                if message.text.is_some() { text_patterns } else { &[] },
                self.event_candidates(update, message),
                &self.messages,
                if !self.fallbacks.is_empty() && waits_for_an_answer(update, message, username) {
                    &self.fallbacks
                } else {
                    &[]
                },
            ],
            UpdateKind::EditedMessage(_) | UpdateKind::EditedChannelPost(_) => {
                [&self.edited_messages, &[], &[], &[], &[], &[]]
            }
            UpdateKind::PreCheckoutQuery(_) => [&self.pre_checkouts, &[], &[], &[], &[], &[]],
            UpdateKind::CallbackQuery(query) => match query.data.as_deref() {
                Some(data) => {
                    let tagged =
                        self.tagged_data.get(data_tag(data)).map_or(&[][..], Vec::as_slice);
                    [tagged, &self.untagged_data, &self.callbacks, &self.fallbacks, &[], &[]]
                }
                None => [&self.callbacks, &self.fallbacks, &[], &[], &[], &[]],
            },
            _ => [&[]; 6],
        };
        let plain = Candidates { first: [&[]; 3], in_state: [&[]; 6], groups };
        if self.by_state.is_empty() {
            return plain;
        }
        let has_commands = matches!(update, UpdateKind::Message(_) | UpdateKind::ChannelPost(_));
        self.state_first(plain, has_commands, subject(update))
    }

    /// Those of a state come before the others, but for commands and what overtakes. That is read off the update
    /// alone, so that the lane need not know the state.
    fn state_first<'t>(
        &self,
        mut candidates: Candidates<'t>,
        has_commands: bool,
        subject: &str,
    ) -> Candidates<'t> {
        let Candidates { first, in_state, groups } = &mut candidates;
        for (in_state, group) in in_state.iter_mut().zip(groups.iter_mut()) {
            let others = group.partition_point(|&index| self.routes[index].state.is_some());
            (*in_state, *group) = group.split_at(others);
        }
        if has_commands {
            first[0] = take(&mut in_state[0]);
            first[1] = take(&mut groups[0]);
        }
        let fits = |group: &mut &[usize]| {
            let fits = |index: &&usize| self.fits(**index, subject);
            Some(&self.routes[*group.iter().find(fits)?])
        };
        let found = groups.iter_mut().find_map(|group| Some((fits(group)?, group)));
        if let Some((route, group)) = found {
            let is_for_all = matches!(route.pattern, RoutePattern::Any);
            if route.meta.options.laneless && !is_for_all {
                first[2] = take(group);
            }
        }
        candidates
    }

    /// Whether the subject of an update that is offered to this handler fits its pattern.
    fn fits(&self, index: usize, subject: &str) -> bool {
        let route = &self.routes[index];
        route.is_command() || route.captures(subject).is_ok()
    }

    /// The next one to ask: those are passed over whose conversation has been read and is in another state.
    pub(crate) fn next(&self, candidates: &mut Candidates<'_>, cx: &Context) -> Option<usize> {
        for list in candidates.lists() {
            while let Some(&index) = list.first() {
                let next = match &self.routes[index].state {
                    Some(_) => self.by_state.next(index, cx),
                    None => index,
                };
                if next == index {
                    *list = &list[1..];
                    return Some(index);
                }
                let (passed, rest) = list.split_at(list.partition_point(|&index| index < next));
                if enabled!(target: TARGET, Level::DEBUG) {
                    for &index in passed {
                        self.routes[index].log("its conversation is in another state");
                    }
                }
                *list = rest;
            }
        }
        None
    }

    fn command_candidates(&self, message: &Message, username: Option<&str>) -> &[usize] {
        let Some(line) = message.text.as_deref().and_then(split_command) else { return &[] };
        if other_than(username, line.mention).is_some() { &[] } else { self.command(line.name) }
    }

    fn text_candidates(&self, message: &Message) -> &[usize] {
        if self.texts.is_empty() {
            return &[];
        }
        let text = message.text.as_deref().unwrap_or("");
        self.texts.get(&*crate::text::fold(text)).map_or(&[], Vec::as_slice)
    }

    /// The handlers of what a message tells, beside its content.
    fn event_candidates(&self, update: &UpdateKind, message: &Message) -> &[usize] {
        if message.successful_payment.is_some() {
            &self.payments
        } else if message.new_chat_members.as_ref().is_some_and(|users| !users.is_empty()) {
            &self.joins
        } else if message.left_chat_member.is_some() {
            &self.leaves
        } else if is_channel_post(update, message) {
            &self.channel_posts
        } else {
            &[]
        }
    }

    /// Whether the update's first candidate, of those whose patterns it fits, runs beside its chat's lane.
    pub(crate) fn is_laneless(&self, update: &UpdateKind, username: Option<&str>) -> bool {
        self.has_laneless
            && self
                .candidates(update, username, &self.fitting(update))
                .iter()
                .find(|&index| self.fits(index, subject(update)))
                .is_some_and(|index| self.routes[index].meta.options.laneless)
    }
}

/// What the patterns of handlers are compared with.
fn subject(update: &UpdateKind) -> &str {
    let text = match update {
        UpdateKind::Message(message) | UpdateKind::ChannelPost(message) => message.text.as_deref(),
        UpdateKind::CallbackQuery(query) => query.data.as_deref(),
        _ => None,
    };
    text.unwrap_or_default()
}
