//! What must never happen, looked for in a story.

use std::{collections::BTreeMap, time::Duration};

use bale::dispatch::Delivery;
use tokio::time::Instant;

use super::{
    line::{Outcome, Poll},
    notes::Run,
    plan::{End, STUCK},
    run::Story,
};

/// How long an update may wait in a calm minute: the pace of polls while handlers run, and a batch.
const LAG: Duration = Duration::from_millis(350);
/// The pace of polls starts anew with each update that is taken in, at 20 ms.
const POLLS_AN_UPDATE: usize = 6;

/// All breaches, a line each.
pub(super) fn breaches(story: &Story<'_>) -> Vec<String> {
    let mut breaches = story.breaches.clone();
    lost(story, &mut breaches);
    doubled(story, &mut breaches);
    order(story, &mut breaches);
    sends(story, &mut breaches);
    stalls(story, &mut breaches);
    hot_loops(story, &mut breaches);
    breaches
}

/// Every message was handled to its end.
fn lost(story: &Story<'_>, breaches: &mut Vec<String>) {
    for (number, (chat, said)) in story.said.iter().enumerate() {
        if runs_of(story, number).any(|run| run.ended.is_some()) {
            continue;
        }
        // A bot that ended had let it go: at once, or because it was not done for so long.
        let let_go = match story.plan.delivery {
            Delivery::AtMostOnce => Duration::ZERO,
            _ => story.plan.confirm_deadline,
        };
        let is_excused = story.ends.iter().any(|end| end.at >= *said && end.at - *said >= let_go);
        if !is_excused {
            breaches.push(format!("lost: {number} of chat {chat}"));
        }
    }
}

/// No update begins twice in one life, and none comes again that a life ended well.
fn doubled(story: &Story<'_>, breaches: &mut Vec<String>) {
    for number in 0..story.said.len() {
        let lives: Vec<usize> = runs_of(story, number).map(|run| run.life).collect();
        for pair in lives.windows(2) {
            if pair[0] == pair[1] {
                breaches.push(format!("doubled: {number} in life {}", pair[0]));
            }
        }
        if story.plan.delivery == Delivery::AtMostOnce && lives.len() > 1 {
            breaches.push(format!("doubled: {number}, at most once, in lives {lives:?}"));
        }
        let first_end = runs_of(story, number).find(|run| run.ended.is_some());
        if let Some(run) = first_end.filter(|run| ended_well(story, run.life, number)) {
            if lives.last() != Some(&run.life) {
                breaches
                    .push(format!("doubled: {number} in lives {lives:?}, {} stopped", run.life));
            }
        }
    }
}

/// Whether the life was stopped in peace, when everything up to this number had ended.
fn ended_well(story: &Story<'_>, life: usize, number: usize) -> bool {
    let has_ended =
        |number| runs_of(story, number).any(|run| run.life <= life && run.ended.is_some());
    story.ends.get(life).is_some_and(|ended| ended.end == End::StopInPeace)
        && (0..=number).all(has_ended)
}

/// In each chat and life: one after the other, in the order of arrival.
fn order(story: &Story<'_>, breaches: &mut Vec<String>) {
    let mut last: BTreeMap<(usize, i64), &Run> = BTreeMap::new();
    for run in &story.runs {
        if let Some(before) = last.insert((run.life, run.chat), run) {
            let in_order = before.number < run.number;
            if !in_order || before.ended.is_none_or(|ended| ended > run.began) {
                breaches.push(format!(
                    "order: {} after {} in chat {}, life {}",
                    run.number, before.number, run.chat, run.life
                ));
            }
        }
    }
}

/// A message is there as often as a handler sent it, at most; and if it was told so, at least once.
fn sends(story: &Story<'_>, breaches: &mut Vec<String>) {
    for number in 0..story.said.len() {
        let copies = story.copies.get(&number).copied().unwrap_or(0);
        let tried = runs_of(story, number).filter(|run| run.sent.is_some()).count();
        let sure = runs_of(story, number).filter(|run| run.sent == Some(true)).count();
        if copies > tried || copies < sure {
            breaches
                .push(format!("sends: {copies} copies of {number}, tried {tried}, sure {sure}"));
        }
    }
}

/// In a calm minute each update begins at once, or when the one before it in its chat ends.
fn stalls(story: &Story<'_>, breaches: &mut Vec<String>) {
    if !story.plan.is_calm {
        return;
    }
    let mut free: BTreeMap<i64, Instant> = BTreeMap::new();
    for run in story.runs.iter().filter(|run| run.chat != STUCK) {
        let said = story.said[run.number].1;
        let ready = free.get(&run.chat).copied().map_or(said, |free| free.max(said));
        let lag = run.began.saturating_duration_since(ready);
        if lag > LAG {
            breaches.push(format!("stall: {} of chat {} waits {lag:?}", run.number, run.chat));
        }
        if let Some(ended) = run.ended {
            free.insert(run.chat, ended);
        }
    }
}

/// Neither against a server that fails, nor against one that gives the same updates again and again.
fn hot_loops(story: &Story<'_>, breaches: &mut Vec<String>) {
    let mut polls = story.polls.clone();
    polls.sort_by_key(|poll| poll.began);
    let mut failures: Vec<&Poll> = Vec::new();
    // What confirms the last updates does not wait, and a new bot knows nothing of the last one's failures.
    let phase = |poll: &Poll| {
        let is_stopping = story.ends.get(poll.life).is_some_and(|end| poll.began >= end.asked);
        (poll.life, is_stopping)
    };
    for poll in &polls {
        if failures.last().is_some_and(|last| phase(last) != phase(poll)) {
            failures.clear();
        }
        match poll.outcome {
            Outcome::Failed => failures.push(poll),
            Outcome::Unreachable => {}
            Outcome::Answered | Outcome::Paused => failures.clear(),
        }
        let recent =
            failures.iter().filter(|last| poll.began - last.began < Duration::from_secs(5));
        if recent.count() > 3 {
            let times: Vec<_> = failures.iter().map(|last| poll.began - last.began).collect();
            breaches.push(format!("hot loop: life {}, failures {times:?} ago", poll.life));
        }
    }
    let second = Duration::from_secs(1);
    for (index, first) in polls.iter().enumerate() {
        let within = polls[index..].iter().take_while(|poll| poll.began - first.began < second);
        let said = story
            .said
            .iter()
            .filter(|(_, at)| *at + second >= first.began && *at < first.began + second);
        let count = within.count();
        // What ended makes a poll worth it, too, and a bot that starts asks at once.
        let allowed = 20 + POLLS_AN_UPDATE * said.count() + ended_near(story, first.began);
        if count > allowed {
            breaches.push(format!("hot loop: {count} polls in a second, {allowed} allowed"));
            return;
        }
    }
}

fn ended_near(story: &Story<'_>, at: Instant) -> usize {
    let second = Duration::from_secs(1);
    let near = |ended: Instant| ended + second >= at && ended < at + second;
    POLLS_AN_UPDATE * story.runs.iter().filter(|run| run.ended.is_some_and(near)).count()
}

fn runs_of<'s>(story: &'s Story<'_>, number: usize) -> impl Iterator<Item = &'s Run> {
    story.runs.iter().filter(move |run| run.number == number)
}

impl Poll {
    pub(super) fn is_failure(&self) -> bool {
        self.outcome != Outcome::Answered
    }
}
