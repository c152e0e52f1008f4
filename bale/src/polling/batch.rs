//! From what the server answered to updates, also where it answered something else.

use tracing::{debug, warn};

use super::WINDOW;
use crate::{
    error::{Error, ErrorKind},
    methods::Updates,
    types::{UndecodableUpdate, UnknownUpdate, Update, UpdateKind},
};

/// After so many equal answers it is no accident.
const NO_ACCIDENT: u32 = 3;

/// Reads the answers of one poller, and remembers what was odd about the last ones.
#[derive(Debug, Default)]
pub(super) struct Reader {
    /// An update without an id, the first of a batch of such: its text, and how often in a row it came.
    nameless: Option<(String, u32)>,
    /// How many updates are still fetched one by one, since an answer could not be read as a whole.
    one_by_one: usize,
    /// The error of the last answer with a single update, and how often in a row it came.
    broken: Option<(String, u32)>,
}

impl Reader {
    /// How many updates the next poll should ask for.
    pub(super) fn limit(&self) -> usize {
        if self.one_by_one > 0 { 1 } else { WINDOW }
    }

    /// The updates of a batch that was asked for from `offset` on. `at_once`: the server did not hold the
    /// poll, so these waited already.
    pub(super) fn updates(
        &mut self,
        results: Updates,
        offset: Option<i64>,
        at_once: bool,
    ) -> Vec<Update> {
        self.broken = None;
        self.one_by_one = if results.is_empty() { 0 } else { self.one_by_one.saturating_sub(1) };
        if self.is_stuck(&results, at_once) {
            return Vec::new();
        }
        let updates = named(results, offset);
        for update in &updates {
            if let UpdateKind::Unknown(unknown) = &update.kind {
                log_unknown(update.update_id, unknown);
            }
        }
        updates
    }

    /// Whether this is again a batch of nothing but updates without ids, which cannot be confirmed: the
    /// ids guessed for them were wrong. They go when a readable one comes behind them.
    fn is_stuck(&mut self, results: &Updates, at_once: bool) -> bool {
        let first = match results.first() {
            Some(Err(first)) if results.iter().all(Result::is_err) => first.raw(),
            _ => {
                self.nameless = None;
                return false;
            }
        };
        match &mut self.nameless {
            Some((raw, times)) if at_once && raw == first => {
                *times += 1;
                *times > NO_ACCIDENT
            }
            _ => {
                self.nameless = Some((first.to_owned(), 1));
                false
            }
        }
    }

    /// Looks at an answer that could not be read at all. One update that is no JSON does that to its whole
    /// batch: they are then fetched one by one, and the one that comes broken again and again is given
    /// out as text, so that it can be confirmed.
    pub(super) fn unreadable(&mut self, error: &Error, offset: Option<i64>) -> Option<Update> {
        let ErrorKind::Decode { status: 200, body } = error.kind() else { return None };
        // Anything else, as the page of a proxy, is not about the updates.
        let (_, raw) = body.split_once("\"result\":[").filter(|_| body.starts_with('{'))?;
        let raw = raw.strip_suffix("]}").unwrap_or(raw);
        if self.one_by_one == 0 {
            debug!("a batch of updates cannot be read: they are fetched one by one");
            self.one_by_one = WINDOW;
            return None;
        }
        let text = error.to_string();
        let times = match &self.broken {
            Some((last, times)) if *last == text => times + 1,
            _ => 1,
        };
        if times < NO_ACCIDENT {
            self.broken = Some((text, times));
            return None;
        }
        self.broken = None;
        self.one_by_one = 0;
        let carried = Update::from_raw(raw).ok().map(|update| update.update_id);
        let update_id = carried.filter(|id| offset.is_none_or(|offset| *id >= offset));
        let update = Update::unreadable(update_id.or(offset).unwrap_or(0), raw.to_owned(), text);
        if let UpdateKind::Unknown(unknown) = &update.kind {
            log_unknown(update.update_id, unknown);
        }
        Some(update)
    }
}

/// Gives every update an id. One that has none gets the smallest it can have, so that it can be confirmed:
/// ids are counted up one by one, and confirming it cannot pass over another.
fn named(results: Updates, offset: Option<i64>) -> Vec<Update> {
    let mut updates: Vec<Update> = Vec::with_capacity(results.len());
    let mut nameless: Vec<UndecodableUpdate> = Vec::new();
    let mut next = offset;
    for result in results {
        match result {
            Ok(update) => {
                let end = update.update_id;
                name(&mut updates, &mut nameless, next, Some(end));
                next = Some(end.saturating_add(1));
                updates.push(update);
            }
            Err(error) => nameless.push(error),
        }
    }
    name(&mut updates, &mut nameless, next, None);
    updates
}

/// Names what came without ids between `start` and `end`.
fn name(
    updates: &mut Vec<Update>,
    nameless: &mut Vec<UndecodableUpdate>,
    start: Option<i64>,
    end: Option<i64>,
) {
    let count = i64::try_from(nameless.len()).unwrap_or(i64::MAX);
    let first = start.unwrap_or_else(|| end.map_or(0, |end| end.saturating_sub(count)));
    let mut ids = first..end.unwrap_or(i64::MAX);
    for error in nameless.drain(..) {
        match ids.next() {
            Some(id) => {
                updates.push(Update::unreadable(id, error.raw().to_owned(), error.to_string()));
            }
            // It is confirmed together with its neighbours.
            None => warn!("an update without an id was skipped: {error}"),
        }
    }
}

fn log_unknown(update_id: i64, unknown: &UnknownUpdate) {
    // Its `Debug` shows the start of the raw text.
    if unknown.error.is_some() {
        warn!(update_id, "an update cannot be read, only `on_update` handlers get it: {unknown:?}");
    } else {
        debug!(update_id, "an update of a kind that is not known: {unknown:?}");
    }
}
