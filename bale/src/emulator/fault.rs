//! Failures on demand.

use std::time::Duration;

use bytes::Bytes;

use super::{core::Reply, refusal::Refusal};

/// What goes wrong, for which calls and how often.
///
/// Faults are used up in the order they were added; a call that meets none is served normally.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault {
    /// Only calls of this method, in any letter case; `None` means every method. `download` is the download
    /// of a file's bytes, `webhook` the delivery of an update to a webhook.
    pub method: Option<String>,
    /// How many calls it hits.
    pub times: usize,
    /// What happens to them.
    pub action: FaultAction,
}

impl Fault {
    /// Hits the next call, whatever its method.
    pub fn new(action: FaultAction) -> Self {
        Self { method: None, times: 1, action }
    }

    /// Hits only calls of this method, as `sendMessage`.
    #[must_use]
    pub fn on(mut self, method: impl Into<String>) -> Self {
        self.method = Some(method.into());
        self
    }

    /// Hits this many calls; `usize::MAX` is always.
    #[must_use]
    pub fn times(mut self, times: usize) -> Self {
        self.times = times;
        self
    }
}

/// What happens to a call that meets a [`Fault`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultAction {
    /// The call is not carried out; this is answered.
    Status {
        /// HTTP status, from 200 to 599.
        status: u16,
        /// The body, JSON or not.
        body: Bytes,
        /// The content type, as `text/html`.
        content_type: String,
    },
    /// The call is not carried out; Bale's 429 is answered.
    ///
    /// Source: docs.bale.ai, errors (official): `Too Many Requests` with `parameters.retry_after`.
    RateLimit {
        /// Seconds to wait; `None` leaves `parameters` out.
        retry_after: Option<u64>,
    },
    /// The call is not carried out and the connection closes. In-process: `TransportErrorKind::Connect`.
    DropBefore,
    /// The call is carried out and the connection closes without an answer. In-process:
    /// `TransportErrorKind::Interrupted`.
    DropAfterAcceptance,
    /// The call is not carried out and the connection stays open until the client gives up. In-process:
    /// `TransportErrorKind::TimedOut`, when the call's time is up.
    Hang,
    /// The call is carried out; the connection closes after half of the body. In-process:
    /// `TransportErrorKind::Interrupted`.
    Truncate,
    /// The call is carried out, and this is answered: a server that fails after it has done what it was asked
    /// for, or a proxy that does not wait for it.
    StatusAfterAcceptance {
        /// HTTP status, from 200 to 599.
        status: u16,
        /// The body, JSON or not.
        body: Bytes,
        /// The content type, as `text/html`.
        content_type: String,
    },
    /// The call is carried out; its answer is this much later. A download comes without delay.
    Delay(Duration),
}

impl FaultAction {
    /// [`FaultAction::Status`] with Bale's error body.
    pub fn error(status: u16, description: impl Into<String>) -> Self {
        let refusal = Refusal { status, description: description.into(), retry_after: None };
        Self::Status {
            status,
            body: refusal.body().to_string().into(),
            content_type: "application/json".to_owned(),
        }
    }

    /// [`FaultAction::Status`] with a page, as a proxy in front of the API sends it.
    pub fn html(status: u16, page: impl Into<Bytes>) -> Self {
        Self::Status { status, body: page.into(), content_type: "text/html".to_owned() }
    }

    /// [`FaultAction::StatusAfterAcceptance`] with a page, as a proxy sends it that loses the server.
    pub fn html_after_acceptance(status: u16, page: impl Into<Bytes>) -> Self {
        let content_type = "text/html".to_owned();
        Self::StatusAfterAcceptance { status, body: page.into(), content_type }
    }
}

/// What the core does about a call, decided before anything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Course {
    Serve(Ending),
    Answer(Reply),
    Drop,
    Hang,
}

/// How the answer of a served call travels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ending {
    Whole,
    Truncated,
    Lost,
    Replaced(Reply),
    Late(Duration),
}

/// The faults still to come.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    /// Adds one.
    pub(crate) fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// Forgets all.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Those that still hit something, in the order they were added.
    pub(crate) fn coming(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter().filter(|fault| fault.times > 0)
    }

    /// The course of a call of this method; uses a fault up.
    pub(crate) fn take(&mut self, method: &str) -> Course {
        self.0.retain(|fault| fault.times > 0);
        let hit = self.0.iter_mut().find(|fault| {
            fault.method.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
        });
        let Some(fault) = hit else { return Course::Serve(Ending::Whole) };
        if fault.times != usize::MAX {
            fault.times -= 1;
        }
        match &fault.action {
            FaultAction::Status { status, body, content_type } => {
                Course::Answer(reply(*status, body, content_type))
            }
            FaultAction::RateLimit { retry_after } => {
                Course::Answer(Reply::refusal(&Refusal::too_many_requests(*retry_after)))
            }
            FaultAction::DropBefore => Course::Drop,
            FaultAction::DropAfterAcceptance => Course::Serve(Ending::Lost),
            FaultAction::Hang => Course::Hang,
            FaultAction::Truncate => Course::Serve(Ending::Truncated),
            FaultAction::StatusAfterAcceptance { status, body, content_type } => {
                Course::Serve(Ending::Replaced(reply(*status, body, content_type)))
            }
            FaultAction::Delay(time) => Course::Serve(Ending::Late(*time)),
        }
    }
}

fn reply(status: u16, body: &Bytes, content_type: &str) -> Reply {
    Reply { status, content_type: content_type.to_owned(), body: body.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_used_up_in_order_by_the_calls_they_name() {
        let mut faults = Faults::default();
        faults.add(Fault::new(FaultAction::DropBefore).on("sendmessage").times(2));
        faults.add(Fault::new(FaultAction::Hang));
        let methods = ["getMe", "sendMessage", "sendMessage", "sendMessage"];
        let courses = methods.map(|method| faults.take(method));
        let served = Course::Serve(Ending::Whole);
        assert_eq!(courses, [Course::Hang, Course::Drop, Course::Drop, served]);
    }
}
