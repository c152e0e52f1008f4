//! What filters found out about one update, so that each question is asked once.

use std::sync::{Mutex, OnceLock, PoisonError};

use regex::SetMatches;

use super::Own;
use crate::handler::{Outcome, Why};

/// Empty until somebody asks.
#[derive(Default)]
pub(crate) struct Answers {
    /// The regular expressions that fit; none if there is no text.
    pub(super) matches: OnceLock<Option<SetMatches>>,
    /// What the author's functions answered.
    own: Mutex<Vec<(Own, bool)>>,
}

impl Answers {
    /// What the function answered before.
    pub(super) fn of(&self, own: &Own) -> Option<bool> {
        let answers = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        answers.iter().find(|(asked, _)| asked == own).map(|(_, answer)| *answer)
    }

    /// Remembers a yes or no. A failure is none.
    pub(super) fn remember(&self, own: &Own, outcome: &Outcome) {
        let answer = match outcome {
            Outcome::Done => true,
            Outcome::Pass(Why::Returned) => false,
            _ => return,
        };
        self.own.lock().unwrap_or_else(PoisonError::into_inner).push((own.clone(), answer));
    }
}

/// What was found out so far.
impl Clone for Answers {
    fn clone(&self) -> Self {
        let own = self.own.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Self { matches: self.matches.clone(), own: Mutex::new(own) }
    }
}

impl std::fmt::Debug for Answers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answers").finish_non_exhaustive()
    }
}
