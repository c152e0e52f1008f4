//! What one update's handlers did, for somebody who watches: the playground's inspector.

use std::{
    borrow::Cow,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::{End, Explanation, Shared, Verdict};
use crate::{
    bound::Update,
    client::transport::caused_by,
    context::{Context, Trace},
    handler::Outcome,
    route::Place,
};

/// How an update was handled.
#[derive(Debug)]
#[cfg_attr(
    not(feature = "emulator"),
    expect(dead_code, reason = "only the emulator's page reads it")
)]
pub(crate) struct Story {
    pub(crate) update_id: i64,
    /// Who took it.
    pub(crate) handler: Option<Place>,
    /// Those that were asked, in order, then the others, with the reason why they were not.
    pub(crate) verdicts: Vec<Verdict>,
    /// What the pattern of the one that took it captured: name and text.
    pub(crate) captures: Vec<(&'static str, String)>,
    /// From the first handler to the last answer.
    pub(crate) took: Duration,
}

/// What is taken down on the way.
#[derive(Debug, Default)]
struct Notes {
    steps: Explanation,
    taken_by: Option<usize>,
    captures: Vec<(&'static str, String)>,
}

impl Shared {
    /// Handles an update and tells how.
    pub(super) async fn handle_watched(self: &Arc<Self>, update: Update) {
        let update_id = update.update_id;
        let notes: Arc<Mutex<Notes>> = Arc::default();
        let mut cx = Context::new(self.bot.clone(), update.clone(), Arc::clone(&self.state));
        cx.set_trace(Arc::clone(&notes) as Trace);
        let began = Instant::now();
        caused_by(update_id, self.work(cx)).await;
        let took = began.elapsed();
        let notes = std::mem::take(&mut *notes.lock().unwrap_or_else(PoisonError::into_inner));
        let story = Story {
            update_id,
            handler: notes.taken_by.map(|index| Place::from(&self.table.routes[index].meta)),
            verdicts: self.all_verdicts(notes.steps, &update),
            captures: notes.captures,
            took,
        };
        if let Some(probe) = &self.probe {
            probe.told(story);
        }
    }

    /// [`ask`](Self::ask), taken down.
    pub(super) async fn route_watched(self: &Arc<Self>, cx: &mut Context) -> (End, Outcome) {
        let mut steps = Explanation { is_live: true, ..Explanation::default() };
        let (end, outcome) = self.ask(cx, Some(&mut steps)).await;
        let notes = cx.trace().and_then(|trace| Arc::clone(trace).downcast::<Mutex<Notes>>().ok());
        if let Some(notes) = notes {
            let mut notes = notes.lock().unwrap_or_else(PoisonError::into_inner);
            notes.steps = steps;
            if let End::TakenBy(index) | End::Misused(index) = end {
                let route = &self.table.routes[index];
                notes.taken_by = Some(index);
                let names = (0..).map_while(|place| Some((place, route.capture_name(place)?)));
                notes.captures = names
                    .filter_map(|(place, name)| {
                        let text = cx.captures().get(place, cx.subject())?;
                        Some((name, text.into_owned()))
                    })
                    .collect();
            }
        }
        (end, outcome)
    }

    /// What those who were asked said, and why the others were not.
    fn all_verdicts(&self, steps: Explanation, update: &Update) -> Vec<Verdict> {
        let offered: Vec<usize> =
            self.table.offered(&update.kind, self.username()).iter().collect();
        let mut verdicts = steps.verdicts;
        let asked = offered.get(..verdicts.len()).unwrap_or(&offered);
        let others = (0..self.table.routes.len()).filter(|index| !asked.contains(index));
        let others: Vec<Verdict> = others
            .map(|index| {
                let route = &self.table.routes[index];
                let reason = if self.table.observers.contains(&index) {
                    Cow::Borrowed("it only watches")
                } else if offered.contains(&index) {
                    Cow::Borrowed("an earlier handler took the update")
                } else {
                    self.why_not_offered(route, update)
                };
                Verdict { handler: Place::from(&route.meta), runs: false, reason }
            })
            .collect();
        verdicts.extend(others);
        verdicts
    }
}
